"""Shifts of volunteer ambassadors at the centres."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import lookups
from services.visitor.domain.desk import LONGEST_SHIFT
from services.visitor.line import known_centre
from services.visitor.models import Shift
from services.visitor.views import shifts

Row = dict[str, Any]


def plan_shift(cmd: Command, uow: UnitOfWork) -> Row:
    """Plan a shift at a centre; one aboard belongs to a sailing and lasts as long as it, unless told otherwise."""
    body = {name: value for name, value in cmd.body.items() if value is not None}
    centre = known_centre(uow.locality, body["centre_id"])
    if centre.aboard:
        if "sailing_id" not in body:
            raise Invalid("A shift aboard needs its sailing.", errors={"sailing_id": ["Which sailing is it on?"]})
        sailing = lookups.sailing(uow, body["sailing_id"])
        body = {"starts_at": sailing["departure"]["at"], "ends_at": sailing["arrival"]["at"], **body}
    elif "sailing_id" in body:
        wrong = "Leave it out: a shift ashore serves every sailing that lands in its time."
        raise Invalid("Only a shift aboard names a sailing.", errors={"sailing_id": [wrong]})
    _check_times(body)
    wanted = {**{name: value for name, value in body.items() if name != "id"}, "_id": body.get("id") or new_id()}
    row = lookups.sent_before(uow, "shifts", wanted, "created_by", cmd.actor)
    if row is None:
        shift = Shift(id=wanted.pop("_id"), **wanted, created_by=cmd.actor.id).save()
        row = shift.to_mongo().to_dict()
    return shifts.one(uow.db, uow.locality, row, cmd.actor)


def _check_times(body: Row) -> None:
    for name in ("starts_at", "ends_at"):
        if name not in body:
            raise Invalid("A shift ashore needs its times.", errors={name: ["For example 2018-08-19T09:30:00+01:00."]})
    if not timedelta(0) < body["ends_at"] - body["starts_at"] <= LONGEST_SHIFT:
        raise Invalid("The times do not fit.", errors={"ends_at": ["After the start, at most 12 hours later."]})


def sign_up(cmd: Command, uow: UnitOfWork) -> Row:
    """Put the asking ambassador on a shift; changes nothing when they are on it. Never more than its capacity."""
    row = lookups.found(uow, "shifts", cmd.path["shift_id"], "shift")
    on_it = row.get("ambassador_ids", [])
    if cmd.actor.id not in on_it:
        if len(on_it) >= row["capacity"]:
            raise Conflict("This shift has all the ambassadors it needs. Look for one without cover.")
        Shift.objects(id=row["_id"]).update_one(push__ambassador_ids=cmd.actor.id)
    return shifts.one(uow.db, uow.locality, {**row, "ambassador_ids": list({*on_it, cmd.actor.id})}, cmd.actor)


def step_back(cmd: Command, uow: UnitOfWork) -> Row:
    """Take the asking ambassador off a shift; changes nothing when they are not on it."""
    row = lookups.found(uow, "shifts", cmd.path["shift_id"], "shift")
    Shift.objects(id=row["_id"]).update_one(
        pull__ambassador_ids=cmd.actor.id, pull__offers={"ambassador_id": cmd.actor.id}
    )
    others = [each for each in row.get("ambassador_ids", []) if each != cmd.actor.id]
    offers = [each for each in row.get("offers", []) if each["ambassador_id"] != cmd.actor.id]
    return shifts.one(uow.db, uow.locality, {**row, "ambassador_ids": others, "offers": offers}, cmd.actor)
