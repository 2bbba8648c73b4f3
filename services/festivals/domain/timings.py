"""When events take place: rules on timings, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kernel.clock import to_millisecond
from kernel.errors import Invalid
from kernel.locality import Town

MAX_TIMINGS = 366
MAX_LENGTH = timedelta(days=31)
"""The longest one timing may last; an exhibition of a season has a timing for each day it is open."""
MAX_FESTIVAL_DAYS = 366
MAX_EARLIER = 5
"""Earlier starts that are remembered of a rescheduled occurrence."""


@dataclass(frozen=True)
class Timing:
    """One occurrence, from ``starts_at`` up to but not including ``ends_at``, in the zone people read it in.

    ``id`` is unique within the event and stays when the occurrence moves: calendars recognise it by that.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    zone: str

    def days(self) -> list[str]:
        """The local days it touches, as ISO dates; one that ends at midnight does not touch the day that begins."""
        zone = ZoneInfo(self.zone)
        first = self.starts_at.astimezone(zone).date()
        last = (self.ends_at - timedelta(milliseconds=1)).astimezone(zone).date()
        return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def festival_days(first_day: date, last_day: date) -> None:
    """Check the dates of a festival: both days belong to it. Raises Invalid."""
    if last_day < first_day:
        raise Invalid(
            "A festival cannot end before it begins.",
            errors={"last_day": [f"Must be {first_day.isoformat()} or later."]},
        )
    if (last_day - first_day).days >= MAX_FESTIVAL_DAYS:
        raise Invalid(
            "A festival this long is a programme of several.",
            errors={"last_day": [f"Must be within {MAX_FESTIVAL_DAYS} days of first_day."]},
        )


def plan(wanted: Sequence[dict[str, Any]], *, town: Town, first_day: date, last_day: date) -> list[Timing]:
    """Check the timings asked for and put them in order of time; their ids are still empty.

    Each of ``wanted`` has ``starts_at`` and ``ends_at`` (aware datetimes) and perhaps ``zone``. The zone is the
    town's, which is also what an absent one means. Every timing begins on a day of the festival.
    Raises Invalid with the errors of each timing under its position in the list.
    """
    if len(wanted) > MAX_TIMINGS:
        raise Invalid("Too many timings.", errors={"timings": [f"At most {MAX_TIMINGS}."]})
    wrong = {
        str(position): errors
        for position, one in enumerate(wanted)
        if (errors := _wrong_with(one, town=town, first_day=first_day, last_day=last_day))
    }
    starts = [one["starts_at"] for one in wanted]
    for position, start in enumerate(starts):
        if start in starts[:position]:
            wrong.setdefault(str(position), {})["starts_at"] = ["Another timing of this event starts then."]
    if wrong:
        raise Invalid("Some timings are not right.", errors={"timings": wrong})
    timings = [
        Timing(
            id="",
            starts_at=to_millisecond(one["starts_at"].astimezone(UTC)),
            ends_at=to_millisecond(one["ends_at"].astimezone(UTC)),
            zone=one.get("zone") or town.zone,
        )
        for one in wanted
    ]
    return sorted(timings, key=lambda timing: timing.starts_at)


def _wrong_with(one: dict[str, Any], *, town: Town, first_day: date, last_day: date) -> dict[str, list[str]]:
    starts_at, ends_at, zone = one["starts_at"], one["ends_at"], one.get("zone") or town.zone
    errors: dict[str, list[str]] = {}
    if ends_at <= starts_at:
        errors["ends_at"] = ["Must be later than starts_at."]
    elif ends_at - starts_at > MAX_LENGTH:
        errors["ends_at"] = [f"Must be within {MAX_LENGTH.days} days of starts_at; give each day its own timing."]
    if zone != town.zone:
        errors["zone"] = [f"Clocks in {town.slug} show {town.zone}."]
    elif not first_day <= starts_at.astimezone(town.tz).date() <= last_day:
        errors["starts_at"] = [f"The festival is from {first_day.isoformat()} to {last_day.isoformat()}."]
    return errors


def keep_ids(before: Sequence[Timing], after: Sequence[Timing], *, used: int) -> tuple[list[Timing], int]:
    """Give the timings ``after`` a change the ids of those ``before`` it; returns them and the count of ids used.

    A timing that starts when an old one did is that one. Of the rest, the first takes over the id of the first old
    one that is gone, and so on: an event that moves by an hour moves in people's calendars instead of appearing
    twice. What is left is new and gets a number never used before in this event.
    """
    by_start = {timing.starts_at: timing.id for timing in before}
    staying = {timing.starts_at for timing in after}
    freed = iter([timing.id for timing in before if timing.starts_at not in staying])
    kept = []
    for timing in after:
        identity = by_start.get(timing.starts_at) or next(freed, None)
        if identity is None:
            used += 1
            identity = f"t{used}"
        kept.append(Timing(identity, timing.starts_at, timing.ends_at, timing.zone))
    return kept, used


def earlier_starts(starts_at: datetime, told: Iterable[datetime]) -> list[datetime]:
    """Of the starts that people were ``told``, latest first, those to remember: others than the present one, a few."""
    return [moment for moment in dict.fromkeys(told) if moment != starts_at][:MAX_EARLIER]


def days_of(timings: Iterable[Timing]) -> list[str]:
    """Every local day that any of the timings touches, in order."""
    return sorted({day for timing in timings for day in timing.days()})


def next_of(timings: Sequence[Timing], now: datetime) -> Timing | None:
    """The timing that runs now or comes next; None when all are over. ``timings`` are in order of time."""
    return next((timing for timing in timings if timing.ends_at > now), None)
