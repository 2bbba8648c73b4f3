"""The outbox: what a service has said, kept in the same transaction as what it did.

Rows stay for a retention time as the service's own event log. A row holds the record as it goes on the wire, so the
relay copies bytes: one value, and the headers packed into one (MessagePack), which costs a tenth of a list of pairs.
"""

from __future__ import annotations

from typing import Any

import msgspec
from bson import Binary
from pymongo import IndexModel

from contracts.base import Event
from contracts.registry import topic_of
from kernel.envelope import Envelope, Headers, encode

COLLECTION = "outbox"
Row = dict[str, Any]
WIRE = ("topic", "key", "headers", "value", "stamp")
"""What the relay needs of a row besides its ``_id``."""

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Headers).decode


def row_of(envelope: Envelope, topic: str) -> Row:
    """The outbox row of an event: ``_id`` is the event's id."""
    return {
        "_id": envelope.id,
        "topic": topic,
        "key": envelope.key,
        "type": envelope.type,
        "time": envelope.time,
        "headers": Binary(_pack(envelope.headers())),
        "value": Binary(envelope.data),
    }


def headers_of(row: Row) -> Headers:
    """The Kafka headers of a row; rows of earlier releases hold them as a list."""
    packed = row["headers"]
    return _unpack(packed) if isinstance(packed, bytes) else [(name, bytes(value)) for name, value in packed]


def indexes() -> list[IndexModel]:
    """Rows are drained in the order of their transactions' stamps."""
    return [IndexModel([("stamp", 1), ("_id", 1), ("n", 1)], name="said")]


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
