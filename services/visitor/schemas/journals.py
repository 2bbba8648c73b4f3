"""Schemas of the journals that desks without network send."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kernel.schemas import StrictSchema, Whole
from services.visitor.domain.journals import MAX_ENTRIES
from services.visitor.schemas import desk
from services.visitor.schemas.common import ClientId, Moment
from services.visitor.schemas.passes import Code

LAST = 10_000_000


class EnquiryRecord(desk.EnquiryDraft):
    """An enquiry in a journal; its referral is an entry of its own."""

    id = ClientId(required=True)

    class Meta(desk.EnquiryDraft.Meta):
        exclude = ("referral",)


class ReferralRecord(desk.ReferralDraft):
    """A referral in a journal."""

    id = ClientId(required=True)


class VisitRecord(desk.VisitDraft):
    """A visit in a journal."""

    id = ClientId(required=True)


class StampRecord(StrictSchema):
    """A stamp in a journal: the code that the desk's phone showed."""

    id = ClientId(required=True)
    code = Code(required=True)


RECORDS: dict[str, StrictSchema] = {
    "enquiry": EnquiryRecord(),
    "referral": ReferralRecord(),
    "visit": VisitRecord(),
    "stamp": StampRecord(),
}


class JournalEntry(StrictSchema):
    """One entry: what happened, when by the desk's clock, and the record as its own route takes it."""

    seq = Whole(1, LAST, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(tuple(RECORDS)))
    at = Moment(required=True)
    record = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "As POST /v1/enquiries, /v1/referrals or /v1/visits takes it, or a stamp's code."},
    )


class Delivery(StrictSchema):
    """The next entries of a journal, in their order; none asks how far it was merged."""

    journal_id = ClientId(required=True)
    entries = fields.List(fields.Nested(JournalEntry), required=True, validate=validate.Length(max=MAX_ENTRIES))

    @validates_schema
    def without_gap(self, data: dict[str, Any], **kwargs: Any) -> None:
        """Entries of one delivery follow each other."""
        del kwargs
        numbers = [entry["seq"] for entry in data["entries"]]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers)) if numbers else []):
            raise ValidationError("Number them without a gap, e.g. 7, 8, 9.", field_name="entries")


class RefusedEntry(StrictSchema):
    """An entry that had no effect, and why; it counts as received."""

    seq = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), required=True)


class Receipt(StrictSchema):
    """How far the journal was merged: entries below ``next_seq`` need not be sent again."""

    journal_id = fields.String(required=True)
    next_seq = fields.Integer(required=True)
    waiting = fields.Integer(required=True, metadata={"description": "Entries safe here that wait for their cause."})
    refused = fields.List(fields.Nested(RefusedEntry), required=True)


def checked(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry whose record was checked against its kind: ``record`` or ``errors``, and ``raw`` as it came.

    One that does not fit is no reason to hold up those behind it.
    """
    raw = entry["record"]
    try:
        record, errors = RECORDS[entry["kind"]].load(raw), {}
    except ValidationError as error:
        record, errors = None, error.normalized_messages()
    return {**entry, "raw": raw, "record": record, "errors": errors}
