"""Schemas of the timetable."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, StrictSchema, TextMap
from services.visitor.schemas.common import CallView, Day, Moment


class SailingFilter(PageQuery):
    """Which sailings: those of a local date in the town, or those from an instant on (from now without either)."""

    town = Identifier(required=True)
    date = Day()
    starting = Moment(data_key="from")
    direction = fields.String(validate=validate.OneOf(("departure", "arrival")))


class DelayView(StrictSchema):
    """What is expected instead of the timetable. Check-in closes as planned all the same."""

    departs_at = Instant(required=True)
    departs_local = fields.String(required=True)
    arrives_at = Instant(required=True)
    arrives_local = fields.String(required=True)
    minutes = fields.Integer(required=True, metadata={"description": "How late it leaves; below 0 for early."})
    reason = TextMap(required=True)
    told_at = Instant(required=True)


class NoticeView(StrictSchema):
    """What the line's live information has people read; ``effect`` is GTFS Realtime's."""

    effect = fields.String(required=True)
    header = TextMap(required=True)
    text = TextMap(required=True, allow_empty=True)


class SailingView(StrictSchema):
    """A crossing. ``illustrative`` times are made up and must not be travelled by."""

    id = fields.String(required=True)
    service_date = DateOnly(required=True)
    direction = fields.String()
    departure = fields.Nested(CallView, required=True)
    arrival = fields.Nested(CallView, required=True)
    crossing_minutes = fields.Integer(required=True)
    checkin_minutes = fields.Integer(required=True)
    checkin_closes_at = Instant(required=True)
    checkin_closes_local = fields.String(required=True)
    ship = fields.String(required=True, allow_none=True)
    expected_passengers = fields.Integer(required=True, allow_none=True)
    illustrative = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(("scheduled", "cancelled")))
    cancelled_at = Instant(required=True, allow_none=True)
    reason = TextMap(required=True, allow_none=True)
    delay = fields.Nested(DelayView, required=True, allow_none=True)
    notices = fields.List(fields.Nested(NoticeView), required=True)


class Cancellation(StrictSchema):
    """Why a sailing does not run, in the words passengers will read."""

    reason = TextMap(required=True, max_length=500)


class FeedUpload(StrictSchema):
    """A GTFS Schedule feed as a zip."""

    feed = Upload(required=True, metadata={"format": "binary"})


class FeedAddress(StrictSchema):
    """Where a GTFS Schedule feed stands as a zip."""

    url = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class IssueView(StrictSchema):
    """A row that was not imported."""

    file = fields.String(required=True)
    line = fields.Integer(required=True)
    field = fields.String(required=True)
    problem = fields.String(required=True)


class ImportCounts(StrictSchema):
    """What became of the feed's sailings."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    left_cancelled = fields.Integer(required=True)


class ImportReport(StrictSchema):
    """What an import did; ``issues`` holds at most the first 200 of ``issues_total``."""

    sailings = fields.Nested(ImportCounts, required=True)
    first_day = DateOnly(required=True, allow_none=True)
    last_day = DateOnly(required=True, allow_none=True)
    trips_ignored = fields.Integer(required=True)
    trips_skipped = fields.Integer(required=True)
    issues = fields.List(fields.Nested(IssueView), required=True)
    issues_total = fields.Integer(required=True)
