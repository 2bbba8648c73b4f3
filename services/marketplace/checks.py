"""What every command checks against this locality and against what is there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kernel.errors import Invalid
from kernel.locality import Locality, Town
from kernel.unit_of_work import UnitOfWork
from services.marketplace.domain.money import MAX_PRICE

Row = dict[str, Any]


def invalid(field: str, what: str) -> Invalid:
    """A refusal that names one field and what would be right."""
    return Invalid(f"{field}: {what}", errors={field: [what]})


def known_town(locality: Locality, slug: str) -> Town:
    """The town of that slug; ``Invalid`` naming the towns there are."""
    town = locality.town(slug)
    if town is None:
        raise invalid("town", f"One of {', '.join(town.slug for town in locality.towns)}.")
    return town


def currencies_of(locality: Locality) -> list[str]:
    """The currencies of the towns, sorted."""
    return sorted({town.currency for town in locality.towns})


def known_currency(locality: Locality, currency: str, field: str = "currency") -> str:
    """``currency``, when it is one that a town uses."""
    known = currencies_of(locality)
    if currency not in known:
        raise invalid(field, f"One of {', '.join(known)}.")
    return currency


def right_prices(locality: Locality, prices: list[Row]) -> list[Row]:
    """``prices`` when each is in a town's currency, each currency stands once, and none is nothing or too much."""
    errors: dict[int, dict[str, list[str]]] = {}
    seen: set[str] = set()
    for index, price in enumerate(prices):
        known = currencies_of(locality)
        if price["currency"] not in known:
            errors[index] = {"currency": [f"One of {', '.join(known)}."]}
        elif price["currency"] in seen:
            errors[index] = {"currency": [f"There is already a price in {price['currency']}."]}
        elif not 1 <= price["amount"] <= MAX_PRICE:
            errors[index] = {"amount": [f"Between 1 and {MAX_PRICE} in minor units: pence or cents."]}
        seen.add(price["currency"])
    if errors:
        raise Invalid("The prices are not right.", errors={"prices": errors})
    return prices


def referred(uow: UnitOfWork, collection: str, field: str, value: str, noun: str) -> Row:
    """What a field of the body refers to; ``Invalid`` naming the field when there is no such thing."""
    row = uow.db[collection].find_one({"_id": value})
    if row is None:
        raise invalid(field, f"There is no {noun} {value}.")
    return row


def price_in(offering: Row, currency: str, field: str) -> int:
    """The unit price of an offering in a currency, in minor units."""
    for price in offering["prices"]:
        if price["currency"] == currency:
            return int(price["amount"])
    raise invalid(field, f"This offering has no price in {currency}; its maker can add one.")


def happened_at(uow: UnitOfWork, body: Row, field: str) -> datetime:
    """When something happened: what the body says, else now. What is still to come has not happened."""
    at: datetime = body.get(field) or uow.now()
    if at > uow.now():
        raise invalid(field, "An instant that has passed; leave it out when it is now.")
    return at


def within_days(popup: Row, at: datetime, town: Town, field: str) -> None:
    """Refuse an instant at which the shop was not open; days are those of its town."""
    day = at.astimezone(town.tz).date().isoformat()
    if not popup["first_day"] <= day <= popup["last_day"]:
        open_days = f"{popup['first_day']} to {popup['last_day']}"
        raise invalid(field, f"This shop is open from {open_days}; say when in those days it happened.")


def not_before(rows: list[Row], at: datetime, field: str) -> None:
    """Refuse an instant before what last happened to any of these items: a passport tells its story in order."""
    latest = max((row["last_event_at"] for row in rows), default=None)
    if latest is not None and at < latest:
        raise invalid(field, f"Not before {latest.isoformat()}: something else happened to these items then.")


def text_of(day: date | None) -> str | None:
    """A calendar day as ISO 8601 text."""
    return None if day is None else day.isoformat()
