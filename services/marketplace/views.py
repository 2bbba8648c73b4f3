"""The read side: makers, offerings, shops and orders as callers see them. Nothing here says who bought anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.auth import Actor
from kernel.errors import NotFound, Unauthenticated
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from kernel.pagination import page
from kernel.words import each_word
from services.marketplace import policies
from services.marketplace.checks import invalid, known_town
from services.marketplace.domain.stock import shown
from services.marketplace.domain.walk import walk_minutes

Row = Mapping[str, Any]
Shown = dict[str, Any]


MAKER = (
    "kind", "town", "name", "craft", "summary", "address", "point", "visitors_welcome", "opening_hours", "joined_at",
    "synthetic",
)  # fmt: skip
OFFERING = (
    "maker_id", "town", "kind", "title", "summary", "prices", "materials", "schedule", "available", "status",
    "listed_at", "withdrawn_at", "synthetic",
)  # fmt: skip
POPUP = (
    "town", "name", "summary", "address", "point", "opening_hours", "first_day", "last_day", "currency",
    "commission_basis_points", "source", "synthetic",
)  # fmt: skip
CONSIGNMENT = ("offering_id", "maker_id", "popup_id", "quantity", "item_ids", "consigned_at", "recorded_at")
SALE = (
    "maker_id", "offering_id", "popup_id", "order_id", "item_ids", "quantity", "source", "commission_basis_points",
    "sold_at", "recorded_at",
)  # fmt: skip
ORDER = (
    "offering_id", "maker_id", "town", "quantity", "price", "collect_sailing_id", "status", "disruption", "placed_at",
    "expires_at", "closed_at", "cancellation",
)  # fmt: skip


def maker(row: Row, locality: Locality) -> Shown:
    """A maker as everyone sees it; its members are nobody else's business."""
    return _shown(row, MAKER) | {"walk_minutes": _walk(row, locality)}


def offering(row: Row) -> Shown:
    """An offering as everyone sees it, with where its units are for sale."""
    return _shown(row, OFFERING) | {"price": row["prices"][0], "stock": shown(row.get("stock"))}


def popup(row: Row, locality: Locality) -> Shown:
    """A pop-up shop as everyone sees it."""
    return _shown(row, POPUP) | {"walk_minutes": _walk(row, locality)}


def consignment(row: Row) -> Shown:
    """Items handed to a shop at one time."""
    return _shown(row, CONSIGNMENT)


def sale(row: Row) -> Shown:
    """A sale as its maker and its shop see it."""
    amounts = {name: {"amount": row[name], "currency": row["currency"]} for name in ("price", "commission", "income")}
    return _shown(row, SALE) | amounts


def order(row: Row) -> Shown:
    """An order as its buyer and its maker see it, with why its sailing does not run or why it ended by itself."""
    return _shown(row, ORDER)


def _shown(row: Row, fields: tuple[str, ...]) -> Shown:
    """Fields of a row; a text that was never given is null, not empty."""
    values = {field: row.get(field) for field in fields}
    return {"id": row["_id"], **{field: None if value == {} else value for field, value in values.items()}}


def _walk(row: Row, locality: Locality) -> int | None:
    """Minutes on foot from the ferry terminal of its town."""
    terminal = locality.section("marketplace").get("terminals", {}).get(row["town"])
    return walk_minutes(terminal, row.get("point"))


def found(db: RawDatabase, collection: str, identity: str, noun: str) -> Shown:
    """The row of that id. Raises ``NotFound``."""
    row = db[collection].find_one({"_id": identity})
    if row is None:
        raise NotFound(f"There is no {noun} {identity}.")
    return row


def list_makers(db: RawDatabase, locality: Locality, query: Row, actor: Actor) -> Shown:
    """Makers by name; those of a town, those found by words, or one's own."""
    selector = _in_town(locality, query) | _by_words(query)
    if query.get("mine"):
        selector["members"] = _signed_in(actor)
    return page(db["makers"], selector, sort=[("name", 1)], query=query, project=lambda row: maker(row, locality))


