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
    """
    if not timings:
        return {}
    zone = ZoneInfo(timings[0].zone)
    hours = {
        (one.starts_at.astimezone(zone).time(), one.ends_at.astimezone(zone).time())
        for one in timings
        if one.ends_at - one.starts_at < NIGHT
    }
    all_short = all(one.ends_at - one.starts_at < NIGHT for one in timings)
    first = timings[0].starts_at.astimezone(zone)
    last = max(timings, key=lambda one: one.ends_at)
    end = (last.starts_at if all_short else last.ends_at).astimezone(zone)
    same = next(iter(hours)) if all_short and len(hours) == 1 else None
    spoken = {town.language: town.country for town in towns}
    return {
        language: _text(first, end, same, f"{language}_{spoken[language]}" if language in spoken else language)
        for language in languages
    }


@lru_cache(maxsize=8192)
def _text(first: datetime, end: datetime, hours: tuple[time, time] | None, locale: str) -> str:
    if hours is None and first.date() == end.date():
        return format_date(first.date(), "full", locale=locale)
    days = _days(first.date(), end.date(), locale)
    if hours is not None:
        starts, ends = (datetime.combine(first.date(), at) for at in hours)
        return f"{days}, {format_interval(starts, ends, 'Hm', locale=locale)}"
    return days


def _days(first: date, last: date, locale: str) -> str:
    if first == last:
        return format_date(first, "full", locale=locale)
    return format_interval(first, last, "yMMMEd", locale=locale)
