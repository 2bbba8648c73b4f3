"""Schemas of passes, stamp points and stamps."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, StrictSchema, TextMap
from services.visitor.domain.stamps import MAX_CODE
from services.visitor.schemas.common import ClientId

POINTS = ("centre", "maker", "event")
MAX_CODES = 50


class PublicKey(fields.String):
    """An Ed25519 public key in base64url without padding."""

    def __init__(self, **kwargs) -> None:
        super().__init__(validate=validate.Length(equal=43), **kwargs)


class Code(fields.String):
    """A code that a phone shows; see ``domain/stamps.py`` for its form."""

    def __init__(self, **kwargs) -> None:
        super().__init__(validate=validate.Length(min=1, max=MAX_CODE), **kwargs)


class PassDraft(StrictSchema):
    """The public half of a key that a visitor's phone made."""

    public_key = PublicKey(required=True)


class PassCode(StrictSchema):
    """What the phone of a pass shows now: good for 90 seconds."""

    code = Code(required=True)


class StampView(StrictSchema):
    """That a pass was at a place on a day."""

    point_id = fields.String(required=True)
    kind = fields.String(required=True)
    target_id = fields.String(required=True)
    name = TextMap(required=True)
    date = DateOnly(required=True)
    at = Instant(required=True)


class PassView(StrictSchema):
    """A pass: how many stamps are on it, and the latest of them."""

    id = fields.String(required=True)
    made_at = Instant(required=True)
    expires_at = Instant(required=True)
    stamps = fields.Integer(required=True)
    latest = fields.List(fields.Nested(StampView), required=True)


class PointDraft(StrictSchema):
    """Where stamps will be given, and the public half of a key that its phone made."""

    id = ClientId()
    kind = fields.String(required=True, validate=validate.OneOf(POINTS))
    target_id = Identifier(required=True)
    public_key = PublicKey(required=True)


class PointView(StrictSchema):
    """A stamp point with the key that its stamps are checked with."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    target_id = fields.String(required=True)
    town = fields.String(required=True, allow_none=True)
    zone = fields.String(required=True)
    name = TextMap(required=True)
    public_key = fields.String(required=True)
    opened_at = Instant(required=True)
    closed_at = Instant(required=True, allow_none=True)


class PointFilter(PageQuery):
    """Which stamp points."""

    town = Identifier()
    kind = fields.String(validate=validate.OneOf(POINTS))


class Collected(StrictSchema):
    """The codes of stamps that a phone has collected."""

    codes = fields.List(Code(), required=True, validate=validate.Length(min=1, max=MAX_CODES))


class RefusedCode(StrictSchema):
    """A code that is no stamp, by its place in the list, and why."""

    index = fields.Integer(required=True)
    detail = fields.String(required=True)


class Merged(StrictSchema):
    """What became of the codes: how many were new, which were refused, how many stamps there are now."""

    new = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedCode), required=True)
    stamps = fields.Integer(required=True)
