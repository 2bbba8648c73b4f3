"""Schemas of enquiries, referrals and visits."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from kernel.schemas import DateOnly, Identifier, Instant, PageQuery, StrictSchema, TextMap, Whole
from services.visitor.schemas.common import TARGETS, ClientId, Day, Language, TargetSchema, about_nobody
from services.visitor.schemas.sailings import SailingView

TOPICS = ("things-to-do", "makers", "events", "films", "food", "shopping", "transport", "sailings", "access", "other")


class ReferralInEnquiry(TargetSchema):
    """A referral made in the same breath as its enquiry."""

    id = ClientId()


class EnquiryDraft(StrictSchema):
    """A question at a centre. Nothing about who asked: no name, no address, no number."""

    id = ClientId()
    centre_id = Identifier(required=True)
    topic = fields.String(required=True, validate=validate.OneOf(TOPICS))
    question = fields.String(validate=[validate.Length(min=1, max=500), about_nobody])
    language = Language(required=True)
    sailing_id = Identifier()
    synthetic = fields.Boolean(load_default=False)
    referral = fields.Nested(ReferralInEnquiry)


class ReferralDraft(TargetSchema):
    """Where the asker of a logged enquiry is sent."""

    id = ClientId()
    enquiry_id = Identifier(required=True)


class ReferralView(TargetSchema):
    """A referral."""

    id = fields.String(required=True)
    enquiry_id = fields.String(required=True)
    centre_id = fields.String(required=True)
    sailing_id = fields.String()
    made_at = Instant(required=True)
    made_by = fields.String(required=True)


class EnquiryView(StrictSchema):
    """An enquiry; ``referral`` is the one made together with it."""

    id = fields.String(required=True)
    centre_id = fields.String(required=True)
    topic = fields.String(required=True)
    question = fields.String()
    language = fields.String(required=True)
    sailing_id = fields.String()
    synthetic = fields.Boolean(required=True)
    logged_at = Instant(required=True)
    logged_by = fields.String(required=True)
    referral = fields.Nested(ReferralView, required=True, allow_none=True)


class EnquiryFilter(PageQuery):
    """Which enquiries."""

    centre_id = Identifier()
    sailing_id = Identifier()
    topic = fields.String(validate=validate.OneOf(TOPICS))


class QuickEnquiry(StrictSchema):
    """An enquiry of which only what is special is said; what the desk knows anyway is taken to be so."""

    id = ClientId()
    centre_id = Identifier()
    topic = fields.String(validate=validate.OneOf(TOPICS))
    question = fields.String(validate=[validate.Length(min=1, max=500), about_nobody])
    language = Language()
    sailing_id = Identifier()
    synthetic = fields.Boolean()
    referral = fields.Nested(ReferralInEnquiry)


class QuickEnquiryView(EnquiryView):
    """The enquiry, and the names of the fields that were not sent."""

    assumed = fields.List(fields.String(), required=True)


class ReferralSummaryQuery(StrictSchema):
    """The town, the first local day, and the last where it is not the same."""

    town = Identifier(required=True)
    date = Day(required=True)
    until = Day()


class ReferralFigure(TargetSchema):
    """What people were sent to: how often, and how many were recorded with it as having stopped."""

    name = TextMap(required=True, allow_none=True)
    referrals = fields.Integer(required=True)
    visits = fields.Integer(required=True)
    stopped = fields.Integer(required=True)
    stopped_synthetic = fields.Integer(required=True)


class ReferralSummary(StrictSchema):
    """A period's referrals by target, most stops first."""

    town = fields.String(required=True)
    first_day = DateOnly(required=True)
    last_day = DateOnly(required=True)
    items = fields.List(fields.Nested(ReferralFigure), required=True)
    statement = TextMap(required=True)


class ReferralFilter(PageQuery):
    """Which referrals."""

    enquiry_id = Identifier()
    centre_id = Identifier()
    sailing_id = Identifier()
    target_kind = fields.String(validate=validate.OneOf(TARGETS))
    target_id = Identifier()


class VisitDraft(StrictSchema):
    """Passengers that stopped. Recorded with a sailing or a referral, never as their effect."""

    id = ClientId()
    town = Identifier(required=True)
    date = Day()
    party_size = Whole(1, 20, required=True)
    sailing_id = Identifier()
    referral_id = Identifier()
    target_kind = fields.String(validate=validate.OneOf(TARGETS))
    target_id = Identifier()
    synthetic = fields.Boolean(load_default=False)

    @validates_schema
    def kind_and_id_together(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A target is a kind and an id, or nothing."""
        del kwargs
        for name, other in (("target_kind", "target_id"), ("target_id", "target_kind")):
            if name in data and other not in data:
                raise ValidationError(f"Give it together with {name}.", field_name=other)


class VisitView(StrictSchema):
    """A visit."""

    id = fields.String(required=True)
    town = fields.String(required=True)
    date = DateOnly(required=True)
    party_size = fields.Integer(required=True)
    sailing_id = fields.String()
    referral_id = fields.String()
    target_kind = fields.String()
    target_id = fields.String()
    synthetic = fields.Boolean(required=True)
    recorded_at = Instant(required=True)
    recorded_by = fields.String(required=True)


class SummaryQuery(StrictSchema):
    """The town and the local date there."""

    town = Identifier(required=True)
    date = Day(required=True)


class SailingFigure(StrictSchema):
    """How many stopped of one sailing's passengers; ``expected_source`` says where the expected number is from."""

    sailing = fields.Nested(SailingView, required=True)
    sailing_id = fields.String(required=True)
    expected_passengers = fields.Integer(required=True, allow_none=True)
    expected_source = fields.String(
        required=True, validate=validate.OneOf(("timetable", "share of the year", "cancelled", "unknown"))
    )
    stopped = fields.Integer(required=True)
    percent = fields.Float(required=True, allow_none=True)


class Summary(StrictSchema):
    """A day's stopped against its passengers.

    ``passengers_per_year`` is the base of the shares; ``stopped_synthetic`` of the stopped are made up.
    """

    town = fields.String(required=True)
    date = DateOnly(required=True)
    passengers_per_year = fields.Integer(required=True, allow_none=True)
    sailings = fields.List(fields.Nested(SailingFigure), required=True)
    stopped_without_sailing = fields.Integer(required=True)
    stopped = fields.Integer(required=True)
    stopped_synthetic = fields.Integer(required=True)
    visits = fields.Integer(required=True)
    expected_passengers = fields.Integer(required=True, allow_none=True)
    percent = fields.Float(required=True, allow_none=True)
    statement = TextMap(required=True)
