"""What is kept of a festival's people and of what was proposed to them."""

from __future__ import annotations

from mongoengine import Document
from mongoengine.fields import BooleanField, DateTimeField, EmbeddedDocumentField, MapField, StringField

from kernel.mongo import document_meta
from services.festivals.domain.roles import ROLES
from services.festivals.models import SERVICE, Person

DECISIONS = ("accepted", "refused", "taken back")


class Membership(Document):
    """One account's role in one festival; its id holds both."""

    id = StringField(primary_key=True)
    festival_id = StringField(required=True)
    account_id = StringField(required=True)
    name = StringField(required=True)
    role = StringField(required=True, choices=ROLES)
    since = DateTimeField(required=True)
    given_by = EmbeddedDocumentField(Person, required=True)

    meta = document_meta(SERVICE, "memberships", indexes=[("festival_id", "id"), ("account_id", "id")])


class Proposal(Document):
    """An event proposed to a festival; its id is the event's. ``name``, ``email`` and code leave in time."""

    id = StringField(primary_key=True)
    festival_id = StringField(required=True)
    account_id = StringField()
    """Whoever proposed it, when they had an account."""
    name = StringField()
    email = StringField()
    code_digest = StringField()
    proposed_at = DateTimeField(required=True)
    open = BooleanField(required=True)
    """Whether it waits for a decision."""
    decision = StringField(choices=DECISIONS)
    decided_at = DateTimeField()
    decided_by = EmbeddedDocumentField(Person)
    reason = MapField(StringField())
    forget_at = DateTimeField()
    """Some time after the decision; while nobody decides, after the event. Null when they have left."""

    meta = document_meta(
        SERVICE,
        "proposals",
        indexes=[
            ("festival_id", "open", "proposed_at", "id"),
            ("festival_id", "proposed_at", "id"),
            {
                "fields": ["code_digest"],
                "unique": True,
                "partialFilterExpression": {"code_digest": {"$type": "string"}},
                "name": "code",
            },
            {"fields": ["forget_at"], "partialFilterExpression": {"forget_at": {"$type": "date"}}},
        ],
    )
