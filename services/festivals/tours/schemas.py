"""Tours as callers send and get them."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Identifier, PageQuery, PointSchema, StrictSchema, TextMap, Whole
from services.festivals.domain.lifecycle import STATUSES
from services.festivals.schemas.events import CallView, TimingView
from services.festivals.schemas.shared import day, line
from services.festivals.tours.models import MODES


class MeetingPoint(StrictSchema):
    """Where people meet, as they find it."""

    name = TextMap(required=True, max_length=200)
    point = fields.Nested(PointSchema, allow_none=True)


class Stop(MeetingPoint):
    """A stop of the route; ``minutes`` are those after the start."""

    minutes = Whole(0, 31 * 24 * 60, allow_none=True)


class TourDraft(StrictSchema):
    """What makes an event a tour. Title, date and all else are the event's."""

    leader = line(120, required=True)
    mode = fields.String(load_default="walk", validate=validate.OneOf(MODES))
    length_m = Whole(0, 500_000, required=True, metadata={"description": "Length of the route in metres."})
    meeting_point = fields.Nested(MeetingPoint, required=True)
    route = fields.List(fields.Nested(Stop), required=True, validate=validate.Length(min=1, max=50))


class FittingSailing(StrictSchema):
    """The last sailing that lands in time for a tour, as far as is known, with its planned times."""

    sailing_id = fields.String()
    illustrative = fields.Boolean()
    departure = fields.Nested(CallView)
    arrival = fields.Nested(CallView)


class TourTiming(TimingView):
    """One date of a tour, and the sailing it fits, as far as one is known that runs."""

    fits = fields.Nested(FittingSailing, allow_none=True)


class PlaceView(StrictSchema):
    """A stop, or where people meet."""

    name = TextMap()
    point = fields.Nested(PointSchema, allow_none=True)
    minutes = fields.Integer(allow_none=True)


class TourView(StrictSchema):
    """A tour. Registration, calendar and way home are those of the event with the same id."""

    id = fields.String()
    url = fields.String()
    event_url = fields.String()
    festival_id = fields.String()
    title = TextMap()
    summary = TextMap(allow_empty=True)
    town = fields.String()
    status = fields.String(validate=validate.OneOf(STATUSES))
    synthetic = fields.Boolean()
    source = fields.String(allow_none=True)
    leader = fields.String()
    mode = fields.String(validate=validate.OneOf(MODES))
    length_m = fields.Integer()
    meeting_point = fields.Nested(PlaceView)
    route = fields.List(fields.Nested(PlaceView))
    timings = fields.List(fields.Nested(TourTiming))


class TourFilter(PageQuery):
    """Which tours; with ``sailing_id`` those that somebody who lands by it can join."""

    town = Identifier()
    festival_id = Identifier()
    date = day()
    sailing_id = Identifier()
