"""Events that get in each other's way, as their curators are told."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import StrictSchema, TextMap
from services.festivals.domain.clashes import REASONS
from services.festivals.schemas.shared import PersonView


class ClashView(StrictSchema):
    """A public event that another one clashes with: in what, the first time they overlap, and how often they do."""

    event_id = fields.String()
    title = TextMap()
    curator = fields.Nested(PersonView)
    reason = fields.String(validate=validate.OneOf(REASONS))
    from_ = fields.String(data_key="from", attribute="from", metadata={"format": "date-time"})
    to = fields.String(metadata={"format": "date-time"})
    overlaps = fields.Integer()


class ClashesView(StrictSchema):
    """What an event clashes with, at most 20 of them."""

    event_id = fields.String()
    items = fields.List(fields.Nested(ClashView))
