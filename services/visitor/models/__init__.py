"""What the visitor service keeps: its own aggregates first, then what events of the others told it."""

from __future__ import annotations

from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    Document,
    EmbeddedDocument,
    EmbeddedDocumentField,
    FloatField,
    IntField,
    ListField,
    MapField,
    StringField,
)

from kernel.mongo import document_meta


class Point(EmbeddedDocument):
    """A WGS 84 position in decimal degrees."""

    lat = FloatField(required=True, min_value=-90, max_value=90)
    lon = FloatField(required=True, min_value=-180, max_value=180)


class Place(Document):
    """Something to see or to use in a town."""

    meta = document_meta("visitor", "places", indexes=["town", "kind", "words"])

    id = StringField(primary_key=True)
    town = StringField(required=True)
    kind = StringField(required=True)
    name = MapField(StringField(), required=True)
    summary = MapField(StringField())
    point = EmbeddedDocumentField(Point, required=True)
    walk_minutes = IntField(min_value=0)
    address = StringField()
    source = StringField()
    hours = DictField()
    """``seasons`` and ``exceptions``; absent where they are not known."""
    verified_on = StringField()
    """The day on which someone last made sure that all of it is so."""
    synthetic = BooleanField(default=False)
    words = ListField(StringField())
    by_hand = ListField(StringField())
    """The fields that a person entered here: no import changes them. Absent: all of them."""
    origins = DictField()
    """Field to ``source`` and ``licence``, for those that an import brought."""
    listed_by = StringField(required=True)
    listed_at = DateTimeField(required=True)


class PlaceRecord(Document):
    """What one source says of a place: kept as it was sent, so that sources can be put together anew."""

    meta = document_meta("visitor", "place_records", indexes=["place_id"])

    id = StringField(primary_key=True)
    """Source and the source's own id."""
    place_id = StringField(required=True)
    source = StringField(required=True)
    licence = StringField(required=True)
    fields = DictField(required=True)
    imported_at = DateTimeField(required=True)
    imported_by = StringField(required=True)


class Opening(Document):
    """That a centre of the locality file was opened: its name and town stay in that file."""

    meta = document_meta("visitor", "openings")

    id = StringField(primary_key=True)
    opened_at = DateTimeField(required=True)
    opened_by = StringField(required=True)


class Call(EmbeddedDocument):
    """One end of a crossing; ``date`` is the local calendar date on that quay."""

    town = StringField(required=True)
    at = DateTimeField(required=True)
    zone = StringField(required=True)
    date = StringField(required=True)


class Sailing(Document):
    """A crossing of the timetable. Written by the import in bulk; ``told_by`` says who knows it to run otherwise."""

    meta = document_meta(
        "visitor",
        "sailings",
        indexes=[
            ("departure.town", "departure.date"),
            ("arrival.town", "arrival.date"),
            "departure.at",
        ],
    )

    id = StringField(primary_key=True)
    service_date = StringField(required=True)
    departure = EmbeddedDocumentField(Call, required=True)
    arrival = EmbeddedDocumentField(Call, required=True)
    at = MapField(DateTimeField(), required=True)
    """Town to the instant of the call there: what a town's list is sorted by."""
    checkin_minutes = IntField(required=True, min_value=0)
    ship = StringField()
    expected_passengers = IntField(min_value=0)
    illustrative = BooleanField(default=False)
    status = StringField(required=True, choices=("scheduled", "cancelled"), default="scheduled")
    cancelled_at = DateTimeField()
    cancelled_by = StringField()
    reason = MapField(StringField())
    expected = DictField()
    """``departs_at`` and ``arrives_at`` of a delayed sailing."""
    untold = BooleanField()
    """Its timetable entry changed while it was cancelled, and was not announced."""
    delay_reason = MapField(StringField())
    told_by = StringField(choices=("hand", "feed"))
    told_at = DateTimeField()
    notices = ListField(DictField())
    """What a live feed has people read about it: ``effect``, ``header``, ``text``."""


class LiveFeed(Document):
    """The live feed taken last: an older one is refused, and two at once follow each other."""

    meta = document_meta("visitor", "live_feeds")

    id = StringField(primary_key=True)
    made_at = DateTimeField(required=True)
    taken_at = DateTimeField(required=True)


