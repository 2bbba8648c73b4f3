"""What the marketplace keeps. Days are ISO 8601 text, instants UTC, money integer minor units."""

from __future__ import annotations

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    Document,
    EmbeddedDocument,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    FloatField,
    IntField,
    ListField,
    LongField,
    MapField,
    StringField,
)

from kernel.mongo import document_meta
from services.marketplace.domain.money import SOURCES, WHOLE

MAKER_KINDS = ("individual", "firm")
OFFERING_KINDS = ("product", "service", "class")
ORDER_STATES = ("placed", "disrupted", "collected", "cancelled")


class Money(EmbeddedDocument):
    """An amount in minor units of an ISO 4217 currency."""

    amount = LongField(required=True, min_value=0)
    currency = StringField(required=True)


class Point(EmbeddedDocument):
    """A WGS 84 position in decimal degrees."""

    lat = FloatField(required=True)
    lon = FloatField(required=True)


class Material(EmbeddedDocument):
    """What something is made of, and where that comes from."""

    name = MapField(StringField(), required=True)
    origin = StringField(required=True)


class Maker(Document):
    """A person or firm that makes things or offers skills. Its members, and they alone, change it."""

    meta = document_meta(
        "marketplace", "makers", indexes=[("town", "name", "_id"), ("name", "_id"), "words", ("members", "_id")]
    )

    id = StringField(primary_key=True)
    kind = StringField(required=True, choices=MAKER_KINDS)
    town = StringField(required=True)
    name = StringField(required=True)
    craft = MapField(StringField(), required=True)
    summary = MapField(StringField(), required=True)
    address = StringField()
    point = EmbeddedDocumentField(Point)
    visitors_welcome = BooleanField(default=False)
    opening_hours = MapField(StringField())
    members = ListField(StringField(), required=True)
    """Account ids; never shown to others."""
    words = ListField(StringField())
    touched = LongField(required=True, default=0)
    """How often its offerings met a change of it, see ``commands.meeting``."""
    joined_at = DateTimeField(required=True)
    synthetic = BooleanField(default=False)


class Offering(Document):
    """A product, a service or a class that a maker offers."""

    meta = document_meta(
        "marketplace",
        "offerings",
        indexes=[
            ("status", "town", "kind", "-listed_at", "-_id"),
            ("status", "town", "-listed_at", "-_id"),
            ("status", "kind", "-listed_at", "-_id"),
            ("status", "-listed_at", "-_id"),
            ("maker_id", "status", "-listed_at", "-_id"),
            "words",
        ],
    )

    id = StringField(primary_key=True)
    maker_id = StringField(required=True)
    town = StringField(required=True)
    kind = StringField(required=True, choices=OFFERING_KINDS)
    title = MapField(StringField(), required=True)
    summary = MapField(StringField(), required=True)
    prices = EmbeddedDocumentListField(Money, required=True)
    """One for each currency; the first is the one shown first."""
    materials = EmbeddedDocumentListField(Material)
    schedule = MapField(StringField())
    """When a service or class takes place, in words."""
    stock = MapField(IntField(min_value=0), null=True)
    """Units by place; absent for what is not counted. Changed by guarded increments only, see ``commands.stock``."""
    available = IntField(min_value=0)
    """Units for sale in all places together; absent for what is not counted."""
    status = StringField(required=True, choices=("listed", "withdrawn"), default="listed")
    words = ListField(StringField())
    listed_at = DateTimeField(required=True)
    withdrawn_at = DateTimeField()
    synthetic = BooleanField(default=False)


class Item(Document):
    """One unit of a product, with its own id and passport. It is in exactly one place, or sold."""

    meta = document_meta(
        "marketplace", "items", indexes=[("offering_id", "place", "_id"), ("place", "offering_id"), "order_id"]
    )

    id = StringField(primary_key=True)
    offering_id = StringField(required=True)
    maker_id = StringField(required=True)
    place = StringField(required=True)
    order_id = StringField()
    last_event_at = DateTimeField(required=True)
    head = DictField(required=True)
    """The signed head of its passport, see ``domain.passport``."""
    synthetic = BooleanField(default=False)


class PassportEntry(Document):
    """One thing that happened to an item; only ever inserted."""

    meta = document_meta(
        "marketplace", "passport_entries", indexes=[{"fields": ["item_id", "sequence"], "unique": True}]
    )

    id = StringField(primary_key=True)
    item_id = StringField(required=True)
    sequence = IntField(required=True)
    entry = DictField(required=True)
    """The signed entry as it is shown, see ``domain.passport``."""


