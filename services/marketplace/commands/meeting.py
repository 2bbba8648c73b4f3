"""Rows that whatever must not miss another writes first: of two at once the second starts over and sees the first."""

from __future__ import annotations

from kernel.unit_of_work import UnitOfWork


def touch_account(uow: UnitOfWork, account_id: str) -> None:
    """Where what one account has is counted: its open orders, the makers it joined as."""
    _touch(uow, "buyers", account_id)


def touch_pickup(uow: UnitOfWork, sailing_id: str) -> None:
    """Where orders and news of one sailing meet."""
    _touch(uow, "pickups", sailing_id)


def touch_maker(uow: UnitOfWork, maker_id: str) -> None:
    """Where what a maker is called and what they offer meet."""
    _touch(uow, "makers", maker_id)


def _touch(uow: UnitOfWork, collection: str, identity: str) -> None:
    uow.db[collection].update_one({"_id": identity}, {"$inc": {"touched": 1}}, upsert=True)
