"""The desk: which docking has someone waiting, and how many passengers were seen to stop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"(?:\+|\b)\d(?:[\s().-]{0,2}\d){8,14}\b")

ASHORE = timedelta(minutes=30)
"""How long after docking foot passengers are still coming through: they leave by bus, in turns."""

LONGEST_SHIFT = timedelta(hours=12)

RECORDED_WITH = {
    "en": "Stops recorded with a sailing, never caused by it.",
    "fr": "Haltes enregistrées avec une traversée, jamais causées par elle.",
}
"""What every "stopped" figure says about itself."""

RECORDED_WITH_REFERRALS = {
    "en": "Stops recorded with a referral, never caused by it.",
    "fr": "Haltes enregistrées avec une orientation, jamais causées par elle.",
}


@dataclass(frozen=True)
class Watch:
    """A time to be covered at a centre, or a time somebody covers it."""

    starts_at: datetime
    ends_at: datetime


def docking(arrives_at: datetime) -> Watch:
    """When a town's centre should have someone for a sailing that lands there."""
    return Watch(arrives_at, arrives_at + ASHORE)


def covered(needed: Watch, staffed: Iterable[Watch]) -> bool:
    """Whether the staffed times together leave no gap in the needed one."""
    reached = needed.starts_at
    for watch in sorted(staffed, key=lambda each: each.starts_at):
        if watch.starts_at > reached:
            break
        reached = max(reached, watch.ends_at)
    return reached >= needed.ends_at


def overlaps(one: Watch, other: Watch) -> bool:
    """Whether the two have a moment in common."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


@dataclass(frozen=True)
class Landing:
    """A sailing that lands in a town on a day, as far as its passengers are concerned."""

    sailing_id: str
    expected_passengers: int | None
    cancelled: bool


@dataclass(frozen=True)
class Expected:
    """How many passengers a figure is measured against, and where that number comes from."""

    passengers: int | None
    source: str
    """``timetable``, ``share of the year``, ``cancelled`` or ``unknown``."""


def share_out(landings: Sequence[Landing], day: date, passengers_per_year: int | None) -> dict[str, Expected]:
    """The passengers expected on each sailing that lands in a town on ``day``.

    The timetable's own figure where it gives one; else an equal share of an average day of the town's yearly
    figure among the sailings of that day that run: what is left of it after the timetable's figures, never below
    zero. A cancelled sailing brings nobody.
    """
    running = [landing for landing in landings if not landing.cancelled]
    unstated = [landing.sailing_id for landing in running if landing.expected_passengers is None]
    share = None
    if passengers_per_year is not None and unstated:
        of_the_day = passengers_per_year / _days_in_year(day.year)
        stated = sum(landing.expected_passengers or 0 for landing in running)
        share = round(max(0.0, of_the_day - stated) / len(unstated))
    return {landing.sailing_id: _expected(landing, share) for landing in landings}


def _expected(landing: Landing, share: int | None) -> Expected:
    if landing.cancelled:
        return Expected(0, "cancelled")
    if landing.expected_passengers is not None:
        return Expected(landing.expected_passengers, "timetable")
    return Expected(share, "unknown" if share is None else "share of the year")


def _days_in_year(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def percent(part: int, whole: int | None) -> float | None:
    """``part`` of ``whole`` in percent with two decimals; None where there is no whole to measure against."""
    return round(100 * part / whole, 2) if whole else None


def names_someone(text: str) -> bool:
    """Whether a text seems to hold an e-mail address or a telephone number: the desk keeps neither."""
    return bool(_EMAIL.search(text) or _PHONE.search(text))
