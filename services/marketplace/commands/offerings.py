"""What makers offer: listing, changing, making more, withdrawing."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from contracts.marketplace import OfferingWithdrawn
from kernel.commands import Command
from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.marketplace import views
from services.marketplace.checks import invalid, referred, right_prices
from services.marketplace.commands.announcements import announce_offering
from services.marketplace.commands.finding import must_have_room, offering_words
from services.marketplace.commands.meeting import touch_maker
from services.marketplace.commands.parties import studio_of
from services.marketplace.commands.stock import make_items, move
from services.marketplace.domain import epcis
from services.marketplace.domain.stock import STUDIO
from services.marketplace.models import Material, Money, Offering
from services.marketplace.policies import must_be_member

Row = dict[str, Any]


def list_offering(cmd: Command, uow: UnitOfWork) -> Row:
    """A member lists a product with its first units, a service or a class; it can be found and sold from then on."""
    body = dict(cmd.body)
    maker = referred(uow, "makers", "maker_id", body["maker_id"], "maker")
    must_be_member(cmd.actor, maker, maker["_id"])
    must_have_room(uow, maker["_id"])
    units, made_on = _counted(body), body.pop("made_on", None)
    offering = Offering(id=new_id(), town=maker["town"], status="listed", listed_at=uow.now())
    _apply(offering, body, uow)
    if units is not None:
        offering.stock, offering.available = {STUDIO: units}, units
    offering.words = offering_words(offering.to_mongo(), maker)
    offering.save(force_insert=True)
    row = offering.to_mongo().to_dict()
    if offering.kind == "product":
        _make(uow, row, maker, units or 0, made_on)
    announce_offering(uow, row)
    return views.offering(row)


def change_offering(cmd: Command, uow: UnitOfWork) -> Row:
    """A member changes texts, prices or materials. Passports already begun keep what was true when they began."""
    offering, maker = _own(cmd, uow)
    if "materials" in cmd.body and offering.kind != "product":
        raise invalid("materials", f"A {offering.kind} is not made of anything; leave them out.")
    _apply(offering, cmd.body, uow)
    touch_maker(uow, maker["_id"])
    offering.words = offering_words(offering.to_mongo(), maker)
    offering.save()
    row = offering.to_mongo().to_dict()
    announce_offering(uow, row)
    return views.offering(row)


def add_stock(cmd: Command, uow: UnitOfWork) -> Row:
    """A maker has made more units, or has more places in a class; returns the offering with the new items' ids."""
    offering, maker = _own(cmd, uow)
    if offering.available is None:
        raise Conflict(f"This {offering.kind} is not counted, so nothing can be added to it.")
    quantity = cmd.body["quantity"]
    after = move(uow, offering.id, quantity, None, STUDIO)
    made_on = cmd.body.get("made_on")
    item_ids = _make(uow, after, maker, quantity, made_on) if offering.kind == "product" else []
    announce_offering(uow, after)
    return {**views.offering(after), "item_ids": item_ids}


def withdraw_offering(cmd: Command, uow: UnitOfWork) -> Row:
    """A member takes an offering off the list; orders already placed stand. Withdrawing twice changes nothing."""
    offering, _ = _own(cmd, uow)
    if offering.status == "listed":
        offering.status, offering.withdrawn_at = "withdrawn", uow.now()
        offering.save()
        uow.publish(
            OfferingWithdrawn(offering_id=offering.id, maker_id=offering.maker_id, withdrawn_at=offering.withdrawn_at)
        )
    return views.offering(offering.to_mongo().to_dict())


def relist_offering(cmd: Command, uow: UnitOfWork) -> Row:
    """A member puts a withdrawn offering back on the list, with the units it still has."""
    offering, maker = _own(cmd, uow)
    if offering.status == "withdrawn":
        must_have_room(uow, maker["_id"])
        offering.words = offering_words(offering.to_mongo(), maker)
        offering.status, offering.withdrawn_at, offering.listed_at = "listed", None, uow.now()
        offering.save()
    row = offering.to_mongo().to_dict()
    announce_offering(uow, row)
    return views.offering(row)


def _own(cmd: Command, uow: UnitOfWork) -> tuple[Offering, Row]:
    offering = Offering.objects(id=cmd.path["offering_id"]).first()
    if offering is None:
        raise NotFound(f"There is no offering {cmd.path['offering_id']}.")
    maker = uow.db["makers"].find_one({"_id": offering.maker_id})
    return offering, must_be_member(cmd.actor, maker, offering.maker_id)


def _counted(body: Row) -> int | None:
    """The units to begin with: every product is counted, a service or class only when it has a capacity."""
    kind, stock, capacity = body["kind"], body.pop("stock", None), body.pop("capacity", None)
    if kind == "product":
        if capacity is not None:
            raise invalid("capacity", "A product has stock; capacity is for services and classes.")
        return stock or 0
    for name in ("made_on", "materials"):
        if body.get(name):
            raise invalid(name, f"Only a product has it, not a {kind}.")
    if stock is not None:
        raise invalid("stock", f"Only a product has stock; a {kind} may have a capacity.")
    return capacity


def _apply(offering: Offering, fields: Row, uow: UnitOfWork) -> None:
    for name, value in fields.items():
        if name == "prices":
            offering.prices = [Money(**price) for price in right_prices(uow.locality, value)]
        elif name == "materials":
            offering.materials = [Material(**material) for material in value]
        else:
            offering[name] = value


def _make(uow: UnitOfWork, offering: Row, maker: Row, quantity: int, made_on: date | None) -> list[str]:
    """Items with the first entry of their passports: made, at the beginning of the day it was, or now."""
    party = studio_of(maker, uow.locality)
    town = uow.locality.town(maker["town"])
    at = uow.now()
    if made_on is not None and town is not None:
        if made_on > at.astimezone(town.tz).date() or made_on.year < 1900:
            raise invalid("made_on", "A day from 1900 until today.")
        at = datetime.combine(made_on, time.min, tzinfo=town.tz)
    about = {
        "title": offering["title"],
        "maker": party.as_dict(),
        "made_in": epcis.made_in(town.name) if town else {},
        "materials": offering.get("materials", []),
        "made_on": made_on.isoformat() if made_on else None,
    }
    return make_items(uow, offering, quantity, at, lambda item_id: epcis.made(item_id, party, at, about))
