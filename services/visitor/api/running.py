"""HTTP of what is said about sailings: delays, cancellations taken back, live feeds, the board of the next ones."""

from __future__ import annotations

from kernel.auth import current_actor, require
from kernel.http import Blueprint, execute, runtime
from kernel.request_ids import current_traceparent
from services.visitor import policies
from services.visitor.commands import live, running, sailings
from services.visitor.schemas import running as said
from services.visitor.schemas.sailings import FeedAddress, ImportReport, SailingView
from services.visitor.views import board as board_view

blp = Blueprint("running", __name__, url_prefix="/v1", description="Whether sailings run as planned")


@blp.route("/sailings/board")
@blp.arguments(said.BoardQuery, location="query")
@blp.response(200, said.Board)
def show_board(query):
    """The next sailings of a town, with expected passengers and how full they are."""
    at = runtime()
    return board_view.board(at.db, at.locality, at.clock.now(), query)


@blp.route("/sailings/live", methods=["POST"])
@require(*policies.RUNS_THE_LINE)
@blp.arguments(said.LiveFeedUpload, location="files")
@blp.response(200, said.LiveReport)
def take_live_feed(files):
    """Take a live feed (GTFS Realtime): delays, cancellations and notices of the sailings that have not landed."""
    data, by = files["feed"].read(), current_actor().id
    return runtime().store.transact(lambda uow: live.take_feed(uow, data, by), traceparent=current_traceparent())


@blp.route("/sailings/import/address", methods=["POST"])
@require(*policies.RUNS_THE_LINE)
@blp.arguments(FeedAddress)
@blp.response(200, ImportReport)
def import_sailings_from(body):
    """Take a GTFS feed from where it is published; importing again changes nothing."""
    feed = sailings.fetch_feed(body["url"])
    return sailings.import_feed(runtime().store, runtime().locality, feed, current_traceparent())


@blp.route("/sailings/<sailing_id>/delay", methods=["PUT"])
@require(*policies.RUNS_THE_LINE)
@blp.arguments(said.DelayDraft)
@blp.response(200, SailingView)
def delay_sailing(body, sailing_id):
    """Say when a sailing is expected instead."""
    return execute(running.delay_sailing, body, sailing_id=sailing_id)


@blp.route("/sailings/<sailing_id>/delay", methods=["DELETE"])
@require(*policies.RUNS_THE_LINE)
@blp.response(200, SailingView)
def undo_delay(sailing_id):
    """Take a delay back."""
    return execute(running.undo_delay, sailing_id=sailing_id)


@blp.route("/sailings/<sailing_id>/cancel", methods=["DELETE"])
@require(*policies.RUNS_THE_LINE)
@blp.response(200, SailingView)
def undo_cancellation(sailing_id):
    """Take a cancellation back: the sailing runs after all."""
    return execute(running.undo_cancellation, sailing_id=sailing_id)
