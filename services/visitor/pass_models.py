"""Visitor passes, stamp points and stamps, offers and their vouchers. Nothing here is about a person."""

from __future__ import annotations

from mongoengine import BooleanField, DateTimeField, Document, IntField, MapField, StringField

from kernel.mongo import document_meta

LEAVES = {"fields": ["expires_at"], "expireAfterSeconds": 0}


class Pass(Document):
    """A pass: the fingerprint of a key that is on a visitor's phone."""

    meta = document_meta("visitor", "passes", indexes=[LEAVES])

    id = StringField(primary_key=True)
    made_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)


class StampPoint(Document):
    """Where stamps are given, with the public half of the key of its phone; a closed one gives none."""

    meta = document_meta("visitor", "stamp_points", indexes=["town", ("kind", "target_id")])

    id = StringField(primary_key=True)
    kind = StringField(required=True, choices=("centre", "maker", "event"))
    target_id = StringField(required=True)
    town = StringField()
    zone = StringField(required=True)
    name = MapField(StringField(), required=True)
    public_key = StringField(required=True)
    opened_at = DateTimeField(required=True)
    opened_by = StringField(required=True)
    closed_at = DateTimeField()


class Stamp(Document):
    """That a pass was at a place on a day: its id is made of the three, so there is one, whoever tells of it."""

    meta = document_meta("visitor", "stamps", indexes=[("pass_id", "at"), LEAVES])

    id = StringField(primary_key=True)
    pass_id = StringField(required=True)
    point_id = StringField(required=True)
    kind = StringField(required=True)
    target_id = StringField(required=True)
    name = MapField(StringField(), required=True)
    date = StringField(required=True)
    at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)


class Offer(Document):
    """What a pass gets at a place: a voucher for one use or for several."""

    meta = document_meta("visitor", "offers", indexes=[("town", "ends_at"), "ends_at"])

    id = StringField(primary_key=True)
    town = StringField(required=True)
    title = MapField(StringField(), required=True)
    terms = MapField(StringField(), required=True)
    uses = IntField(required=True, min_value=1, max_value=50)
    stamps_needed = IntField(required=True, min_value=0, max_value=50)
    vouchers = IntField(required=True, min_value=1)
    issued = IntField(required=True, min_value=0)
    starts_at = DateTimeField(required=True)
    ends_at = DateTimeField(required=True)
    at_centres = BooleanField(required=True)
    synthetic = BooleanField(default=False)
    made_by = StringField(required=True)
    made_at = DateTimeField(required=True)


class Voucher(Document):
    """One pass's voucher of an offer; its id is the secret that is shown at the till."""

    meta = document_meta(
        "visitor", "vouchers", indexes=[{"fields": ["offer_id", "pass_id"], "unique": True}, "pass_id", LEAVES]
    )

    id = StringField(primary_key=True)
    offer_id = StringField(required=True)
    pass_id = StringField(required=True)
    uses_left = IntField(required=True, min_value=0)
    issued_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)


class Redemption(Document):
    """One use of a voucher, under an id that its till made."""

    meta = document_meta("visitor", "redemptions", indexes=["voucher_id", LEAVES])

    id = StringField(primary_key=True)
    voucher_id = StringField(required=True)
    offer_id = StringField(required=True)
    redeemed_at = DateTimeField(required=True)
    redeemed_by = StringField(required=True)
    expires_at = DateTimeField(required=True)


ALL = [Pass, StampPoint, Stamp, Offer, Voucher, Redemption]
