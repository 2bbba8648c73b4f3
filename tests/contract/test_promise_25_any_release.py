"""Promise 25: any released producer works with any released consumer, in both directions.

A release is known by its golden schema. Its producer is what that schema allows, its consumer the struct made back
from it (``struct_of``); the newest consumer is the class in the code.
"""

from __future__ import annotations

import copy
from itertools import product
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.base import Event
from contracts.compatibility import transitive_violations, violations
from contracts.registry import REGISTRY
from contracts.schemas import GOLDEN, Schema, released, render, schema_of
from tests.support.json_schemas import instances, struct_of
from tests.support.long_form import SCALE

EVENTS = list(REGISTRY)
PAIRS = [
    pytest.param(event, producer, consumer, id=f"{event.TYPE}-{producer}-read-by-{consumer}")
    for event in EVENTS
    for producer, consumer in product(range(len(released(event.TYPE))), repeat=2)
]
each_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TYPE)
few = settings(max_examples=6 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))


def written(producer: Schema, instance: Any) -> bytes:
    """The data a producer of that release sends: an instance, through its own struct."""
    return msgspec.json.encode(msgspec.json.decode(msgspec.json.encode(instance), type=struct_of(producer)))


def disagreements(sent: Any, read: Any, at: str = "") -> list[str]:
    """Where a reader understood something else than was sent, fields that only one side knows left out."""
    if isinstance(sent, dict) and isinstance(read, dict):
        return [
            found for key in sent.keys() & read.keys() for found in disagreements(sent[key], read[key], f"{at}/{key}")
        ]
    if isinstance(sent, list) and isinstance(read, list) and len(sent) == len(read):
        return [
            found for i, pair in enumerate(zip(sent, read, strict=True)) for found in disagreements(*pair, f"{at}/{i}")
        ]
    return [] if sent == read else [at]


def understood(data: bytes, consumer: type[msgspec.Struct]) -> list[str]:
    """Decode as ``consumer`` does and compare with what was sent."""
    read = msgspec.json.decode(msgspec.json.encode(msgspec.json.decode(data, type=consumer)))
    return disagreements(msgspec.json.decode(data), read)


@each_event
def test_the_code_is_what_is_released(event: type[Event]) -> None:
    committed = (GOLDEN / f"{event.TYPE}.json").read_text(encoding="utf-8")
    assert committed == render(schema_of(event)), "run `python -m contracts write` and look at what changes"


@each_event
def test_no_release_breaks_an_earlier_one(event: type[Event]) -> None:
    assert [str(found) for found in transitive_violations([*released(event.TYPE), schema_of(event)])] == []


@each_event
def test_a_released_consumer_can_be_made_back_from_its_golden_schema(event: type[Event]) -> None:
    for golden in released(event.TYPE):
        again = {"x-key": golden["x-key"], **msgspec.json.schema(struct_of(golden))}
        assert violations(golden, again) == []


@pytest.mark.parametrize(("event", "producer", "consumer"), PAIRS)
@few
@given(data=st.data())
def test_every_release_reads_every_release(event: type[Event], producer: int, consumer: int, data: Any) -> None:
    releases = released(event.TYPE)
    sent = written(releases[producer], data.draw(instances(releases[producer])))
    assert understood(sent, struct_of(releases[consumer])) == []


@each_event
@few
@given(data=st.data())
def test_the_code_reads_every_release(event: type[Event], data: Any) -> None:
    golden = data.draw(st.sampled_from(released(event.TYPE)))
    assert understood(written(golden, data.draw(instances(golden))), event) == []


def evolved(schema: Schema, data: Any) -> Schema:
    """A release that might have been: some optional fields never came, some others did, at every level."""
    other = copy.deepcopy(schema)
    for name, definition in other["$defs"].items():
        optional = sorted(definition["properties"].keys() - set(definition.get("required", [])))
        for field in data.draw(st.lists(st.sampled_from(optional), unique=True)) if optional else []:
            del definition["properties"][field]
        for field, node in data.draw(st.lists(st.sampled_from(ADDITIONS), unique_by=lambda pair: pair[0])):
            definition["properties"][f"{name.lower()}_{field}"] = copy.deepcopy(node)
    return other


ADDITIONS: list[tuple[str, Schema]] = [
    ("note", {"type": "string", "default": ""}),
    ("count", {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}], "default": None}),
    ("tags", {"type": "array", "items": {"type": "string"}, "default": []}),
    ("words", {"type": "object", "additionalProperties": {"type": "string"}, "default": {}}),
]


@each_event
@few
@given(data=st.data())
def test_a_release_with_other_optional_fields_is_judged_compatible_and_is(event: type[Event], data: Any) -> None:
    current = schema_of(event)
    one, other = evolved(current, data), evolved(current, data)
    assert transitive_violations([one, current, other]) == []
    for producer, consumer in [(one, struct_of(other)), (other, struct_of(one)), (one, event)]:
        assert understood(written(producer, data.draw(instances(producer))), consumer) == []
    sent = written(current, data.draw(instances(current)))
    assert understood(sent, struct_of(one)) == []
