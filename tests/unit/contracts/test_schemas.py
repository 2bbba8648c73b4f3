from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from contracts.base import Event, Value
from contracts.compatibility import violations
from contracts.registry import REGISTRY, Registry, topics
from contracts.schemas import Schema, notes_of, schema_of, structs_in
from contracts.visitor import Call, SailingScheduled

ROOT = Path(__file__).parents[3]


class Inner(Value, frozen=True, kw_only=True):
    """Inside."""

    more: list[Inner] = []
    """Further ones."""


class Outer(Event, frozen=True, kw_only=True):
    """Outside, on
    two lines."""

    TYPE = "boxes.box.packed.v1"
    KEY = "box_id"
    box_id: str
    """What is
    written on it."""
    content: dict[str, Inner | None] = {}


class Cat(Value, frozen=True, kw_only=True, tag=True):
    """A cat."""

    lives: int = 9


class Dog(Value, frozen=True, kw_only=True, tag=True):
    """A dog."""

    bark: str = ""


class Cow(Value, frozen=True, kw_only=True, tag=True):
    """A cow."""


def test_every_struct_inside_is_found_once() -> None:
    assert set(structs_in(Outer)) == {Outer, Inner}
    assert set(structs_in(SailingScheduled)) == {SailingScheduled, Call}


def test_what_the_source_says_is_in_the_schema() -> None:
    assert notes_of(Outer) == {"box_id": "What is written on it."}
    definitions = schema_of(Outer)["$defs"]
    assert definitions["Outer"]["description"] == "Outside, on two lines."
    assert definitions["Outer"]["properties"]["box_id"]["description"] == "What is written on it."
    assert definitions["Inner"]["properties"]["more"]["description"] == "Further ones."


def test_a_type_that_holds_itself_can_be_compared() -> None:
    assert violations(schema_of(Outer), schema_of(Outer)) == []


def test_documents_are_the_same_in_every_process() -> None:
    program = "from contracts.release import documents; import sys; sys.stdout.write(''.join(documents().values()))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1000


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (Cat | Dog, Dog | Cat, []),
        (Cat | Dog, Cat | Dog | Cow, ["type object type=Cow is now allowed"]),
        (Cat | Dog | Cow, Cat | Dog, ["type object type=Cow is no longer allowed"]),
        (Cat | int, Cat | int | None, ["type null is now allowed"]),
    ],
)
def test_tagged_structs_of_a_union_are_matched_by_their_tag(before: object, after: object, expected: list[str]) -> None:
    assert [found.change for found in violations(union(before), union(after))] == expected


def union(kind: object) -> Schema:
    return msgspec.json.schema(msgspec.defstruct("Pet", [("pet", kind)]))


def test_two_events_of_one_name_are_refused() -> None:
    class Twin(Event, frozen=True, kw_only=True):
        """The same name."""

        TYPE = Outer.TYPE
        KEY = "box_id"
        box_id: str

    with pytest.raises(ValueError, match=r"two events are named boxes\.box\.packed\.v1"):
        Registry([Outer, Twin])


def test_the_registry_knows_names_and_majors() -> None:
    class Later(Event, frozen=True, kw_only=True):
        """The next major version."""

        TYPE = "boxes.box.packed.v2"
        KEY = "box_id"
        box_id: str

    registry = Registry([Outer, Later])
    assert registry.get("boxes.box.packed.v2") is Later
    assert registry.get("boxes.box.packed.v3") is None
    assert registry.majors_of("boxes.box.packed.v3") == [1, 2]
    assert registry.majors_of("boxes.box.opened.v1") == []


@pytest.mark.parametrize("event", list(REGISTRY), ids=lambda event: event.TYPE)
def test_an_event_is_named_and_keyed_by_rule(event: type[Event]) -> None:
    service, aggregate, _past_tense, version = event.TYPE.split(".")
    assert event.__module__ == f"contracts.{service}"
    assert aggregate.isidentifier()
    assert version == f"v{event.major()}"
    assert event.__doc__
    assert event.__struct_config__.frozen
    assert not event.__struct_config__.forbid_unknown_fields
    required = [field.name for field in msgspec.structs.fields(event) if field.required]
    assert event.KEY in required


def test_topics_are_those_of_the_locality() -> None:
    assert topics("two-towns") == [
        "two-towns.festivals",
        "two-towns.marketplace",
        "two-towns.media",
        "two-towns.replays",
        "two-towns.visitor",
    ]
