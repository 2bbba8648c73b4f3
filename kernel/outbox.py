"""The outbox: what a service has said, kept in the same transaction as what it did.

Rows stay for a retention time as the service's own event log. A row holds the record as it goes on the wire, so the
relay copies bytes and decodes nothing.
"""

from __future__ import annotations

from typing import Any

from bson import Binary

from contracts.base import Event
from contracts.registry import topic_of
from kernel.envelope import Envelope, encode

COLLECTION = "outbox"
Row = dict[str, Any]


def row_of(envelope: Envelope, topic: str) -> Row:
    """The outbox row of an event: ``_id`` is the event's id."""
    return {
        "_id": envelope.id,
        "topic": topic,
        "key": envelope.key,
        "type": envelope.type,
        "time": envelope.time,
        "headers": [[name, Binary(value)] for name, value in envelope.headers()],
        "value": Binary(envelope.data),
    }


def envelope_of(
    event: Event, *, event_id: str, time: Any, locality: str, traceparent: str | None, causationid: str | None
) -> Envelope:
    """The envelope of an event that a service of ``locality`` publishes."""
    return Envelope(
        id=event_id,
        type=event.TYPE,
        source=f"/{locality}/{event.service()}",
        time=time,
        key=event.key,
        data=encode(event),
        dataschema=f"/contracts/schemas/{event.TYPE}.json",
        traceparent=traceparent,
        causationid=causationid,
    )


def topic_for(event: Event, locality: str) -> str:
    """The topic an event goes to."""
    return topic_of(locality, event.service())
