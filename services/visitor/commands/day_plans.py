"""Day plans made to fit between two ferries: planned outside of a transaction, saved in one.

A plan says nothing about a person. Its code is told once, when it is made; only the code's digest is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import new_id
from kernel.locality import Locality, Town
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import day_ferries, lookups
from services.visitor.commands.day_ferries import Frame
from services.visitor.commands.plans import KEPT_FOR
from services.visitor.domain.day_plans import IN_HAND, MINUTE, Candidate, Day, PlannedStop, plan
from services.visitor.domain.walking import Spot
from services.visitor.domain.windows import hours_told
from services.visitor.line import known_town
from services.visitor.views import candidates as listed
from services.visitor.views import day_plans
from services.visitor.views.sailings import last_checkin

Row = dict[str, Any]


def draft(db: RawDatabase, locality: Locality, now: datetime, body: Row) -> Row:
    """Plan a day: the part of a plan that is worked out. Reads and computes; takes up to about a second."""
    known_town(locality, body["town"])
    return _worked_out(db, locality, body, day_ferries.frame(db, now, body), [], None, strict=True)


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
    before = {(stop["kind"], stop["id"]) for stop in body.get("stops", ())}
    wish = listed.Wish(town, frame.starts_at, frame.closes_at, body["interests"], set(wanted), before)
    choice = [each for each in listed.candidates(db, wish) if (each.kind, each.id) not in visited]
    if strict:
        _check_wanted(wanted, {(each.kind, each.id) for each in choice})
    made = plan(Day(frame.starts_at, frame.closes_at, quay, body["pace"], here), choice)
    if made is None:
        wrong = "Take a later ferry: there is not even time to walk to this one."
        raise Invalid("There is no time ashore.", errors={"return_sailing_id": [wrong]})
    stops = [_stop(each.candidate, each, town) for each in made.stops]
    first = made.stops[0].begins_at if made.stops else frame.closes_at - IN_HAND
    walk = made.stops[0].walk_minutes if made.stops else made.walk_back_minutes
    return {
        **asdict(frame),
        "stops": [*done, *stops],
        "walk_back_minutes": made.walk_back_minutes,
        "back_at": made.back_at,
        "ashore_by": None if done else first - walk * MINUTE,
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


def save(cmd: Command, uow: UnitOfWork, *, worked_out: Row) -> Row:
    """Keep a plan as it was worked out, and tell its code: this once."""
    day_ferries.check_ferries(uow, worked_out)
    code = secrets.token_urlsafe(16)
    row = {
        "_id": new_id(),
        "code_digest": _digest(code),
        **{name: cmd.body[name] for name in ("town", "pace", "interests", "wanted")},
        **worked_out,
        "given_up": [],
        "revision": 1,
        "alerts": [],
        "saved_at": uow.now(),
        "expires_at": worked_out["closes_at"] + KEPT_FOR,
    }
    uow.db["day_plans"].insert_one(row)
    return {**day_plans.one(uow.db, uow.locality, row), "code": code}


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
    begins = day_ferries.arrival_of(db, row, now)
    done = [stop for stop in row["stops"] if stop["begins_at"] <= now]
    starts_at = max(now, done[-1]["leaves_at"] if done else begins)
    return_id = body.get("return_sailing_id") or day_ferries.next_ferry(db, row, starts_at)
    closes_at = row["closes_at"]
    if return_id:
        closes_at = last_checkin(day_ferries.running(db, return_id, "departure", row["town"]))
    if closes_at <= starts_at:
        raise Conflict("This day is over.")
    here = Spot(done[-1]["point"]["lat"], done[-1]["point"]["lon"]) if done else None
    frame = Frame(starts_at, closes_at, row.get("arrival_sailing_id"), return_id)
    worked_out = _worked_out(db, locality, row, frame, done, here)
    return {
        **worked_out,
        "starts_at": row["starts_at"] if done else begins,
        "given_up": day_ferries.given_up(db, row, return_id),
    }


def replace_plan(cmd: Command, uow: UnitOfWork, *, worked_out: Row) -> Row:
    """Keep the plan as it was worked out anew; its alerts are answered. Refuses when it was replanned meanwhile."""
    row = opened(uow.db, cmd.path["plan_id"], cmd.body["code"])
    if row["revision"] != cmd.body["revision"]:
        raise Conflict("This plan was changed meanwhile. Open it again.")
    begun = {"arrival_sailing_id": None} if worked_out["ashore_by"] is None else {}
    day_ferries.check_ferries(uow, worked_out | begun)
    change = {**worked_out, "revision": row["revision"] + 1, "alerts": [], "saved_at": uow.now()}
    change["expires_at"] = worked_out["closes_at"] + KEPT_FOR
    uow.db["day_plans"].update_one({"_id": row["_id"]}, {"$set": change})
    return day_plans.one(uow.db, uow.locality, {**row, **change})
