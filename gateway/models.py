"""What the gateway keeps: accounts, and nothing of what the services know."""

from __future__ import annotations

from mongoengine import Document
from mongoengine.fields import DateTimeField, ListField, StringField

from kernel.mongo import document_meta

SERVICE = "gateway"


class Account(Document):
    """Someone who can sign in. ``email_key`` is the address with case folded: one account for each."""

    id = StringField(primary_key=True)
    email = StringField(required=True, max_length=254)
    email_key = StringField(required=True, max_length=254)
    name = StringField(required=True, max_length=100)
    language = StringField(required=True, max_length=2)
    roles = ListField(StringField(), required=True)
    password_hash = StringField(required=True)
    """argon2id in its encoded form, parameters and salt included."""
    created_at = DateTimeField(required=True)
    updated_at = DateTimeField(required=True)

    meta = document_meta(SERVICE, "accounts", indexes=[{"fields": ["email_key"], "unique": True}])
