"""Schemas of the bundle for a crossing, its changes, and the guide as a document."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Identifier, StrictSchema
from services.visitor.schemas.common import Language

MAX_HAVE = 30_000


class BundleQuery(StrictSchema):
    """The town ahead."""

    town = Identifier(required=True)


class DocumentQuery(BundleQuery):
    """The town, and the language of the document (the town's own without one)."""

    lang = Language()


class BundleEntry(StrictSchema):
    """One thing: texts in every language there is, and the digest that tells whether it has changed."""

    digest = fields.String(required=True)
    content = fields.Dict(required=True)


class Bundle(StrictSchema):
    """All about a town, by keys such as ``place/newhaven-fort``; ``left_out`` counts what would not fit 15 MB."""

    town = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    version = fields.String(required=True)
    entries = fields.Dict(fields.String(), fields.Nested(BundleEntry), required=True)
    left_out = fields.Integer(required=True)


class DeltaQuery(BundleQuery):
    """The digests of the bundle that is there, by key; empty for none."""

    have = fields.Dict(
        fields.String(validate=validate.Length(min=1, max=300)),
        fields.String(validate=validate.Length(min=1, max=64)),
        required=True,
        validate=validate.Length(max=MAX_HAVE),
        metadata={"maxProperties": MAX_HAVE},
    )


class Delta(Bundle):
    """What to put into the bundle that is there, and the keys to take out; then it is the one of ``version``."""

    removed = fields.List(fields.String(), required=True, validate=validate.Length(max=MAX_HAVE))
