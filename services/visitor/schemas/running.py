"""Schemas of what is said about sailings that do not run as planned, and of the board of the next ones."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from kernel.schemas import Identifier, Instant, StrictSchema, TextMap
from services.visitor.domain.board import FULLNESS
from services.visitor.schemas.common import Moment
from services.visitor.schemas.sailings import SailingView


class DelayDraft(StrictSchema):
    """When a sailing is expected, and why, in the words passengers will read; a landing left out is as late."""

    departs_at = Moment(required=True)
    arrives_at = Moment()
    reason = TextMap(required=True, max_length=500)


class LiveFeedUpload(StrictSchema):
    """A GTFS Realtime feed in protobuf: TripUpdates and Alerts of a full data set."""

    feed = Upload(required=True, metadata={"format": "binary"})


class EntityIssue(StrictSchema):
    """An entity that was not taken."""

    entity = fields.String(required=True)
    field = fields.String(required=True)
    problem = fields.String(required=True)


class LiveCounts(StrictSchema):
    """What became of the sailings: ``ended`` are those of which an earlier feed said what this one no longer says."""

    delayed = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    as_planned = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    kept_by_hand = fields.Integer(required=True)
    landed = fields.Integer(required=True)
    ended = fields.Integer(required=True)


class LiveReport(StrictSchema):
    """What a live feed did; ``issues`` holds at most the first 200 of ``issues_total``."""

    made_at = Instant(required=True)
    entities = fields.Integer(required=True)
    sailings = fields.Nested(LiveCounts, required=True)
    issues = fields.List(fields.Nested(EntityIssue), required=True)
    issues_total = fields.Integer(required=True)


class BoardQuery(StrictSchema):
    """The town whose next sailings are asked for, and how many in each direction."""

    town = Identifier(required=True)
    limit = fields.Integer(load_default=6, validate=validate.Range(min=1, max=20))


class BoardEntry(StrictSchema):
    """A sailing of the board. ``percent_full`` is of what its ship may carry; ``says`` is the line people read."""

    sailing = fields.Nested(SailingView, required=True)
    minutes_to_checkin = fields.Integer(required=True, allow_none=True)
    expected_passengers = fields.Integer(required=True, allow_none=True)
    expected_source = fields.String(required=True)
    capacity = fields.Integer(required=True, allow_none=True)
    percent_full = fields.Integer(required=True, allow_none=True)
    fullness = fields.String(required=True, validate=validate.OneOf(FULLNESS))
    says = TextMap(required=True)


class Board(StrictSchema):
    """The next departures and landings of a town, soonest first."""

    town = fields.String(required=True)
    at = Instant(required=True)
    departures = fields.List(fields.Nested(BoardEntry), required=True)
    arrivals = fields.List(fields.Nested(BoardEntry), required=True)
