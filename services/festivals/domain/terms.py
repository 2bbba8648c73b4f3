"""What an event is found and counted by: a list of terms ``facet:value``, from which one index answers all filters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.festivals.domain.timings import MAX_FESTIVAL_DAYS, MAX_LENGTH, Timing

ACCESSIBILITY = ("hearing", "intellectual", "motor", "psychic", "visual")
"""For whom a listing says that it is accessible: people with an impairment of that sort."""

ATTENDANCE = ("offline", "online", "mixed")
"""schema.org's OfflineEventAttendanceMode, OnlineEventAttendanceMode and MixedEventAttendanceMode."""

ADMISSION = ("free", "ticketed")

FACETS = (
    "festival", "town", "kind", "keyword", "language", "accessibility", "attendance", "admission", "age", "status",
    "featured", "hour",
)  # fmt: skip

OLDEST = 120
AGE_BANDS = ((0, 5), (6, 11), (12, 17), (18, 59), (60, OLDEST))

REACHES = (timedelta(days=1), timedelta(days=8), timedelta(days=64), MAX_LENGTH + timedelta(days=MAX_FESTIVAL_DAYS))
"""Classes of how long an event is from its first start to its last end, each up to and including that long.

What runs at an instant began at most its class's length before it, so an index on class and first start answers it
without looking at all that is over: the classes of an interval index.
"""


def terms_of(facets: dict[str, Iterable[str]]) -> list[str]:
    """The values of each facet as terms, each once."""
    return list(dict.fromkeys(term(facet, value) for facet, values in facets.items() for value in values))


def term(facet: str, value: str) -> str:
    """How a facet's value is kept."""
    return f"{facet}:{value}"


def age_bands(youngest: int, oldest: int) -> Iterator[str]:
    """The bands that ages from ``youngest`` to ``oldest`` fall into, both included."""
    for first, last in AGE_BANDS:
        if youngest <= last and oldest >= first:
            yield f"{first}-{last}"


def reach_of(timings: Sequence[Timing]) -> int:
    """The class in ``REACHES`` of an event with these timings; the shortest for one without."""
    if not timings:
        return 0
    whole = max(one.ends_at for one in timings) - timings[0].starts_at
    return next(index for index, longest in enumerate(REACHES) if whole <= longest)


def start_minutes(timings: Iterable[Timing]) -> list[int]:
    """The local times of day at which timings start, as minutes after midnight."""
    starts = (one.starts_at.astimezone(ZoneInfo(one.zone)) for one in timings)
    return sorted({start.hour * 60 + start.minute for start in starts})


def facets_of(terms: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """Terms as pairs of facet and value."""
    for each in terms:
        facet, _, value = each.partition(":")
        yield facet, value
