"""Parked events as the consumer would have parked them, without a broker."""

from __future__ import annotations

from kafka import TopicPartition

from contracts.base import Event
from contracts.registry import topic_of
from kernel import parking
from kernel.delivery import Reader
from kernel.ids import new_id
from kernel.outbox import envelope_of
from kernel.runtime import Runtime


def park(runtime: Runtime, offset: int, event: Event, mark: str = "0123456789abcdef") -> str:
    """Park ``event``, whose handler is said to have failed; returns the id it is parked under."""
    envelope = envelope_of(
        event,
        event_id=new_id(),
        time=runtime.clock.now(),
        locality=runtime.locality.slug,
        traceparent=None,
        causationid=None,
    )
    partition = TopicPartition(topic_of(runtime.locality.slug, event.service()), 0)
    reader = Reader(runtime.service, dict(runtime.service.reacts))
    delivery = reader.read_raw(partition, offset, envelope.key.encode(), envelope.data, envelope.headers())
    delivery.attempts = 3
    runtime.store.transact(
        lambda uow: parking.park(
            uow.db, delivery, reason="handler-failed", error="RuntimeError: broken", mark=mark, at=uow.now()
        )
    )
    return delivery.id
