"""Schemas of the guide."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, MoneySchema, PageQuery, PointSchema, StrictSchema, page_of
from services.visitor.schemas.common import Language, TextView
from services.visitor.views.guide import SECTIONS


class GuideQuery(PageQuery):
    """Which part of the guide; ``past`` also shows events that are over, ``q`` finds words in any language."""

    town = Identifier()
    lang = Language()
    q = fields.String(validate=validate.Length(min=1, max=100))
    kind = fields.String(validate=validate.OneOf(tuple(SECTIONS)))
    past = fields.Boolean(load_default=False)


class GuideItem(StrictSchema):
    """What every item of the guide tells."""

    id = fields.String(required=True)
    town = fields.String(required=True, allow_none=True)
    title = fields.Nested(TextView, required=True)
    summary = fields.Nested(TextView, required=True)
    synthetic = fields.Boolean(required=True)


class GuidePlace(GuideItem):
    """A place; ``type`` is its schema.org type, ``hours`` its opening hours as text."""

    type = fields.String(required=True)
    point = fields.Nested(PointSchema, required=True)
    walk_minutes = fields.Integer(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    hours = fields.Nested(TextView, required=True, allow_none=True)
    open_now = fields.Boolean(required=True, allow_none=True)
    verified_on = DateOnly(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)


class GuideOffering(GuideItem):
    """Something to buy or to take part in."""

    type = fields.String(required=True)
    maker_id = fields.String(required=True)
    maker = fields.String(required=True, allow_none=True)
    price = fields.Nested(MoneySchema, required=True)
    prices = fields.List(fields.Nested(MoneySchema), required=True)
    available = fields.Integer(required=True, allow_none=True)


class GuideMaker(GuideItem):
    """A maker with some of what they offer."""

    craft = fields.Nested(TextView, required=True)
    address = fields.String(required=True, allow_none=True)
    point = fields.Nested(PointSchema, required=True, allow_none=True)
    visitors_welcome = fields.Boolean(required=True)
    offerings = fields.List(fields.Nested(GuideOffering), required=True)


class GuideTiming(StrictSchema):
    """One occurrence, in local time with its offset."""

    starts_local = fields.String(required=True)
    ends_local = fields.String(required=True)
    zone = fields.String(required=True)


class GuideEvent(GuideItem):
    """An event with its next timings; ``past`` when all are over."""

    type = fields.String(required=True)
    festival_id = fields.String(required=True)
    where = fields.Nested(TextView, required=True)
    point = fields.Nested(PointSchema, required=True, allow_none=True)
    timings = fields.List(fields.Nested(GuideTiming), required=True)
    past = fields.Boolean(required=True)
    status = fields.String(required=True)


class Watch(StrictSchema):
    """Where a title can be watched."""

    channel = fields.String(required=True)
    url = fields.String(required=True)
    territory = fields.String(required=True)


class GuideTitle(GuideItem):
    """A film, a series, or an episode (those only when searched for)."""

    towns = fields.List(fields.String(), required=True)
    type = fields.String(required=True)
    runtime_minutes = fields.Integer(required=True, allow_none=True)
    series_id = fields.String(required=True, allow_none=True)
    published_on = fields.String(required=True)
    watch = fields.List(fields.Nested(Watch), required=True)


class Guide(StrictSchema):
    """The sections asked for, each with a cursor that goes on in it together with ``kind``."""

    town = fields.String(required=True, allow_none=True)
    lang = fields.String(required=True)
    places = fields.Nested(page_of(GuidePlace))
    makers = fields.Nested(page_of(GuideMaker))
    offerings = fields.Nested(page_of(GuideOffering))
    events = fields.Nested(page_of(GuideEvent))
    titles = fields.Nested(page_of(GuideTitle))
