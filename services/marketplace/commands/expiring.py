"""Orders that nobody collected in time end, and their units are for sale again, though nobody asked (``CHORES``)."""

from __future__ import annotations

from datetime import timedelta

from kernel.chores import Chore
from kernel.unit_of_work import Store
from services.marketplace.commands.orders import OPEN, cancel_uncollected
from services.marketplace.domain.orders import expires_at

BATCH = 200
"""Most orders that end in one turn."""


def end_orders(store: Store) -> int:
    """Cancel the orders whose time is over, the longest overdue first, each in a transaction of its own; how many."""
    _give_an_end(store)
    due = {"status": {"$in": list(OPEN)}, "expires_at": {"$lte": store.clock.now()}}
    rows = list(store.db["orders"].find(due, {"_id": 1}).sort("expires_at", 1).limit(BATCH))
    return sum(_end(store, row["_id"]) for row in rows)


def _end(store: Store, order_id: str) -> bool:
    return store.transact(lambda uow: cancel_uncollected(uow, order_id))


def _give_an_end(store: Store) -> None:
    """Orders that were placed when orders had no end yet get one, as if they had been placed now."""
    endless = {"status": {"$in": list(OPEN)}, "expires_at": None}
    if store.db["orders"].find_one(endless, {"_id": 1}):
        end = {"$set": {"expires_at": expires_at(store.clock.now())}}
        store.transact(lambda uow: uow.db["orders"].update_many(endless, end).modified_count)


CHORES = (Chore("end_orders", timedelta(seconds=30), end_orders),)
"""What the worker does for the marketplace without anyone asking."""
