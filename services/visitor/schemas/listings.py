"""Schemas of places and access centres."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Identifier, Instant, PageQuery, PointSchema, StrictSchema, TextMap, Whole


class Kind(fields.String):
    """A schema.org type name, e.g. ``Museum``."""

    def __init__(self, **kwargs: object) -> None:
        rule = validate.Regexp(r"^[A-Z][A-Za-z]+\Z", error="Use a schema.org type name such as Museum or Park.")
        super().__init__(validate=[validate.Length(min=2, max=60), rule], **kwargs)


class PlaceChange(StrictSchema):
    """The fields of a place that can be corrected."""

    kind = Kind()
    name = TextMap(max_length=120)
    summary = TextMap(max_length=1000)
    point = fields.Nested(PointSchema)
    walk_minutes = Whole(0, 600, allow_none=True)
    address = fields.String(validate=validate.Length(min=1, max=200), allow_none=True)
    source = fields.String(validate=validate.Length(min=1, max=300), allow_none=True)


class PlaceDraft(PlaceChange):
    """A place; ``walk_minutes`` from the town's ferry terminal, ``source`` where its facts were published."""

    id = Identifier(slug=True)
    town = Identifier(required=True)
    kind = Kind(required=True)
    name = TextMap(required=True, max_length=120)
    summary = TextMap(required=True, max_length=1000)
    point = fields.Nested(PointSchema, required=True)
    synthetic = fields.Boolean(load_default=False)


class PlaceView(StrictSchema):
    """A place."""

    id = fields.String(required=True)
    town = fields.String(required=True)
    kind = fields.String(required=True)
    name = TextMap(required=True)
    summary = TextMap(required=True)
    point = fields.Nested(PointSchema, required=True)
    walk_minutes = fields.Integer(allow_none=True)
    address = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    synthetic = fields.Boolean(required=True)
    listed_at = Instant(required=True)


class PlaceFilter(PageQuery):
    """Which places; ``q`` finds words in any language, accents and case aside."""

    town = Identifier()
    kind = Kind()
    q = fields.String(validate=validate.Length(min=1, max=100))


class CentreView(StrictSchema):
    """A visitor access centre; ``town`` is empty for the one aboard."""

    id = fields.String(required=True)
    name = TextMap(required=True)
    aboard = fields.Boolean(required=True)
    town = fields.String(required=True, allow_none=True)
    zone = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(("planned", "open")))
    opened_at = Instant(required=True, allow_none=True)
