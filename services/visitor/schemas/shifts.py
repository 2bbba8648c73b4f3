"""Schemas of shifts."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, StrictSchema, TextMap, Whole
from services.visitor.schemas.common import ClientId, Day, Moment
from services.visitor.schemas.sailings import SailingView


class ShiftDraft(StrictSchema):
    """A shift: ashore with its times; aboard with its sailing, whose times it takes when none are given."""

    id = ClientId()
    centre_id = Identifier(required=True)
    starts_at = Moment()
    ends_at = Moment()
    sailing_id = Identifier()
    capacity = Whole(1, 20, load_default=2)
    synthetic = fields.Boolean(load_default=False)


class ShiftFilter(PageQuery):
    """Which shifts: of a local date, or those not over at an instant (now without either)."""

    centre_id = Identifier()
    date = Day()
    starting = Moment(data_key="from")


class ServedSailing(StrictSchema):
    """A sailing whose passengers a shift receives."""

    sailing_id = fields.String(required=True)
    status = fields.String(required=True)
    lands_at = Instant(required=True)


class ShiftOfferDraft(StrictSchema):
    """A place offered to others: for nothing, or for the place of whoever takes it on the shift ``wants``."""

    wants = Identifier()


class Acceptance(StrictSchema):
    """Whose offer is taken; may be left out when there is one only."""

    ambassador_id = Identifier()


class ShiftOfferView(StrictSchema):
    """An offered place; whose it is, only those who work at the desks see."""

    ambassador_id = fields.String(required=True, allow_none=True)
    wants = fields.String(required=True, allow_none=True)
    offered_at = Instant(required=True)


class ShiftView(StrictSchema):
    """A shift; ``ambassador_ids`` is empty for those who do not work at the desks."""

    id = fields.String(required=True)
    centre_id = fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    starts_local = fields.String(required=True)
    ends_local = fields.String(required=True)
    zone = fields.String(required=True)
    capacity = fields.Integer(required=True)
    signed_up = fields.Integer(required=True)
    places_left = fields.Integer(required=True)
    ambassador_ids = fields.List(fields.String(), required=True, allow_none=True)
    offers = fields.List(fields.Nested(ShiftOfferView), required=True)
    sailing_id = fields.String(required=True, allow_none=True)
    sailings = fields.List(fields.Nested(ServedSailing), required=True)
    synthetic = fields.Boolean(required=True)


class CoverQuery(StrictSchema):
    """The local date, and the town when only one is meant."""

    date = Day(required=True)
    town = Identifier()


class CoverItem(StrictSchema):
    """A sailing at a centre: whether someone is there the whole time they are needed."""

    centre_id = fields.String(required=True)
    sailing = fields.Nested(SailingView, required=True)
    needed_from = Instant(required=True)
    needed_until = Instant(required=True)
    covered = fields.Boolean(required=True)
    shift_ids = fields.List(fields.String(), required=True)
    ambassadors = fields.Integer(required=True)


class Cover(StrictSchema):
    """A day's dockings; ``uncovered`` counts those that nobody receives."""

    date = DateOnly(required=True)
    items = fields.List(fields.Nested(CoverItem), required=True)
    uncovered = fields.Integer(required=True)


class GapQuery(StrictSchema):
    """From which day (today without one), how many days ahead, and the town when only one is meant."""

    date = Day()
    days = fields.Integer(load_default=7, validate=validate.Range(min=1, max=14))
    town = Identifier()


class Gap(CoverItem):
    """A docking that nobody covers; ``says`` is what to send round."""

    says = TextMap(required=True)


class Gaps(StrictSchema):
    """Of the ``dockings`` of some days, those without cover."""

    first_day = DateOnly(required=True)
    days = fields.Integer(required=True)
    dockings = fields.Integer(required=True)
    items = fields.List(fields.Nested(Gap), required=True)