class Shift(Document):
    """A time at a centre that ambassadors sign up for; aboard it belongs to one sailing."""

    meta = document_meta("visitor", "shifts", indexes=[("centre_id", "starts_at"), "starts_at", "sailing_id"])

    id = StringField(primary_key=True)
    centre_id = StringField(required=True)
    starts_at = DateTimeField(required=True)
    ends_at = DateTimeField(required=True)
    capacity = IntField(required=True, min_value=1, max_value=20)
    sailing_id = StringField()
    ambassador_ids = ListField(StringField())
    offers = ListField(DictField())
    """Places that ambassadors offer to others: ``ambassador_id``, ``wants`` (a shift in exchange), ``offered_at``."""
    synthetic = BooleanField(default=False)
    created_by = StringField(required=True)


class Enquiry(Document):
    """A question asked at a centre. Holds nothing about who asked."""

    meta = document_meta("visitor", "enquiries", indexes=[("centre_id", "logged_at"), "logged_at", "sailing_id"])

    id = StringField(primary_key=True)
    centre_id = StringField(required=True)
    topic = StringField(required=True)
    question = StringField()
    language = StringField(required=True)
    sailing_id = StringField()
    synthetic = BooleanField(default=False)
    logged_at = DateTimeField(required=True)
    logged_by = StringField(required=True)


class Referral(Document):
    """That an enquiry was answered by sending someone to a maker, an event or a place."""

    meta = document_meta(
        "visitor", "referrals", indexes=["enquiry_id", ("target_kind", "target_id", "made_at"), "made_at", "sailing_id"]
    )

    id = StringField(primary_key=True)
    enquiry_id = StringField(required=True)
    centre_id = StringField(required=True)
    target_kind = StringField(required=True, choices=("maker", "event", "place"))
    target_id = StringField(required=True)
    sailing_id = StringField()
    made_at = DateTimeField(required=True)
    made_by = StringField(required=True)


class Visit(Document):
    """That passengers were seen to stop: recorded with a sailing or a referral, never as their effect."""

    meta = document_meta("visitor", "visits", indexes=[("town", "date"), "referral_id"])

    id = StringField(primary_key=True)
    town = StringField(required=True)
    date = StringField(required=True)
    party_size = IntField(required=True, min_value=1, max_value=20)
    sailing_id = StringField()
    referral_id = StringField()
    target_kind = StringField(choices=("maker", "event", "place"))
    target_id = StringField()
    synthetic = BooleanField(default=False)
    recorded_at = DateTimeField(required=True)
    recorded_by = StringField(required=True)


class Plan(Document):
    """A day someone chose; whether it is disrupted is told by its sailing, not kept twice."""

    meta = document_meta(
        "visitor",
        "plans",
        indexes=["return_sailing_id", {"fields": ["expires_at"], "expireAfterSeconds": 0}],
    )

    id = StringField(primary_key=True)
    town = StringField(required=True)
    date = StringField(required=True)
    stops = ListField(DictField())
    return_sailing_id = StringField(required=True)
    saved_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)


class KnownEvent(Document):
    """A festival event as its own service last told it."""

    meta = document_meta("visitor", "known_events", indexes=["listing.town", "words"])

    id = StringField(primary_key=True)
    listing = DictField()
    status = StringField()
    withdrawn = BooleanField()
    ends_at = DateTimeField()
    words = ListField(StringField())


class KnownMaker(Document):
    """A maker as the marketplace last told it."""

    meta = document_meta("visitor", "known_makers", indexes=["listing.town", "words"])

    id = StringField(primary_key=True)
    listing = DictField()
    words = ListField(StringField())


class KnownOffering(Document):
    """An offering as the marketplace last told it; its maker may not be known yet."""

    meta = document_meta("visitor", "known_offerings", indexes=["listing.town", "listing.maker_id", "words"])

    id = StringField(primary_key=True)
    listing = DictField()
    withdrawn = BooleanField()
    words = ListField(StringField())


class KnownTitle(Document):
    """A film, series or episode as the media service last told it."""

    meta = document_meta("visitor", "known_titles", indexes=["listing.towns", "words"])

    id = StringField(primary_key=True)
    listing = DictField()
    words = ListField(StringField())


class KnownRelease(Document):
    """Where a title can be watched; the title may not be known yet."""

    meta = document_meta("visitor", "known_releases", indexes=["listing.title_id"])

    id = StringField(primary_key=True)
    listing = DictField()