def list_offerings(db: RawDatabase, locality: Locality, query: Row) -> Shown:
    """Offerings on the list, newest first."""
    selector: Shown = {"status": "listed"} | _in_town(locality, query) | _by_words(query)
    selector |= {name: query[name] for name in ("kind", "maker_id") if query.get(name)}
    if query.get("available"):
        selector["available"] = {"$ne": 0}
    if query.get("popup_id"):
        selector["_id"] = {"$in": db["items"].distinct("offering_id", {"place": query["popup_id"]})}
    return page(db["offerings"], selector, sort=[("listed_at", -1)], query=query, project=offering)


def list_items(db: RawDatabase, offering_id: str, query: Row) -> Shown:
    """The unsold items of a product and where each one is."""
    stock = found(db, "offerings", offering_id, "offering").get("stock") or {}
    place = query.get("place") or {"$in": list(stock)}
    selector = {"offering_id": offering_id, "place": place}
    return page(db["items"], selector, sort=[("_id", 1)], query=query, project=lambda row: _shown(row, ("place",)))


def list_popups(db: RawDatabase, locality: Locality, query: Row, actor: Actor) -> Shown:
    """Pop-up shops, the latest first; those open on a day, or those one keeps."""
    selector = _in_town(locality, query)
    if query.get("open_on"):
        day = query["open_on"].isoformat()
        selector |= {"first_day": {"$lte": day}, "last_day": {"$gte": day}}
    if query.get("mine"):
        selector["keeper_id"] = _signed_in(actor)
    return page(db["popups"], selector, sort=[("first_day", -1)], query=query, project=lambda row: popup(row, locality))


def list_consignments(db: RawDatabase, query: Row, actor: Actor) -> Shown:
    """What a maker handed out, for its members, or what a shop was handed, for its keeper."""
    selector = _party_of(db, query, actor)
    return page(db["consignments"], selector, sort=[("consigned_at", -1)], query=query, project=consignment)


def list_sales(db: RawDatabase, query: Row, actor: Actor) -> Shown:
    """What was sold of a maker's, for its members, or in a shop, for its keeper; the latest first."""
    return page(db["ledger"], _party_of(db, query, actor), sort=[("sold_at", -1)], query=query, project=sale)


def list_orders(db: RawDatabase, query: Row, actor: Actor) -> Shown:
    """One's own orders, or those placed with a maker, for its members."""
    maker_id = query.get("maker_id")
    selector: Shown = {"buyer_id": actor.id}
    if maker_id:
        policies.must_be_member(actor, db["makers"].find_one({"_id": maker_id}), maker_id)
        selector = {"maker_id": maker_id}
    selector |= {name: query[name] for name in ("status", "collect_sailing_id") if query.get(name)}
    return page(db["orders"], selector, sort=[("placed_at", -1)], query=query, project=order)


def get_order(db: RawDatabase, order_id: str, actor: Actor) -> Shown:
    """One order, for who placed it and for its maker."""
    row = found(db, "orders", order_id, "order")
    policies.may_change_order(actor, row, found(db, "makers", row["maker_id"], "maker"))
    return order(row)


def members_of(db: RawDatabase, maker_id: str, actor: Actor) -> Shown:
    """The accounts that act for a maker, for its members."""
    row = policies.must_be_member(actor, db["makers"].find_one({"_id": maker_id}), maker_id)
    return {"members": row["members"]}


def _in_town(locality: Locality, query: Row) -> Shown:
    return {"town": known_town(locality, query["town"]).slug} if query.get("town") else {}


def _by_words(query: Row) -> Shown:
    return {"$and": each_word(query["q"])} if query.get("q") else {}


def _signed_in(actor: Actor) -> str:
    if actor.anonymous:
        raise Unauthenticated("Sign in to see what is yours.")
    return actor.id


def _party_of(db: RawDatabase, query: Row, actor: Actor) -> Shown:
    """The filter for one maker's or one shop's rows, when this account may see them."""
    maker_id, popup_id = query.get("maker_id"), query.get("popup_id")
    if popup_id and not maker_id:
        policies.must_keep(actor, db["popups"].find_one({"_id": popup_id}), popup_id)
        return {"popup_id": popup_id}
    if not maker_id:
        raise invalid("maker_id", "Say maker_id or popup_id: each sees their own.")
    policies.must_be_member(actor, db["makers"].find_one({"_id": maker_id}), maker_id)
    return {"maker_id": maker_id} | ({"popup_id": popup_id} if popup_id else {})
