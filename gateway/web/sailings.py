"""What a passenger has to know of the ferries: when to be back, how long that is, which ship is out there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from gateway.web.texts import moment

Row = Mapping[str, Any]

CANCELLED = "cancelled"


@dataclass(frozen=True)
class Back:
    """The next ferry that one can still check in for."""

    sailing: Row
    closes: datetime
    """When check-in closes, in the local time of the quay."""
    minutes_left: int

    def leave_by(self, walk_minutes: int | None) -> datetime | None:
        """When to start walking back to check in, from a place that is so far from the terminal; None if unknown."""
        return None if walk_minutes is None else self.closes - timedelta(minutes=walk_minutes)


def back(departures: Iterable[Row], now: datetime) -> Back | None:
    """The first departure that runs and whose check-in is open still; None when none is known."""
    for sailing in departures:
        closes = _closes(sailing)
        if sailing["status"] != CANCELLED and closes > now:
            return Back(sailing, closes, int((closes - now).total_seconds() // 60))
    return None


def off(departures: Iterable[Row], instead: Back | None) -> list[Row]:
    """The cancelled departures that a passenger may still count on: those before the one that runs ``instead``."""
    until = moment(instead.sailing["departure"]["at"]) if instead else None
    return [
        sailing
        for sailing in departures
        if sailing["status"] == CANCELLED and (until is None or moment(sailing["departure"]["at"]) < until)
    ]


def _closes(sailing: Row) -> datetime:
    return moment(sailing.get("checkin_closes_local") or sailing["departure"]["local"])


@dataclass(frozen=True)
class AtSea:
    """A ship on its way, when it lands by the clocks there, and how much of the crossing is behind it (0 to 1)."""

    sailing: Row
    lands: datetime
    progress: float

    def position(self, left: str) -> float:
        """Where it is between two shores, 0 at the one of the town ``left`` and 1 at the other."""
        return self.progress if self.sailing["departure"]["town"] == left else 1 - self.progress


def at_sea(sailings: Iterable[Row], now: datetime) -> list[AtSea]:
    """The ships on their way, each once: by what is expected of those that are late or early, else as planned."""
    found: dict[str, AtSea] = {}
    for sailing in sailings:
        leaves, lands = leaves_at(sailing), _lands_at(sailing)
        if sailing["status"] != CANCELLED and leaves <= now < lands:
            found[sailing["id"]] = AtSea(sailing, lands, (now - leaves) / (lands - leaves))
    return list(found.values())


def leaves_at(sailing: Row) -> datetime:
    """When a ship is expected to leave, in the local time of the quay."""
    return moment((sailing.get("delay") or {}).get("departs_local") or sailing["departure"]["local"])


def _lands_at(sailing: Row) -> datetime:
    return moment((sailing.get("delay") or {}).get("arrives_local") or sailing["arrival"]["local"])


def by_day(rows: Iterable[Row], end: str) -> list[tuple[date, list[Row]]]:
    """Sailings under the day on which they leave (``end`` is ``departure``) or land (``arrival``)."""
    days = groupby(rows, key=lambda sailing: moment(sailing[end]["local"]).date())
    return [(day, list(those)) for day, those in days]


def illustrative(sailings: Iterable[Row]) -> bool:
    """Whether any of the sailings stands in a timetable that only illustrates."""
    return any(sailing.get("illustrative") for sailing in sailings)
