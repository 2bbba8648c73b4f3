"""The people of a festival and proposals, as callers send and get them."""

from __future__ import annotations

from marshmallow import fields, validate

from kernel.schemas import Identifier, Instant, PageQuery, StrictSchema, TextMap
from services.festivals.domain.kinds import EVENT_KINDS
from services.festivals.domain.lifecycle import STATES
from services.festivals.domain.roles import ROLES
from services.festivals.schemas.events import EventChange, EventView
from services.festivals.schemas.shared import PersonView, line
from services.festivals.team.models import DECISIONS


class MemberDraft(StrictSchema):
    """A role for an account, and the name the festival knows them by."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    name = line(120, required=True)


class MemberView(StrictSchema):
    """One of the people of a festival."""

    festival_id = fields.String()
    account_id = fields.String()
    name = fields.String()
    role = fields.String(validate=validate.OneOf(ROLES))
    since = Instant()
    given_by = fields.Nested(PersonView)


class ProposedEvent(EventChange):
    """What is proposed: title, town, place and timings are needed, so that the curators can decide."""

    title = TextMap(required=True, max_length=120)
    town = Identifier(required=True)
    kind = fields.String(load_default="Event", validate=validate.OneOf(EVENT_KINDS))


class ProposalDraft(StrictSchema):
    """An event to propose, and who proposes it. The e-mail address is for the curators alone, and leaves later."""

    event = fields.Nested(ProposedEvent, required=True)
    name = line(120, required=True)
    email = fields.Email(validate=validate.Length(max=254))


class Proposed(StrictSchema):
    """A proposal that was made; ``code`` opens ``/v1/events/proposals/{code}`` and is told this once."""

    event_id = fields.String()
    code = fields.String(allow_none=True)


class ProposalView(StrictSchema):
    """A proposal and what was decided."""

    event_id = fields.String()
    festival_id = fields.String()
    proposed_at = Instant()
    open = fields.Boolean()
    decision = fields.String(allow_none=True, validate=validate.OneOf(DECISIONS))
    decided_at = Instant(allow_none=True)
    reason = TextMap(allow_empty=True)


class ProposalForTeam(ProposalView):
    """A proposal as the festival's people see it; ``name`` and ``email`` only its curators."""

    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    event = fields.Nested(EventView, allow_none=True)


class ProposalForProposer(ProposalView):
    """A proposal as whoever made it sees it."""

    title = TextMap()
    state = fields.String(validate=validate.OneOf(STATES))
    says = TextMap()


class ProposalFilter(PageQuery):
    """Which proposals: those that wait, or those that do not."""

    open = fields.Boolean()


class Refusal(StrictSchema):
    """Why an event is not taken."""

    reason = TextMap(required=True, max_length=500)


class Decided(StrictSchema):
    """The event that was decided about."""

    event_id = fields.String()
