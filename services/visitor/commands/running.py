"""Sailings that do not run as planned: said by an ambassador or by a live feed, and taken back again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.base import Text
from contracts.visitor import Call, SailingCancelled, SailingDelayed, SailingReinstated, SailingScheduled
from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.unit_of_work import UnitOfWork
from services.visitor.commands import lookups
from services.visitor.domain.running import Expected, NotPossible, Source, Told, expectation
from services.visitor.views import sailings

Row = dict[str, Any]

UNDONE = ("expected", "delay_reason", "cancelled_at", "cancelled_by", "reason", "told_by", "told_at", "untold")


def delay_sailing(cmd: Command, uow: UnitOfWork) -> Row:
    """Say when a sailing is expected instead. A landing left out is as late as the departure.

    Saying the timetable's own times takes a delay back. Raises ``Conflict`` for a cancelled sailing, ``Invalid``
    naming the field for times that cannot be.
    """
    row = lookups.found(uow, "sailings", cmd.path["sailing_id"], "sailing")
    if row["status"] == "cancelled":
        raise Conflict("This sailing is cancelled. If it runs after all, take the cancellation back first.")
    leaves, lands = cmd.body["departs_at"], cmd.body.get("arrives_at")
    try:
        expected = expectation(
            row["departure"]["at"], row["arrival"]["at"], Told(at=leaves), Told(at=lands) if lands else None
        )
    except NotPossible as error:
        field = "departs_at" if error.end == "departure" else "arrives_at"
        raise Invalid("This sailing cannot be expected then.", errors={field: [f"It {_must(error)}."]}) from error
    if expected is None:
        return sailings.sailing_view(run_as_planned(uow, row))
    return sailings.sailing_view(expect(uow, row, expected, cmd.body["reason"], "hand"))


def _must(error: NotPossible) -> str:
    return error.problem if error.problem.startswith("must") else f"must be {error.problem}"


def undo_delay(cmd: Command, uow: UnitOfWork) -> Row:
    """Take a delay back: the sailing runs as planned. Changes nothing when it is not delayed."""
    row = lookups.found(uow, "sailings", cmd.path["sailing_id"], "sailing")
    return sailings.sailing_view(run_as_planned(uow, row) if row["status"] != "cancelled" else row)


def undo_cancellation(cmd: Command, uow: UnitOfWork) -> Row:
    """Take a cancellation back: the sailing runs as planned. Changes nothing when it is not cancelled."""
    row = lookups.found(uow, "sailings", cmd.path["sailing_id"], "sailing")
    return sailings.sailing_view(run_as_planned(uow, row) if row["status"] == "cancelled" else row)


def expect(uow: UnitOfWork, row: Row, expected: Expected, reason: Text, source: Source) -> Row:
    """Keep and say that a running sailing is expected at other times; nothing when that is known."""
    times = {"departs_at": expected.departs_at, "arrives_at": expected.arrives_at}
    if row.get("expected") == times and row.get("delay_reason") == reason:
        return _told(uow, row, {}, source)
    row = _told(uow, row, {"expected": times, "delay_reason": reason}, source)
    uow.publish(
        SailingDelayed(
            sailing_id=row["_id"],
            departure=_said(row["departure"]),
            arrival=_said(row["arrival"]),
            expected_departure_at=expected.departs_at,
            expected_arrival_at=expected.arrives_at,
            told_at=row["told_at"],
            reason=reason,
        )
    )
    return row


def cancel(uow: UnitOfWork, row: Row, reason: Text, by: str, source: Source) -> Row:
    """Keep and say that a sailing does not run. Said once: a second time keeps the first reason."""
    if row["status"] == "cancelled":
        return _told(uow, row, {}, source) if source == "hand" else row
    change = {"status": "cancelled", "cancelled_at": uow.now(), "cancelled_by": by, "reason": reason}
    row = _told(uow, row, change, source)
    uow.publish(
        SailingCancelled(
            sailing_id=row["_id"],
            departure=_said(row["departure"]),
            arrival=_said(row["arrival"]),
            cancelled_at=row["cancelled_at"],
            reason=reason,
        )
    )
    return row


def run_as_planned(uow: UnitOfWork, row: Row) -> Row:
    """Keep and say that a cancelled or delayed sailing runs as its timetable says; nothing when that is so."""
    if row["status"] == "scheduled" and not is_expected_otherwise(row):
        return row
    uow.db["sailings"].update_one(
        {"_id": row["_id"]}, {"$set": {"status": "scheduled"}, "$unset": dict.fromkeys(UNDONE, "")}
    )
    changed = row.get("untold", False)
    row = {name: value for name, value in row.items() if name not in UNDONE} | {"status": "scheduled"}
    if changed:
        uow.publish(_scheduled(row))
    uow.publish(reinstated(row, uow))
    return row


def is_expected_otherwise(row: Row) -> bool:
    """Whether somebody has said that a sailing will leave or land at other times than its timetable's."""
    return bool(row.get("expected"))


def reinstated(row: Row, uow: UnitOfWork) -> SailingReinstated:
    """That a sailing runs as its timetable says."""
    departure, arrival = _said(row["departure"]), _said(row["arrival"])
    return SailingReinstated(sailing_id=row["_id"], departure=departure, arrival=arrival, reinstated_at=uow.now())


def _scheduled(row: Row) -> SailingScheduled:
    """The timetable entry of a sailing, which changed while it was cancelled and was not told then."""
    return SailingScheduled(
        sailing_id=row["_id"],
        service_date=row["service_date"],
        departure=_said(row["departure"]),
        arrival=_said(row["arrival"]),
        checkin_minutes=row["checkin_minutes"],
        ship=row.get("ship"),
        expected_passengers=row.get("expected_passengers"),
        illustrative=row.get("illustrative", False),
    )


def _told(uow: UnitOfWork, row: Row, change: Row, source: Source) -> Row:
    """The row with ``change``, and who says so, if that is another than before."""
    if not change and row.get("told_by") == source:
        return row
    told: dict[str, str | datetime] = {"told_by": source, "told_at": uow.now()}
    uow.db["sailings"].update_one({"_id": row["_id"]}, {"$set": change | told})
    return row | change | told


def _said(call: Row) -> Call:
    return Call(town=call["town"], at=call["at"], zone=call["zone"])
