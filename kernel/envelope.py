"""CloudEvents 1.0 over Kafka in binary mode: attributes are ``ce_*`` headers, the data is the record's JSON value.

Source: CloudEvents "Kafka Protocol Binding" 1.0.2, section 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from contracts.base import Event

Headers = list[tuple[str, bytes]]

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/json"
MAX_EVENT_BYTES = 512 * 1024
"""No event is larger: a record must fit a broker's default 1 MB with room for its headers."""

_encoder = msgspec.json.Encoder()
_REQUIRED = ("ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time")


class Undecodable(Exception):
    """A record that is not an event as agreed; the message says what about it is wrong."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event as it travels: its attributes and its encoded data."""

    id: str
    type: str
    source: str
    """``/<locality>/<service>``."""
    time: datetime
    key: str
    data: bytes
    dataschema: str | None = None
    traceparent: str | None = None
    causationid: str | None = None
    """Id of the event whose handling caused this one."""

    def headers(self) -> Headers:
        """The Kafka headers of this event."""
        pairs = [
            ("content-type", CONTENT_TYPE),
            ("ce_specversion", SPEC_VERSION),
            ("ce_id", self.id),
            ("ce_type", self.type),
            ("ce_source", self.source),
            ("ce_time", self.time.astimezone(UTC).isoformat().replace("+00:00", "Z")),
            ("ce_subject", self.key),
            ("ce_dataschema", self.dataschema),
            ("traceparent", self.traceparent),
            ("ce_causationid", self.causationid),
        ]
        return [(name, value.encode()) for name, value in pairs if value is not None]


def encode(event: Event) -> bytes:
    """The JSON data of an event.

    Raises ``ValueError`` when it is larger than ``MAX_EVENT_BYTES`` or breaks its own contract (structs are not checked
    when they are made): what no consumer could read fails the command here, where it can still be rolled back.
    """
    data = _encoder.encode(event)
    if len(data) > MAX_EVENT_BYTES:
        raise ValueError(f"{event.TYPE} is {len(data)} bytes, over the limit of {MAX_EVENT_BYTES}")
    try:
        msgspec.json.decode(data, type=type(event))
    except msgspec.MsgspecError as error:
        raise ValueError(f"{event.TYPE} breaks its contract: {error}") from error
    return data


def read(key: bytes | None, value: bytes | None, headers: Headers) -> Envelope:
    """The envelope of a Kafka record. Raises ``Undecodable``; the data itself is decoded by ``decode``."""
    try:
        values = {name.lower(): raw.decode() for name, raw in headers}
    except (UnicodeDecodeError, AttributeError) as error:
        raise Undecodable(f"header {_unreadable(headers)} is not UTF-8 text") from error
    missing = [name for name in _REQUIRED if not values.get(name)]
    if missing:
        raise Undecodable(f"headers missing: {', '.join(missing)}")
    if values["ce_specversion"] != SPEC_VERSION:
        raise Undecodable(f"CloudEvents {values['ce_specversion']}, expected {SPEC_VERSION}")
    if len(values["ce_id"]) > 200:
        raise Undecodable("ce_id is longer than 200 characters")
    if value is None or len(value) > MAX_EVENT_BYTES:
        raise Undecodable("no data" if value is None else f"data of {len(value)} bytes is over {MAX_EVENT_BYTES}")
    try:
        time = datetime.fromisoformat(values["ce_time"])
        key_text = (key or b"").decode()
    except (ValueError, UnicodeDecodeError) as error:
        raise Undecodable(f"ce_time or key unreadable: {error}") from error
    return Envelope(
        id=values["ce_id"],
        type=values["ce_type"],
        source=values["ce_source"],
        time=time if time.tzinfo else time.replace(tzinfo=UTC),
        key=key_text,
        data=value,
        dataschema=values.get("ce_dataschema"),
        traceparent=values.get("traceparent"),
        causationid=values.get("ce_causationid"),
    )


def _unreadable(headers: Headers) -> str:
    """The name of the first header that is no text."""
    for name, raw in headers:
        try:
            raw.decode()
        except (UnicodeDecodeError, AttributeError):
            return name
    return "?"


def decode(envelope: Envelope, event: type[Event]) -> Event:
    """The event inside. Raises ``Undecodable`` naming the field that does not fit the contract."""
    try:
        return msgspec.json.decode(envelope.data, type=event)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:  # the last: lists nested too deep
        raise Undecodable(f"{envelope.type}: {error}") from error
