"""Duplicates as curators send and get them."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Identifier, Instant, PageQuery, StrictSchema, TextMap
from services.festivals.domain.likeness import REASONS
from services.festivals.duplicates.models import PAIR_STATES
from services.festivals.schemas.shared import PersonView


class DuplicatesFilter(PageQuery):
    """Those in the programmes of one festival, for its curators; without it those with one's own events."""

    festival_id = Identifier()
    state = fields.String(load_default="open", validate=validate.OneOf(PAIR_STATES))


class MergeDraft(StrictSchema):
    """Which of the two events stays."""

    keep = Identifier(required=True)


class ListedTwice(StrictSchema):
    """One of the two listings."""

    id = fields.String()
    url = fields.String()
    title = TextMap()
    town = fields.String()
    festival_id = fields.String()
    curator = fields.Nested(PersonView)
    place = TextMap(allow_empty=True)
    first_start = Instant(allow_none=True)
    imported_from = fields.String(allow_none=True)


class PairView(StrictSchema):
    """Two listings that seem to be of one event, why, and what was decided about them."""

    id = fields.String()
    state = fields.String(validate=validate.OneOf(PAIR_STATES))
    festivals = fields.List(fields.String())
    reasons = fields.List(fields.String(validate=validate.OneOf(REASONS)))
    says = fields.List(TextMap())
    events = fields.List(fields.Nested(ListedTwice))
    found_at = Instant()
    kept = fields.String(allow_none=True)
    decided_at = Instant(allow_none=True)
    decided_by = fields.Nested(PersonView, allow_none=True)
