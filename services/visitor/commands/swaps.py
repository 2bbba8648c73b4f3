"""Ambassadors who cannot come offer their place on a shift; it stays theirs until another has taken it."""

from __future__ import annotations

from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import lookups
from services.visitor.views import shifts

Row = dict[str, Any]


def offer(cmd: Command, uow: UnitOfWork) -> Row:
    """Offer the asking ambassador's place, for nothing or for one on the shift ``wants``. A new offer replaces theirs.

    Raises ``Conflict`` for someone who is not on the shift and for a shift that has begun, ``Invalid`` for a shift
    wanted that is not there, is this one, or has the offering one already.
    """
    row = lookups.found(uow, "shifts", cmd.path["shift_id"], "shift")
    if cmd.actor.id not in row.get("ambassador_ids", []):
        raise Conflict("You are not on this shift, so you have no place to offer.")
    _not_begun(uow, row)
    wants = cmd.body.get("wants")
    if wants is not None:
        wanted = uow.db["shifts"].find_one({"_id": wants})
        if wanted is None or wants == row["_id"] or cmd.actor.id in wanted.get("ambassador_ids", []):
            raise Invalid("That shift cannot be had in exchange.", errors={"wants": ["A shift you are not on."]})
    mine = {"ambassador_id": cmd.actor.id, "wants": wants, "offered_at": uow.now()}
    return _keep(uow, cmd, row, offers=[*_others(row, cmd.actor.id), mine])


def withdraw(cmd: Command, uow: UnitOfWork) -> Row:
    """Take the asking ambassador's offer back; changes nothing when there is none."""
    row = lookups.found(uow, "shifts", cmd.path["shift_id"], "shift")
    return _keep(uow, cmd, row, offers=_others(row, cmd.actor.id))


def accept(cmd: Command, uow: UnitOfWork) -> Row:
    """Take an offered place, and give the one it was offered for: both in one step, so no shift is short of anyone.

    Raises ``Conflict`` when there is no such offer, the taker is on the shift already, or does not have the place
    that is wanted; ``Invalid`` naming ``ambassador_id`` when several offers stand and none is named.
    """
    row = lookups.found(uow, "shifts", cmd.path["shift_id"], "shift")
    _not_begun(uow, row)
    taken = _chosen(row, cmd.body.get("ambassador_id"))
    giver, taker = taken["ambassador_id"], cmd.actor.id
    if taker in row["ambassador_ids"]:
        raise Conflict("You are on this shift already.")
    if taken.get("wants"):
        back = uow.db["shifts"].find_one({"_id": taken["wants"]})
        if back is None or taker not in back.get("ambassador_ids", []) or giver in back["ambassador_ids"]:
            raise Conflict("This place is offered for one on another shift that you do not have to give.")
        _not_begun(uow, back)
        _keep(uow, cmd, back, offers=_others(back, taker), ambassador_ids=_instead(back, taker, giver))
    return _keep(uow, cmd, row, offers=_others(row, giver), ambassador_ids=_instead(row, giver, taker))


def _chosen(row: Row, ambassador_id: str | None) -> Row:
    offers = row.get("offers", [])
    if ambassador_id is None and len(offers) > 1:
        raise Invalid("Several places are offered.", errors={"ambassador_id": ["Name whose place you take."]})
    for each in offers:
        if ambassador_id in (None, each["ambassador_id"]):
            chosen: Row = each
            return chosen
    raise Conflict("This place is not offered, or was taken by another.")


def _not_begun(uow: UnitOfWork, row: Row) -> None:
    if row["starts_at"] <= uow.now():
        raise Conflict("This shift has begun. Ring the coordinator.")


def _others(row: Row, ambassador_id: str) -> list[Row]:
    return [each for each in row.get("offers", []) if each["ambassador_id"] != ambassador_id]


def _instead(row: Row, leaves: str, comes: str) -> list[str]:
    return [comes if each == leaves else each for each in row["ambassador_ids"]]


def _keep(uow: UnitOfWork, cmd: Command, row: Row, **change: Any) -> Row:
    uow.db["shifts"].update_one({"_id": row["_id"]}, {"$set": change})
    return shifts.one(uow.db, uow.locality, row | change, cmd.actor)
