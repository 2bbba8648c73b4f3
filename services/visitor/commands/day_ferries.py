"""The ferries a day plan is between: which may be taken, when one is ashore off them and has to be back for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kernel.errors import Conflict, Invalid
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import lookups
from services.visitor.domain.day_plans import LONGEST
from services.visitor.views.sailings import ashore_at, last_checkin

Row = dict[str, Any]

NEXT_FERRY = timedelta(hours=36)
"""How long after a cancelled ferry the next one is looked for."""


@dataclass(frozen=True)
class Frame:
    """The time a plan has, and the ferries it is between."""

    starts_at: datetime
    closes_at: datetime
    arrival_sailing_id: str | None
    return_sailing_id: str | None


def frame(db: RawDatabase, now: datetime, body: Row) -> Frame:
    """The frame that a draft asks for, by what is known of its ferries now; raises ``Invalid`` naming the field."""
    arrival_id, return_id = body.get("arrival_sailing_id"), body.get("return_sailing_id")
    starts_at = body.get("arrives_at")
    if arrival_id:
        starts_at = ashore_at(running(db, arrival_id, "arrival", body["town"]))
    closes_at = body.get("leave_by")
    if return_id:
        closes_at = last_checkin(running(db, return_id, "departure", body["town"]))
    field = "return_sailing_id" if return_id else "leave_by"
    if not timedelta(0) < closes_at - starts_at <= LONGEST:
        raise Invalid("That is no day ashore.", errors={field: ["Later than the arrival, by 48 hours at the most."]})
    if closes_at <= now:
        raise Invalid("That day is over.", errors={field: ["Choose one whose check-in has not closed."]})
    return Frame(starts_at, closes_at, arrival_id, return_id)


def running(db: RawDatabase, sailing_id: str, end: str, town: str) -> Row:
    """A sailing that runs and calls at ``town`` at that end; raises ``Invalid`` naming the field."""
    row = db["sailings"].find_one({"_id": sailing_id})
    field = "arrival_sailing_id" if end == "arrival" else "return_sailing_id"
    if row is None or row[end]["town"] != town:
        raise Invalid("That sailing does not fit.", errors={field: [f"Use a sailing from /v1/sailings?town={town}."]})
    if row["status"] == "cancelled":
        raise Invalid("That sailing does not run.", errors={field: ["It is cancelled. Choose another one."]})
    return row


def arrival_of(db: RawDatabase, row: Row, now: datetime) -> datetime:
    """When the day of a plan begins, by what is known of its ferry now. Raises ``Conflict`` when that is cancelled."""
    came = db["sailings"].find_one({"_id": row.get("arrival_sailing_id")})
    begins: datetime = row["starts_at"]
    if came and came["status"] == "cancelled" and now < begins:
        raise Conflict("The ferry this day begins with is cancelled. Make a new plan with the one you take.")
    return ashore_at(came) if came and came["status"] != "cancelled" else begins


def next_ferry(db: RawDatabase, row: Row, now: datetime) -> str | None:
    """The ferry a plan leaves with, or when that is cancelled the next one that runs and can still be checked in for.

    Raises ``Invalid`` for none.
    """
    sailing = db["sailings"].find_one({"_id": row.get("return_sailing_id")})
    if sailing is None or sailing["status"] != "cancelled":
        return row.get("return_sailing_id")
    leaves = sailing["departure"]["at"]
    later = {
        "departure.town": row["town"],
        "status": "scheduled",
        "departure.at": {"$gt": leaves, "$lt": max(leaves, now) + NEXT_FERRY},
    }
    for each in db["sailings"].find(later).sort("departure.at", 1):
        if last_checkin(each) > now:
            return str(each["_id"])
    wrong = "No other ferry runs in the next 36 hours. Name one that does."
    raise Invalid("There is no ferry to replace the cancelled one.", errors={"return_sailing_id": [wrong]})


def given_up(db: RawDatabase, row: Row, taken: str | None) -> list[str]:
    """The ferries that a plan had to do without: those before, and the one that ``taken`` replaces if cancelled."""
    before = [*row.get("given_up", []), row.get("return_sailing_id")]
    gone = db["sailings"].find({"_id": {"$in": before}, "status": "cancelled"}, {"_id": 1})
    return sorted(str(each["_id"]) for each in gone if each["_id"] != taken)


def check_ferries(uow: UnitOfWork, worked_out: Row) -> None:
    """Refuse what was worked out from a timetable that has changed since."""
    back, came = (
        lookups.sailing(uow, worked_out[name], name) if worked_out[name] else None
        for name in ("return_sailing_id", "arrival_sailing_id")
    )
    if any(each and each["status"] == "cancelled" for each in (back, came)):
        raise Conflict("A ferry of this day was cancelled at this moment. Ask again.")
    early = back is not None and last_checkin(back) < worked_out["closes_at"]
    late = came is not None and worked_out["ashore_by"] is not None and ashore_at(came) > worked_out["ashore_by"]
    if early or late:
        raise Conflict("A ferry of this day has other times since this moment. Ask again.")
