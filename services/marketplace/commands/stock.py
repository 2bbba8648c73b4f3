"""Moving units. Every change is one guarded increment in the transaction, so no count ever falls below zero.

Two buyers of the last unit write the same offering: MongoDB lets one commit, the other is run again, finds the guard
not met and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument, UpdateOne

from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.marketplace.domain.passport import Head, append
from services.marketplace.domain.stock import MAX_UNITS, STUDIO, change_of_available
from services.marketplace.keys import key_ring

Row = dict[str, Any]


def move(uow: UnitOfWork, offering_id: str, quantity: int, source: str | None, target: str | None) -> Row:
    """Take ``quantity`` units from one place and put them into another; returns the offering as it is then.

    ``None`` is outside: newly made, or sold. Raises ``Conflict`` when there are not that many in ``source``.
    """
    guard: Row = {"_id": offering_id}
    change = {"available": change_of_available(source, target, quantity)}
    if source is None:
        guard["available"] = {"$lte": MAX_UNITS - quantity}
    else:
        guard[f"stock.{source}"] = {"$gte": quantity}
        change[f"stock.{source}"] = -quantity
    if target is not None:
        change[f"stock.{target}"] = quantity
    after = uow.db["offerings"].find_one_and_update(guard, {"$inc": change}, return_document=ReturnDocument.AFTER)
    if after is None:
        raise Conflict(
            f"There would be more than {MAX_UNITS} units of this offering."
            if source is None
            else f"There are not {quantity} units in this place any more; nothing was changed."
        )
    return after


def items_at(uow: UnitOfWork, offering: Row, place: str, quantity: int, **narrower: Any) -> list[Row]:
    """``quantity`` items of an offering that are in a place, oldest first. Raises ``Conflict`` when there are fewer."""
    query = {"offering_id": offering["_id"], "place": place, **narrower}
    rows = list(uow.db["items"].find(query).sort("_id").limit(quantity))
    if len(rows) < quantity:
        raise Conflict(f"Of these items, {len(rows)} and not {quantity} were in this place at that time.")
    return rows


def make_items(
    uow: UnitOfWork, offering: Row, quantity: int, at: datetime, happened: Callable[[str], Row]
) -> list[str]:
    """New items in the studio, each with the first entry of its passport."""
    signer = key_ring()
    items, entries = [], []
    for _ in range(quantity):
        item_id = new_id()
        entry, head = append(None, item_id, happened(item_id), signer)
        entries.append(_entry_row(entry))
        items.append(
            {
                "_id": item_id,
                "offering_id": offering["_id"],
                "maker_id": offering["maker_id"],
                "place": STUDIO,
                "last_event_at": at,
                "head": vars(head),
                "synthetic": offering["synthetic"],
            }
        )
    if items:
        uow.db["items"].insert_many(items)
        uow.db["passport_entries"].insert_many(entries)
    return [item["_id"] for item in items]


def record(uow: UnitOfWork, items: Sequence[Row], place: str, at: datetime, happened: Callable[[str], Row]) -> None:
    """Put items into a place and write into each one's passport how they got there."""
    signer = key_ring()
    entries, changes = [], []
    for item in items:
        entry, head = append(Head(**item["head"]), item["_id"], happened(item["_id"]), signer)
        entries.append(_entry_row(entry))
        changes.append(
            UpdateOne(
                {"_id": item["_id"], "head.hash": item["head"]["hash"]},
                {"$set": {"place": place, "last_event_at": at, "head": vars(head)}, "$unset": {"order_id": ""}},
            )
        )
    if not entries:
        return
    changed = uow.db["items"].bulk_write(changes).matched_count
    if changed != len(entries):
        raise Conflict("Something else happened to these items at the same time; nothing was changed.")
    uow.db["passport_entries"].insert_many(entries)


def set_aside(uow: UnitOfWork, items: Sequence[Row], place: str, order_id: str | None) -> None:
    """Put items aside for an order, or back; they do not leave the studio, so their passports say nothing of it."""
    change: Row = {"$set": {"place": place, "order_id": order_id}}
    if order_id is None:
        change = {"$set": {"place": place}, "$unset": {"order_id": ""}}
    uow.db["items"].update_many({"_id": {"$in": [item["_id"] for item in items]}}, change)


def _entry_row(entry: Row) -> Row:
    return {"_id": new_id(), "item_id": entry["item_id"], "sequence": entry["sequence"], "entry": entry}
