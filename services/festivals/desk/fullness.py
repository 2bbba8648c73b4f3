"""Saying that an event is full, and that it is no longer, when its desk has no place left or has one again."""

from __future__ import annotations

from kernel.unit_of_work import UnitOfWork
from services.festivals import announcements, listing
from services.festivals.models import FestivalEvent


def tell(uow: UnitOfWork, event_id: str, *, full: bool) -> None:
    """Note whether all places of an event are taken; where its status changes by that, whoever listens is told.

    An event is written only when that changes, so registering conflicts with nobody who changes the event but then.
    What its curator said, a disruption and a cancellation stay (``domain.lifecycle.status_of``).
    """
    known = uow.db["events"].find_one({"_id": event_id}, {"full": 1})
    if known is None or known.get("full", False) == full:
        return
    event = FestivalEvent.objects.get(id=event_id)
    before, event.full = event.status, full
    listing.set_status(event)
    if event.status != before:
        event.sequence += 1
        event.updated_at = uow.now()
        if event.state == "published":
            uow.publish(announcements.event_published(event))
    event.save()
