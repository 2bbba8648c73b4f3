"""Subjects put forward for films."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Identifier, Instant, PageQuery, StrictSchema, TextMap
from services.media import domain


class SubjectView(StrictSchema):
    """Something a film could be about. ``about_status`` is what its own service says of it."""

    id = fields.String(required=True)
    about_kind = fields.String(required=True, validate=validate.OneOf(domain.SUBJECT_KINDS))
    about_id = fields.String(required=True)
    about_status = fields.String(required=True)
    town = fields.String(required=True)
    title = TextMap(required=True)
    summary = TextMap(allow_empty=True)
    state = fields.String(required=True, validate=validate.OneOf(domain.SUBJECT_STATES))
    proposed_at = Instant(required=True)
    changed_at = Instant(required=True)
    taken_up_by = fields.String()
    taken_up_at = Instant()
    synthetic = fields.Boolean(required=True)


class SubjectFilter(PageQuery):
    """Subjects to list; withdrawn ones only when asked for by state."""

    town = Identifier()
    about_kind = fields.String(validate=validate.OneOf(domain.SUBJECT_KINDS))
    state = fields.String(validate=validate.OneOf(domain.SUBJECT_STATES))
