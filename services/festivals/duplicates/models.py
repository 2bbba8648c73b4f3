"""What is kept of two listings that seem to be of one event."""

from __future__ import annotations

from mongoengine import Document
from mongoengine.fields import DateTimeField, EmbeddedDocumentField, FloatField, ListField, StringField

from kernel.mongo import document_meta
from services.festivals.domain.likeness import REASONS
from services.festivals.models import SERVICE, Person

PAIR_STATES = ("open", "dismissed", "merged")


class DuplicatePair(Document):
    """Two public events that seem to be one; ``first`` has the lesser id. A dismissed pair is not flagged again."""

    id = StringField(primary_key=True)
    first = StringField(required=True)
    second = StringField(required=True)
    events = ListField(StringField(), required=True)
    """Both ids, for an index that finds the pairs of an event."""
    festivals = ListField(StringField(), required=True)
    """In whose programmes either is."""
    curators = ListField(StringField(), required=True)
    state = StringField(required=True, choices=PAIR_STATES)
    bits = FloatField(required=True)
    reasons = ListField(StringField(choices=REASONS))
    found_at = DateTimeField(required=True)
    kept = StringField()
    """Of a merged pair, the event that stays."""
    decided_at = DateTimeField()
    decided_by = EmbeddedDocumentField(Person)

    meta = document_meta(
        SERVICE,
        "duplicates",
        indexes=[
            {"fields": ["first", "second"], "unique": True},
            ("events", "state"),
            ("festivals", "state", "found_at", "id"),
            ("curators", "state", "found_at", "id"),
        ],
    )
