"""Shops, consignments, sales, statements and orders over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, PointSchema, StrictSchema, TextMap, Whole
from services.marketplace.domain.money import WHOLE
from services.marketplace.models import ORDER_STATES
from services.marketplace.schemas.common import AmountView, CurrencyCode, optional_text

CURRENCY = [validate.Length(equal=3), CurrencyCode]


class PopupDraft(StrictSchema):
    """A pop-up shop: where, from when to when, and what its keeper keeps of each sale, in basis points."""

    id = Identifier(slug=True)
    town = Identifier(required=True)
    name = TextMap(required=True, max_length=120)
    summary = TextMap(required=True, max_length=2000)
    address = optional_text(300)
    point = fields.Nested(PointSchema, allow_none=True)
    opening_hours = TextMap(max_length=300, allow_none=True)
    first_day = DateOnly(required=True)
    last_day = DateOnly(required=True)
    currency = fields.String(validate=CURRENCY)
    commission_basis_points = Whole(0, WHOLE, required=True)
    source = optional_text(300)
    synthetic = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class PopupView(StrictSchema):
    """A pop-up shop as everyone sees it."""

    id = fields.String(required=True)
    town = fields.String(required=True)
    name = TextMap(required=True)
    summary = TextMap(required=True)
    address = fields.String(allow_none=True)
    point = fields.Nested(PointSchema, allow_none=True)
    opening_hours = TextMap(allow_none=True)
    walk_minutes = fields.Integer(allow_none=True)
    first_day = DateOnly(required=True)
    last_day = DateOnly(required=True)
    currency = fields.String(required=True)
    commission_basis_points = fields.Integer(required=True)
    source = fields.String(allow_none=True)
    synthetic = fields.Boolean(required=True)


class PopupFilter(PageQuery):
    """Which shops."""

    town = Identifier()
    open_on = DateOnly()
    mine = fields.Boolean()


class ConsignmentDraft(StrictSchema):
    """Units of a product that its maker hands to a shop."""

    offering_id = Identifier(required=True)
    popup_id = Identifier(required=True)
    quantity = Whole(1, 200, required=True)
    consigned_at = Instant()


class ConsignmentView(StrictSchema):
    """Items handed over at one time."""

    id = fields.String(required=True)
    offering_id = fields.String(required=True)
    maker_id = fields.String(required=True)
    popup_id = fields.String(required=True)
    quantity = fields.Integer(required=True)
    item_ids = fields.List(fields.String(), required=True)
    consigned_at = Instant(required=True)
    recorded_at = Instant(required=True)


class ReturnDraft(StrictSchema):
    """Unsold units of a consignment that go back."""

    quantity = Whole(1, 200, required=True)
    returned_at = Instant()


class ReturnView(ConsignmentView):
    """The consignment, with the items that went back."""

    returned_item_ids = fields.List(fields.String(), required=True)


class PartyFilter(PageQuery):
    """Whose: one's own maker's, or one's own shop's."""

    maker_id = Identifier()
    popup_id = Identifier()


class SaleDraft(StrictSchema):
    """What was sold: items by their ids, or any units of an offering; in a shop when ``popup_id`` names one."""

    offering_id = Identifier()
    item_ids = fields.List(Identifier(), validate=validate.Length(min=1, max=100))
    quantity = Whole(1, 100)
    popup_id = Identifier()
    source = fields.String(validate=validate.OneOf(["studio", "popup", "online"]))
    currency = fields.String(validate=CURRENCY)
    sold_at = Instant()


class SaleView(StrictSchema):
    """A sale: ``price = commission + income``, for all its units together."""

    id = fields.String(required=True)
    maker_id = fields.String(required=True)
    offering_id = fields.String(required=True)
    popup_id = fields.String(allow_none=True)
    order_id = fields.String(allow_none=True)
    item_ids = fields.List(fields.String(), required=True)
    quantity = fields.Integer(required=True)
    source = fields.String(required=True)
    price = fields.Nested(AmountView, required=True)
    commission = fields.Nested(AmountView, required=True)
    income = fields.Nested(AmountView, required=True)
    commission_basis_points = fields.Integer(required=True)
    sold_at = Instant(required=True)
    recorded_at = Instant(required=True)


class StatementQuery(PageQuery):
    """Whose statement."""

    maker_id = Identifier(required=True)


class CurrencyTotal(StrictSchema):
    """Sums in one currency, in minor units."""

    currency = fields.String(required=True)
    sales = fields.Integer(required=True)
    units = fields.Integer(required=True)
    price = fields.Integer(required=True)
    commission = fields.Integer(required=True)
    income = fields.Integer(required=True)


class StreamTotal(CurrencyTotal):
    """Sums of one stream of income in one currency."""

    source = fields.String(required=True)


class StatementView(StrictSchema):
    """A maker's income from the day they joined: zeros where nothing was sold yet."""

    maker_id = fields.String(required=True)
    since = Instant(required=True)
    totals = fields.List(fields.Nested(StreamTotal), required=True)
    by_currency = fields.List(fields.Nested(CurrencyTotal), required=True)
    entries = fields.List(fields.Nested(SaleView), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class OrderDraft(StrictSchema):
    """Units to be set aside; ``collect_sailing_id`` when they are to be collected around a sailing still to leave."""

    offering_id = Identifier(required=True)
    quantity = Whole(1, 10, load_default=1)
    currency = fields.String(validate=CURRENCY)
    collect_sailing_id = Identifier(allow_none=True)


class OrderView(StrictSchema):
    """An order; ``disruption`` says why the sailing it waits for does not run.

    It is cancelled at ``expires_at`` unless it was collected; ``cancellation`` then says so.
    """

    id = fields.String(required=True)
    offering_id = fields.String(required=True)
    maker_id = fields.String(required=True)
    town = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = fields.Nested(AmountView, required=True)
    collect_sailing_id = fields.String(allow_none=True)
    status = fields.String(required=True)
    disruption = TextMap(allow_none=True)
    placed_at = Instant(required=True)
    expires_at = Instant(allow_none=True)
    closed_at = Instant(allow_none=True)
    cancellation = TextMap(allow_none=True)


class CollectedView(OrderView):
    """The order, and the sale it has become."""

    sale = fields.Nested(SaleView, required=True)


class OrderFilter(PageQuery):
    """Which orders: one's own, or with ``maker_id`` those placed with one's own maker."""

    maker_id = Identifier()
    status = fields.String(validate=validate.OneOf(ORDER_STATES))
    collect_sailing_id = Identifier()
