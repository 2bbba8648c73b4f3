"""HTTP of tours: parse, hand over, answer."""

from __future__ import annotations

from kernel.auth import current_actor, require
from kernel.http import Blueprint, execute, runtime
from kernel.schemas import page_of
from services.festivals.tours import commands, schemas, views

blp = Blueprint("tours", __name__, url_prefix="/v1", description="Tours of eco-festivals, and the sailings they fit")


@blp.route("/tours")
@blp.arguments(schemas.TourFilter, location="query")
@blp.response(200, page_of(schemas.TourView))
def list_tours(query):
    """List public tours in order of their first date."""
    return views.list_tours(runtime().db, query, runtime().locality)


@blp.route("/tours/<event_id>")
@blp.response(200, schemas.TourView)
def get_tour(event_id):
    """One tour."""
    return views.get_tour(runtime().db, event_id, current_actor(), runtime().locality)


@blp.route("/tours/<event_id>", methods=["PUT"])
@require("curator")
@blp.arguments(schemas.TourDraft)
@blp.response(200, schemas.TourView)
def lead_tour(body, event_id):
    """Make one's own event a tour: route, leader and meeting point."""
    return execute(commands.lead_tour, body, event_id=event_id)
