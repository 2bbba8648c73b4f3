"""Selling: units leave, the maker's income is written down, the passport says so. All at once or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contracts.base import Money
from contracts.marketplace import ItemSold
from kernel.commands import Command
from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.marketplace import views
from services.marketplace.checks import (
    happened_at,
    invalid,
    known_currency,
    known_town,
    not_before,
    price_in,
    referred,
    within_days,
)
from services.marketplace.commands.announcements import announce_offering
from services.marketplace.commands.parties import shop, studio_of
from services.marketplace.commands.stock import items_at, move, record
from services.marketplace.domain import epcis
from services.marketplace.domain.money import split
from services.marketplace.domain.stock import SOLD, STUDIO
from services.marketplace.models import LedgerEntry
from services.marketplace.policies import may_sell

Row = dict[str, Any]


def sell(cmd: Command, uow: UnitOfWork) -> Row:
    """A studio or a pop-up shop sells units: those named by ``item_ids``, or any ``quantity`` of an offering."""
    body = cmd.body
    offering = _offering_of(uow, body)
    maker = uow.db["makers"].find_one({"_id": offering["maker_id"]})
    popup = referred(uow, "popups", "popup_id", body["popup_id"], "pop-up shop") if body.get("popup_id") else None
    may_sell(cmd.actor, maker, popup)
    source = _source_of(body, popup)
    if offering["status"] != "listed":
        raise Conflict("This offering was withdrawn; its maker can relist it.")
    if popup and offering["kind"] != "product":
        raise invalid("popup_id", f"A {offering['kind']} is not sold in a shop; leave it out.")
    at = happened_at(uow, body, "sold_at")
    if popup:
        within_days(popup, at, known_town(uow.locality, popup["town"]), "sold_at")
    currency = popup["currency"] if popup else body.get("currency") or offering["prices"][0]["currency"]
    if body.get("currency", currency) != currency:
        raise invalid("currency", f"The till of this shop takes {currency}.")
    known_currency(uow.locality, currency)
    quantity, place = _quantity_of(body), popup["_id"] if popup else STUDIO
    unit_price = price_in(offering, currency, "currency")
    after = offering if offering.get("available") is None else move(uow, offering["_id"], quantity, place, None)
    items = _choose(uow, offering, place, quantity, body.get("item_ids"), at)
    return write_down(
        uow,
        after,
        maker,
        seller=cmd.actor.id,
        popup=popup,
        source=source,
        items=items,
        quantity=quantity,
        price=Money(amount=unit_price * quantity, currency=currency),
        at=at,
    )


def write_down(
    uow: UnitOfWork,
    offering: Row,
    maker: Row,
    *,
    seller: str,
    source: str,
    items: list[Row],
    quantity: int,
    price: Money,
    at: datetime,
    popup: Row | None = None,
    order_id: str | None = None,
) -> Row:
    """The ledger entry, the passports and the events of a sale whose units have left; returns the sale as shown."""
    rate = popup["commission_basis_points"] if popup else 0
    shares = split(price.amount, rate)
    owner = studio_of(maker, uow.locality)
    outlet = shop(popup, uow.locality) if popup else owner
    record(uow, items, SOLD, at, lambda item_id: epcis.sold(item_id, owner, outlet, at))
    entry = LedgerEntry(
        id=new_id(),
        maker_id=maker["_id"],
        offering_id=offering["_id"],
        item_ids=[item["_id"] for item in items],
        quantity=quantity,
        source=source,
        currency=price.currency,
        price=shares.price,
        commission=shares.commission,
        income=shares.income,
        commission_basis_points=rate,
        popup_id=popup["_id"] if popup else None,
        order_id=order_id,
        sold_at=at,
        recorded_at=uow.now(),
        recorded_by=seller,
    )
    entry.save(force_insert=True)
    uow.publish(
        ItemSold(
            sale_id=entry.id,
            offering_id=offering["_id"],
            maker_id=maker["_id"],
            quantity=quantity,
            price=price,
            income=Money(amount=shares.income, currency=price.currency),
            source=source,
            sold_at=at,
            popup_id=entry.popup_id,
            item_ids=list(entry.item_ids),
        )
    )
    announce_offering(uow, offering)
    return views.sale(entry.to_mongo().to_dict())


def _offering_of(uow: UnitOfWork, body: Row) -> Row:
    if body.get("offering_id"):
        return referred(uow, "offerings", "offering_id", body["offering_id"], "offering")
    if not body.get("item_ids"):
        raise invalid("offering_id", "Say which offering, or which items, were sold.")
    item = referred(uow, "items", "item_ids", body["item_ids"][0], "item")
    return referred(uow, "offerings", "item_ids", item["offering_id"], "offering")


def _source_of(body: Row, popup: Row | None) -> str:
    source = body.get("source") or ("popup" if popup else "studio")
    if (source == "popup") != (popup is not None):
        raise invalid("source", "popup exactly when popup_id says which shop; otherwise studio or online.")
    return str(source)


def _quantity_of(body: Row) -> int:
    named = body.get("item_ids")
    if not named:
        return int(body.get("quantity") or 1)
    if len(set(named)) != len(named):
        raise invalid("item_ids", "Each item once.")
    if body.get("quantity") not in (None, len(named)):
        raise invalid("quantity", f"{len(named)} items are named; leave the quantity out.")
    return len(named)


def _choose(
    uow: UnitOfWork, offering: Row, place: str, quantity: int, named: list[str] | None, at: datetime
) -> list[Row]:
    """The items that go: those named, else the oldest that were there at the time."""
    if offering["kind"] != "product":
        if named:
            raise invalid("item_ids", f"A {offering['kind']} has no items; say how many instead.")
        return []
    if not named:
        return items_at(uow, offering, place, quantity, last_event_at={"$lte": at})
    items = items_at(uow, offering, place, quantity, _id={"$in": named})
    not_before(items, at, "sold_at")
    return items
