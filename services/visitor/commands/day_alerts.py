"""Alerts on day plans: when a ferry or an event changes, for the plans that cannot be kept and for no others.

Only what lies ahead is affected: a stop that is over, or a ferry that has left, disturbs nobody. Handlers tell what a
ferry is now, not what one event said of it, so events that come late or twice alert nobody wrongly.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kernel.unit_of_work import UnitOfWork
from services.visitor.commands.plans import KEPT_FOR
from services.visitor.domain.alerts import OFF, TEXTS
from services.visitor.domain.day_plans import IN_HAND
from services.visitor.views.sailings import ashore_at, last_checkin

Row = dict[str, Any]

MAX_ALERTS = 20
"""Alerts kept on a plan: the latest."""
HOLDS = ("return_sailing_id", "arrival_sailing_id", "given_up")
"""Fields of a plan that name a ferry; ``given_up`` those that were cancelled and replaced."""


ENDS = {"return_sailing_id": ("closes_at", "departs_at"), "arrival_sailing_id": ("starts_at", "arrives_at")}
"""Of the ferry that a plan leaves with and the one it comes with: until when the plan hangs on it, as the plan has it
and as the ferry is expected.
"""


def sailing_cancelled(uow: UnitOfWork, sailing_id: str, reason: Row) -> None:
    """Alert the plans that come or leave with a ferry which is cancelled now.

    Who was told that it runs after all is told no more. Who checked in for a ferry that was told to be late waits for
    it until it was to leave, also when check-in closed long ago.
    """
    sailing = uow.db["sailings"].find_one({"_id": sailing_id})
    if sailing is None or sailing["status"] != "cancelled":
        return
    expected = sailing.get("expected") or {}
    for field, (until, end) in ENDS.items():
        affected: Row = {field: sailing_id}
        if expected.get(end, uow.now()) <= uow.now():
            affected[until] = {"$gt": uow.now()}
        _alert(uow, affected, "sailing-cancelled", sailing_id, reason)
    uow.db["day_plans"].update_many(
        {"given_up": sailing_id}, {"$pull": {"alerts": {"kind": "sailing-back", "about_id": sailing_id}}}
    )


def sailing_told(uow: UnitOfWork, sailing_id: str, reason: Row | None = None) -> None:
    """Look at the plans that hold a ferry which runs, now that something new is known of it.

    Those that cannot be kept are alerted: back too late for a check-in that closes earlier, or ashore too late for
    their first stop. Those that were alerted and can be kept after all are told so.
    """
    plans = uow.db["day_plans"]
    if plans.find_one({"$or": [{field: sailing_id} for field in HOLDS]}, {"_id": 1}) is None:
        return
    sailing = uow.db["sailings"].find_one({"_id": sailing_id})
    if sailing is None or sailing["status"] == "cancelled":
        return
    closes, ashore = last_checkin(sailing), ashore_at(sailing)
    leaving: Row = {"return_sailing_id": sailing_id}
    if closes <= uow.now():
        leaving["closes_at"] = {"$gt": uow.now()}
    latest = closes - IN_HAND
    _alert(uow, leaving | {"back_at": {"$gt": latest}}, "sailing-earlier", sailing_id, reason)
    _holds_again(uow, leaving | {"back_at": {"$lte": latest}}, "sailing-reinstated", sailing_id)
    plans.update_many(leaving, {"$set": {"closes_at": closes, "expires_at": closes + KEPT_FOR}})
    if ashore > uow.now():
        coming = {"arrival_sailing_id": sailing_id}
        _alert(uow, coming | {"ashore_by": {"$lt": ashore}}, "sailing-later", sailing_id, reason)
        _holds_again(uow, coming | {"ashore_by": {"$gte": ashore}}, "sailing-reinstated", sailing_id)


def sailing_reinstated(uow: UnitOfWork, sailing_id: str) -> None:
    """Look at the plans that hold a ferry which runs again, and tell those that had to take another one instead."""
    sailing_told(uow, sailing_id)
    sailing = uow.db["sailings"].find_one({"_id": sailing_id})
    if sailing and sailing["status"] != "cancelled" and last_checkin(sailing) > uow.now():
        _alert(uow, {"given_up": sailing_id}, "sailing-back", sailing_id)


def event_off(uow: UnitOfWork, event_id: str, status: str) -> None:
    """Alert the plans that an event is still ahead in which nobody can go to: its ``status`` is in ``OFF``.

    They are told what has become of it, instead of what they were told before.
    """
    _alert(uow, _stop(uow, event_id), OFF[status], event_id)


def event_told(
    uow: UnitOfWork, event_id: str, timings: list[tuple[datetime, datetime]], *, surely: bool = True
) -> None:
    """Look at the plans that an event is still ahead in which takes place in these timings.

    Those whose stop lies in none of them are alerted. Those that were alerted and can be kept after all are told so,
    unless it takes place not ``surely``: one whose ferry is cancelled does not say whether it was postponed before.
    """
    fitting = [{"begins_at": {"$gte": begins}, "leaves_at": {"$lte": ends}} for begins, ends in timings]
    if not fitting:
        _alert(uow, _stop(uow, event_id), "event-moved", event_id)
        return
    _alert(uow, _stop(uow, event_id, {"$nor": fitting}), "event-moved", event_id)
    if surely:
        _holds_again(uow, _stop(uow, event_id, {"$or": fitting}), "event-reinstated", event_id)


def _stop(uow: UnitOfWork, event_id: str, of: Row | None = None) -> Row:
    """The plans with a stop at an event that is not over."""
    ahead = {"kind": "event", "id": event_id, "leaves_at": {"$gt": uow.now()}}
    return {"stops": {"$elemMatch": ahead | (of or {})}}


def _holds_again(uow: UnitOfWork, kept: Row, kind: str, about_id: str) -> None:
    """Tell the plans among ``kept`` that have an alert about a ferry or an event that it is answered."""
    _alert(uow, kept | {"alerts.about_id": about_id}, kind, about_id)


def _alert(uow: UnitOfWork, affected: Row, kind: str, about_id: str, reason: Row | None = None) -> None:
    """Add an alert, instead of all others about the same thing; nothing where it is there already."""
    alert = {"kind": kind, "about_id": about_id, "text": TEXTS[kind], "reason": reason, "at": uow.now()}
    once = {"alerts": {"$not": {"$elemMatch": {"kind": kind, "about_id": about_id}}}}
    others: Row = {"$filter": {"input": "$alerts", "cond": {"$ne": ["$$this.about_id", {"$literal": about_id}]}}}
    longer = {"$concatArrays": [others, {"$literal": [alert]}]}
    uow.db["day_plans"].update_many(
        {"$and": [affected, once]}, [{"$set": {"alerts": {"$slice": [longer, -MAX_ALERTS]}}}]
    )
