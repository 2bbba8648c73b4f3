"""What the visitor service keeps of the journals of desks: how far each was merged, and what became of each entry."""

from __future__ import annotations

from mongoengine import DateTimeField, DictField, Document, IntField, StringField

from kernel.mongo import document_meta


class DeskJournal(Document):
    """How far a desk's journal was merged; it belongs to the account that first sent it."""

    meta = document_meta("visitor", "desk_journals")

    id = StringField(primary_key=True)
    owner = StringField(required=True)
    next_seq = IntField(required=True, min_value=1)
    synced_at = DateTimeField(required=True)


class DeskEntry(Document):
    """One entry of a journal. Its record is kept only while it waits for its cause; it is never dropped then.

    ``digest`` tells a repeated entry from another one under the same number, ``needs`` is the id it waits for.
    """

    meta = document_meta(
        "visitor",
        "desk_entries",
        indexes=[
            ("journal_id", "seq"),
            ("journal_id", "status"),
            {"fields": ["needs"], "sparse": True},
            "record_id",
            {"fields": ["expires_at"], "expireAfterSeconds": 0},
        ],
    )

    id = StringField(primary_key=True)
    journal_id = StringField(required=True)
    owner = StringField(required=True)
    seq = IntField(required=True, min_value=1)
    kind = StringField(required=True)
    record_id = StringField()
    digest = StringField(required=True)
    status = StringField(required=True, choices=("merged", "waiting", "refused"))
    at = DateTimeField(required=True)
    needs = StringField()
    record = DictField()
    detail = StringField()
    errors = DictField()
    expires_at = DateTimeField()
