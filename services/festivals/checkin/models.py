"""What check-in keeps."""

from __future__ import annotations

from mongoengine import Document
from mongoengine.fields import BooleanField, DateTimeField, IntField, StringField

from kernel.mongo import document_meta
from services.festivals.domain.checkin import REASONS
from services.festivals.models import SERVICE


class Scanner(Document):
    """A device that may check people in to one event; whoever holds its code needs no account."""

    id = StringField(primary_key=True)
    event_id = StringField(required=True)
    label = StringField(required=True)
    code_digest = StringField(required=True)
    created_at = DateTimeField(required=True)
    revoked_at = DateTimeField()

    meta = document_meta(SERVICE, "scanners", indexes=[("event_id", "id"), {"fields": ["code_digest"], "unique": True}])


class KeptScan(Document):
    """A scan as its device made it; never changed. Its id is the event's and the device's own."""

    id = StringField(primary_key=True)
    event_id = StringField(required=True)
    scan_id = StringField(required=True)
    scanner_id = StringField(required=True)
    code_digest = StringField(required=True)
    timing_id = StringField(required=True)
    at = DateTimeField(required=True)
    issued_at = DateTimeField(required=True)
    forced = BooleanField(required=True)
    offline = BooleanField(required=True)
    reason = StringField(choices=REASONS)
    """Why the rules turned it away; null when they did not."""
    received_at = DateTimeField(required=True)

    meta = document_meta(SERVICE, "scans", indexes=[("event_id", "at", "id")])


class Admission(Document):
    """Who came in to which timing, by the first scan that let them: one row however often they were scanned."""

    id = StringField(primary_key=True)
    event_id = StringField(required=True)
    timing_id = StringField(required=True)
    places = IntField(required=True)
    at = DateTimeField(required=True)
    scan_id = StringField(required=True)

    meta = document_meta(SERVICE, "admissions", indexes=[("event_id", "timing_id", "places")])
