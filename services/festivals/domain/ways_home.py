"""Can I still get home? The sailings that somebody can take who stays until an event's end.

A sailing can be taken when its check-in closes no earlier than the event ends. The *last* one is the last of the same
night; nights end at four o'clock on the clocks of the port, also when those change that night. The *next* one is the
first that can be taken within three days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

NIGHT_ENDS = time(4, 0)
LOOK_AHEAD = timedelta(days=3)

Answer = Literal["tonight", "later", "unknown"]
ANSWERS: tuple[Answer, ...] = ("tonight", "later", "unknown")


@dataclass(frozen=True)
class Crossing:
    """A sailing that runs, as far as it is known; instants in UTC."""

    id: str
    origin: str
    destination: str
    departs: datetime
    arrives: datetime
    checkin_closes: datetime
    illustrative: bool = False


@dataclass(frozen=True)
class WayHome:
    """How to get to one town after an event: ``unknown`` when no sailing there is known for the days after it."""

    to: str
    answer: Answer
    last: Crossing | None
    next: Crossing | None


def night_end(ends_at: datetime, zone: str) -> datetime:
    """When the night of an event's end is over, in UTC: the next four o'clock on the clocks of ``zone``.

    An end before four in the morning belongs to the night that is ending.
    """
    local = ends_at.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < NIGHT_ENDS else local.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT_ENDS, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def ways_home(
    ends_at: datetime, *, town: str, zone: str, homes: Iterable[str], crossings: Iterable[Crossing]
) -> list[WayHome]:
    """For each of the towns ``homes``, how to get there after an event in ``town`` that ends at ``ends_at``.

    ``crossings`` are those that run, in any order; ones of other ports and times are passed over.
    """
    possible = sorted(
        (
            one
            for one in crossings
            if one.origin == town and one.checkin_closes >= ends_at and one.departs <= ends_at + LOOK_AHEAD
        ),
        key=lambda one: (one.departs, one.id),
    )
    return [_way(home, [one for one in possible if one.destination == home], ends_at, zone) for home in homes]


def _way(home: str, possible: list[Crossing], ends_at: datetime, zone: str) -> WayHome:
    tonight = [one for one in possible if one.departs < night_end(ends_at, zone)]
    answer: Answer = "tonight" if tonight else "later" if possible else "unknown"
    return WayHome(home, answer, tonight[-1] if tonight else None, possible[0] if possible else None)
