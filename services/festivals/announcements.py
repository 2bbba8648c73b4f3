"""The events this service publishes, made of its documents."""

from __future__ import annotations

from contracts import festivals as contract
from contracts.base import Point
from kernel.unit_of_work import UnitOfWork
from services.festivals.models import Disruption, Festival, FestivalEvent


def festival_announced(festival: Festival) -> contract.FestivalAnnounced:
    """The whole announcement."""
    return contract.FestivalAnnounced(
        festival_id=festival.id,
        kind=festival.kind,
        name=dict(festival.name),
        summary=dict(festival.summary),
        towns=list(festival.towns),
        first_day=festival.first_day,
        last_day=festival.last_day,
        synthetic=festival.synthetic,
    )


def tell_published(event: FestivalEvent, uow: UnitOfWork, *, told: set[str]) -> None:
    """Publish the whole event, and each disruption that was not ``told`` (by sailing id) before."""
    uow.publish(event_published(event))
    for disruption in event.disruptions:
        if disruption.sailing_id not in told:
            uow.publish(event_disrupted(event, disruption))


def event_published(event: FestivalEvent) -> contract.EventPublished:
    """The whole event, its status included."""
    where = event.where
    point = Point(lat=where.point.lat, lon=where.point.lon) if where.point else None
    return contract.EventPublished(
        event_id=event.id,
        festival_id=event.festival_id,
        curator_id=event.curator.id,
        title=dict(event.title),
        summary=dict(event.summary),
        town=event.town,
        where=contract.Where(name=dict(where.name), town=event.town, address=where.address, point=point),
        timings=[contract.Timing(starts_at=one.starts_at, ends_at=one.ends_at, zone=one.zone) for one in event.timings],
        kind=event.kind,
        keywords=list(event.keywords),
        keywords_by_language={code: list(words) for code, words in event.keywords_by_language.items()},
        sailing_ids=list(event.sailing_ids),
        status=event.status,
        synthetic=event.synthetic,
        source=event.source,
        also_in=list(event.also_in),
    )


def event_withdrawn(event: FestivalEvent) -> contract.EventWithdrawn:
    """Its curator took it back, at its last change."""
    return contract.EventWithdrawn(event_id=event.id, festival_id=event.festival_id, withdrawn_at=event.updated_at)


def event_cancelled(event: FestivalEvent) -> contract.EventCancelled:
    """It will not take place."""
    return contract.EventCancelled(
        event_id=event.id,
        festival_id=event.festival_id,
        cancelled_at=event.cancelled_at,
        reason=dict(event.cancellation_reason),
    )


def event_disrupted(event: FestivalEvent, disruption: Disruption) -> contract.EventDisrupted:
    """A sailing it depends on was cancelled."""
    return contract.EventDisrupted(
        event_id=event.id,
        festival_id=event.festival_id,
        sailing_id=disruption.sailing_id,
        reason=dict(disruption.reason),
    )
