"""When something is on: how it stands now, and many occurrences told in few lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from gateway.web.texts import moment

Row = Mapping[str, Any]

FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
"""The days that can be looked at."""


@dataclass(frozen=True)
class Hours:
    """When something is on, on one day: None stands for since before and until after."""

    starts: datetime | None
    ends: datetime | None
    state: Literal["ahead", "now", "over"]


def hours_on(timings: Iterable[Row], day: date, now: datetime) -> Hours | None:
    """The occurrence that matters on a day: the one on now, else the next, else the first; None when there is none.

    Days are those of the occurrence's own clocks.
    """
    spans = sorted((moment(each["starts_at"]), moment(each["ends_at"])) for each in timings)
    spans = [(starts, ends) for starts, ends in spans if starts.date() <= day <= ends.date()]
    if not spans:
        return None
    starts, ends = next((span for span in spans if span[1] > now), spans[0])
    state: Literal["ahead", "now", "over"] = "over" if ends <= now else "now" if starts <= now else "ahead"
    return Hours(
        starts=starts if starts.date() == day else None,
        ends=ends if ends.date() == day else None,
        state=state,
    )


def on_first(events: Iterable[Row], day: date, now: datetime) -> list[tuple[Row, Hours | None]]:
    """Events of a day with their hours, in the order they came; those that are over come last."""
    told = [(event, hours_on(event["timings"], day, now)) for event in events]
    return sorted(told, key=lambda pair: pair[1] is not None and pair[1].state == "over")


def all_over(told: Iterable[tuple[Row, Hours | None]]) -> bool:
    """Whether nothing of a day is on any more."""
    states = [hours.state if hours else "ahead" for _, hours in told]
    return bool(states) and set(states) == {"over"}


def standing(timings: Iterable[Row], now: datetime) -> tuple[Literal["now", "ahead", "over"], Row] | None:
    """The occurrence a visitor asks about, and how it stands: the one on now, else the next, else the last."""
    rows = sorted(timings, key=lambda each: moment(each["starts_at"]))
    for row in rows:
        if moment(row["ends_at"]) > now:
            return ("now" if moment(row["starts_at"]) <= now else "ahead"), row
    return ("over", rows[-1]) if rows else None


def coming_first(events: Iterable[Row], now: datetime) -> list[tuple[Row, tuple[str, Row] | None]]:
    """Events with how they stand, in the order they came; those that are over come last."""
    told = [(event, standing(event["timings"], now)) for event in events]
    return sorted(told, key=lambda pair: pair[1] is not None and pair[1][0] == "over")


@dataclass(frozen=True)
class Run:
    """Occurrences at the same hours on days that follow each other; its instants are those of the first one."""

    starts_at: datetime
    ends_at: datetime
    last: date

    @property
    def first(self) -> date:
        """The first day."""
        return self.starts_at.date()

    @property
    def days(self) -> int:
        """On how many days."""
        return (self.last - self.first).days + 1

    def goes_on(self, starts: datetime, ends: datetime) -> bool:
        """Whether an occurrence is the next of this run."""
        same_hours = (self.starts_at.time(), self.ends_at.time()) == (starts.time(), ends.time())
        return same_hours and starts.date() == ends.date() == self.last + timedelta(days=1)


def runs(timings: Iterable[Row]) -> list[Run]:
    """Occurrences told as runs of days with the same hours, in order of time."""
    told: list[Run] = []
    for starts, ends in sorted((moment(each["starts_at"]), moment(each["ends_at"])) for each in timings):
        if told and told[-1].goes_on(starts, ends):
            told[-1] = replace(told[-1], last=starts.date())
        else:
            told.append(Run(starts, ends, starts.date()))
    return told


def day_of(text: str | None) -> date | None:
    """The day that a form gave; None for none. Raises ``ValueError`` for what is no day that can be looked at."""
    if not text:
        return None
    day = date.fromisoformat(text)
    if day.isoformat() != text or not FIRST <= day <= LAST:
        raise ValueError(f"not a day that can be looked at: {text}")
    return day


def neighbours(day: date) -> tuple[date | None, date | None]:
    """The days before and after, as far as they can be looked at."""
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    return (before if before >= FIRST else None), (after if after <= LAST else None)
