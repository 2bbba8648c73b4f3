"""When listings can be visited, in instants: from local opening times, and from the timings of events."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.visitor.domain.day_plans import MINUTE, Chance, Window
from services.visitor.domain.interests import DROP_IN
from services.visitor.domain.timetable import day_bounds

Spans = Sequence[tuple[int, int]]
"""Opening and closing in minutes since midnight by the clocks of the town."""

OUTDOORS = frozenset({"Park", "Beach", "TouristAttraction", "LandmarksOrHistoricalBuildings"})
ASSUMED: Spans = ((10 * 60, 17 * 60),)
ASSUMED_OUTDOORS: Spans = ((8 * 60, 20 * 60),)
ATTENDED = timedelta(hours=3)
"""An event up to this long is attended from its beginning to its end; into a longer one people drop in."""


def assumed_spans(kind: str) -> Spans:
    """Opening times of a listing that tells none: cautious ones, and the plan says that they are assumed."""
    return ASSUMED_OUTDOORS if kind in OUTDOORS else ASSUMED


def opening_windows(
    spans_on: Callable[[datetime], Spans], starts_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> tuple[Window, ...]:
    """The instants of opening between two instants, day by local day; an hour the clocks skip is not there."""
    found: list[Window] = []
    day = starts_at.astimezone(zone).date()
    while day_bounds(day, zone)[0] < ends_at:
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        for opens, closes in spans_on(midnight):
            found.append((_wall(midnight, opens), _wall(midnight, closes)))
        day += timedelta(days=1)
    return tuple((opens, closes) for opens, closes in found if closes > starts_at and opens < ends_at)


def _wall(midnight: datetime, minutes: int) -> datetime:
    """The instant at which clocks show so many minutes after midnight of that day (wall time, RFC 5545 3.3.5)."""
    zone = midnight.tzinfo
    wall = midnight.replace(tzinfo=None) + minutes * MINUTE
    return wall.replace(tzinfo=zone).astimezone(UTC)


def stays(windows: Iterable[Window], minutes: int) -> tuple[Chance, ...]:
    """Chances to stay so long within opening windows."""
    stay = minutes * MINUTE
    return tuple(Chance(opens, closes - stay, minutes) for opens, closes in windows if closes - stay >= opens)


def attendances(timings: Iterable[Window]) -> tuple[Chance, ...]:
    """Chances to see an event: a short timing from its beginning to its end, a long one for a while."""
    found: list[Chance] = []
    for begins, ends in timings:
        if ends - begins > ATTENDED:
            found += stays([(begins, ends)], DROP_IN)
        else:
            found.append(Chance(begins, begins, math.ceil((ends - begins) / MINUTE)))
    return tuple(found)
