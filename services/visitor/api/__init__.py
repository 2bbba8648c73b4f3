"""HTTP of the visitor service: parse, hand over, answer."""

from __future__ import annotations

from kernel.auth import current_actor, require
from kernel.http import Blueprint, execute, runtime
from kernel.request_ids import current_traceparent
from kernel.schemas import page_of
from services.visitor import policies
from services.visitor.commands import desk, places, plans, sailings, shifts
from services.visitor.schemas import desk as at_desk
from services.visitor.schemas import guide as of_guide
from services.visitor.schemas import listings as listed
from services.visitor.schemas import plans as planned
from services.visitor.schemas import sailings as sailing
from services.visitor.schemas import shifts as shift
from services.visitor.views import desk as desk_view
from services.visitor.views import guide as guide_view
from services.visitor.views import listings
from services.visitor.views import plans as plan_view
from services.visitor.views import sailings as sailing_view
from services.visitor.views import shifts as shift_view

blp = Blueprint("visitor", __name__, url_prefix="/v1", description="Sailings, desks, places and the guide")


@blp.route("/places")
@blp.arguments(listed.PlaceFilter, location="query")
@blp.response(200, page_of(listed.PlaceView))
def list_places(query):
    """Places to see and to use."""
    at = runtime()
    return listings.list_places(at.db, at.locality, at.clock.now(), query)


@blp.route("/places", methods=["POST"])
@require(*policies.LISTS_PLACES)
@blp.arguments(listed.PlaceDraft)
@blp.response(201, listed.PlaceView)
def list_place(body):
    """List a place."""
    return execute(places.list_place, body)


@blp.route("/places/<place_id>")
@blp.arguments(listed.PlaceChoice, location="query")
@blp.response(200, listed.PlaceView)
def get_place(query, place_id):
    """One place."""
    at = runtime()
    return listings.get_place(at.db, at.locality, at.clock.now(), place_id, query)


@blp.route("/places/<place_id>", methods=["PATCH"])
@require(*policies.LISTS_PLACES)
@blp.arguments(listed.PlaceChange)
@blp.response(200, listed.PlaceView)
def change_place(body, place_id):
    """Correct a place."""
    return execute(places.change_place, body, place_id=place_id)


@blp.route("/centres")
@blp.response(200, page_of(listed.CentreView))
def list_centres():
    """The access centres: in each town and aboard."""
    return listings.list_centres(runtime().db, runtime().locality)


@blp.route("/centres/<centre_id>")
@blp.response(200, listed.CentreView)
def get_centre(centre_id):
    """One access centre."""
    return listings.get_centre(runtime().db, runtime().locality, centre_id)


@blp.route("/centres/<centre_id>/open", methods=["POST"])
@require(*policies.RUNS_THE_LINE)
@blp.response(200, listed.CentreView)
def open_centre(centre_id):
    """Open an access centre."""
    return execute(places.open_centre, centre_id=centre_id)


@blp.route("/shifts")
@blp.arguments(shift.ShiftFilter, location="query")
@blp.response(200, page_of(shift.ShiftView))
def list_shifts(query):
    """Shifts with the sailings they serve."""
    at = runtime()
    return shift_view.list_shifts(at.db, at.locality, at.clock.now(), query, current_actor())


@blp.route("/shifts", methods=["POST"])
@require(*policies.RUNS_THE_LINE)
@blp.arguments(shift.ShiftDraft)
@blp.response(201, shift.ShiftView)
def plan_shift(body):
    """Plan a shift."""
    return execute(shifts.plan_shift, body)


@blp.route("/shifts/cover")
@blp.arguments(shift.CoverQuery, location="query")
@blp.response(200, shift.Cover)
def cover(query):
    """Which dockings of a day have nobody to receive them."""
    return shift_view.cover(runtime().db, runtime().locality, query)


@blp.route("/shifts/<shift_id>/signup", methods=["POST"])
@require(*policies.AT_THE_DESK)
@blp.response(200, shift.ShiftView)
def sign_up(shift_id):
    """Sign up for a shift."""
    return execute(shifts.sign_up, shift_id=shift_id)


