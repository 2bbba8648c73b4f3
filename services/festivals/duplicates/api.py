"""HTTP of duplicates: parse, hand over, answer."""

from __future__ import annotations

from kernel.auth import current_actor, require
from kernel.http import Blueprint, execute, runtime
from kernel.schemas import page_of
from services.festivals.duplicates import commands, schemas, views

blp = Blueprint("duplicates", __name__, url_prefix="/v1", description="Events that are listed twice")


@blp.route("/events/duplicates")
@require("curator")
@blp.arguments(schemas.DuplicatesFilter, location="query")
@blp.response(200, page_of(schemas.PairView))
def list_duplicates(query):
    """Pairs of listings that seem to be of one event: in a festival's programmes, or with one's own events."""
    return views.list_pairs(runtime().db, query, current_actor())


@blp.route("/events/duplicates/<pair_id>/merge", methods=["POST"])
@require("curator")
@blp.arguments(schemas.MergeDraft)
@blp.response(200, schemas.PairView)
def merge_duplicates(body, pair_id):
    """Make one event of two listings; programmes, sources and origins of both stay."""
    return execute(commands.merge, body, pair_id=pair_id)


@blp.route("/events/duplicates/<pair_id>/dismiss", methods=["POST"])
@require("curator")
@blp.response(200, schemas.PairView)
def dismiss_duplicates(pair_id):
    """Say that two listings are of two events: not flagged again."""
    return execute(commands.dismiss, pair_id=pair_id)
