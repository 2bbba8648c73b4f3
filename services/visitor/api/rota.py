"""HTTP of the rota and of the desk in a hurry: swaps, gaps in cover, an enquiry in one tap, what referrals came to."""

from __future__ import annotations

from kernel.auth import require
from kernel.http import Blueprint, execute, runtime
from services.visitor import policies
from services.visitor.commands import quick, swaps
from services.visitor.schemas import desk as at_desk
from services.visitor.schemas import shifts as shift
from services.visitor.views import referrals
from services.visitor.views import shifts as shift_view

blp = Blueprint("rota", __name__, url_prefix="/v1", description="Ambassadors: swaps, cover, quick enquiries")


@blp.route("/shifts/gaps")
@blp.arguments(shift.GapQuery, location="query")
@blp.response(200, shift.Gaps)
def list_gaps(query):
    """The dockings of the coming days that nobody covers, with what to send round."""
    at = runtime()
    return shift_view.gaps(at.db, at.locality, at.clock.now(), query)


@blp.route("/shifts/<shift_id>/offer", methods=["PUT"])
@require(*policies.AT_THE_DESK)
@blp.arguments(shift.ShiftOfferDraft)
@blp.response(200, shift.ShiftView)
def offer_place(body, shift_id):
    """Offer the own place on a shift; it stays the own until another has taken it."""
    return execute(swaps.offer, body, shift_id=shift_id)


@blp.route("/shifts/<shift_id>/offer", methods=["DELETE"])
@require(*policies.AT_THE_DESK)
@blp.response(200, shift.ShiftView)
def withdraw_offer(shift_id):
    """Take the own offer back."""
    return execute(swaps.withdraw, shift_id=shift_id)


@blp.route("/shifts/<shift_id>/accept", methods=["POST"])
@require(*policies.AT_THE_DESK)
@blp.arguments(shift.Acceptance)
@blp.response(200, shift.ShiftView)
def accept_offer(body, shift_id):
    """Take an offered place, and give the one it was offered for."""
    return execute(swaps.accept, body, shift_id=shift_id)


@blp.route("/enquiries/quick", methods=["POST"])
@require(*policies.AT_THE_DESK)
@blp.arguments(at_desk.QuickEnquiry)
@blp.response(201, at_desk.QuickEnquiryView)
def log_quickly(body):
    """Log an enquiry and refer someone in one tap: centre, sailing and language are taken from the shift."""
    return execute(quick.log_quickly, body)


@blp.route("/referrals/summary")
@blp.arguments(at_desk.ReferralSummaryQuery, location="query")
@blp.response(200, at_desk.ReferralSummary)
def summarise_referrals(query):
    """How many were recorded as having stopped with the referrals of some days, by target."""
    return referrals.summary(runtime().db, runtime().locality, query)
