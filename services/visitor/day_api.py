"""HTTP of day plans that are made to fit between two ferries."""

from __future__ import annotations

from functools import partial
from threading import BoundedSemaphore

from kernel.errors import Unavailable
from kernel.http import Blueprint, execute, runtime
from services.visitor.commands import day_plans
from services.visitor.schemas import day_plans as shapes
from services.visitor.views import day_plans as view

blp = Blueprint("day_plans", __name__, url_prefix="/v1", description="Days between two ferries, planned to fit")

AT_ONCE = BoundedSemaphore(4)
"""Plans worked out at the same time in one process: more would make each other late, and everything else with them."""
PATIENCE = 1.0
"""Seconds that a request waits for its turn, since it keeps a thread of the process while it does."""


def _in_turn(work, *args):
    """Let ``work`` plan on the present database, place and time; ``Unavailable`` when too many are at it."""
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise Unavailable("Many plans are being made at the moment. Ask again.", headers={"Retry-After": "2"})
    try:
        return work(runtime().db, runtime().locality, runtime().clock.now(), *args)
    finally:
        AT_ONCE.release()


@blp.route("/day-plans", methods=["POST"])
@blp.arguments(shapes.DayDraft)
@blp.response(201, shapes.DayView)
def make_day_plan(body):
    """Plan a day that ends before the last check-in; its code opens it again."""
    worked_out = _in_turn(day_plans.draft, body)
    return execute(partial(day_plans.save, worked_out=worked_out), body)


@blp.route("/day-plans/<plan_id>/open", methods=["POST"])
@blp.arguments(shapes.DayCode)
@blp.response(200, shapes.DayView)
def open_day_plan(body, plan_id):
    """A day plan as it stands now, for whoever has its code."""
    at = runtime()
    return view.one(at.db, at.locality, day_plans.opened(at.db, plan_id, body["code"]))


@blp.route("/day-plans/<plan_id>/replan", methods=["POST"])
@blp.arguments(shapes.Replanning)
@blp.response(200, shapes.DayView)
def replan(body, plan_id):
    """Plan the rest of a day anew, e.g. after a cancellation; what has begun stays."""
    row = day_plans.opened(runtime().db, plan_id, body["code"])
    worked_out = _in_turn(day_plans.redraft, row, body)
    return execute(partial(day_plans.replace_plan, worked_out=worked_out), body, plan_id=plan_id)