class Popup(Document):
    """A pop-up shop: its keeper holds makers' goods and sells them for a commission."""

    meta = document_meta(
        "marketplace", "popups", indexes=[("town", "-first_day", "-_id"), ("-first_day", "-_id"), ("keeper_id", "_id")]
    )

    id = StringField(primary_key=True)
    town = StringField(required=True)
    name = MapField(StringField(), required=True)
    summary = MapField(StringField(), required=True)
    address = StringField()
    point = EmbeddedDocumentField(Point)
    opening_hours = MapField(StringField())
    first_day = StringField(required=True)
    last_day = StringField(required=True)
    currency = StringField(required=True)
    """What its till takes."""
    commission_basis_points = IntField(required=True, min_value=0, max_value=WHOLE)
    keeper_id = StringField(required=True)
    """The account that opened it; never shown to others."""
    opened_at = DateTimeField(required=True)
    source = StringField()
    """Where the facts of this listing were published."""
    synthetic = BooleanField(default=False)


class Consignment(Document):
    """Items that a maker handed to a pop-up shop at one time."""

    meta = document_meta(
        "marketplace",
        "consignments",
        indexes=[("maker_id", "-consigned_at", "-_id"), ("popup_id", "-consigned_at", "-_id")],
    )

    id = StringField(primary_key=True)
    offering_id = StringField(required=True)
    maker_id = StringField(required=True)
    popup_id = StringField(required=True)
    quantity = IntField(required=True, min_value=1)
    item_ids = ListField(StringField())
    consigned_at = DateTimeField(required=True)
    recorded_at = DateTimeField(required=True)


class LedgerEntry(Document):
    """What one sale brought a maker: only ever inserted. ``price == commission + income``; its id is the sale's."""

    meta = document_meta(
        "marketplace",
        "ledger",
        indexes=[
            ("maker_id", "-sold_at", "-_id"),
            ("maker_id", "currency", "source"),
            ("popup_id", "-sold_at", "-_id"),
        ],
    )

    id = StringField(primary_key=True)
    maker_id = StringField(required=True)
    offering_id = StringField(required=True)
    item_ids = ListField(StringField())
    quantity = IntField(required=True, min_value=1)
    source = StringField(required=True, choices=SOURCES)
    currency = StringField(required=True)
    price = LongField(required=True, min_value=0)
    commission = LongField(required=True, min_value=0)
    income = LongField(required=True, min_value=0)
    commission_basis_points = IntField(required=True)
    popup_id = StringField()
    order_id = StringField()
    sold_at = DateTimeField(required=True)
    recorded_at = DateTimeField(required=True)
    recorded_by = StringField(required=True)
    """The account of the seller; nothing about the buyer is kept."""


class Order(Document):
    """Ordered ahead: units set aside for someone to collect, perhaps when a sailing has landed."""

    meta = document_meta(
        "marketplace",
        "orders",
        indexes=[
            ("buyer_id", "-placed_at", "-_id"),
            ("maker_id", "-placed_at", "-_id"),
            ("collect_sailing_id", "status"),
            ("buyer_id", "status"),
            ("status", "expires_at"),
        ],
    )

    id = StringField(primary_key=True)
    offering_id = StringField(required=True)
    maker_id = StringField(required=True)
    town = StringField(required=True)
    buyer_id = StringField(required=True)
    quantity = IntField(required=True, min_value=1)
    price = EmbeddedDocumentField(Money, required=True)
    """For the whole quantity, as it was when ordered."""
    collect_sailing_id = StringField()
    status = StringField(required=True, choices=ORDER_STATES)
    disruption = MapField(StringField())
    """Why its sailing does not run, while that is so."""
    placed_at = DateTimeField(required=True)
    expires_at = DateTimeField()
    """When it ends by itself unless it was collected; none in an order of before there was such an end."""
    closed_at = DateTimeField()
    cancellation = MapField(StringField())
    """Why it was cancelled though nobody asked for that."""


class Buyer(Document):
    """Where the orders of one account meet, and the makers it joins as: each writes it, so that none goes uncounted."""

    meta = document_meta("marketplace", "buyers")

    id = StringField(primary_key=True)
    """The account's id."""
    touched = LongField(required=True, default=0)


class Pickup(Document):
    """Where orders for a sailing and news of that sailing meet: both write it, so neither can miss the other."""

    meta = document_meta("marketplace", "pickups")

    id = StringField(primary_key=True)
    """The sailing's id."""
    touched = LongField(required=True, default=0)


class Sailing(Document):
    """What the visitor service says of a crossing; written by handlers only."""

    meta = document_meta("marketplace", "sailings")

    id = StringField(primary_key=True)
    status = StringField(required=True, choices=("scheduled", "cancelled"))
    reason = MapField(StringField())
    departure = DictField()
    arrival = DictField()
