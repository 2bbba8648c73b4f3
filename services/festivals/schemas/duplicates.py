"""What a curator is told of events that theirs seems to be one with."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import StrictSchema, TextMap
from services.festivals.domain.likeness import REASONS
from services.festivals.schemas.shared import PersonView


class DuplicateView(StrictSchema):
    """A public event that seems to be the same as another one, and in what they agree."""

    event_id = fields.String()
    title = TextMap()
    town = fields.String()
    festival_id = fields.String()
    curator = fields.Nested(PersonView)
    reasons = fields.List(fields.String(validate=validate.OneOf(REASONS)))
