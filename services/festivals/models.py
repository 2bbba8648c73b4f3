"""What the festivals service keeps, and the indexes its lists are answered from."""

from __future__ import annotations

from mongoengine import Document, EmbeddedDocument
from mongoengine.fields import (
    BooleanField,
    DateTimeField,
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    FloatField,
    IntField,
    ListField,
    MapField,
    StringField,
)

from kernel.mongo import document_meta
from services.festivals import findable
from services.festivals.domain.lifecycle import STATES, STATUSES
from services.festivals.tours.models import Tour

SERVICE = "festivals"


def _text(**options: object) -> MapField:
    return MapField(StringField(), **options)


class Person(EmbeddedDocument):
    """An account as it was called when it acted."""

    id = StringField(required=True)
    name = StringField(required=True)


class Point(EmbeddedDocument):
    """A WGS 84 position in decimal degrees."""

    lat = FloatField(required=True)
    lon = FloatField(required=True)


class Where(EmbeddedDocument):
    """Where an event takes place: a copy, so that a listing stays as its curator made it."""

    name = _text(required=True)
    address = StringField()
    point = EmbeddedDocumentField(Point)
    venue_id = StringField()


class Festival(Document):
    """Some days in one or more towns, to which any curator may add events while it is ``open``."""

    id = StringField(primary_key=True)
    kind = StringField(required=True)
    name = _text(required=True)
    summary = _text(required=True)
    towns = ListField(StringField(), required=True)
    first_day = StringField(required=True)
    last_day = StringField(required=True)
    open = BooleanField(required=True)
    host = EmbeddedDocumentField(Person, required=True)
    website = StringField()
    synthetic = BooleanField(default=False)
    source = StringField()
    created_at = DateTimeField(required=True)

    meta = document_meta(SERVICE, "festivals", indexes=[("first_day", "id"), ("towns", "first_day", "id")])


class Venue(Document):
    """A place where events happen, to be named by any curator."""

    id = StringField(primary_key=True)
    town = StringField(required=True)
    name = _text(required=True)
    address = StringField()
    point = EmbeddedDocumentField(Point)
    accessibility = ListField(StringField())
    capacity = IntField(min_value=1)
    """How many people it holds at once."""
    keeper = EmbeddedDocumentField(Person, required=True)
    synthetic = BooleanField(default=False)
    source = StringField()
    created_at = DateTimeField(required=True)

    meta = document_meta(SERVICE, "venues", indexes=[("town", "id"), ("accessibility", "id")])


class EventTiming(EmbeddedDocument):
    """One occurrence; ``id`` is unique within the event."""

    id = StringField(required=True)
    starts_at = DateTimeField(required=True)
    ends_at = DateTimeField(required=True)
    zone = StringField(required=True)
    previous_starts = ListField(DateTimeField())
    """When it was to start before its curator rescheduled it, the latest first."""


class EarlierTimings(EmbeddedDocument):
    """The timings that an event had until its curator replaced them."""

    until = DateTimeField(required=True)
    timings = EmbeddedDocumentListField(EventTiming)


class Disruption(EmbeddedDocument):
    """A cancelled sailing that the event depends on."""

    sailing_id = StringField(required=True)
    reason = _text(required=True)


class FestivalEvent(findable.Findable, Document):
    """An event of a festival, in the hands of its own curator."""

    id = StringField(primary_key=True)
    festival_id = StringField(required=True)
    curator = EmbeddedDocumentField(Person, required=True)
    state = StringField(required=True, choices=STATES)
    status = StringField(required=True, choices=STATUSES)
    cancelled_at = DateTimeField()
    cancellation_reason = _text()
    disruptions = EmbeddedDocumentListField(Disruption)
    sequence = IntField(required=True, min_value=0)
    """Revision, RFC 5545 section 3.8.7.4: rises with every change that people may see."""

    title = _text(required=True)
    summary = _text()
    description = _text()
    town = StringField(required=True)
    where = EmbeddedDocumentField(Where)
    kind = StringField(required=True)
    keywords = ListField(StringField())
    """All of them, whatever their language: what filters look for."""
    keywords_by_language = MapField(ListField(StringField()))
    """Those that say which language they are in; none when they were sent as a plain list."""
    sailing_ids = ListField(StringField())
    website = StringField()
    synthetic = BooleanField(default=False)
    source = StringField()

    tour = EmbeddedDocumentField(Tour)
    """Of an event that goes somewhere."""

    timings = EmbeddedDocumentListField(EventTiming)
    timing_ids_used = IntField(required=True, min_value=0)
    timings_before = EmbeddedDocumentListField(EarlierTimings)
    """Former timings, for the lists that devices took along (``checkin.doors``); the latest last."""
    days = ListField(StringField())
    """The local days any timing touches, which a list by day is answered from."""
    first_start = DateTimeField()
    last_end = DateTimeField()
    words = ListField(StringField())
    """Folded words of the texts, which a search is answered from."""

    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)

    meta = document_meta(
        SERVICE,
        "events",
        indexes=[
            ("state", "first_start", "id"),
            ("festival_id", "state", "first_start", "id"),
            ("town", "state", "first_start", "id"),
            ("state", "days", "first_start", "id"),
            ("town", "state", "days", "first_start", "id"),
            ("state", "words"),
            ("state", "last_end"),
            ("curator.id", "first_start", "id"),
            "sailing_ids",
            *findable.INDEXES,
            {
                "fields": ["state", "first_start", "id"],
                "partialFilterExpression": {"tour.mode": {"$exists": True}},
                "name": "tours",
            },
        ],
    )


class Word(Document):
    """A word of some event's texts, with the forms that a mistyped one may share with it."""

    id = StringField(primary_key=True)
    forms = ListField(StringField())

    meta = document_meta(SERVICE, "vocabulary", indexes=["forms"])


class SailingGuard(Document):
    """One row for each sailing that an event named or that was cancelled, written by whoever does either.

    Publishing an event that names a sailing and learning that it is cancelled may happen at the same instant, and
    neither would see the other. Both write this row, so the database lets only one of them through and the other is
    run again and sees it.
    """

    id = StringField(primary_key=True)
    touched = IntField(required=True)

    meta = document_meta(SERVICE, "sailing_guards")


class Call(EmbeddedDocument):
    """One end of a crossing."""

    town = StringField(required=True)
    at = DateTimeField(required=True)
    zone = StringField(required=True)


class KnownSailing(Document):
    """Projection of the visitor service's sailings: what an event that depends on one can say about it."""

    id = StringField(primary_key=True)
    departure = EmbeddedDocumentField(Call, required=True)
    arrival = EmbeddedDocumentField(Call, required=True)
    checkin_closes_at = DateTimeField()
    """As planned; null as long as only the cancellation is known."""
    expected_departure_at = DateTimeField()
    """Null as long as it is expected to leave as planned."""
    expected_arrival_at = DateTimeField()
    """Null as long as it is expected to land as planned."""
    illustrative = BooleanField(default=False)
    cancelled_at = DateTimeField()
    reason = _text()

    meta = document_meta(
        SERVICE, "sailings", indexes=[("departure.town", "departure.at"), ("arrival.town", "arrival.at")]
    )
