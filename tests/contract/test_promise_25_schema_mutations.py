"""Promise 25: a change that is not FULL_TRANSITIVE is found, and told where; one that is, passes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
import pytest

from contracts.base import Event, Identifier, Instant, Money, Text, Value
from contracts.compatibility import transitive_violations, violations
from contracts.schemas import Schema, schema_of


class Stop(Value, frozen=True, kw_only=True):
    """Where a bus halts."""

    name: Text
    minutes: Annotated[int, msgspec.Meta(ge=0, le=600)]
    note: str | None = None


class Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that refuses what it does not know."""

    code: str
    spare: str = ""


class RouteChanged(Event, frozen=True, kw_only=True):
    """A bus takes another way."""

    TYPE = "buses.route.changed.v1"
    KEY = "route_id"

    route_id: Identifier
    at: Instant
    stops: Annotated[list[Stop], msgspec.Meta(max_length=40)]
    fare: Money
    seal: Sealed
    kind: Literal["day", "night"]
    colour: Annotated[str, msgspec.Meta(pattern="^#[0-9a-f]{6}$")]
    extra: dict[str, int] = {}
    first: Stop | None = None
    pair: tuple[int, str] = (1, "a")
    status: str = "planned"


BASE = schema_of(RouteChanged)
ROUTE = "/$defs/RouteChanged/properties"
STOP = "/$defs/Stop/properties"
MONEY = "/$defs/Money/properties"
SEALED = "/$defs/Sealed/properties"
EXTRA = f"{ROUTE}/extra/additionalProperties"


def put(pointer: str, value: Any) -> Callable[[Schema], None]:
    """A change that sets what stands at ``pointer``."""

    def change(schema: Schema) -> None:
        *path, last = pointer.split("/")[1:]
        node: Any = schema
        for part in path:
            node = node[int(part)] if isinstance(node, list) else node[part]
        node[int(last) if isinstance(node, list) else last] = value

    return change


def drop(pointer: str) -> Callable[[Schema], None]:
    """A change that removes what stands at ``pointer``; of a required field also the requirement."""

    def change(schema: Schema) -> None:
        *path, last = pointer.split("/")[1:]
        node: Any = schema
        for part in path:
            node = node[int(part)] if isinstance(node, list) else node[part]
        del node[int(last) if isinstance(node, list) else last]
        if path[-1] == "properties" and last in schema["$defs"][path[1]]["required"]:
            schema["$defs"][path[1]]["required"].remove(last)

    return change


def require(definition: str, field: str) -> Callable[[Schema], None]:
    """A change that makes a field required."""
    return lambda schema: schema["$defs"][definition]["required"].append(field)


def release(definition: str, field: str, **default: Any) -> Callable[[Schema], None]:
    """A change that makes a required field optional."""

    def change(schema: Schema) -> None:
        schema["$defs"][definition]["required"].remove(field)
        schema["$defs"][definition]["properties"][field] |= default

    return change


def both(*changes: Callable[[Schema], None]) -> Callable[[Schema], None]:
    """Several changes, in order."""

    def change(schema: Schema) -> None:
        for one in changes:
            one(schema)

    return change


def rename(schema: Schema) -> None:
    """A nested struct gets another class name."""
    text = msgspec.json.encode(schema).replace(b"/Stop", b"/Halt").replace(b'"Stop"', b'"Halt"')
    schema.clear()
    schema.update(msgspec.json.decode(text))


TEXT = {"type": "string"}
NULL = {"type": "null"}

