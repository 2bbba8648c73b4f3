"""Pop-up shops, and goods handed to them and back: the shop holds, the maker owns."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from contracts.marketplace import ItemsConsigned, PopupOpened
from kernel.commands import Command
from kernel.errors import Conflict, Forbidden, NotFound
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
from services.marketplace.domain.stock import STUDIO, problem_with_popup_id
from services.marketplace.models import Consignment, Point, Popup
from services.marketplace.policies import is_member, keeps, must_be_member

Row = dict[str, Any]
LONGEST = timedelta(days=400)


def open_popup(cmd: Command, uow: UnitOfWork) -> Row:
    """Someone opens a pop-up shop for some days and keeps it."""
    body = dict(cmd.body)
    town = known_town(uow.locality, body["town"])
    popup_id = body.pop("id", None) or new_id()
    if problem := problem_with_popup_id(popup_id):
        raise invalid("id", problem)
    if uow.db["popups"].find_one({"_id": popup_id}, {"_id": 1}):
        raise Conflict(f"There is already a pop-up shop {popup_id}.")
    first, last = body.pop("first_day"), body.pop("last_day")
    if not timedelta(0) <= last - first <= LONGEST:
        raise invalid("last_day", f"From the first day on, at most {LONGEST.days} days later.")
    point = body.pop("point", None)
    body["currency"] = known_currency(uow.locality, body.get("currency") or town.currency)
    popup = Popup(
        **body,
        id=popup_id,
        point=Point(**point) if point else None,
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        keeper_id=cmd.actor.id,
        opened_at=uow.now(),
    )
    popup.save(force_insert=True)
    uow.publish(
        PopupOpened(
            popup_id=popup.id,
            town=popup.town,
            name=dict(popup.name),
            first_day=popup.first_day,
            last_day=popup.last_day,
            synthetic=popup.synthetic,
        )
    )
    return views.popup(popup.to_mongo().to_dict(), uow.locality)


def consign(cmd: Command, uow: UnitOfWork) -> Row:
    """A maker hands units of a product to a shop: they leave the studio and are in the shop, each with its passport."""
    offering = referred(uow, "offerings", "offering_id", cmd.body["offering_id"], "offering")
    maker = uow.db["makers"].find_one({"_id": offering["maker_id"]})
    maker = must_be_member(cmd.actor, maker, offering["maker_id"])
    popup = referred(uow, "popups", "popup_id", cmd.body["popup_id"], "pop-up shop")
    if offering["kind"] != "product":
        raise invalid("offering_id", f"A {offering['kind']} cannot be handed to a shop; only a product can.")
    if offering["status"] != "listed":
        raise Conflict("This offering was withdrawn.")
    price_in(offering, popup["currency"], "offering_id")
    at = happened_at(uow, cmd.body, "consigned_at")
    _not_after_closing(uow, popup, at)
    after = move(uow, offering["_id"], cmd.body["quantity"], STUDIO, popup["_id"])
    items = _there_then(uow, offering, STUDIO, cmd.body["quantity"], at, "consigned_at")
    giver, taker = studio_of(maker, uow.locality), shop(popup, uow.locality)
    record(uow, items, popup["_id"], at, lambda item_id: epcis.handed_over(item_id, giver, taker, at))
    consignment = Consignment(
        id=new_id(),
        offering_id=offering["_id"],
        maker_id=maker["_id"],
        popup_id=popup["_id"],
        quantity=len(items),
        item_ids=[item["_id"] for item in items],
        consigned_at=at,
        recorded_at=uow.now(),
    )
    consignment.save(force_insert=True)
    uow.publish(
        ItemsConsigned(
            consignment_id=consignment.id,
            offering_id=offering["_id"],
            maker_id=maker["_id"],
            popup_id=popup["_id"],
            quantity=len(items),
            item_ids=list(consignment.item_ids),
            consigned_at=at,
        )
    )
    announce_offering(uow, after)
    return views.consignment(consignment.to_mongo().to_dict())


def take_back(cmd: Command, uow: UnitOfWork) -> Row:
    """Unsold units of a consignment go back to the studio; its maker or the shop's keeper says so."""
    consignment = uow.db["consignments"].find_one({"_id": cmd.path["consignment_id"]})
    if consignment is None:
        raise NotFound(f"There is no consignment {cmd.path['consignment_id']}.")
    maker = uow.db["makers"].find_one({"_id": consignment["maker_id"]})
    popup = uow.db["popups"].find_one({"_id": consignment["popup_id"]})
    if maker is None or popup is None or not (is_member(cmd.actor, maker) or keeps(cmd.actor, popup)):
        raise Forbidden("Only the maker's members and the keeper of the shop may do this.")
    at = happened_at(uow, cmd.body, "returned_at")
    after = move(uow, consignment["offering_id"], cmd.body["quantity"], popup["_id"], STUDIO)
    mine = {"$in": consignment["item_ids"]}
    items = _there_then(uow, after, popup["_id"], cmd.body["quantity"], at, "returned_at", _id=mine)
    giver, taker = shop(popup, uow.locality), studio_of(maker, uow.locality)
    record(uow, items, STUDIO, at, lambda item_id: epcis.handed_over(item_id, giver, taker, at))
    announce_offering(uow, after)
    return {**views.consignment(consignment), "returned_item_ids": [item["_id"] for item in items]}


def _there_then(
    uow: UnitOfWork, offering: Row, place: str, quantity: int, at: datetime, field: str, **narrower: Any
) -> list[Row]:
    """The oldest items to which nothing happened after ``at``; ``Invalid`` naming ``field`` when they are too few."""
    try:
        return items_at(uow, offering, place, quantity, last_event_at={"$lte": at}, **narrower)
    except Conflict:
        not_before(items_at(uow, offering, place, quantity, **narrower), at, field)
        raise


def _not_after_closing(uow: UnitOfWork, popup: Row, at: Any) -> None:
    """Goods may come before the first day, not after the last."""
    town = known_town(uow.locality, popup["town"])
    if at.astimezone(town.tz).date().isoformat() > popup["first_day"]:
        within_days(popup, at, town, "consigned_at")
