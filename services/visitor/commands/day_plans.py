"""Day plans made to fit between two ferries: planned outside of a transaction, saved in one.

A plan says nothing about a person. Its code is told once, when it is made; only the code's digest is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import new_id
from kernel.locality import Locality, Town
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import lookups
from services.visitor.commands.plans import KEPT_FOR
from services.visitor.domain.day_plans import LONGEST, Candidate, Day, PlannedStop, plan
from services.visitor.domain.desk import ASHORE
from services.visitor.domain.timetable import checkin_closes_at
from services.visitor.domain.walking import Spot
from services.visitor.domain.windows import hours_told
from services.visitor.line import known_town
from services.visitor.views import candidates as listed
from services.visitor.views import day_plans

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


def draft(db: RawDatabase, locality: Locality, now: datetime, body: Row) -> Row:
    """Plan a day: the part of a plan that is worked out. Reads and computes; takes up to about a second."""
    known_town(locality, body["town"])
    return _worked_out(db, locality, body, _frame(db, now, body), [], None, strict=True)


def _worked_out(
    db: RawDatabase,
    locality: Locality,
    body: Row,
    frame: Frame,
    done: list[Row],
    here: Spot | None,
    *,
    strict: bool = False,
) -> Row:
    town = known_town(locality, body["town"])
    quay = listed.quay_of(db, town.slug)
    if quay is None:
        raise Conflict("No ferry terminal is listed in this town. List it as a place of the kind BoatTerminal.")
    visited = {(stop["kind"], stop["id"]) for stop in done}
    wanted = [(each["kind"], each["id"]) for each in body["wanted"]]
    wish = listed.Wish(town, frame.starts_at, frame.closes_at, body["interests"], set(wanted))
    choice = [each for each in listed.candidates(db, wish) if (each.kind, each.id) not in visited]
    if strict:
        _check_wanted(wanted, {(each.kind, each.id) for each in choice})
    made = plan(Day(frame.starts_at, frame.closes_at, quay, body["pace"], here), choice)
    if made is None:
        wrong = "Take a later ferry: there is not even time to walk to this one."
        raise Invalid("There is no time ashore.", errors={"return_sailing_id": [wrong]})
    stops = [_stop(each.candidate, each, town) for each in made.stops]
    return {
        **asdict(frame),
        "stops": [*done, *stops],
        "walk_back_minutes": made.walk_back_minutes,
        "back_at": made.back_at,
    }


def _check_wanted(wanted: list[tuple[str, str]], there: set[tuple[str, str]]) -> None:
    wrong = "Not listed in this town with a position, or not on in this time. Look in /v1/guide."
    errors = {f"wanted.{index}.id": [wrong] for index, each in enumerate(wanted) if each not in there}
    if errors:
        raise Invalid("Not everything asked for is there.", errors=errors)


def _stop(candidate: Candidate, stop: PlannedStop, town: Town) -> Row:
    hours, assumed = candidate.hours, candidate.hours_assumed
    return {
        "kind": candidate.kind,
        "id": candidate.id,
        "point": {"lat": candidate.spot.lat, "lon": candidate.spot.lon},
        "walk_minutes": stop.walk_minutes,
        "hours_assumed": assumed,
        "hours_text": hours_told(hours, stop.begins_at, town.tz, assumed=assumed) if hours else None,
        **{name: getattr(stop, name) for name in day_plans.STOP_TIMES},
    }


def _frame(db: RawDatabase, now: datetime, body: Row) -> Frame:
    arrival_id, return_id = body.get("arrival_sailing_id"), body.get("return_sailing_id")
    starts_at = body.get("arrives_at")
    if arrival_id:
        starts_at = _running(db, arrival_id, "arrival", body["town"])["arrival"]["at"] + ASHORE
    closes_at = body.get("leave_by")
    if return_id:
        closes_at = _closing(_running(db, return_id, "departure", body["town"]))
    field = "return_sailing_id" if return_id else "leave_by"
    if not timedelta(0) < closes_at - starts_at <= LONGEST:
        raise Invalid("That is no day ashore.", errors={field: ["Later than the arrival, by 48 hours at the most."]})
    if closes_at <= now:
        raise Invalid("That day is over.", errors={field: ["Choose one whose check-in has not closed."]})
    return Frame(starts_at, closes_at, arrival_id, return_id)


def _closing(sailing: Row) -> datetime:
    return checkin_closes_at(sailing["departure"]["at"], sailing["checkin_minutes"])


def _running(db: RawDatabase, sailing_id: str, end: str, town: str) -> Row:
    row = db["sailings"].find_one({"_id": sailing_id})
    field = "arrival_sailing_id" if end == "arrival" else "return_sailing_id"
    if row is None or row[end]["town"] != town:
        raise Invalid("That sailing does not fit.", errors={field: [f"Use a sailing from /v1/sailings?town={town}."]})
    if row["status"] == "cancelled":
        raise Invalid("That sailing does not run.", errors={field: ["It is cancelled. Choose another one."]})
    return row


def save(cmd: Command, uow: UnitOfWork, *, worked_out: Row) -> Row:
    """Keep a plan as it was worked out, and tell its code: this once."""
    _check_ferries(uow, worked_out)
    code = secrets.token_urlsafe(16)
    row = {
        "_id": new_id(),
        "code_digest": _digest(code),
        **{name: cmd.body[name] for name in ("town", "pace", "interests", "wanted")},
        **worked_out,
        "revision": 1,
        "alerts": [],
        "saved_at": uow.now(),
        "expires_at": worked_out["closes_at"] + KEPT_FOR,
    }
    uow.db["day_plans"].insert_one(row)
    return {**day_plans.one(uow.db, uow.locality, row), "code": code}


def _check_ferries(uow: UnitOfWork, worked_out: Row) -> None:
    """Refuse what was worked out from a timetable that has changed since."""
    for name in ("arrival_sailing_id", "return_sailing_id"):
        if worked_out[name] and lookups.sailing(uow, worked_out[name], name)["status"] == "cancelled":
            raise Conflict("A ferry of this day was cancelled at this moment. Ask again.")


def opened(db: RawDatabase, plan_id: str, code: str) -> Row:
    """The plan of that id for whoever has its code; raises ``NotFound``."""
    row = lookups.found_in(db, "day_plans", plan_id, "day plan")
    if not hmac.compare_digest(row["code_digest"], _digest(code)):
        raise NotFound("No day plan has this id and this code.")
    return row


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def redraft(db: RawDatabase, locality: Locality, now: datetime, row: Row, body: Row) -> Row:
    """Plan the rest of a day anew: what has begun stays, the rest is what fits best from there.

    A cancelled ferry is replaced by ``return_sailing_id`` or, without it, by the next one that runs.
    """
    came = db["sailings"].find_one({"_id": row.get("arrival_sailing_id")})
    if came and came["status"] == "cancelled" and now < row["starts_at"]:
        raise Conflict("The ferry this day begins with is cancelled. Make a new plan with the one you take.")
    return_id = body.get("return_sailing_id") or _next_ferry(db, row)
    closes_at = _closing(_running(db, return_id, "departure", row["town"])) if return_id else row["closes_at"]
    done = [stop for stop in row["stops"] if stop["begins_at"] <= now]
    starts_at = max(now, done[-1]["leaves_at"] if done else row["starts_at"])
    if closes_at <= starts_at:
        raise Conflict("This day is over.")
    here = Spot(done[-1]["point"]["lat"], done[-1]["point"]["lon"]) if done else None
    worked_out = _worked_out(db, locality, row, Frame(starts_at, closes_at, None, return_id), done, here)
    return {**worked_out, "starts_at": row["starts_at"], "arrival_sailing_id": row.get("arrival_sailing_id")}


def _next_ferry(db: RawDatabase, row: Row) -> str | None:
    sailing = db["sailings"].find_one({"_id": row.get("return_sailing_id")})
    if sailing is None or sailing["status"] != "cancelled":
        return row.get("return_sailing_id")
    leaves = sailing["departure"]["at"]
    later = {
        "departure.town": row["town"],
        "status": "scheduled",
        "departure.at": {"$gt": leaves, "$lt": leaves + NEXT_FERRY},
    }
    found = db["sailings"].find_one(later, sort=[("departure.at", 1)])
    if found is None:
        wrong = "No other ferry runs in the next 36 hours. Name one that does."
        raise Invalid("There is no ferry to replace the cancelled one.", errors={"return_sailing_id": [wrong]})
    return found["_id"]


def replace_plan(cmd: Command, uow: UnitOfWork, *, worked_out: Row) -> Row:
    """Keep the plan as it was worked out anew; its alerts are answered. Refuses when it was replanned meanwhile."""
    row = opened(uow.db, cmd.path["plan_id"], cmd.body["code"])
    if row["revision"] != cmd.body["revision"]:
        raise Conflict("This plan was changed meanwhile. Open it again.")
    if worked_out["return_sailing_id"]:
        _check_ferries(uow, {**worked_out, "arrival_sailing_id": None})
    change = {**worked_out, "revision": row["revision"] + 1, "alerts": [], "saved_at": uow.now()}
    change["expires_at"] = worked_out["closes_at"] + KEPT_FOR
    uow.db["day_plans"].update_one({"_id": row["_id"]}, {"$set": change})
    return day_plans.one(uow.db, uow.locality, {**row, **change})
