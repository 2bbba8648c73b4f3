"""An enquiry with its referral in one tap: what the desk knows anyway, nobody has to enter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kernel.commands import Command
from kernel.errors import Invalid
from kernel.locality import Locality
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import desk
from services.visitor.line import known_centre, line_of
from services.visitor.views.sailings import lands_at

Row = dict[str, Any]

AROUND = timedelta(minutes=30)
"""How long before and after a shift someone is taken to be at its desk."""
JUST_LANDED = timedelta(hours=3)
"""How long after docking people at a desk ashore are taken to be off that ship."""
TOPIC_OF = {"maker": "makers", "event": "events", "place": "things-to-do"}


def log_quickly(cmd: Command, uow: UnitOfWork) -> Row:
    """Log an enquiry of which only what is special was entered, and say in ``assumed`` what was taken to be so.

    The centre is that of the shift the ambassador is on, else the one they logged at last; the sailing the one aboard
    or the last that landed there; the language that of the town the ship came from; the topic what the referral is
    to. Sent again under its id, it is the record that was made. Raises ``Invalid`` naming ``centre_id`` for someone
    who is nowhere yet.
    """
    body = {name: value for name, value in cmd.body.items() if value is not None}
    before = uow.db["enquiries"].find_one({"_id": body.get("id"), "logged_by": cmd.actor.id})
    told = _as_before(before) if before else _assumed(uow, cmd.actor.id, body)
    assumed = {name: value for name, value in told.items() if name not in body}
    logged = desk.log_enquiry(replace(cmd, body={"synthetic": False} | assumed | body), uow)
    return {**logged, "assumed": sorted(assumed)}


def _as_before(row: Row) -> Row:
    names = ("centre_id", "topic", "language", "sailing_id")
    return {name: row[name] for name in names if name in row}


def _assumed(uow: UnitOfWork, ambassador_id: str, body: Row) -> Row:
    shift = _shift_now(uow, ambassador_id)
    centre_id = body.get("centre_id") or (shift or {}).get("centre_id") or _centre_before(uow, ambassador_id)
    if centre_id is None:
        names = ", ".join(each.slug for each in line_of(uow.locality).centres)
        wrong = f"You are on no shift now, so say where you are: {names}."
        raise Invalid("Which desk is this at?", errors={"centre_id": [wrong]})
    centre = known_centre(uow.locality, centre_id)
    at_this_desk = shift if shift and shift["centre_id"] == centre_id else None
    sailing = _sailing_now(uow, centre.town, (at_this_desk or {}).get("sailing_id"))
    told: Row = {
        "centre_id": centre_id,
        "topic": TOPIC_OF[body["referral"]["target_kind"]] if body.get("referral") else "other",
        "language": _language(uow.locality, sailing, centre.town),
    }
    return told | ({"sailing_id": sailing["_id"]} if sailing else {})


def _shift_now(uow: UnitOfWork, ambassador_id: str) -> Row | None:
    now = uow.now()
    around = {"starts_at": {"$lte": now + AROUND, "$gte": now - timedelta(hours=13)}, "ends_at": {"$gte": now - AROUND}}
    shift: Row | None = uow.db["shifts"].find_one(around | {"ambassador_ids": ambassador_id}, sort=[("starts_at", -1)])
    return shift


def _centre_before(uow: UnitOfWork, ambassador_id: str) -> str | None:
    recent = {"logged_by": ambassador_id, "logged_at": {"$gte": uow.now() - timedelta(hours=12)}}
    row = uow.db["enquiries"].find_one(recent, sort=[("logged_at", -1)])
    return row["centre_id"] if row else None


def _sailing_now(uow: UnitOfWork, town: str | None, aboard: str | None) -> Row | None:
    """The sailing that people at a desk are off: the one the desk is aboard, else the last that landed there."""
    if town is None:
        found: Row | None = uow.db["sailings"].find_one({"_id": aboard}) if aboard else None
        return found
    now = uow.now()
    near = {"arrival.town": town, "departure.at": {"$gte": now - timedelta(days=2), "$lte": now}, "status": "scheduled"}
    rows = [row for row in uow.db["sailings"].find(near) if now - JUST_LANDED <= lands_at(row) <= now]
    return max(rows, key=lands_at, default=None)


def _language(locality: Locality, sailing: Row | None, town: str | None) -> str:
    slug = sailing["departure"]["town"] if sailing else town
    known = locality.town(slug) if slug else None
    return (known or locality.towns[0]).language
