"""Schemas of offers and vouchers."""

from __future__ import annotations

from marshmallow import fields

from kernel.schemas import Identifier, Instant, PageQuery, StrictSchema, TextMap, Whole
from services.visitor.schemas.common import ClientId, Moment
from services.visitor.schemas.passes import Code


class OfferDraft(StrictSchema):
    """Something for visitors with a pass. ``uses``: how often one voucher can be used."""

    id = ClientId()
    town = Identifier(required=True)
    title = TextMap(required=True, max_length=120)
    terms = TextMap(required=True, max_length=500)
    uses = Whole(1, 50, load_default=1)
    stamps_needed = Whole(0, 50, load_default=0)
    vouchers = Whole(1, 100_000, required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    at_centres = fields.Boolean(load_default=False, metadata={"description": "Ambassadors may redeem it too."})
    synthetic = fields.Boolean(load_default=False)


class OfferView(StrictSchema):
    """An offer; ``left`` vouchers can still be had."""

    id = fields.String(required=True)
    town = fields.String(required=True)
    title = TextMap(required=True)
    terms = TextMap(required=True)
    uses = fields.Integer(required=True)
    stamps_needed = fields.Integer(required=True)
    vouchers = fields.Integer(required=True)
    left = fields.Integer(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    at_centres = fields.Boolean(required=True)
    synthetic = fields.Boolean(required=True)
    made_at = Instant(required=True)


class OfferFilter(PageQuery):
    """Which offers; those that have ended are not listed."""

    town = Identifier()


class VoucherRequest(StrictSchema):
    """The pass that wants the voucher, with the code its phone shows now."""

    pass_id = Identifier(required=True)
    code = Code(required=True)


class VoucherView(StrictSchema):
    """A voucher; whoever shows its id uses it."""

    id = fields.String(required=True)
    uses_left = fields.Integer(required=True)
    issued_at = Instant(required=True)
    offer = fields.Nested(OfferView, required=True)


class RedemptionDraft(StrictSchema):
    """One use of a voucher, under an id that the till made: the same id is the same use."""

    id = ClientId(required=True)


class RedemptionView(StrictSchema):
    """A use, and the voucher after it."""

    id = fields.String(required=True)
    redeemed_at = Instant(required=True)
    redeemed_by = fields.String(required=True)
    voucher = fields.Nested(VoucherView, required=True)
