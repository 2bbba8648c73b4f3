"""The desk as callers send and get it."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Instant, PageQuery, StrictSchema, TextMap, Whole
from services.festivals.domain.lifecycle import STATES, STATUSES
from services.festivals.domain.places import CLAIM_STATES, MAX_CAPACITY, MAX_PARTY
from services.festivals.schemas.shared import instant, language, line

MAX_OFFER_MINUTES = 14 * 24 * 60


class DeskDraft(StrictSchema):
    """How an event takes registrations. Without ``closes_at`` it does so until it ends."""

    capacity = Whole(0, MAX_CAPACITY, required=True)
    max_party = Whole(1, MAX_PARTY, load_default=1, metadata={"description": "Places in one registration."})
    offer_minutes = Whole(
        1, MAX_OFFER_MINUTES, load_default=120, metadata={"description": "How long who is next in line has to accept."}
    )
    opens_at = instant(load_default=None, allow_none=True)
    closes_at = instant(load_default=None, allow_none=True)


class DeskView(StrictSchema):
    """How full an event is. ``free`` is what a newcomer could get at once: nothing while somebody waits."""

    event_id = fields.String()
    capacity = fields.Integer()
    taken = fields.Integer()
    free = fields.Integer()
    waiting = fields.Integer()
    max_party = fields.Integer()
    offer_minutes = fields.Integer()
    opens_at = Instant(allow_none=True)
    closes_at = Instant(allow_none=True)
    open = fields.Boolean()


class RegistrationDraft(StrictSchema):
    """Who wants to come; no account is needed. Name and e-mail leave 30 days after the event."""

    name = line(120, required=True)
    email = fields.Email(required=True, validate=validate.Length(max=254))
    party = Whole(1, MAX_PARTY, load_default=1)
    language = language()


class EventInBrief(StrictSchema):
    """The event a registration is for."""

    title = TextMap()
    state = fields.String(validate=validate.OneOf(STATES))
    status = fields.String(validate=validate.OneOf(STATUSES))
    first_start = Instant(allow_none=True)
    last_end = Instant(allow_none=True)


class RegistrationRow(StrictSchema):
    """A registration as those who look after the event see it; name and e-mail are null once they were erased."""

    id = fields.String()
    event_id = fields.String()
    state = fields.String(validate=validate.OneOf(CLAIM_STATES))
    party = fields.Integer()
    number = fields.Integer(allow_none=True)
    offer_expires_at = Instant(allow_none=True)
    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    language = fields.String(allow_none=True)
    created_at = Instant()
    updated_at = Instant()


class RegistrationView(RegistrationRow):
    """A registration as its holder sees it: what its state means, and how many stand before them in line."""

    says = TextMap()
    ahead = fields.Integer(allow_none=True)
    event = fields.Nested(EventInBrief)


class RegistrationMade(RegistrationView):
    """A new registration with its secret code, which opens ``/v1/registrations/{code}`` and is told this once."""

    code = fields.String()


class RegistrationFilter(PageQuery):
    """Which registrations of an event."""

    state = fields.String(validate=validate.OneOf(CLAIM_STATES))
