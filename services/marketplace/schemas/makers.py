"""Makers and offerings over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, PointSchema, StrictSchema, TextMap, Whole
from services.marketplace.models import MAKER_KINDS, OFFERING_KINDS
from services.marketplace.schemas.common import (
    MAX_UNITS_AT_ONCE,
    AmountView,
    MaterialSchema,
    PriceSchema,
    optional_text,
)

NAME = [validate.Length(min=2, max=120), validate.Regexp(r".*\S", error="Not only spaces.")]


class MakerChange(StrictSchema):
    """What a member may change; the town stays, for passports name it."""

    name = fields.String(validate=NAME)
    kind = fields.String(validate=validate.OneOf(MAKER_KINDS))
    craft = TextMap(max_length=120)
    summary = TextMap(max_length=2000)
    address = optional_text(300)
    point = fields.Nested(PointSchema, allow_none=True)
    visitors_welcome = fields.Boolean(truthy={True}, falsy={False})
    opening_hours = TextMap(max_length=300, allow_none=True)


class MakerDraft(MakerChange):
    """A person or a firm that joins."""

    name = fields.String(required=True, validate=NAME)
    kind = fields.String(load_default="individual", validate=validate.OneOf(MAKER_KINDS))
    town = Identifier(required=True)
    craft = TextMap(required=True, max_length=120)
    summary = TextMap(required=True, max_length=2000)
    synthetic = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class MakerView(StrictSchema):
    """A maker as everyone sees it; ``walk_minutes`` are from the town's ferry terminal."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    town = fields.String(required=True)
    name = fields.String(required=True)
    craft = TextMap(required=True)
    summary = TextMap(required=True)
    address = fields.String(allow_none=True)
    point = fields.Nested(PointSchema, allow_none=True)
    visitors_welcome = fields.Boolean(required=True)
    opening_hours = TextMap(allow_none=True)
    walk_minutes = fields.Integer(allow_none=True)
    joined_at = Instant(required=True)
    synthetic = fields.Boolean(required=True)


class MakerFilter(PageQuery):
    """Which makers; ``q`` finds words by their beginnings in all languages, accents and case aside."""

    town = Identifier()
    q = fields.String(validate=validate.Length(min=1, max=200))
    mine = fields.Boolean()


class OfferingChange(StrictSchema):
    """What a member may change."""

    title = TextMap(max_length=200)
    summary = TextMap(max_length=2000)
    prices = fields.List(fields.Nested(PriceSchema), validate=validate.Length(min=1, max=10))
    materials = fields.List(fields.Nested(MaterialSchema), validate=validate.Length(max=20))
    schedule = TextMap(max_length=300, allow_none=True)


class OfferingDraft(OfferingChange):
    """A product with its first units, a service or a class."""

    maker_id = Identifier(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(OFFERING_KINDS))
    title = TextMap(required=True, max_length=200)
    summary = TextMap(required=True, max_length=2000)
    prices = fields.List(fields.Nested(PriceSchema), required=True, validate=validate.Length(min=1, max=10))
    stock = Whole(0, MAX_UNITS_AT_ONCE)
    capacity = Whole(1, MAX_UNITS_AT_ONCE)
    made_on = DateOnly()
    synthetic = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class OfferingView(StrictSchema):
    """An offering as everyone sees it; ``available`` and ``stock`` are null for what is not counted."""

    id = fields.String(required=True)
    maker_id = fields.String(required=True)
    town = fields.String(required=True)
    kind = fields.String(required=True)
    title = TextMap(required=True)
    summary = TextMap(required=True)
    price = fields.Nested(AmountView, required=True)
    prices = fields.List(fields.Nested(AmountView), required=True)
    materials = fields.List(fields.Nested(MaterialSchema), allow_none=True)
    schedule = TextMap(allow_none=True)
    available = fields.Integer(allow_none=True)
    stock = fields.Dict(keys=fields.String(), values=fields.Integer(), allow_none=True)
    status = fields.String(required=True)
    listed_at = Instant(required=True)
    withdrawn_at = Instant(allow_none=True)
    synthetic = fields.Boolean(required=True)


class StockAdded(StrictSchema):
    """Units that were made, or places added to a class."""

    quantity = Whole(1, MAX_UNITS_AT_ONCE, required=True)
    made_on = DateOnly()


class StockView(OfferingView):
    """The offering with the ids of the new items."""

    item_ids = fields.List(fields.String(), required=True, validate=validate.Length(max=MAX_UNITS_AT_ONCE))


class OfferingFilter(PageQuery):
    """Which offerings; ``available=true`` leaves out what is sold out, ``popup_id`` keeps what a shop holds."""

    town = Identifier()
    kind = fields.String(validate=validate.OneOf(OFFERING_KINDS))
    maker_id = Identifier()
    popup_id = Identifier()
    q = fields.String(validate=validate.Length(min=1, max=200))
    available = fields.Boolean()


class ItemFilter(PageQuery):
    """Which of the unsold items: those in the studio, or in one shop."""

    place = Identifier()


class ItemView(StrictSchema):
    """An item and where it is: ``studio``, ``ordered`` or a pop-up shop's id."""

    id = fields.String(required=True)
    place = fields.String(required=True)
