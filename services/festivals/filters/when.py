"""Times that lists are asked for: instants, days relative to now, and times of day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from kernel.errors import Invalid
from kernel.locality import Locality
from services.festivals.domain.terms import REACHES, term

Selector = dict[str, Any]

RELATIVE = ("now", "today", "weekend", "upcoming")
SATURDAY = 5


def running(query: Mapping[str, Any], locality: Locality, now: datetime) -> list[Selector]:
    """Selectors, without an event in common, of what runs at the times asked for.

    ``from`` and ``to`` are instants between which any timing runs; ``when`` is relative to now: ``now`` what runs at
    this instant, ``upcoming`` what is not over, ``today`` and ``weekend`` what touches those days on the clocks of
    the event's own town (the weekend that is, or the next one).
    """
    asked, start, end = query.get("when"), query.get("from"), query.get("to")
    if asked and (start or end):
        raise Invalid("Two times are asked for.", errors={"when": ["Give either when, or from and to."]})
    if start and end and end <= start:
        raise Invalid("The time asked for ends before it begins.", errors={"to": ["Must be later than from."]})
    if asked in ("today", "weekend"):
        return _on_local_days(asked, locality, now)
    if asked:
        start, end = now, (now + timedelta(milliseconds=1) if asked == "now" else None)
    return _between(start, end)


def _between(start: datetime | None, end: datetime | None) -> list[Selector]:
    if start is None and end is None:
        return [{}]
    runs = ({"ends_at": {"$gt": start}} if start else {}) | ({"starts_at": {"$lt": end}} if end else {})
    met: Selector = {"timings": {"$elemMatch": runs}} | ({"last_end": {"$gt": start}} if start else {})
    before: Selector = {"$lt": end} if end else {}
    if start is None:
        return [met | {"first_start": before}]
    return [
        met | {"reach": reach, "first_start": before | {"$gt": start - longest}}
        for reach, longest in enumerate(REACHES)
    ]


def _on_local_days(asked: str, locality: Locality, now: datetime) -> list[Selector]:
    towns: dict[tuple[str, ...], list[str]] = {}
    for town in locality.towns:
        today = now.astimezone(town.tz).date()
        days = [today] if asked == "today" else _weekend(today)
        towns.setdefault(tuple(day.isoformat() for day in days), []).append(town.slug)
    if len(towns) == 1:
        return [{"days": {"$in": list(days)}} for days in towns]
    return [{"days": {"$in": list(days)}, "town": {"$in": slugs}} for days, slugs in towns.items()]


def _weekend(today: date) -> list[date]:
    saturday = today + timedelta(days=SATURDAY - today.weekday())
    return [day for day in (saturday, saturday + timedelta(days=1)) if day >= today]


def time_of_day(query: Mapping[str, Any]) -> list[Selector]:
    """What has a timing that starts between two local times of day; behind midnight when the second is earlier."""
    first, behind = query.get("time_from"), query.get("time_to")
    if first is None and behind is None:
        return []
    low, high = _minutes(first or time.min), _minutes(behind) if behind else 24 * 60
    spans = [(low, high)] if low < high else [(low, 24 * 60), (0, high)]
    hours = {hour for start, end in spans for hour in range(24) if start < (hour + 1) * 60 and hour * 60 < end}
    exactly = [{"start_minutes": {"$elemMatch": {"$gte": start, "$lt": end}}} for start, end in spans]
    return [{"terms": {"$in": [term("hour", f"{hour:02}") for hour in sorted(hours)]}}, {"$or": exactly}]


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
