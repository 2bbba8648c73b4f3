"""What happens elsewhere and changes something here: the crossings that events depend on."""

from __future__ import annotations

from datetime import timedelta

from contracts.visitor import Call, SailingCancelled, SailingDelayed, SailingReinstated, SailingScheduled
from kernel.unit_of_work import UnitOfWork
from services.festivals import announcements, listing
from services.festivals.models import Disruption, FestivalEvent

EXPECTED = ("expected_departure_at", "expected_arrival_at")
"""What is known of a crossing that does not run as planned."""


def on_sailing_scheduled(event: SailingScheduled, uow: UnitOfWork) -> None:
    """Know when a crossing runs. A later timetable does not undo a cancellation: nothing says that it runs again."""
    closes_at = event.departure.at - timedelta(minutes=event.checkin_minutes)
    _learn(event, uow, {"illustrative": event.illustrative, "checkin_closes_at": closes_at})


def on_sailing_delayed(event: SailingDelayed, uow: UnitOfWork) -> None:
    """Know when a crossing is expected to leave and to land.

    Check-in closes earlier for one that leaves early; a tour that begins before one lands does not fit it.
    """
    expected = {name: getattr(event, name) for name in EXPECTED}
    _learn(event, uow, expected)


def on_sailing_cancelled(event: SailingCancelled, uow: UnitOfWork) -> None:
    """Mark the events that named this crossing, and only those; say so for the public ones.

    The cancellation is kept, so that an event which names this crossing later is marked as well. Nothing happens a
    second time to an event that is marked already.
    """
    listing.guard_sailings(uow, [event.sailing_id])
    _learn(event, uow, {"cancelled_at": event.cancelled_at, "reason": event.reason})
    for named in FestivalEvent.objects(sailing_ids=event.sailing_id, status__ne="cancelled"):
        if any(known.sailing_id == event.sailing_id for known in named.disruptions):
            continue
        disruption = Disruption(sailing_id=event.sailing_id, reason=event.reason)
        named.disruptions.append(disruption)
        listing.set_status(named)
        named.sequence += 1
        named.updated_at = uow.now()
        named.save()
        if named.state == "published":
            uow.publish(announcements.event_disrupted(named, disruption))


def on_sailing_reinstated(event: SailingReinstated, uow: UnitOfWork) -> None:
    """Forget that this crossing was cancelled or left at another time.

    Events that it alone disrupted are what they were before, and say so.
    """
    listing.guard_sailings(uow, [event.sailing_id])
    _learn(event, uow, {"cancelled_at": None, "reason": None, **dict.fromkeys(EXPECTED)})
    for named in FestivalEvent.objects(sailing_ids=event.sailing_id, status__ne="cancelled"):
        left = [known for known in named.disruptions if known.sailing_id != event.sailing_id]
        if len(left) == len(named.disruptions):
            continue
        named.disruptions = left
        listing.set_status(named)
        named.sequence += 1
        named.updated_at = uow.now()
        named.save()
        if named.state == "published":
            uow.publish(announcements.event_published(named))


def _learn(
    event: SailingScheduled | SailingDelayed | SailingCancelled | SailingReinstated,
    uow: UnitOfWork,
    known: dict[str, object],
) -> None:
    calls = {"departure": _call(event.departure), "arrival": _call(event.arrival)}
    uow.db["sailings"].update_one({"_id": event.sailing_id}, {"$set": calls | known}, upsert=True)


def _call(call: Call) -> dict[str, object]:
    return {"town": call.town, "at": call.at, "zone": call.zone}
