"""Calendars that are imported, as callers send them and get the report."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kernel.schemas import Identifier, StrictSchema
from services.festivals.contributing import OUTCOMES
from services.festivals.schemas.shared import language


class CalendarUpload(StrictSchema):
    """An iCalendar file."""

    calendar = Upload(required=True, metadata={"format": "binary"})


class ImportForm(StrictSchema):
    """Where its events belong; ``lang`` is that of texts that do not say theirs."""

    festival_id = Identifier(required=True)
    town = Identifier(required=True)
    lang = language(required=True)
    publish = fields.Boolean(load_default=False)


class CalendarAddress(ImportForm):
    """Where an iCalendar file stands, and where its events belong."""

    url = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class ImportedEvent(StrictSchema):
    """An event of the file that was taken, and the ids of those it clashes with or seems to be the same as."""

    uid = fields.String()
    event_id = fields.String()
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    clashes = fields.List(fields.String())
    duplicates = fields.List(fields.String())


class ImportIssue(StrictSchema):
    """An event of the file that was not taken, and what is wrong with it."""

    uid = fields.String()
    title = fields.String()
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.Raw())


class ImportView(StrictSchema):
    """What became of the events of a file."""

    created = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    merged = fields.Integer()
    events = fields.List(fields.Nested(ImportedEvent), validate=validate.Length(max=500))
    issues = fields.List(fields.Nested(ImportIssue), validate=validate.Length(max=500))