BREAKING = {
    "required field removed": (drop(f"{ROUTE}/colour"), f"{ROUTE}/colour"),
    "required field added": (both(put(f"{ROUTE}/size", TEXT), require("RouteChanged", "size")), f"{ROUTE}/size"),
    "required field renamed": (
        both(drop(f"{ROUTE}/colour"), put(f"{ROUTE}/color", TEXT), require("RouteChanged", "color")),
        f"{ROUTE}/color",
    ),
    "optional became required": (require("RouteChanged", "status"), f"{ROUTE}/status"),
    "required became optional": (release("RouteChanged", "colour", default="#000000"), f"{ROUTE}/colour"),
    "text became number": (put(f"{ROUTE}/status", {"type": "integer", "default": "planned"}), f"{ROUTE}/status"),
    "whole became any number": (put(f"{STOP}/minutes/type", "number"), f"{STOP}/minutes"),
    "null allowed": (put(f"{ROUTE}/fare", {"anyOf": [{"$ref": "#/$defs/Money"}, NULL]}), f"{ROUTE}/fare"),
    "null refused": (drop(f"{STOP}/note/anyOf/1"), f"{STOP}/note/anyOf/1"),
    "union grew": (put(f"{STOP}/note/anyOf", [TEXT, NULL, {"type": "boolean"}]), f"{STOP}/note"),
    "nullable struct became another": (put(f"{ROUTE}/first/anyOf/0/$ref", "#/$defs/Money"), f"{STOP}/name"),
    "minimum raised": (put(f"{STOP}/minutes/minimum", 1), f"{STOP}/minutes/minimum"),
    "minimum lowered": (put(f"{STOP}/minutes/minimum", -1), f"{STOP}/minutes/minimum"),
    "minimum removed": (drop(f"{STOP}/minutes/minimum"), f"{STOP}/minutes/minimum"),
    "maximum raised": (put(f"{STOP}/minutes/maximum", 900), f"{STOP}/minutes/maximum"),
    "maximum lowered": (put(f"{STOP}/minutes/maximum", 60), f"{STOP}/minutes/maximum"),
    "maximum introduced": (put(f"{EXTRA}/maximum", 9), f"{EXTRA}/maximum"),
    "pattern changed": (put(f"{ROUTE}/colour/pattern", "^[a-z]+$"), f"{ROUTE}/colour/pattern"),
    "pattern removed": (drop(f"{ROUTE}/colour/pattern"), f"{ROUTE}/colour/pattern"),
    "longer text": (put(f"{ROUTE}/route_id/maxLength", 300), f"{ROUTE}/route_id/maxLength"),
    "empty text": (put(f"{ROUTE}/route_id/minLength", 0), f"{ROUTE}/route_id/minLength"),
    "longer list": (put(f"{ROUTE}/stops/maxItems", 80), f"{ROUTE}/stops/maxItems"),
    "unbounded list": (drop(f"{ROUTE}/stops/maxItems"), f"{ROUTE}/stops/maxItems"),
    "items of another type": (put(f"{ROUTE}/stops/items", TEXT), f"{ROUTE}/stops/items"),
    "values of a map": (put(f"{STOP}/name/additionalProperties/type", "integer"), f"{STOP}/name/additionalProperties"),
    "keys of a map": (put(f"{ROUTE}/extra/propertyNames", {"pattern": "^[a-z]$"}), f"{ROUTE}/extra/propertyNames"),
    "map became struct": (put(f"{ROUTE}/fare", {"type": "object", "additionalProperties": TEXT}), f"{MONEY}/amount"),
    "enum value added": (put(f"{ROUTE}/kind/enum", ["day", "dusk", "night"]), f"{ROUTE}/kind/enum"),
    "enum value removed": (put(f"{ROUTE}/kind/enum", ["day"]), f"{ROUTE}/kind/enum"),
    "enum became text": (put(f"{ROUTE}/kind", TEXT), f"{ROUTE}/kind"),
    "position of a tuple": (put(f"{ROUTE}/pair/prefixItems/1/type", "integer"), f"{ROUTE}/pair/prefixItems/1"),
    "longer tuple": (put(f"{ROUTE}/pair/prefixItems", [{"type": "integer"}, TEXT, TEXT]), f"{ROUTE}/pair/prefixItems"),
    "format changed": (put(f"{ROUTE}/at/format", "date"), f"{ROUTE}/at/format"),
    "format removed": (drop(f"{ROUTE}/at/format"), f"{ROUTE}/at/format"),
    "default changed": (put(f"{ROUTE}/status/default", "running"), f"{ROUTE}/status/default"),
    "nested required field removed": (drop(f"{STOP}/minutes"), f"{STOP}/minutes"),
    "nested required field added": (both(put(f"{STOP}/quay", TEXT), require("Stop", "quay")), f"{STOP}/quay"),
    "optional field of a sealed value": (put(f"{SEALED}/more", TEXT | {"default": ""}), f"{SEALED}/more"),
    "field left a sealed value": (drop(f"{SEALED}/spare"), f"{SEALED}/spare"),
    "value was sealed": (put("/$defs/Stop/additionalProperties", False), "/$defs/Stop/additionalProperties"),
    "key changed": (put("/x-key", "colour"), "/x-key"),
}  # fmt: skip

