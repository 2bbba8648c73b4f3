"""Schemas of places collected from files."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import EXCLUDE, fields, validate

from kernel.schemas import Identifier, Pattern, PointSchema, StrictSchema, TextMap, Whole
from services.visitor.schemas.common import Day
from services.visitor.schemas.hours import HoursSchema
from services.visitor.schemas.listings import Kind


class PlacesUpload(StrictSchema):
    """A file of places: a GeoJSON FeatureCollection or a CSV."""

    places = Upload(required=True, metadata={"format": "binary"})


class SourceForm(StrictSchema):
    """Where the file is from, the licence its fields may be shown under (SPDX), and the town if it says none."""

    source = Identifier(slug=True, required=True)
    licence = fields.String(
        required=True,
        validate=[
            validate.Length(min=2, max=40),
            Pattern(r"^[A-Za-z0-9.+-]+$", error="The licence's SPDX name, such as ODbL-1.0 or CC-BY-4.0."),
        ],
    )
    town = Identifier()


class PlaceRow(StrictSchema):
    """A row as it is taken; other columns are passed over."""

    class Meta(StrictSchema.Meta):
        unknown = EXCLUDE

    id = Identifier(required=True)
    place_id = Identifier()
    town = Identifier()
    kind = Kind()
    name = TextMap(max_length=120)
    summary = TextMap(max_length=1000)
    point = fields.Nested(PointSchema)
    walk_minutes = Whole(0, 600)
    address = fields.String(validate=validate.Length(min=1, max=200))
    hours = fields.Nested(HoursSchema)
    verified_on = Day()


class RowProblem(StrictSchema):
    """What is wrong with a field of a row."""

    field = fields.String(required=True)
    problem = fields.String(required=True)


class RowReport(StrictSchema):
    """What became of a row: ``merged`` joined a place that was there, ``new`` made one."""

    row = fields.Integer(required=True)
    id = fields.String(required=True, allow_none=True)
    place_id = fields.String(required=True, allow_none=True)
    result = fields.String(required=True, validate=validate.OneOf(("new", "merged", "changed", "unchanged", "refused")))
    problems = fields.List(fields.Nested(RowProblem), required=True)


class CollectedCounts(StrictSchema):
    """How many rows became what."""

    new = fields.Integer(required=True)
    merged = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    refused = fields.Integer(required=True)


class CollectedReport(StrictSchema):
    """What an import did, row by row."""

    source = fields.String(required=True)
    licence = fields.String(required=True)
    counts = fields.Nested(CollectedCounts, required=True)
    rows = fields.List(fields.Nested(RowReport), required=True, validate=validate.Length(max=2000))


class FeatureGeometry(StrictSchema):
    """A GeoJSON Point: longitude, then latitude."""

    type = fields.String(required=True, validate=validate.Equal("Point"))
    coordinates = fields.List(fields.Float(), required=True, validate=validate.Length(equal=2))


class Feature(StrictSchema):
    """A place as a GeoJSON Feature; ``properties`` are the fields of a place."""

    type = fields.String(required=True, validate=validate.Equal("Feature"))
    id = fields.String(required=True)
    geometry = fields.Nested(FeatureGeometry, required=True)
    properties = fields.Dict(required=True)


class FeatureCollection(StrictSchema):
    """Places as GeoJSON (RFC 7946)."""

    type = fields.String(required=True, validate=validate.Equal("FeatureCollection"))
    features = fields.List(fields.Nested(Feature), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
