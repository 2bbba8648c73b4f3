"""What the desk keeps."""

from __future__ import annotations

from mongoengine import Document
from mongoengine.fields import BooleanField, DateTimeField, IntField, StringField

from kernel.mongo import document_meta
from services.festivals.domain.places import CLAIM_STATES
from services.festivals.models import SERVICE


class Desk(Document):
    """The book of one event that takes registrations; its id is the event's.

    ``taken``, ``waiting`` and ``next_number`` follow from the registrations, in whose transactions they are
    written.
    """

    id = StringField(primary_key=True)
    capacity = IntField(required=True, min_value=0)
    max_party = IntField(required=True, min_value=1)
    offer_minutes = IntField(required=True, min_value=1)
    opens_at = DateTimeField()
    closes_at = DateTimeField()
    taken = IntField(required=True, min_value=0)
    waiting = IntField(required=True, min_value=0)
    next_number = IntField(required=True, min_value=1)
    due_at = DateTimeField()
    """When the first offer ends, or null; the worker looks for it."""
    salt = StringField(required=True)
    """Goes into what is kept of e-mail and network addresses to count by, so that these cannot be guessed back."""
    updated_at = DateTimeField(required=True)

    meta = document_meta(
        SERVICE,
        "desks",
        indexes=[{"fields": ["due_at"], "partialFilterExpression": {"due_at": {"$type": "date"}}}],
    )


class Registration(Document):
    """One claim to places at an event. ``name``, ``email`` and the digests leave some time after the event."""

    id = StringField(primary_key=True)
    event_id = StringField(required=True)
    state = StringField(required=True, choices=CLAIM_STATES)
    living = BooleanField(required=True)
    """Whether it may still come to something: a person has one such registration for an event."""
    party = IntField(required=True, min_value=1)
    number = IntField()
    """Its place in the order of arrival, once the desk has dealt with it."""
    offer_expires_at = DateTimeField()
    registered_at = DateTimeField()
    """Since when it has places, or had."""
    account_id = StringField()
    name = StringField()
    email = StringField()
    language = StringField()
    email_digest = StringField()
    code_digest = StringField()
    forget_at = DateTimeField()
    """When to see whether the personal data can leave; null when it has left."""
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)

    meta = document_meta(
        SERVICE,
        "registrations",
        indexes=[
            ("event_id", "state", "number"),
            ("event_id", "state", "id"),
            ("event_id", "state", "offer_expires_at"),
            ("event_id", "id"),
            {"fields": ["state", "id"], "partialFilterExpression": {"state": "asked"}, "name": "asked"},
            {
                "fields": ["event_id", "email_digest"],
                "unique": True,
                "partialFilterExpression": {"living": True},
                "name": "one_living_for_each_email",
            },
            {
                "fields": ["code_digest"],
                "unique": True,
                "partialFilterExpression": {"code_digest": {"$type": "string"}},
                "name": "code",
            },
            ("account_id", "id"),
            {"fields": ["forget_at"], "partialFilterExpression": {"forget_at": {"$type": "date"}}},
        ],
    )


class Quota(Document):
    """How many registrations an account or a network address has made for an event."""

    id = StringField(primary_key=True)
    used = IntField(required=True)
    until = DateTimeField(required=True)

    meta = document_meta(SERVICE, "registration_quotas", indexes=[{"fields": ["until"], "expireAfterSeconds": 0}])
