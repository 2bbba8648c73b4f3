"""Promise 24: what a later release adds is passed over; what this release cannot know is told apart, not crashed on.

How a consumer parks an unknown major version is shown with a database in the tests of the kernel; here is what its
decision stands on.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.base import Event
from contracts.registry import REGISTRY
from contracts.schemas import Schema, schema_of
from kernel.envelope import Envelope, Undecodable, decode, read
from tests.support.events import enveloped, events
from tests.support.json_schemas import definition_of
from tests.support.long_form import SCALE

each_event = pytest.mark.parametrize("event", list(REGISTRY), ids=lambda event: event.TYPE)
few = settings(max_examples=6 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def with_unknown_fields(value: Any, schema: Schema, node: Schema, data: Any) -> Any:
    """``value`` with fields that nobody has declared in every struct of it; maps of words are left as they are."""
    if "$ref" in node:
        return with_unknown_fields(value, schema, schema["$defs"][node["$ref"].rsplit("/", 1)[1]], data)
    if "anyOf" in node:
        branches = [branch for branch in node["anyOf"] if branch.get("type") != "null"]
        return value if value is None else with_unknown_fields(value, schema, branches[0], data)
    if isinstance(value, list):
        return [with_unknown_fields(item, schema, node["items"], data) for item in value]
    if isinstance(value, dict) and "properties" in node:
        known = {
            name: with_unknown_fields(inner, schema, node["properties"][name], data) for name, inner in value.items()
        }
        return (
            data.draw(st.dictionaries(st.text(min_size=1, max_size=8).map("later_".__add__), anything, min_size=1))
            | known
        )
    return value


def replaced(envelope: Envelope, document: Any) -> Envelope:
    """``envelope`` with other data, as it comes from the broker."""
    return read(envelope.key.encode(), msgspec.json.encode(document), envelope.headers())


@each_event
@few
@given(data=st.data())
def test_fields_of_a_later_release_change_nothing(event: type[Event], data: Any) -> None:
    said = data.draw(events(event))
    envelope = enveloped(said)
    later = with_unknown_fields(msgspec.json.decode(envelope.data), schema_of(event), schema_of(event), data)
    assert later != msgspec.json.decode(envelope.data)
    assert decode(replaced(envelope, later), event) == said


@each_event
@given(data=st.data())
@few
def test_headers_of_a_later_release_change_nothing(event: type[Event], data: Any) -> None:
    envelope = enveloped(data.draw(events(event)))
    later = [*envelope.headers(), ("ce_sequence", b"7"), ("tracestate", b"vendor=1"), ("x-anything", b"")]
    assert read(envelope.key.encode(), envelope.data, later) == envelope


@each_event
def test_an_unknown_major_version_is_told_from_an_unknown_event(event: type[Event]) -> None:
    stem = event.TYPE.rsplit(".v", 1)[0]
    assert REGISTRY.get(f"{stem}.v999") is None
    assert event.major() in REGISTRY.majors_of(f"{stem}.v999")
    assert REGISTRY.majors_of(f"{stem}s.v1") == []


@each_event
@few
@given(data=st.data())
def test_what_breaks_the_contract_is_told_by_field(event: type[Event], data: Any) -> None:
    envelope = enveloped(data.draw(events(event)))
    document = msgspec.json.decode(envelope.data)
    field = data.draw(st.sampled_from(definition_of(schema_of(event))["required"]))
    with pytest.raises(Undecodable, match=f"{event.TYPE}: .*`{field}`"):
        decode(replaced(envelope, {name: value for name, value in document.items() if name != field}), event)
    with pytest.raises(Undecodable, match=rf"{event.TYPE}: .*`\$\.{field}`"):
        decode(replaced(envelope, document | {field: None}), event)


NOT_AN_EVENT = {
    "nothing": b"",
    "cut short": b"{",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"text"',
    "not UTF-8": b"\xff\xfe",
    "half a surrogate pair": b'{"\\ud800": 1}',
    "not a number": b'{"a": NaN}',
    "nested too deep": b'{"a":' + b"[" * 20_000,
}


@pytest.mark.parametrize("broken", NOT_AN_EVENT.values(), ids=NOT_AN_EVENT.keys())
@each_event
def test_data_that_is_no_event_is_undecodable(event: type[Event], broken: bytes) -> None:
    envelope = Envelope(
        id="1", type=event.TYPE, source="/a/b", time=datetime(2018, 8, 19, tzinfo=UTC), key="k", data=broken
    )
    with pytest.raises(Undecodable, match=event.TYPE):
        decode(envelope, event)


@each_event
@few
@given(data=st.data())
def test_a_field_that_is_not_utf_8_is_undecodable(event: type[Event], data: Any) -> None:
    envelope = enveloped(data.draw(events(event)))
    key = msgspec.json.encode(event.KEY) + b":"
    broken = dataclasses.replace(envelope, data=envelope.data.replace(key + b'"', key + b'"\xff', 1))
    with pytest.raises(Undecodable, match=event.TYPE):
        decode(broken, event)
