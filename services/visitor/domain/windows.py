"""When listings can be visited, in instants: from local opening times, and from the timings of events."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.visitor.domain import hours_text
from services.visitor.domain.day_plans import MINUTE, Chance, Window
from services.visitor.domain.hours import Hours, Otherwise, Season, Span, Spans
from services.visitor.domain.interests import DROP_IN
from services.visitor.domain.timetable import day_bounds

OUTDOORS = frozenset({"Park", "Beach", "TouristAttraction", "LandmarksOrHistoricalBuildings"})
ASSUMED: Spans = (Span(10 * 60, 17 * 60),)
ASSUMED_OUTDOORS: Spans = (Span(8 * 60, 20 * 60),)
ASSUMPTION = {"en": "Hours not known. Assumed: {}", "fr": "Horaires inconnus. Supposés : {}"}
ATTENDED = timedelta(hours=3)
"""An event up to this long is attended from its beginning to its end; into a longer one people drop in."""


def assumed_hours(kind: str) -> Hours:
    """Opening hours of a listing that tells none: cautious ones, and the plan says that they are assumed."""
    every_day = ASSUMED_OUTDOORS if kind in OUTDOORS else ASSUMED
    return Hours((Season((every_day,) * 7),))  # type: ignore[arg-type]


def opening_windows(
    spans_on: Callable[[date], Spans], starts_at: datetime, ends_at: datetime, zone: ZoneInfo
) -> tuple[Window, ...]:
    """The instants of opening between two instants, day by local day; an hour the clocks skip is not there.

    Spans of the day before count as far as they reach past midnight; windows that touch are one.
    """
    found: list[Window] = []
    day = starts_at.astimezone(zone).date() - timedelta(days=1)
    while day_bounds(day, zone)[0] < ends_at:
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        for span in spans_on(day):
            opens, closes = _wall(midnight, span.opens), _wall(midnight, span.closes)
            if found and found[-1][0] <= opens <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], closes))
            else:
                found.append((opens, closes))
        day += timedelta(days=1)
    return tuple((opens, closes) for opens, closes in found if closes > starts_at and opens < ends_at)


def hours_told(hours: Hours, begins_at: datetime, zone: ZoneInfo, *, assumed: bool) -> dict[str, str]:
    """The opening hours that a visit beginning then relies on, in every language: of its day, or what is assumed."""
    if assumed:
        return {lang: ASSUMPTION[lang].format(text) for lang, text in hours_text.texts(hours).items()}
    at = begins_at.astimezone(zone)
    today = any(MINUTE * span.opens <= at - at.replace(hour=0, minute=0) for span in hours.on(at.date()))
    day = at.date() if today else at.date() - timedelta(days=1)
    return hours_text.texts(Hours((), (Otherwise(day, day, hours.on(day)),)))


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
