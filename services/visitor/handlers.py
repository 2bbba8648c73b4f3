"""What the visitor service learns from the others: the listings its guide shows.

Each handler keeps what its event says under that event's own aggregate and reads no other, so events of different
aggregates may arrive in any order; views put together what is there. So their writes can wait for the end of a batch.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from pymongo import UpdateOne

from contracts.base import Event
from contracts.festivals import EventCancelled, EventDisrupted, EventPublished, EventWithdrawn
from contracts.marketplace import MakerJoined, OfferingListed, OfferingWithdrawn
from contracts.media import ReleaseOpened, TitlePublished
from contracts.visitor import SailingCancelled, SailingDelayed, SailingReinstated, SailingScheduled
from kernel.unit_of_work import UnitOfWork
from kernel.words import words_of
from services.visitor.commands import day_alerts
from services.visitor.domain.alerts import OFF


def on_event_published(event: EventPublished, uow: UnitOfWork) -> None:
    """List the event, or what it has become; also one that was withdrawn before. Alert the plans it no longer fits."""
    if event.status in OFF:
        day_alerts.event_off(uow, event.event_id, event.status)
    else:
        timings = [(each.starts_at, each.ends_at) for each in event.timings]
        day_alerts.event_told(uow, event.event_id, timings, surely=event.status != "disrupted")
    _keep(
        uow,
        "known_events",
        event,
        status=event.status,
        withdrawn=False,
        ends_at=max((timing.ends_at for timing in event.timings), default=None),
        words=words_of([event.title, event.summary, event.where.name, *({"": word} for word in event.keywords)]),
    )


def on_event_withdrawn(event: EventWithdrawn, uow: UnitOfWork) -> None:
    """Take the event out of the guide; alert the day plans it is ahead in."""
    day_alerts.event_off(uow, event.event_id, "cancelled")
    _set(uow, "known_events", event.event_id, withdrawn=True)


def on_event_cancelled(event: EventCancelled, uow: UnitOfWork) -> None:
    """Go on listing the event, as cancelled; alert the day plans it is ahead in."""
    day_alerts.event_off(uow, event.event_id, "cancelled")
    _set(uow, "known_events", event.event_id, status="cancelled")


def on_event_disrupted(event: EventDisrupted, uow: UnitOfWork) -> None:
    """Go on listing the event, as disrupted."""
    _set(uow, "known_events", event.event_id, status="disrupted")


def on_sailing_cancelled(event: SailingCancelled, uow: UnitOfWork) -> None:
    """Alert the day plans that come or leave with this ferry: its own cancellation, as every service learns of it."""
    day_alerts.sailing_cancelled(uow, event.sailing_id, event.reason)


def on_sailing_scheduled(event: SailingScheduled, uow: UnitOfWork) -> None:
    """Alert the day plans that a change of the timetable leaves without their ferry."""
    day_alerts.sailing_told(uow, event.sailing_id)


def on_sailing_delayed(event: SailingDelayed, uow: UnitOfWork) -> None:
    """Alert the day plans that this ferry, late or early, does not fit any more."""
    day_alerts.sailing_told(uow, event.sailing_id, event.reason)


def on_sailing_reinstated(event: SailingReinstated, uow: UnitOfWork) -> None:
    """Tell the day plans that were alerted that their ferry runs after all."""
    day_alerts.sailing_reinstated(uow, event.sailing_id)


def on_maker_joined(event: MakerJoined, uow: UnitOfWork) -> None:
    """List the maker, or what their listing has become."""
    _keep(uow, "known_makers", event, words=words_of([{"": event.name}, event.craft, event.summary]))


def on_offering_listed(event: OfferingListed, uow: UnitOfWork) -> None:
    """List the offering, or what it has become."""
    _keep(uow, "known_offerings", event, withdrawn=False, words=words_of([event.title, event.summary]))


def on_offering_withdrawn(event: OfferingWithdrawn, uow: UnitOfWork) -> None:
    """Take the offering out of the guide."""
    _set(uow, "known_offerings", event.offering_id, withdrawn=True)


def on_title_published(event: TitlePublished, uow: UnitOfWork) -> None:
    """List the film, series or episode, or what its listing has become."""
    _keep(uow, "known_titles", event, words=words_of([event.name, event.summary]))


def on_release_opened(event: ReleaseOpened, uow: UnitOfWork) -> None:
    """Remember where the title can be watched."""
    _set(uow, "known_releases", event.release_id, listing=_listing(event))


def _keep(uow: UnitOfWork, collection: str, event: Event, **beside: Any) -> None:
    _set(uow, collection, event.key, listing=_listing(event), **beside)


def _listing(event: Event) -> dict[str, Any]:
    listing: dict[str, Any] = msgspec.to_builtins(event, builtin_types=(datetime,))
    return listing


def _set(uow: UnitOfWork, collection: str, identity: str, **fields: Any) -> None:
    uow.defer(collection, UpdateOne({"_id": identity}, {"$set": fields}, upsert=True))
