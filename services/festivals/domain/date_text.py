"""When an event takes place, as people of a language write it (patterns of the CLDR, by Babel)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval

from kernel.locality import Town
from services.festivals.domain.timings import Timing

NIGHT = timedelta(hours=24)
"""What ends on the next day within this time is an evening that runs late, not an event of two days."""


def date_texts(timings: Sequence[Timing], languages: Iterable[str], towns: Iterable[Town]) -> dict[str, str]:
    """The text in each language, written as in the country where it is spoken; none without timings.

    One timing: its day and hours. Several: the first and the last day, and the hours when they are the same each time.
    Whole days, from midnight to midnight on the clocks of the town, have no hours, and the last of them is the day
    that ends at that midnight.
    """
    if not timings:
        return {}
    zone = ZoneInfo(timings[0].zone)
    spans = [_days_and_hours(one, zone) for one in timings]
    first, last = spans[0][0], max(ends_on for _, ends_on, _ in spans)
    hours = {each for _, _, each in spans}
    same = next(iter(hours)) if len(hours) == 1 else None
    spoken = {town.language: town.country for town in towns}
    return {
        language: _text(first, last, same, f"{language}_{spoken[language]}" if language in spoken else language)
        for language in languages
    }


def _days_and_hours(timing: Timing, zone: ZoneInfo) -> tuple[date, date, tuple[time, time] | None]:
    """Its first and its last day, and the times of day between which it runs: None where it runs for whole days."""
    starts, ends = timing.starts_at.astimezone(zone), timing.ends_at.astimezone(zone)
    whole_days = starts.time() == ends.time() == time.min
    if timing.ends_at - timing.starts_at < NIGHT and not whole_days:
        return starts.date(), starts.date(), (starts.time(), ends.time())
    return starts.date(), (timing.ends_at - timedelta(milliseconds=1)).astimezone(zone).date(), None


@lru_cache(maxsize=8192)
def _text(first: date, last: date, hours: tuple[time, time] | None, locale: str) -> str:
    """Kept by days, never by instants: these are equal in two zones whose clocks show different days."""
    days = format_date(first, "full", locale=locale)
    if first != last:
        days = format_interval(first, last, "yMMMEd", locale=locale)
    if hours is None:
        return days
    starts, ends = (datetime.combine(first, at) for at in hours)
    return f"{days}, {format_interval(starts, ends, 'Hm', locale=locale)}"
