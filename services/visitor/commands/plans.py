"""Day plans: what someone wants to see, and the sailing they must be back for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import lookups
from services.visitor.domain.timetable import day_bounds
from services.visitor.line import known_town
from services.visitor.views import plans

Row = dict[str, Any]

KEPT_FOR = timedelta(days=60)
"""How long a plan stays after its day, or after it was saved when that is later."""


def save_plan(cmd: Command, uow: UnitOfWork) -> Row:
    """Keep a plan for whoever holds its id; anonymous, so it says nothing about a person."""
    body = cmd.body
    town = known_town(uow.locality, body["town"])
    identity = body.get("id") or new_id()
    wanted = {
        "_id": identity,
        "town": town.slug,
        "date": body["date"].isoformat(),
        "stops": body["stops"],
        "return_sailing_id": body["return_sailing_id"],
    }
    row = uow.db["plans"].find_one({"_id": identity})
    if row is None:
        _check_sailing(uow, wanted)
        for index, stop in enumerate(body["stops"]):
            lookups.target(uow, stop["kind"], stop["id"], field=f"stops.{index}.id")
        ends_at = day_bounds(body["date"], town.tz)[1]
        times = {"saved_at": uow.now(), "expires_at": max(ends_at, uow.now()) + KEPT_FOR}
        row = {**wanted, **times}
        uow.db["plans"].insert_one(row)
    elif any(row.get(name) != value for name, value in wanted.items()):
        raise Conflict("This id is taken by another plan. Make a new id for a new plan.")
    return plans.one(uow.db, row)


def _check_sailing(uow: UnitOfWork, wanted: Row) -> None:
    sailing = lookups.sailing(uow, wanted["return_sailing_id"], field="return_sailing_id")
    leaves = sailing["departure"]
    wrong = None
    if leaves["town"] != wanted["town"] or leaves["date"] < wanted["date"]:
        wrong = f"Choose a sailing that leaves {wanted['town']} on {wanted['date']} or later."
    elif sailing["status"] == "cancelled":
        wrong = "This sailing is cancelled. Choose another one."
    if wrong:
        raise Invalid("That sailing does not bring you back.", errors={"return_sailing_id": [wrong]})
