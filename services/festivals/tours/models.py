"""What makes an event a tour; kept in the event's own document."""

from __future__ import annotations

from mongoengine import EmbeddedDocument
from mongoengine.fields import (
    EmbeddedDocumentField,
    EmbeddedDocumentListField,
    FloatField,
    IntField,
    MapField,
    StringField,
)

MODES = ("walk", "cycle", "boat", "bus")


class Place(EmbeddedDocument):
    """A stop of a route, or where people meet."""

    name = MapField(StringField(), required=True)
    lat = FloatField()
    lon = FloatField()
    minutes = IntField(min_value=0)
    """Minutes after the start, of a stop."""


class Tour(EmbeddedDocument):
    """Route, leader and meeting point of an event."""

    leader = StringField(required=True)
    mode = StringField(required=True, choices=MODES)
    length_m = IntField(required=True, min_value=0)
    meeting_point = EmbeddedDocumentField(Place, required=True)
    route = EmbeddedDocumentListField(Place, required=True)
