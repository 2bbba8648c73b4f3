"""How long the walk from the ferry is."""

from __future__ import annotations

from collections.abc import Mapping
from math import asin, ceil, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""

DETOUR = 1.3
"""Streets are longer than the straight line; 1.2 to 1.4 is usual in European towns."""

METRES_PER_MINUTE = 75.0
"""4.5 km/h: a walker with luggage."""


def metres_between(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """The great-circle distance of two points ``{lat, lon}`` in degrees, in metres (haversine formula)."""
    lat_a, lat_b = radians(a["lat"]), radians(b["lat"])
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b["lon"] - a["lon"]) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def walk_minutes(terminal: Mapping[str, float] | None, point: Mapping[str, float] | None) -> int | None:
    """Walking time between two points in whole minutes, rounded up; None when either is not known.

    Further than a day's walk is no walk: None as well.
    """
    if terminal is None or point is None:
        return None
    minutes = ceil(metres_between(terminal, point) * DETOUR / METRES_PER_MINUTE)
    return minutes if minutes <= 24 * 60 else None
