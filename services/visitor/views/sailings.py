"""Sailings, each with the local times of both sides."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from kernel.errors import NotFound
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.visitor.domain.desk import ASHORE
from services.visitor.domain.gtfs_values import LONGEST_CROSSING
from services.visitor.domain.running import LONGEST_DELAY
from services.visitor.domain.timetable import checkin_closes_at, local
from services.visitor.line import known_town

Row = dict[str, Any]

AHEAD = timedelta(days=31)
"""How far a list of the next sailings looks."""
EXPECTED = {"departure": "departs_at", "arrival": "arrives_at"}
"""The name of what is expected of an end of a crossing."""


def sailing_view(row: Row, town: str | None = None) -> Row:
    """A sailing as it is shown; seen from ``town`` with the direction it has there."""
    departure, arrival = row["departure"], row["arrival"]
    closes_at = last_checkin(row)
    view = {
        "id": row["_id"],
        "service_date": row["service_date"],
        "departure": _call(departure),
        "arrival": _call(arrival),
        "crossing_minutes": int((arrival["at"] - departure["at"]).total_seconds() // 60),
        "checkin_minutes": row["checkin_minutes"],
        "checkin_closes_at": closes_at,
        "checkin_closes_local": local(closes_at, departure["zone"]).isoformat(),
        "ship": row.get("ship"),
        "expected_passengers": row.get("expected_passengers"),
        "illustrative": row.get("illustrative", False),
        "status": row["status"],
        "cancelled_at": row.get("cancelled_at"),
        "reason": row.get("reason"),
        "delay": _delay(row),
        "notices": row.get("notices", []),
    }
    if town is not None:
        view["direction"] = "departure" if departure["town"] == town else "arrival"
    return view


def lands_at(row: Row) -> datetime:
    """When a sailing is expected to land: as planned, unless it is known to be late."""
    return due_at(row, "arrival")


def due_at(row: Row, end: str) -> datetime:
    """When a sailing leaves (``end`` is ``departure``) or lands (``arrival``): by what is expected, else as planned."""
    at: datetime = (row.get("expected") or {}).get(EXPECTED[end]) or row[end]["at"]
    return at


def last_checkin(row: Row) -> datetime:
    """When check-in closes: as planned, or earlier for a ship expected to leave early; never later, time is made up."""
    leaves = row["departure"]["at"]
    expected = (row.get("expected") or {}).get("departs_at", leaves)
    return checkin_closes_at(min(leaves, expected), row["checkin_minutes"])


def ashore_at(row: Row) -> datetime:
    """When the last foot passengers are ashore, where the ship is late by what is expected."""
    return max(row["arrival"]["at"], lands_at(row)) + ASHORE


def _delay(row: Row) -> Row | None:
    """What is expected instead, with how late it leaves; None for what runs as planned or not at all."""
    expected = row.get("expected")
    if not expected or row["status"] == "cancelled":
        return None
    late = expected["departs_at"] - row["departure"]["at"]
    return {
        "departs_at": expected["departs_at"],
        "departs_local": local(expected["departs_at"], row["departure"]["zone"]).isoformat(),
        "arrives_at": expected["arrives_at"],
        "arrives_local": local(expected["arrives_at"], row["arrival"]["zone"]).isoformat(),
        "minutes": round(late.total_seconds() / 60),
        "reason": row["delay_reason"],
        "told_at": row["told_at"],
    }


def _call(call: Row) -> Row:
    return {
        "town": call["town"],
        "at": call["at"],
        "local": local(call["at"], call["zone"]).isoformat(),
        "zone": call["zone"],
    }


def get_sailing(db: RawDatabase, sailing_id: str) -> Row:
    """One sailing; raises ``NotFound``."""
    row = db["sailings"].find_one({"_id": sailing_id})
    if row is None:
        raise NotFound("There is no sailing with this id. The timetable is at /v1/sailings.")
    return sailing_view(row)


def list_sailings(db: RawDatabase, locality: Locality, now: datetime, query: Row) -> Row:
    """The sailings that call at a town: on a local date there, or from an instant on (from now without either).

    Sorted by the planned time of the call in that town. A list from an instant on looks ``AHEAD`` and has the late
    ones that are still to call.
    """
    town = known_town(locality, query["town"]).slug
    direction = query.get("direction")
    if query.get("date"):
        chosen = calls_on(town, query["date"], direction)
    else:
        start = query.get("starting") or now
        before = {f"at.{town}": {"$lt": start + AHEAD}}
        chosen = still_due(town, start, start + AHEAD, *((direction,) if direction else EXPECTED)) | before
    return page(
        db["sailings"], chosen, sort=[(f"at.{town}", 1)], query=query, project=lambda row: sailing_view(row, town)
    )


def still_due(town: str, start: datetime, until: datetime, *ends: str) -> Row:
    """The filter for sailings planned to leave before ``until`` that are to call at a town from ``start`` on.

    ``ends`` says whether to leave, to land or both: by what is expected, else as planned. One that is cancelled is
    there until the later of the two: who waits for a late ship has to see that it does not run.
    """
    calls = []
    for end in ends:
        expected = f"expected.{EXPECTED[end]}"
        as_planned = {f"{end}.at": {"$gte": start}, "$or": [{expected: None}, {"status": "cancelled"}]}
        calls.append({f"{end}.town": town, "$or": [{expected: {"$gte": start}}, as_planned]})
    earliest = start - LONGEST_CROSSING - LONGEST_DELAY
    return {"$or": calls, "departure.at": {"$gte": earliest, "$lt": until}}


def calls_on(town: str, day: date, direction: str | None = None) -> Row:
    """The filter for sailings that depart from or arrive in a town on a local date there."""
    ends = ("departure", "arrival") if direction is None else (direction,)
    return {"$or": [{f"{end}.town": town, f"{end}.date": day.isoformat()} for end in ends]}
