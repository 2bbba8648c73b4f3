"""Alerts on day plans: when a ferry or an event is no more, for the plans that hold it and for no others.

Only what lies ahead is affected: a stop that is over, or a ferry that has left, disturbs nobody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kernel.unit_of_work import UnitOfWork

Row = dict[str, Any]

MAX_ALERTS = 20
"""Alerts kept on a plan: the latest."""

TEXTS = {
    "sailing-cancelled": {
        "en": "Your ferry is cancelled. Plan anew: the next one is chosen for you.",
        "fr": "Votre ferry est annulé. Recalculez : le prochain est choisi pour vous.",
    },
    "event-cancelled": {
        "en": "An event of your day is cancelled. Plan anew to fill the time.",
        "fr": "Un événement de votre journée est annulé. Recalculez pour profiter du temps libre.",
    },
    "event-moved": {
        "en": "An event of your day has other times. Plan anew to fit it in.",
        "fr": "Un événement de votre journée a changé d'horaire. Recalculez pour l'y faire entrer.",
    },
}


def sailing_cancelled(uow: UnitOfWork, sailing_id: str, reason: Row) -> None:
    """Alert the plans that come or leave with a ferry."""
    ends = {"return_sailing_id": "closes_at", "arrival_sailing_id": "starts_at"}
    for field, until in ends.items():
        _alert(uow, {field: sailing_id, until: {"$gt": uow.now()}}, "sailing-cancelled", sailing_id, reason)


def event_gone(uow: UnitOfWork, event_id: str) -> None:
    """Alert the plans that an event, cancelled or withdrawn, is still ahead in."""
    _alert(uow, _ahead(uow, event_id), "event-cancelled", event_id, None)


def event_told(uow: UnitOfWork, event_id: str, timings: list[tuple[datetime, datetime]]) -> None:
    """Alert the plans whose stop at an event lies in none of the timings that it has now."""
    fitting = [{"begins_at": {"$gte": begins}, "leaves_at": {"$lte": ends}} for begins, ends in timings]
    stop = {"kind": "event", "id": event_id, "leaves_at": {"$gt": uow.now()}}
    if fitting:
        stop["$nor"] = fitting
    _alert(uow, {"stops": {"$elemMatch": stop}}, "event-moved", event_id, None)


def _ahead(uow: UnitOfWork, event_id: str) -> Row:
    return {"stops": {"$elemMatch": {"kind": "event", "id": event_id, "leaves_at": {"$gt": uow.now()}}}}


def _alert(uow: UnitOfWork, affected: Row, kind: str, about_id: str, reason: Row | None) -> None:
    """Push an alert unless the same one is there already."""
    alert = {"kind": kind, "about_id": about_id, "text": TEXTS[kind], "reason": reason, "at": uow.now()}
    once = {"alerts": {"$not": {"$elemMatch": {"kind": kind, "about_id": about_id}}}}
    uow.db["day_plans"].update_many(
        {**affected, **once}, {"$push": {"alerts": {"$each": [alert], "$slice": -MAX_ALERTS}}}
    )
