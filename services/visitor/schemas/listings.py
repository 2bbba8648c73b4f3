"""Schemas of places and access centres."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import (
    DateOnly,
    Identifier,
    Instant,
    PageQuery,
    Pattern,
    PointSchema,
    StrictSchema,
    TextMap,
    Whole,
)
from services.visitor.schemas.common import Day, Language
from services.visitor.schemas.hours import HoursSchema


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
    hours = fields.Nested(HoursSchema, allow_none=True)
    verified_on = Day(allow_none=True)


class PlaceDraft(PlaceChange):
    """A place; ``walk_minutes`` from the town's ferry terminal, ``source`` where its facts were published.

    ``verified_on`` is the day on which someone made sure that all of it is so.
    """

    id = Identifier(slug=True)
    town = Identifier(required=True)
    kind = Kind(required=True)
    name = TextMap(required=True, max_length=120)
    summary = TextMap(required=True, max_length=1000)
    point = fields.Nested(PointSchema, required=True)
    synthetic = fields.Boolean(load_default=False)


class Origin(StrictSchema):
    """Where a field of a place comes from, and under which licence it may be shown."""

    source = fields.String(required=True)
    licence = fields.String(required=True)


class PlaceView(StrictSchema):
    """A place; ``hours_text`` is made of ``hours``, ``origins`` tells which fields an import brought.

    With ``fields`` only those. With ``lang`` each text is in that language, or in the next where it is missing;
    ``translation_status`` tells which texts each language has: ``complete``, ``partial`` or ``missing``.
    """

    id = fields.String(required=True)
    town = fields.String()
    kind = fields.String()
    name = TextMap()
    summary = TextMap(allow_empty=True)
    point = fields.Nested(PointSchema)
    walk_minutes = fields.Integer(allow_none=True)
    address = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    hours = fields.Nested(HoursSchema, allow_none=True)
    hours_text = TextMap(allow_none=True)
    open_now = fields.Boolean(allow_none=True)
    verified_on = DateOnly(allow_none=True)
    translation_status = fields.Dict(fields.String(), fields.String())
    origins = fields.Dict(fields.String(), fields.Nested(Origin))
    synthetic = fields.Boolean()
    listed_at = Instant()


SHOWN = tuple(sorted(PlaceView._declared_fields.keys() - {"id"}))
_SOME_FIELDS = rf"(?:{'|'.join(SHOWN)})(?:,(?:{'|'.join(SHOWN)}))*"


class PlaceChoice(StrictSchema):
    """In which language, and which fields (``fields=name,point``)."""

    lang = Language()
    fields = fields.String(
        validate=[validate.Length(min=1, max=300), Pattern(_SOME_FIELDS, error=f"Some of {', '.join(SHOWN)}.")]
    )


class PlaceFilter(PageQuery, PlaceChoice):
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