COMPATIBLE = {
    "nothing": lambda schema: None,
    "optional field added": put(f"{ROUTE}/remark", TEXT | {"default": ""}),
    "optional nullable field added": put(f"{ROUTE}/remark", {"anyOf": [TEXT, NULL], "default": None}),
    "optional struct added": both(
        put("/$defs/Depot", {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}),
        put(f"{ROUTE}/depot", {"anyOf": [{"$ref": "#/$defs/Depot"}, NULL], "default": None}),
    ),
    "optional field removed": drop(f"{ROUTE}/status"),
    "optional struct removed": drop(f"{ROUTE}/first"),
    "nested optional field added": put(f"{STOP}/quay", TEXT | {"default": ""}),
    "nested optional field removed": drop(f"{STOP}/note"),
    "description changed": put("/$defs/RouteChanged/description", "Another way."),
    "field described": put(f"{ROUTE}/status/description", "How it is."),
    "class renamed": rename,
    "fields in another order": lambda schema: schema["$defs"]["Stop"].update(
        properties=dict(reversed(schema["$defs"]["Stop"]["properties"].items())),
        required=schema["$defs"]["Stop"]["required"][::-1],
    ),
    "union in another order": put(f"{STOP}/note/anyOf", [NULL, TEXT]),
    "enum in another order": put(f"{ROUTE}/kind/enum", ["night", "day"]),
}


def mutated(change: Callable[[Schema], None]) -> Schema:
    schema = copy.deepcopy(BASE)
    change(schema)
    return schema


def test_there_are_thirty_and_more() -> None:
    assert len(BREAKING) >= 30
    assert len(COMPATIBLE) >= 10


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_is_found_where_it_is(name: str) -> None:
    change, pointer = BREAKING[name]
    found = violations(BASE, mutated(change))
    assert pointer in [violation.pointer for violation in found]
    assert all("new major version" in str(violation) for violation in found)


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_breaks_in_the_other_direction_too(name: str) -> None:
    assert violations(mutated(BREAKING[name][0]), BASE) != []


@pytest.mark.parametrize("name", BREAKING)
def test_a_breaking_change_is_found_among_the_earlier_releases(name: str) -> None:
    compatible = mutated(COMPATIBLE["optional field added"])
    broken = mutated(both(COMPATIBLE["optional field added"], BREAKING[name][0]))
    assert transitive_violations([BASE, compatible, broken]) != []


@pytest.mark.parametrize("name", COMPATIBLE)
def test_a_compatible_change_passes_in_both_directions(name: str) -> None:
    assert violations(BASE, mutated(COMPATIBLE[name])) == []
    assert violations(mutated(COMPATIBLE[name]), BASE) == []


def test_a_field_may_not_come_back_as_something_else() -> None:
    """Each step alone is compatible; the third release misreads records of the first."""
    without = mutated(drop(f"{ROUTE}/status"))
    back = mutated(put(f"{ROUTE}/status", {"type": "integer", "default": 0}))
    assert violations(BASE, without) == []
    assert violations(without, back) == []
    assert f"{ROUTE}/status" in [found.pointer for found in transitive_violations([BASE, without, back])]


def test_only_what_changed_is_told() -> None:
    found = violations(BASE, mutated(put(f"{STOP}/minutes/minimum", 1)))
    assert [str(violation) for violation in found] == [
        "/$defs/Stop/properties/minutes/minimum: minimum changed from 0 to 1; "
        "undo it, or declare a new major version (`.v2`, `.v3`, ...) and publish it beside this one"
    ]
