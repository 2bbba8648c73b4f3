"""The board of the next sailings of a town, with the passengers expected on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kernel.locality import Locality
from kernel.mongo import RawDatabase
from services.visitor.domain.board import fullness, percent_full, says
from services.visitor.domain.desk import Expected, Landing, share_out
from services.visitor.domain.timetable import local
from services.visitor.line import known_town, line_of
from services.visitor.views.sailings import AHEAD, calls_on, lands_at, last_checkin, sailing_view, still_due

Row = dict[str, Any]


def board(db: RawDatabase, locality: Locality, now: datetime, query: Row) -> Row:
    """The next departures of a town and the next landings there, soonest first, late and cancelled ones among them.

    A departure leaves the board when it leaves, a landing when it lands: by what is expected, else as planned; a
    cancelled one at the later of the two.
    """
    town = known_town(locality, query["town"]).slug
    departures = _next(db, town, "departure", now, query["limit"])
    arrivals = _next(db, town, "arrival", now, query["limit"])
    expected = _passengers(db, locality, departures + arrivals)
    return {
        "town": town,
        "at": now,
        "departures": [_entry(locality, row, "departure", now, expected) for row in departures],
        "arrivals": [_entry(locality, row, "arrival", now, expected) for row in arrivals],
    }


def _next(db: RawDatabase, town: str, end: str, now: datetime, limit: int) -> list[Row]:
    chosen = still_due(town, now, now + AHEAD, end)
    return list(db["sailings"].find(chosen).sort([("departure.at", 1), ("_id", 1)]).limit(limit))


def _passengers(db: RawDatabase, locality: Locality, rows: list[Row]) -> dict[str, Expected]:
    """The passengers expected on each sailing: the timetable's, else its share of the day it lands on."""
    line = line_of(locality)
    expected: dict[str, Expected] = {}
    for town, day in sorted({(row["arrival"]["town"], row["arrival"]["date"]) for row in rows}):
        landings = [
            Landing(row["_id"], row.get("expected_passengers"), row["status"] == "cancelled")
            for row in db["sailings"].find(calls_on(town, date.fromisoformat(day), "arrival"))
        ]
        expected |= share_out(landings, date.fromisoformat(day), line.base_of(town))
    return expected


def _entry(locality: Locality, row: Row, end: str, now: datetime, passengers: dict[str, Expected]) -> Row:
    told, cancelled = passengers[row["_id"]], row["status"] == "cancelled"
    capacity = line_of(locality).capacity(row.get("ship"))
    percent = percent_full(told.passengers, capacity)
    how_full = "unknown" if cancelled else fullness(percent)
    minutes = None
    if end == "departure" and not cancelled:
        closes = last_checkin(row)
        minutes = max(0, int((closes - now).total_seconds() // 60))
    expected = row.get("expected") or {}
    at = expected.get("departs_at") if end == "departure" else lands_at(row) if expected else None
    zone = row[end]["zone"]
    return {
        "sailing": sailing_view(row, row[end]["town"]),
        "minutes_to_checkin": minutes,
        "expected_passengers": told.passengers,
        "expected_source": told.source,
        "capacity": capacity,
        "percent_full": percent,
        "fullness": how_full,
        "says": says(
            cancelled=cancelled,
            planned=local(row[end]["at"], zone),
            expected=local(at, zone) if at else None,
            how_full=how_full,
        ),
    }
