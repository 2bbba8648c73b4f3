"""Pre-orders: units set aside for someone, perhaps to be collected when a sailing has landed."""

from __future__ import annotations

from typing import Any

from contracts.marketplace import OrderDisrupted, OrderPlaced
from kernel.commands import Command
from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.marketplace import models, views
from services.marketplace.checks import invalid, price_in, referred
from services.marketplace.commands.announcements import announce_offering, money
from services.marketplace.commands.meeting import touch_account, touch_pickup
from services.marketplace.commands.sales import write_down
from services.marketplace.commands.stock import items_at, move, set_aside
from services.marketplace.domain.orders import NOT_COLLECTED, expires_at
from services.marketplace.domain.stock import ORDERED, STUDIO
from services.marketplace.models import Order
from services.marketplace.policies import may_change_order, must_be_member

Row = dict[str, Any]
OPEN = ("placed", "disrupted")
MAX_OPEN_ORDERS = 20
"""Open orders of one account: nobody sets a whole studio aside."""
MAX_UNITS_SET_ASIDE = 10
"""Units of one offering in the open orders of one account, however many orders they are in."""


def place_order(cmd: Command, uow: UnitOfWork) -> Row:
    """Set units aside for the caller; an order for a sailing that is already cancelled is disrupted at once."""
    body = cmd.body
    offering = referred(uow, "offerings", "offering_id", body["offering_id"], "offering")
    if offering["status"] != "listed":
        raise Conflict("This offering was withdrawn.")
    _leaves_enough_for_others(uow, cmd.actor.id, offering["_id"], body["quantity"])
    currency = body.get("currency") or offering["prices"][0]["currency"]
    unit_price = price_in(offering, currency, "currency")
    sailing, now = _sailing_of(uow, body.get("collect_sailing_id")), uow.now()
    order = Order(
        id=new_id(),
        offering_id=offering["_id"],
        maker_id=offering["maker_id"],
        town=offering["town"],
        buyer_id=cmd.actor.id,
        quantity=body["quantity"],
        price=models.Money(amount=unit_price * body["quantity"], currency=currency),
        collect_sailing_id=body.get("collect_sailing_id"),
        status="placed",
        placed_at=now,
        expires_at=expires_at(now, sailing["arrival"]["at"] if sailing else None),
    )
    if sailing and sailing["status"] == "cancelled":
        order.status, order.disruption = "disrupted", sailing["reason"]
    order.save(force_insert=True)
    row = order.to_mongo().to_dict()
    _move(uow, offering, row, STUDIO, ORDERED)
    uow.publish(placed(row))
    if order.status == "disrupted":
        uow.publish(disrupted(row, dict(order.disruption)))
    return views.order(row)


def collect_order(cmd: Command, uow: UnitOfWork) -> Row:
    """The maker hands an order over: it becomes a sale of the source ``order``, at the price it was ordered at."""
    order, maker = _found(cmd, uow)
    must_be_member(cmd.actor, maker, order["maker_id"])
    _still_open(order)
    offering = uow.db["offerings"].find_one({"_id": order["offering_id"]})
    counted, product = offering.get("available") is not None, offering["kind"] == "product"
    after = move(uow, offering["_id"], order["quantity"], ORDERED, None) if counted else offering
    items = items_at(uow, offering, ORDERED, order["quantity"], order_id=order["_id"]) if product else []
    sale = write_down(
        uow,
        after,
        maker,
        seller=cmd.actor.id,
        source="order",
        items=items,
        quantity=order["quantity"],
        price=money(order["price"]),
        at=uow.now(),
        order_id=order["_id"],
    )
    return {**views.order(_close(uow, order, "collected")), "sale": sale}


def cancel_order(cmd: Command, uow: UnitOfWork) -> Row:
    """The buyer or the maker cancels: the units are for sale again. Cancelling twice changes nothing."""
    order, maker = _found(cmd, uow)
    may_change_order(cmd.actor, order, maker)
    if order["status"] == "cancelled":
        return views.order(order)
    _still_open(order)
    return views.order(_cancel(uow, order))


