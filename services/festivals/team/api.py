"""HTTP of a festival's people and of proposals: parse, hand over, answer."""

from __future__ import annotations

from kernel.auth import current_actor, require
from kernel.etags import PRIVATE
from kernel.http import Blueprint, execute, runtime
from kernel.schemas import PageQuery, page_of
from services.festivals.desk.codes import client_network
from services.festivals.team import membership, proposing, schemas, views

blp = Blueprint("team", __name__, url_prefix="/v1", description="The people of a festival, and proposals to them")


@blp.route("/festivals/<festival_id>/members")
@require()
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(schemas.MemberView))
def list_members(query, festival_id):
    """The people of a festival, for themselves."""
    return views.list_members(runtime().db, festival_id, query, current_actor())


@blp.route("/festivals/<festival_id>/members/<account_id>", methods=["PUT"])
@require()
@blp.arguments(schemas.MemberDraft)
@blp.response(200, schemas.MemberView)
def set_member(body, festival_id, account_id):
    """Take an account into a festival, or give it another role."""
    return execute(membership.set_member, body, festival_id=festival_id, account_id=account_id)


@blp.route("/festivals/<festival_id>/members/<account_id>", methods=["DELETE"])
@require()
@blp.response(200, schemas.MemberView)
def remove_member(festival_id, account_id):
    """Take a role in a festival back, or give up one's own."""
    return execute(membership.remove_member, festival_id=festival_id, account_id=account_id)


@blp.route("/festivals/<festival_id>/proposals")
@require()
@blp.arguments(schemas.ProposalFilter, location="query")
@blp.response(200, page_of(schemas.ProposalForTeam))
def list_proposals(query, festival_id):
    """What is proposed to a festival, for its people."""
    at = runtime()
    return views.list_proposals(at.db, festival_id, query, current_actor(), at.locality, at.clock.now())


@blp.route("/festivals/<festival_id>/proposals", methods=["POST"])
@blp.arguments(schemas.ProposalDraft)
@blp.response(201, schemas.Proposed)
def propose(body, festival_id):
    """Propose an event to a festival, with an account or without."""
    return execute(proposing.propose, body, festival_id=festival_id, address=client_network())


@blp.route("/events/proposals/<code>")
@blp.response(200, schemas.ProposalForProposer)
def get_proposal(code):
    """What became of one's proposal."""
    return views.get_proposal(runtime().db, code), 200, {"Cache-Control": PRIVATE}


@blp.route("/events/<event_id>/propose", methods=["POST"])
@require("curator")
@blp.response(200, schemas.Proposed)
def propose_again(event_id):
    """Propose one's own draft to its festival, or one that was refused."""
    return execute(proposing.propose_again, event_id=event_id)


@blp.route("/events/<event_id>/accept", methods=["POST"])
@require("curator")
@blp.response(200, schemas.Decided)
def accept(event_id):
    """Make a proposed event public, as one of the festival's own curators."""
    return execute(proposing.accept, event_id=event_id)


@blp.route("/events/<event_id>/refuse", methods=["POST"])
@require("curator")
@blp.arguments(schemas.Refusal)
@blp.response(200, schemas.Decided)
def refuse(body, event_id):
    """Refuse a proposed event, as one of the festival's own curators, and say why."""
    return execute(proposing.refuse, body, event_id=event_id)
