"""What the marketplace does when others have said something: sailings decide whether orders can be collected."""

from __future__ import annotations

from contracts.visitor import Call, SailingCancelled, SailingReinstated, SailingScheduled
from kernel.unit_of_work import UnitOfWork
from services.marketplace.commands.meeting import touch_pickup
from services.marketplace.commands.orders import OPEN, disrupted, placed
from services.marketplace.domain.orders import expires_at


def on_sailing_scheduled(event: SailingScheduled, uow: UnitOfWork) -> None:
    """Know the sailing. One that was cancelled and runs after all makes its disrupted orders stand again.

    One that lands later than was said gives more time to collect; nobody is given less than they were told.
    """
    _runs(event, uow)


def _runs(event: SailingScheduled | SailingReinstated, uow: UnitOfWork) -> None:
    before = _remember(uow, event, {"status": "scheduled"})
    if before is None:
        return
    if before["arrival"]["at"] != event.arrival.at:
        still_open = {"collect_sailing_id": event.sailing_id, "status": {"$in": list(OPEN)}}
        later = {"expires_at": expires_at(uow.now(), event.arrival.at)}
        uow.db["orders"].update_many(still_open, {"$max": later})
    if before["status"] != "cancelled":
        return
    waiting = {"collect_sailing_id": event.sailing_id, "status": "disrupted"}
    for order in uow.db["orders"].find(waiting).sort("_id"):
        uow.publish(placed(order))
    uow.db["orders"].update_many(waiting, {"$set": {"status": "placed"}, "$unset": {"disruption": ""}})


def on_sailing_reinstated(event: SailingReinstated, uow: UnitOfWork) -> None:
    """A sailing that was cancelled runs after all: its disrupted orders stand again."""
    _runs(event, uow)


def on_sailing_cancelled(event: SailingCancelled, uow: UnitOfWork) -> None:
    """Mark the orders that name this sailing, and no others, as disrupted; orders placed later see it themselves."""
    _remember(uow, event, {"status": "cancelled", "reason": event.reason})
    waiting = {"collect_sailing_id": event.sailing_id, "status": "placed"}
    for order in uow.db["orders"].find(waiting).sort("_id"):
        uow.publish(disrupted(order, event.reason))
    uow.db["orders"].update_many(waiting, {"$set": {"status": "disrupted", "disruption": event.reason}})


def _remember(
    uow: UnitOfWork, event: SailingScheduled | SailingReinstated | SailingCancelled, state: dict
) -> dict | None:
    """Replace what is known of the sailing; returns what was known before."""
    touch_pickup(uow, event.sailing_id)
    known = {**state, "departure": _call(event.departure), "arrival": _call(event.arrival)}
    return uow.db["sailings"].find_one_and_replace({"_id": event.sailing_id}, known, upsert=True)


def _call(call: Call) -> dict:
    return {"town": call.town, "at": call.at, "zone": call.zone}