@blp.route("/shifts/<shift_id>/signup", methods=["DELETE"])
@require(*policies.AT_THE_DESK)
@blp.response(200, shift.ShiftView)
def step_back(shift_id):
    """Step back from a shift."""
    return execute(shifts.step_back, shift_id=shift_id)


@blp.route("/enquiries")
@require(*policies.RUNS_THE_LINE)
@blp.arguments(at_desk.EnquiryFilter, location="query")
@blp.response(200, page_of(at_desk.EnquiryView))
def list_enquiries(query):
    """Enquiries, latest first."""
    return desk_view.list_enquiries(runtime().db, query)


@blp.route("/enquiries", methods=["POST"])
@require(*policies.AT_THE_DESK)
@blp.arguments(at_desk.EnquiryDraft)
@blp.response(201, at_desk.EnquiryView)
def log_enquiry(body):
    """Log an enquiry, with its referral if there is one; nothing about the person."""
    return execute(desk.log_enquiry, body)


@blp.route("/referrals")
@require(*policies.RUNS_THE_LINE)
@blp.arguments(at_desk.ReferralFilter, location="query")
@blp.response(200, page_of(at_desk.ReferralView))
def list_referrals(query):
    """Referrals, latest first."""
    return desk_view.list_referrals(runtime().db, query)


@blp.route("/referrals", methods=["POST"])
@require(*policies.AT_THE_DESK)
@blp.arguments(at_desk.ReferralDraft)
@blp.response(201, at_desk.ReferralView)
def refer(body):
    """Send the asker of an enquiry to a maker, an event or a place."""
    return execute(desk.refer, body)


@blp.route("/visits", methods=["POST"])
@require(*policies.SEES_STOPS)
@blp.arguments(at_desk.VisitDraft)
@blp.response(201, at_desk.VisitView)
def record_visit(body):
    """Record that passengers stopped."""
    return execute(desk.record_visit, body)


@blp.route("/visits/summary")
@blp.arguments(at_desk.SummaryQuery, location="query")
@blp.response(200, at_desk.Summary)
def summarise_visits(query):
    """How many stopped on a day, sailing by sailing."""
    return desk_view.summary(runtime().db, runtime().locality, query["town"], query["date"])


@blp.route("/sailings")
@blp.arguments(sailing.SailingFilter, location="query")
@blp.response(200, page_of(sailing.SailingView))
def list_sailings(query):
    """Sailings that call at a town, with the local times of both sides."""
    at = runtime()
    return sailing_view.list_sailings(at.db, at.locality, at.clock.now(), query)


@blp.route("/sailings/import", methods=["POST"])
@require(*policies.RUNS_THE_LINE)
@blp.arguments(sailing.FeedUpload, location="files")
@blp.response(200, sailing.ImportReport)
def import_sailings(files):
    """Take a GTFS feed into the timetable; importing again changes nothing."""
    feed = files["feed"].read()
    return sailings.import_feed(runtime().store, runtime().locality, feed, current_traceparent())


@blp.route("/sailings/<sailing_id>")
@blp.response(200, sailing.SailingView)
def get_sailing(sailing_id):
    """One sailing."""
    return sailing_view.get_sailing(runtime().db, sailing_id)


@blp.route("/sailings/<sailing_id>/cancel", methods=["POST"])
@require(*policies.RUNS_THE_LINE)
@blp.arguments(sailing.Cancellation)
@blp.response(200, sailing.SailingView)
def cancel_sailing(body, sailing_id):
    """Say that a sailing does not run."""
    return execute(sailings.cancel_sailing, body, sailing_id=sailing_id)


@blp.route("/plans", methods=["POST"])
@blp.arguments(planned.PlanDraft)
@blp.response(201, planned.PlanView)
def save_plan(body):
    """Save a day plan; its id is the key to it."""
    return execute(plans.save_plan, body)


@blp.route("/plans/<plan_id>")
@blp.response(200, planned.PlanView)
def get_plan(plan_id):
    """A day plan as it stands now."""
    return plan_view.get_plan(runtime().db, plan_id)


@blp.route("/guide")
@blp.arguments(of_guide.GuideQuery, location="query")
@blp.response(200, of_guide.Guide)
def guide(query):
    """The guide, always from the live listings."""
    at = runtime()
    return guide_view.guide(at.db, at.locality, at.clock.now(), query)
