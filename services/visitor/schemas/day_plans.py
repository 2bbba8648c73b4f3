"""Schemas of day plans that are made to fit between two ferries."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kernel.schemas import Identifier, Instant, PointSchema, StrictSchema, TextMap, Whole
from services.visitor.domain.interests import INTERESTS
from services.visitor.domain.walking import KM_PER_HOUR
from services.visitor.schemas.common import Moment
from services.visitor.schemas.plans import StopSchema, StopView
from services.visitor.schemas.sailings import SailingView

MAX_WANTED = 10


class DayDraft(StrictSchema):
    """What someone would like to do between arriving in a town and leaving it."""

    town = Identifier(required=True)
    arrival_sailing_id = Identifier()
    arrives_at = Moment()
    return_sailing_id = Identifier()
    leave_by = Moment(metadata={"description": "When the last check-in closes."})
    interests = fields.List(
        fields.String(validate=validate.OneOf(tuple(INTERESTS))),
        load_default=list,
        validate=validate.Length(max=len(INTERESTS)),
    )
    pace = fields.String(load_default="normal", validate=validate.OneOf(tuple(KM_PER_HOUR)))
    wanted = fields.List(fields.Nested(StopSchema), load_default=list, validate=validate.Length(max=MAX_WANTED))

    @validates_schema
    def one_way_in_and_one_out(self, data: dict[str, Any], **kwargs: Any) -> None:
        """One comes by a sailing or at an instant, and leaves by a sailing or by an instant."""
        del kwargs
        for one, other in (("arrival_sailing_id", "arrives_at"), ("return_sailing_id", "leave_by")):
            if (one in data) == (other in data):
                raise ValidationError(f"Give this or {other}, one of the two.", field_name=one)


class DayCode(StrictSchema):
    """The code that was told when the plan was made."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=100))


class Replanning(DayCode):
    """Plan the rest of the day anew; ``revision`` is the plan's as it was last seen."""

    revision = Whole(1, 1_000_000, required=True)
    return_sailing_id = Identifier()


class DayStop(StopView):
    """A stop with its times. ``hours_assumed``: nobody has told when it is open, ``hours_text`` says what was taken."""

    point = fields.Nested(PointSchema, required=True)
    walk_minutes = fields.Integer(required=True)
    hours_assumed = fields.Boolean(required=True)
    hours_text = TextMap(
        required=True, allow_none=True, metadata={"description": "Opening hours the plan relies on; null for events."}
    )
    arrives_at = Instant(required=True)
    begins_at = Instant(required=True)
    leaves_at = Instant(required=True)
    arrives_local = fields.String(required=True)
    begins_local = fields.String(required=True)
    leaves_local = fields.String(required=True)


class AlertView(StrictSchema):
    """Something the plan holds is no more, or other than it was; a ``kind`` on -reinstated or -back is good news."""

    kind = fields.String(required=True)
    about_id = fields.String(required=True)
    text = TextMap(required=True)
    reason = TextMap(required=True, allow_none=True)
    at = Instant(required=True)


class DayView(StrictSchema):
    """A day plan. Back at the ferry ten minutes or more before the last check-in closes."""

    id = fields.String(required=True)
    code = fields.String(metadata={"description": "Told once, to whoever makes the plan."})
    town = fields.String(required=True)
    zone = fields.String(required=True)
    pace = fields.String(required=True)
    interests = fields.List(fields.String(), required=True)
    wanted = fields.List(fields.Nested(StopSchema), required=True)
    revision = fields.Integer(required=True)
    starts_at = Instant(required=True)
    starts_local = fields.String(required=True)
    closes_at = Instant(required=True)
    closes_local = fields.String(required=True)
    be_back_by_local = fields.String(required=True)
    back_at = Instant(required=True)
    back_local = fields.String(required=True)
    walk_back_minutes = fields.Integer(required=True)
    stops = fields.List(fields.Nested(DayStop), required=True)
    left_out = fields.List(
        fields.Nested(StopSchema), required=True, metadata={"description": "What was asked for and does not fit."}
    )
    arrival_sailing = fields.Nested(SailingView, required=True, allow_none=True)
    return_sailing = fields.Nested(SailingView, required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(("planned", "disrupted")))
    alerts = fields.List(fields.Nested(AlertView), required=True)
    saved_at = Instant(required=True)
    expires_at = Instant(required=True)
