"""A map of a town drawn from coordinates alone: shore, river, walking times from the ferry, numbered places.

Plane projection around the middle (equirectangular with the cosine of the latitude): over a few kilometres nobody on
foot sees the difference. SVG in points; colours are the printed guide's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, hypot, radians

from services.visitor.line import Sketch

METRES_A_DEGREE = 111_320
METRES_A_MINUTE = 80 / 1.3
"""Walking pace over the detour that streets make: as the crow flies."""
RINGS = (5, 15, 30)
CHANNEL = "#0a2440"
MARKER = 8.0
MARGIN = 26.0
LEAST_METRES = 1_200

Point = Mapping[str, float]
XY = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """A numbered place."""

    number: int
    point: Point


@dataclass(frozen=True)
class _Frame:
    """Degrees to points on paper."""

    lat: float
    lon: float
    scale: float
    """Points a metre."""
    width: float
    height: float

    def at(self, lat: float, lon: float) -> XY:
        east = (lon - self.lon) * METRES_A_DEGREE * cos(radians(self.lat))
        north = (lat - self.lat) * METRES_A_DEGREE
        return self.width / 2 + east * self.scale, self.height / 2 - north * self.scale


def draw(
    marks: Sequence[Mark], terminal: Point | None, sketch: Sketch, minutes: str, sea: str, width: float, height: float
) -> str:
    """The map as SVG; ``minutes`` is what stands behind the number of a ring, ``sea`` the name of the water.

    Empty without a place.
    """
    if not marks:
        return ""
    frame = _frame([mark.point for mark in marks], width, height)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" class="chart" '
        'font-family="Source Sans Pro, system-ui, sans-serif">',
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#f1ecdc"/>',
        *_water(sketch, frame, sea),
        *(_rings(terminal, frame, minutes) if terminal else ()),
        *_markers(marks, frame),
        *_scale(frame),
        "</svg>",
    ]
    return "".join(parts)


def _frame(points: Sequence[Point], width: float, height: float) -> _Frame:
    lats, lons = [point["lat"] for point in points], [point["lon"] for point in points]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    across = max((max(lons) - min(lons)) * METRES_A_DEGREE * cos(radians(lat)), LEAST_METRES * width / height / 2)
    up = max((max(lats) - min(lats)) * METRES_A_DEGREE, LEAST_METRES / 2)
    scale = min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / up)
    return _Frame(lat, lon, scale, width, height)


def _water(sketch: Sketch, frame: _Frame, sea: str) -> list[str]:
    found = []
    if sketch.sea:
        found.append(
            f'<polygon points="{_points(sketch.sea, frame)}" fill="#cfe0ea" stroke="#7c9bb0" stroke-width=".8"/>'
        )
        if room := _room([frame.at(*each) for each in sketch.sea], frame):
            said = 'font-size="9" font-style="italic" letter-spacing="1" text-anchor="middle" fill="#4f7389"'
            found.append(f'<text x="{room[0]:.1f}" y="{room[1]:.1f}" {said}>{escape(sea)}</text>')
    if sketch.river:
        line = f'<polyline points="{_points(sketch.river, frame)}" fill="none" stroke-linecap="round"'
        wide = max(4.0, min(14.0, 70 * frame.scale))
        found.append(f'{line} stroke="#7c9bb0" stroke-width="{wide + 1.4:.1f}"/>')
        found.append(f'{line} stroke="#cfe0ea" stroke-width="{wide:.1f}"/>')
    return found


def _room(ring: Sequence[XY], frame: _Frame) -> XY | None:
    """Where in the sea its name has most room: of a grid of points the one furthest from shore and edge."""
    best: tuple[float, XY] | None = None
    for column in range(1, 20):
        for row in range(1, 20):
            x, y = frame.width * column / 20, frame.height * row / 20
            if not _within(ring, x, y):
                continue
            shore = min(hypot(x - each[0], y - each[1]) for each in ring)
            room = min(shore, (frame.width - x) * 0.6, x * 0.6, (frame.height - y) * 2, y * 2)
            if best is None or room > best[0]:
                best = room, (x, y)
    return best[1] if best and best[0] > MARGIN else None


def _within(ring: Sequence[XY], x: float, y: float) -> bool:
    """Whether a point lies inside a ring (ray casting)."""
    inside = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def _points(line: Sequence[tuple[float, float]], frame: _Frame) -> str:
    return " ".join("{:.1f},{:.1f}".format(*frame.at(lat, lon)) for lat, lon in line)


def _rings(terminal: Point, frame: _Frame, minutes: str) -> list[str]:
    x, y = frame.at(terminal["lat"], terminal["lon"])
    found = []
    for each in RINGS:
        radius = each * METRES_A_MINUTE * frame.scale
        found.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="none" stroke="#0a2440" stroke-width=".6" '
            'stroke-dasharray="2 3" opacity=".55"/>'
        )
        label_y = y - radius - 2 if y - radius > 14 else y + radius + 8
        if 8 < label_y < frame.height - 4:
            found.append(
                f'<text x="{x:.1f}" y="{label_y:.1f}" font-size="7" text-anchor="middle" fill="#0a2440">'
                f"{each} {minutes}</text>"
            )
    return found


def _markers(marks: Sequence[Mark], frame: _Frame) -> list[str]:
    true = [frame.at(mark.point["lat"], mark.point["lon"]) for mark in marks]
    shown = _apart(true, frame)
    found = []
    for (x, y), (tx, ty) in zip(shown, true, strict=True):
        if hypot(x - tx, y - ty) > 2:
            found.append(
                f'<line x1="{tx:.1f}" y1="{ty:.1f}" x2="{x:.1f}" y2="{y:.1f}" stroke="#0a2440" stroke-width=".8"/>'
            )
            found.append(f'<circle cx="{tx:.1f}" cy="{ty:.1f}" r="1.6" fill="#0a2440"/>')
    for mark, (x, y) in zip(marks, shown, strict=True):
        found.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{MARKER}" fill="#0a2440" stroke="#fff" stroke-width="1.2"/>'
        )
        found.append(
            f'<text x="{x:.1f}" y="{y + 3:.1f}" font-size="8.5" font-weight="700" text-anchor="middle" fill="#fff">'
            f"{mark.number}</text>"
        )
    return found


def _apart(points: Sequence[XY], frame: _Frame) -> list[XY]:
    """The points pushed apart until no two markers overlap, and kept inside; the same for the same points."""
    moved = list(points)
    room = 2 * MARKER + 1.5
    for _ in range(60):
        still = True
        for i in range(len(moved)):
            for j in range(i + 1, len(moved)):
                dx, dy = moved[j][0] - moved[i][0], moved[j][1] - moved[i][1]
                distance = hypot(dx, dy)
                if distance >= room:
                    continue
                still = False
                ux, uy = (dx / distance, dy / distance) if distance > 0.01 else (1.0, 0.0)
                push = (room - distance) / 2 + 0.1
                moved[i] = _inside((moved[i][0] - ux * push, moved[i][1] - uy * push), frame)
                moved[j] = _inside((moved[j][0] + ux * push, moved[j][1] + uy * push), frame)
        if still:
            break
    return moved


def _inside(point: XY, frame: _Frame) -> XY:
    edge = MARKER + 2
    return min(max(point[0], edge), frame.width - edge), min(max(point[1], edge), frame.height - edge)


def _scale(frame: _Frame) -> list[str]:
    """A bar of a round length, and north."""
    metres = next(length for length in (1000, 500, 200, 100) if length * frame.scale < frame.width / 3 or length == 100)
    long, y = metres * frame.scale, frame.height - 12
    x = frame.width - 12 - long
    label = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres} m"
    said = f'font-size="7" text-anchor="middle" fill="{CHANNEL}"'
    east = frame.width - 14
    return [
        f'<path d="M{x:.1f} {y - 3:.1f}v3h{long:.1f}v-3" fill="none" stroke="{CHANNEL}" stroke-width="1"/>',
        f'<text x="{x + long / 2:.1f}" y="{y - 5:.1f}" {said}>{label}</text>',
        f'<path d="M{east - 4:.1f} 30l4-14 4 14-4-3z" fill="{CHANNEL}"/>',
        f'<text x="{east:.1f}" y="13" font-weight="700" {said}>N</text>',
    ]
