"""Parts that several of the marketplace's schemas share."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Identifier, StrictSchema, TextMap, Whole
from services.marketplace.domain.money import MAX_PRICE

CurrencyCode = validate.Regexp(r"^[A-Z]{3}\Z", error="An ISO 4217 code such as EUR.")
MAX_UNITS_AT_ONCE = 500


class PriceSchema(StrictSchema):
    """A price in integer minor units (pence, cents); never nothing."""

    amount = Whole(1, MAX_PRICE, required=True)
    currency = fields.String(required=True, validate=[validate.Length(equal=3), CurrencyCode])


class AmountView(StrictSchema):
    """An amount in integer minor units of an ISO 4217 currency."""

    amount = fields.Integer(required=True)
    currency = fields.String(required=True)


class MaterialSchema(StrictSchema):
    """What something is made of, and where that comes from."""

    name = TextMap(required=True, max_length=100)
    origin = fields.String(required=True, validate=validate.Length(min=1, max=100))


class MemberAdded(StrictSchema):
    """An account that shall act for the maker."""

    account_id = Identifier(required=True)


class MembersView(StrictSchema):
    """The accounts that act for a maker."""

    members = fields.List(fields.String(), required=True)


def optional_text(max_length: int) -> fields.String:
    """A text that may be absent or null, and is not empty."""
    return fields.String(allow_none=True, validate=validate.Length(min=1, max=max_length))
