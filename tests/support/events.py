"""Events of the registry as Hypothesis makes them, and their envelopes as the outbox makes them."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from hypothesis import strategies as st

from contracts.base import Event
from contracts.schemas import schema_of
from kernel.envelope import Envelope
from kernel.ids import new_id
from kernel.outbox import envelope_of
from tests.support.json_schemas import instances

LOCALITY = "two-towns"
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def events(event: type[Event]) -> st.SearchStrategy[Event]:
    """Events of that class."""
    return instances(schema_of(event)).map(lambda data: msgspec.convert(data, event))


def enveloped(event: Event, *, causationid: str | None = None) -> Envelope:
    """``event`` as a service of ``LOCALITY`` publishes it now."""
    return envelope_of(
        event,
        event_id=new_id(),
        time=datetime.now(UTC),
        locality=LOCALITY,
        traceparent=TRACEPARENT,
        causationid=causationid,
    )
