"""Festivals and venues as callers send and get them."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, PointSchema, StrictSchema, TextMap
from services.festivals.domain.kinds import FESTIVAL_KINDS
from services.festivals.schemas.shared import PersonView, day, line, website


class FestivalDraft(StrictSchema):
    """A festival to announce. ``open``: every curator may add events to it."""

    id = Identifier(slug=True)
    kind = fields.String(required=True, validate=validate.OneOf(FESTIVAL_KINDS))
    name = TextMap(required=True, max_length=120)
    summary = TextMap(required=True, max_length=1000)
    towns = fields.List(Identifier(), required=True, validate=[validate.Length(min=1, max=10)])
    first_day = day(required=True)
    last_day = day(required=True)
    open = fields.Boolean(load_default=True)
    website = website()
    synthetic = fields.Boolean(load_default=False)
    source = line(300)


class ProgrammeView(StrictSchema):
    """How many events are public in a festival, by how many curators."""

    events = fields.Integer()
    curators = fields.Integer()


class FestivalView(StrictSchema):
    """A festival as everyone sees it."""

    id = fields.String()
    url = fields.String()
    calendar_url = fields.String()
    kind = fields.String()
    name = TextMap()
    summary = TextMap()
    towns = fields.List(fields.String())
    first_day = DateOnly()
    last_day = DateOnly()
    open = fields.Boolean()
    host = fields.Nested(PersonView)
    programme = fields.Nested(ProgrammeView)
    website = fields.String(allow_none=True)
    synthetic = fields.Boolean()
    source = fields.String(allow_none=True)
    created_at = Instant()


class FestivalFilter(PageQuery):
    """Which festivals; ``date`` is a day that belongs to them."""

    town = Identifier()
    kind = fields.String(validate=validate.OneOf(FESTIVAL_KINDS))
    date = day()


class VenueDraft(StrictSchema):
    """A venue to list."""

    id = Identifier(slug=True)
    town = Identifier(required=True)
    name = TextMap(required=True, max_length=120)
    address = line(300)
    point = fields.Nested(PointSchema, allow_none=True)
    synthetic = fields.Boolean(load_default=False)
    source = line(300)


class VenueView(StrictSchema):
    """A venue as everyone sees it."""

    id = fields.String()
    town = fields.String()
    name = TextMap()
    address = fields.String(allow_none=True)
    point = fields.Nested(PointSchema, allow_none=True)
    keeper = fields.Nested(PersonView)
    synthetic = fields.Boolean()
    source = fields.String(allow_none=True)
    created_at = Instant()


class VenueFilter(PageQuery):
    """Which venues."""

    town = Identifier()
