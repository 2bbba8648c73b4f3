"""What the marketplace says when a listing is new or has changed: always the whole listing."""

from __future__ import annotations

from typing import Any

from contracts.base import Money, Point
from contracts.marketplace import MakerJoined, OfferingListed
from kernel.unit_of_work import UnitOfWork

Row = dict[str, Any]


def money(amount: Row) -> Money:
    """An amount as events carry it; MongoDB's own kind of integer is none of theirs."""
    return Money(amount=int(amount["amount"]), currency=amount["currency"])


def announce_maker(uow: UnitOfWork, maker: Row) -> None:
    """Say how a maker's listing reads now."""
    uow.publish(
        MakerJoined(
            maker_id=maker["_id"],
            town=maker["town"],
            name=maker["name"],
            craft=maker["craft"],
            summary=maker["summary"],
            joined_at=maker["joined_at"],
            address=maker.get("address"),
            point=Point(**maker["point"]) if maker.get("point") else None,
            visitors_welcome=maker["visitors_welcome"],
            synthetic=maker["synthetic"],
        )
    )


def announce_offering(uow: UnitOfWork, offering: Row) -> None:
    """Say how an offering reads now, with what is available; nothing about one that was withdrawn."""
    if offering["status"] != "listed":
        return
    prices = [money(price) for price in offering["prices"]]
    uow.publish(
        OfferingListed(
            offering_id=offering["_id"],
            maker_id=offering["maker_id"],
            town=offering["town"],
            kind=offering["kind"],
            title=offering["title"],
            summary=offering["summary"],
            price=prices[0],
            prices=prices,
            available=offering.get("available"),
            synthetic=offering["synthetic"],
        )
    )
