"""HTTP of the desk: parse, hand over, answer."""

from __future__ import annotations

from kernel.auth import current_actor, require
from kernel.etags import PRIVATE
from kernel.http import Blueprint, execute, runtime
from kernel.schemas import page_of
from services.festivals import policies
from services.festivals.desk import codes, commands, schemas, settling, views
from services.festivals.models import FestivalEvent

blp = Blueprint("desk", __name__, url_prefix="/v1", description="Registration for events, and their waiting lists")


@blp.route("/events/<event_id>/registration")
@blp.response(200, schemas.DeskView)
def get_desk(event_id):
    """How many may come to an event, how many do, and how many wait."""
    return views.desk_view(runtime().db, event_id, current_actor(), runtime().clock.now())


@blp.route("/events/<event_id>/registration", methods=["PUT"])
@require("curator")
@blp.arguments(schemas.DeskDraft)
@blp.response(200, schemas.DeskView)
def open_desk(body, event_id):
    """Take registrations for one's own event, or change how."""
    return execute(commands.open_desk, body, event_id=event_id)


@blp.route("/events/<event_id>/registrations")
@require("curator")
@blp.arguments(schemas.RegistrationFilter, location="query")
@blp.response(200, page_of(schemas.RegistrationRow))
def list_registrations(query, event_id):
    """Who registered for one's own event."""
    policies.own_event(current_actor(), FestivalEvent.objects(id=event_id).first())
    return views.list_registrations(runtime().db, event_id, query)


@blp.route("/events/<event_id>/registrations", methods=["POST"])
@blp.arguments(schemas.RegistrationDraft)
@blp.response(201, schemas.RegistrationMade)
def register(body, event_id):
    """Register for an event, with or without an account: a place, or one in line."""
    made = execute(commands.register, body, event_id=event_id, address=codes.client_network())
    settling.settle_registration(runtime().store, made["id"], event_id)
    commands.must_be_counted(made["id"], runtime().db)
    return views.registration_by_code(runtime().db, made["code"], runtime().clock.now()) | {"code": made["code"]}


@blp.route("/registrations/<code>")
@blp.response(200, schemas.RegistrationView)
def get_registration(code):
    """How one's registration stands."""
    return views.registration_by_code(runtime().db, code, runtime().clock.now()), 200, {"Cache-Control": PRIVATE}


@blp.route("/registrations/<code>/accept", methods=["POST"])
@blp.response(200, schemas.RegistrationView)
def accept_offer(code):
    """Accept the places one was offered from the waiting list."""
    return execute(commands.accept_offer, code=code)


@blp.route("/registrations/<code>/cancel", methods=["POST"])
@blp.response(200, schemas.RegistrationView)
def cancel_registration(code):
    """Give one's places back, or leave the line."""
    return execute(commands.cancel_registration, code=code)
