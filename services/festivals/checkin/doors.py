"""When doors are open by a list that a device took along, though the event was moved since.

An event that has devices at its door keeps the timings it had before each change, so that a scan is judged by those
that stood in the device's own list, whenever it is handed in. An event without a device has given no list out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kernel.unit_of_work import UnitOfWork
from services.festivals.models import EarlierTimings, EventTiming, FestivalEvent

MAX_KEPT = 20
"""Most former timings that are kept, the latest ones: more often nobody moves an event while lists are out."""

Row = Mapping[str, Any]


def keep(event: FestivalEvent, before: Sequence[EventTiming], uow: UnitOfWork) -> None:
    """Keep the timings that the event had ``before`` they were replaced, when a device may have taken them along.

    The event is not saved.
    """
    if not before or _spans(before) == _spans(event.timings):
        return
    if uow.db["scanners"].find_one({"event_id": event.id}, {"_id": 1}):
        former = EarlierTimings(until=uow.now(), timings=list(before))
        event.timings_before = [*event.timings_before, former][-MAX_KEPT:]


def timings_at(event: Row, moment: datetime) -> Sequence[Row]:
    """The timings that an event had at a moment; the earliest that are kept for one before all of these."""
    former = (one["timings"] for one in event.get("timings_before", []) if moment < one["until"])
    return next(former, event.get("timings", []))


def _spans(timings: Sequence[EventTiming]) -> list[tuple[str, datetime, datetime]]:
    return [(one.id, one.starts_at, one.ends_at) for one in timings]
