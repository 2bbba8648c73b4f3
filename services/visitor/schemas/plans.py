"""Schemas of day plans."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, StrictSchema, TextMap
from services.visitor.schemas.common import TARGETS, ClientId, Day
from services.visitor.schemas.sailings import SailingView

MAX_STOPS = 20


class StopSchema(StrictSchema):
    """Something chosen for the day."""

    kind = fields.String(required=True, validate=validate.OneOf(TARGETS))
    id = Identifier(required=True)


class PlanDraft(StrictSchema):
    """A day in a town: its stops in order, and the sailing back."""

    id = ClientId()
    town = Identifier(required=True)
    date = Day(required=True)
    stops = fields.List(fields.Nested(StopSchema), required=True, validate=validate.Length(max=MAX_STOPS))
    return_sailing_id = Identifier(required=True)


class StopView(StopSchema):
    """A stop as it is now: listed, scheduled, disrupted, cancelled or withdrawn."""

    name = TextMap(required=True, allow_none=True)
    status = fields.String(required=True)


class PlanView(StrictSchema):
    """A plan; ``disrupted`` when its sailing is cancelled. Whoever holds the id can read it."""

    id = fields.String(required=True)
    town = fields.String(required=True)
    date = DateOnly(required=True)
    stops = fields.List(fields.Nested(StopView), required=True)
    return_sailing_id = fields.String(required=True)
    return_sailing = fields.Nested(SailingView, required=True, allow_none=True)
    be_back_by = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(("planned", "disrupted")))
    reason = TextMap(required=True, allow_none=True)
    saved_at = Instant(required=True)
    expires_at = Instant(required=True)