def cancel_uncollected(uow: UnitOfWork, order_id: str) -> bool:
    """Cancel an order whose time is over, and say why; False when it is no longer open or not over yet."""
    due = {"status": {"$in": list(OPEN)}, "expires_at": {"$lte": uow.now()}}
    order = uow.db["orders"].find_one({"_id": order_id, **due})
    if order is None:
        return False
    _cancel(uow, order, cancellation=NOT_COLLECTED)
    return True


def placed(order: Row) -> OrderPlaced:
    """The event that an order stands."""
    return OrderPlaced(
        order_id=order["_id"],
        maker_id=order["maker_id"],
        offering_id=order["offering_id"],
        quantity=order["quantity"],
        placed_at=order["placed_at"],
        collect_sailing_id=order.get("collect_sailing_id"),
    )


def disrupted(order: Row, reason: dict[str, str]) -> OrderDisrupted:
    """The event that the sailing of an order does not run."""
    return OrderDisrupted(
        order_id=order["_id"], maker_id=order["maker_id"], sailing_id=order["collect_sailing_id"], reason=reason
    )


def _leaves_enough_for_others(uow: UnitOfWork, buyer_id: str, offering_id: str, quantity: int) -> None:
    """Raise ``Conflict`` for what would be too much for one account.

    The account's row is written before its orders are counted: of two orders at once the second sees the first.
    """
    touch_account(uow, buyer_id)
    mine = {"buyer_id": buyer_id, "status": {"$in": list(OPEN)}}
    found = list(uow.db["orders"].find(mine, {"offering_id": 1, "quantity": 1}).limit(MAX_OPEN_ORDERS))
    if len(found) >= MAX_OPEN_ORDERS:
        raise Conflict(f"You have {MAX_OPEN_ORDERS} open orders; collect or cancel one first.")
    units = sum(order["quantity"] for order in found if order["offering_id"] == offering_id)
    if units + quantity > MAX_UNITS_SET_ASIDE:
        left = MAX_UNITS_SET_ASIDE - units
        wrong = f"At most {left} more: {MAX_UNITS_SET_ASIDE} units of one offering are set aside for one account."
        raise Conflict("This would leave too little for others.", errors={"quantity": [wrong]})


def _sailing_of(uow: UnitOfWork, sailing_id: str | None) -> Row | None:
    if sailing_id is None:
        return None
    sailing = uow.db["sailings"].find_one({"_id": sailing_id})
    if sailing is None:
        raise invalid("collect_sailing_id", f"No sailing {sailing_id} is known here; take one from the timetable.")
    if sailing["departure"]["at"] <= uow.now():
        raise invalid("collect_sailing_id", "This sailing has left; take one that is still to leave.")
    touch_pickup(uow, sailing_id)
    return sailing


def _move(uow: UnitOfWork, offering: Row, order: Row, source: str, target: str) -> None:
    """Units of an order from one place in the studio to another, and what is left for sale is announced."""
    if offering.get("available") is None:
        return
    after = move(uow, offering["_id"], order["quantity"], source, target)
    if offering["kind"] == "product":
        back = target == STUDIO
        narrower = {"order_id": order["_id"]} if back else {}
        items = items_at(uow, offering, source, order["quantity"], **narrower)
        set_aside(uow, items, target, None if back else order["_id"])
    announce_offering(uow, after)


def _found(cmd: Command, uow: UnitOfWork) -> tuple[Row, Row]:
    order = uow.db["orders"].find_one({"_id": cmd.path["order_id"]})
    maker = order and uow.db["makers"].find_one({"_id": order["maker_id"]})
    if order is None or maker is None:
        raise NotFound(f"There is no order {cmd.path['order_id']}.")
    may_change_order(cmd.actor, order, maker)
    return order, maker


def _still_open(order: Row) -> None:
    if order["status"] not in OPEN:
        raise Conflict(f"This order was {order['status']} already.")


def _cancel(uow: UnitOfWork, order: Row, **why: Any) -> Row:
    """Its units are for sale again, and that is announced; the order as it is then."""
    offering = uow.db["offerings"].find_one({"_id": order["offering_id"]})
    _move(uow, offering, order, ORDERED, STUDIO)
    return _close(uow, order, "cancelled", **why)


def _close(uow: UnitOfWork, order: Row, status: str, **why: Any) -> Row:
    closing = {"status": status, "closed_at": uow.now(), **why}
    uow.db["orders"].update_one({"_id": order["_id"]}, {"$set": closing})
    return {**order, **closing}
