"""Day plans that were made to fit: anonymous, opened with a code that only their phone has."""

from __future__ import annotations

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, StringField

from kernel.mongo import document_meta


class DayPlan(Document):
    """A day between two ferries as it was last planned. ``code_digest`` is the SHA-256 of its code."""

    meta = document_meta(
        "visitor",
        "day_plans",
        indexes=[
            "return_sailing_id",
            "arrival_sailing_id",
            "given_up",
            "stops.id",
            {"fields": ["expires_at"], "expireAfterSeconds": 0},
        ],
    )

    id = StringField(primary_key=True)
    code_digest = StringField(required=True)
    town = StringField(required=True)
    pace = StringField(required=True)
    interests = ListField(StringField())
    wanted = ListField(DictField())
    arrival_sailing_id = StringField()
    return_sailing_id = StringField()
    given_up = ListField(StringField())
    """Ferries back that were cancelled and replaced: whoever had to is told when they run after all."""
    starts_at = DateTimeField(required=True)
    closes_at = DateTimeField(required=True)
    stops = ListField(DictField())
    walk_back_minutes = IntField(required=True)
    back_at = DateTimeField(required=True)
    ashore_by = DateTimeField()
    """The latest that the ferry may have people ashore for the plan to hold; absent once the day has begun."""
    revision = IntField(required=True)
    alerts = ListField(DictField())
    saved_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)
