"""Passports over HTTP: what people read, and the signed entries that anyone can check."""

from __future__ import annotations

from marshmallow import fields

from kernel.schemas import StrictSchema, TextMap
from services.marketplace.schemas.common import MaterialSchema


class HolderView(StrictSchema):
    """In whose hands an item was, and since when; a buyer has no name here."""

    kind = fields.String(required=True)
    id = fields.String()
    name = TextMap()
    town = fields.String()
    since = fields.String(required=True, metadata={"format": "date-time"})


class MakerNamed(StrictSchema):
    """Who made an item, as it was signed."""

    id = fields.String()
    name = TextMap()
    town = fields.String()


class HeadView(StrictSchema):
    """The signed statement of how long the chain is and where it ends."""

    item_id = fields.String(required=True)
    length = fields.Integer(required=True)
    hash = fields.String(required=True)
    key_id = fields.String(required=True)
    signature = fields.String(required=True)


class KeyView(StrictSchema):
    """A public key as a JSON Web Key (RFC 8037)."""

    kid = fields.String(required=True)
    kty = fields.String(required=True)
    crv = fields.String(required=True)
    x = fields.String(required=True)
    use = fields.String(required=True)
    in_use = fields.Boolean(required=True)


class KeysView(StrictSchema):
    """The public keys that passports are or were signed with."""

    keys = fields.List(fields.Nested(KeyView), required=True)


class PassportView(StrictSchema):
    """An item's passport; ``entries`` are exactly what was hashed and signed."""

    item_id = fields.String(required=True)
    offering_id = fields.String(required=True)
    title = TextMap(allow_empty=True, required=True)
    maker = fields.Nested(MakerNamed, required=True)
    town = fields.String(allow_none=True)
    town_name = TextMap(allow_empty=True, required=True)
    made_in = TextMap(allow_empty=True, required=True)
    made_on = fields.String(allow_none=True)
    materials = fields.List(fields.Nested(MaterialSchema), required=True)
    sold = fields.Boolean(required=True)
    hands = fields.List(fields.Nested(HolderView), required=True)
    intact = fields.Boolean(required=True)
    problems = fields.List(fields.String(), required=True)
    entries = fields.List(fields.Dict(), required=True)
    head = fields.Nested(HeadView, required=True)
    keys = fields.List(fields.Nested(KeyView), required=True)
    synthetic = fields.Boolean(required=True)
