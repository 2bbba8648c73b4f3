"""HTTP of check-in: parse, hand over, answer."""

from __future__ import annotations

from kernel.auth import current_actor, require
from kernel.etags import PRIVATE
from kernel.http import Blueprint, execute, runtime
from kernel.schemas import PageQuery, page_of
from services.festivals import policies
from services.festivals.checkin import commands, schemas, views
from services.festivals.models import FestivalEvent

blp = Blueprint("checkin", __name__, url_prefix="/v1", description="Checking people in, with or without a network")

UNSEEN = {"Cache-Control": PRIVATE}


def own(event_id):
    """Let only the event's curator on."""
    policies.own_event(current_actor(), FestivalEvent.objects(id=event_id).first())


@blp.route("/events/<event_id>/scanners")
@require("curator")
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(schemas.ScannerView))
def list_scanners(query, event_id):
    """The devices that check people in to one's own event."""
    own(event_id)
    return views.list_scanners(runtime().db, event_id, query)


@blp.route("/events/<event_id>/scanners", methods=["POST"])
@require("curator")
@blp.arguments(schemas.ScannerDraft)
@blp.response(201, schemas.ScannerMade)
def add_scanner(body, event_id):
    """Let a volunteer's device check people in: hand its code over, no account is needed."""
    return execute(commands.add_scanner, body, event_id=event_id)


@blp.route("/events/<event_id>/scanners/<scanner_id>/revoke", methods=["POST"])
@require("curator")
@blp.response(200, schemas.ScannerView)
def revoke_scanner(event_id, scanner_id):
    """Take a device's code back."""
    return execute(commands.revoke_scanner, event_id=event_id, scanner_id=scanner_id)


@blp.route("/events/<event_id>/scanners/<code>/bundle")
@blp.response(200, schemas.BundleView)
def get_bundle(event_id, code):
    """The signed rules and the list of guests, to be taken where there is no network."""
    commands.scanner_of(runtime().db, event_id, code)
    return views.bundle_of(runtime().db, event_id, runtime().clock.now()), 200, UNSEEN


@blp.route("/events/<event_id>/scanners/<code>/scans")
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(schemas.ScanView))
def list_scans(query, event_id, code):
    """What all devices scanned, so that each can tell whom another one let in."""
    commands.scanner_of(runtime().db, event_id, code)
    return views.list_scans(runtime().db, event_id, query), 200, UNSEEN


@blp.route("/events/<event_id>/scanners/<code>/scans", methods=["POST"])
@blp.arguments(schemas.ScansDraft)
@blp.response(200, schemas.HandedIn)
def hand_in_scans(body, event_id, code):
    """Hand in what a device scanned, in any order, as often as it takes."""
    return execute(commands.hand_in_scans, body, event_id=event_id, code=code)


@blp.route("/events/<event_id>/checkin")
@require("curator")
@blp.response(200, schemas.Figures)
def get_figures(event_id):
    """How many people came to one's own event."""
    own(event_id)
    return views.figures(runtime().db, event_id)
