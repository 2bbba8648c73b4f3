"""Whether a sailing runs as its timetable says: what may be expected instead, and who is believed when two say so.

Source of the rules for a feed: GTFS Realtime Reference, ``StopTimeEvent`` (a time outranks a delay; a delay holds for
the calls behind it until another is given).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Source = Literal["hand", "feed"]

AS_PLANNED = timedelta(minutes=1)
"""A difference below this is none: people are told minutes."""
LONGEST_DELAY = timedelta(hours=24)
"""A ship that is later than this runs as another sailing."""
EARLIEST = timedelta(minutes=60)


class NotPossible(Exception):
    """An expectation that cannot be; names the end of the crossing it is about."""

    def __init__(self, end: Literal["departure", "arrival"], problem: str) -> None:
        super().__init__(problem)
        self.end = end
        self.problem = problem


@dataclass(frozen=True)
class Told:
    """What was said of one end of a crossing: an instant, or how far from the timetable."""

    at: datetime | None = None
    delay: timedelta | None = None

    def against(self, planned: datetime) -> datetime:
        """The expected instant where the timetable says ``planned``."""
        if self.at is not None:
            return self.at
        return planned + (self.delay or timedelta(0))


@dataclass(frozen=True)
class Expected:
    """When a sailing is expected to leave and to land."""

    departs_at: datetime
    arrives_at: datetime


def expectation(
    departs_at: datetime, arrives_at: datetime, departure: Told | None, arrival: Told | None
) -> Expected | None:
    """What is expected of a sailing planned for these instants; None when that is as planned, or nothing was said.

    Without a word on the arrival it is as late as the departure, with none on the departure that is on time.
    Raises ``NotPossible`` for more than an hour early, more than a day late, and landing before leaving.
    """
    if departure is None and arrival is None:
        return None
    leaves = departure.against(departs_at) if departure else departs_at
    lands = arrival.against(arrives_at) if arrival else arrives_at + (leaves - departs_at)
    _check("departure", leaves - departs_at)
    _check("arrival", lands - arrives_at)
    if lands <= leaves:
        raise NotPossible("arrival", "must be after the departure")
    if abs(leaves - departs_at) < AS_PLANNED and abs(lands - arrives_at) < AS_PLANNED:
        return None
    return Expected(leaves, lands)


def _check(end: Literal["departure", "arrival"], late: timedelta) -> None:
    if late < -EARLIEST:
        raise NotPossible(end, "at most 60 minutes before the timetable")
    if late > LONGEST_DELAY:
        raise NotPossible(end, "at most 24 hours after the timetable")


def feed_may_say(*, cancels: bool, now_cancelled: bool, told_by: Source | None) -> bool:
    """Whether a feed may change a sailing's state. What a person said stands until a person takes it back.

    One exception: a cancellation outranks a delay, for nobody should wait for a ship that does not run.
    """
    return told_by != "hand" or (cancels and not now_cancelled)
