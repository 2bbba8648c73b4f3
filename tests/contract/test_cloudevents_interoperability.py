"""The CloudEvents SDK reads what the platform writes, and the platform reads what the SDK writes: for every event."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka, to_binary_event, to_structured_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.base import Event
from contracts.registry import REGISTRY
from contracts.replays import MARKER_TYPE
from kernel.envelope import Undecodable, decode, read
from kernel.ids import new_id
from kernel.replay import Marker, marker_headers
from tests.support.events import LOCALITY, enveloped, events

each_event = pytest.mark.parametrize("event", list(REGISTRY), ids=lambda event: event.TYPE)
few = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@each_event
@few
@given(data=st.data())
def test_the_sdk_reads_what_the_platform_writes(event: type[Event], data: Any) -> None:
    said = data.draw(events(event))
    envelope = enveloped(said, causationid=new_id())
    message = KafkaMessage(headers=dict(envelope.headers()), key=envelope.key.encode(), value=envelope.data)
    received = from_kafka(message, JSONFormat())
    assert isinstance(received, CloudEvent)
    assert received.get_specversion() == "1.0"
    assert received.get_id() == envelope.id
    assert received.get_type() == event.TYPE
    assert received.get_source() == f"/{LOCALITY}/{event.service()}"
    assert received.get_subject() == said.key == received.get_extension("partitionkey")
    assert received.get_time() == envelope.time
    assert received.get_datacontenttype() == "application/json"
    assert received.get_dataschema() == f"/contracts/schemas/{event.TYPE}.json"
    assert received.get_extension("causationid") == envelope.causationid
    assert msgspec.convert(received.get_data(), event) == said


@each_event
@few
@given(data=st.data())
def test_the_platform_reads_what_the_sdk_writes(event: type[Event], data: Any) -> None:
    said = data.draw(events(event))
    now = datetime(2018, 8, 19, 9, 30, tzinfo=UTC)
    attributes = {
        "id": new_id(),
        "type": event.TYPE,
        "source": f"/{LOCALITY}/{event.service()}",
        "time": now,
        "subject": said.key,
        "datacontenttype": "application/json",
        "dataschema": f"/contracts/schemas/{event.TYPE}.json",
        "causationid": "cause",
    }
    written = CloudEvent(attributes, msgspec.to_builtins(said))
    message = to_binary_event(written, key_mapper=lambda sent: sent.get_subject())
    envelope = read(str(message.key).encode(), message.value, list(message.headers.items()))
    assert (envelope.id, envelope.type, envelope.source) == (attributes["id"], event.TYPE, attributes["source"])
    assert (envelope.time, envelope.key, envelope.causationid) == (now, said.key, "cause")
    assert envelope.dataschema == attributes["dataschema"]
    assert decode(envelope, event) == said


def test_the_sdk_reads_the_mark_of_a_replay() -> None:
    message = KafkaMessage(
        headers=dict(marker_headers(Marker("r1", covered=True, finished=False))), key=None, value=b"{}"
    )
    received = from_kafka(message, JSONFormat())
    assert (received.get_id(), received.get_type()) == ("r1", MARKER_TYPE)


def test_structured_mode_is_told_apart_not_misread() -> None:
    """The platform agreed on binary mode; a structured record is parked with a reason, never half understood."""
    message = to_structured_event(CloudEvent({"id": "1", "type": "x.y.z.v1", "source": "/a"}, {"n": 1}))
    with pytest.raises(Undecodable, match="headers missing: ce_specversion, ce_id, ce_type"):
        read(None, message.value, list(message.headers.items()))
