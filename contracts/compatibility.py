"""Whether two releases of an event can live side by side: FULL_TRANSITIVE, judged on their JSON Schemas.

Within one major version a release may add or remove optional fields and nothing else, compared with every release
before it. Then any producer works with any consumer and either may be upgraded first. The vocabulary of compatibility
is that of Confluent's Schema Registry; the rule here is stricter than its table for JSON Schema, which lets a reader
accept more than a writer writes: in both directions at once, only equality remains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from contracts.schemas import Schema

REMEDY = "undo it, or declare a new major version (`.v2`, `.v3`, ...) and publish it beside this one"

_ANNOTATIONS = {"$schema", "$id", "$comment", "$defs", "title", "description", "examples", "discriminator"}
"""Words for readers, and what the tags of a union already say."""

_WRAPPERS = ("$ref", "anyOf", "oneOf")
_STRUCTURE = {
    *_WRAPPERS,
    "type",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "items",
    "prefixItems",
    "enum",
}
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Violation:
    """One change that makes an older and a newer release misunderstand each other."""

    pointer: str
    """JSON pointer (RFC 6901) into the older schema, or into the newer one for what the older has not got."""
    change: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.change}; {REMEDY}"


def violations(older: Schema, newer: Schema) -> list[Violation]:
    """Every change from ``older`` to ``newer`` that is not an optional field added or removed.

    Titles, descriptions, the order of fields and the names of nested definitions are free to change.
    """
    return list(dict.fromkeys(_Comparison(older, newer).nodes("", older, "", newer)))


def transitive_violations(releases: Sequence[Schema]) -> list[Violation]:
    """The violations between any two of ``releases`` (oldest first), each told once."""
    pairs = combinations(releases, 2)
    return list(dict.fromkeys(violation for older, newer in pairs for violation in violations(older, newer)))


def same(one: Schema, other: Schema) -> bool:
    """True when the two differ in words for readers only."""
    return bool(_bare(one) == _bare(other))


def _bare(node: Any, *, names: bool = False) -> Any:
    """``node`` without annotations; ``names`` says that the keys of this level are field names, not keywords."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    dropped = set() if names else _ANNOTATIONS - {"$defs"}
    return {
        key: value if key in ("default", "enum") and not names else _bare(value, names=key in ("properties", "$defs"))
        for key, value in node.items()
        if key not in dropped
    }


class _Comparison:
    """Walks two schemas side by side; each pair of definitions once, so that recursive types end."""

    def __init__(self, older: Schema, newer: Schema) -> None:
        self._older = older
        self._newer = newer
        self._seen: set[tuple[str, str]] = set()

    def nodes(self, at: str, old: Schema, at_new: str, new: Schema) -> Iterator[Violation]:
        """The violations between two schema nodes."""
        yield from _keywords(at, _of_the_place(old), _of_the_place(new))
        old_branches = _branches(self._older, at, old)
        new_branches = _branches(self._newer, at_new, new)
        for signature in sorted(old_branches.keys() | new_branches.keys()):
            if signature not in new_branches:
                yield Violation(old_branches[signature][0], f"{signature} is no longer allowed")
            elif signature not in old_branches:
                yield Violation(at, f"{signature} is now allowed")
            else:
                yield from self._branch(*old_branches[signature], *new_branches[signature])

    def _branch(self, at: str, old: Schema, at_new: str, new: Schema) -> Iterator[Violation]:
        if (at, at_new) in self._seen:
            return
        self._seen.add((at, at_new))
        yield from _keywords(at, _of_the_value(old), _of_the_value(new))
        yield from _values(at, old, new)
        yield from self._fields(at, old, at_new, new)
        for keyword in ("items", "additionalProperties", "propertyNames"):
            yield from self._inner(keyword, at, old, at_new, new)
        yield from self._positions(at, old, at_new, new)

    def _fields(self, at: str, old: Schema, at_new: str, new: Schema) -> Iterator[Violation]:
        old_fields, new_fields = old.get("properties", {}), new.get("properties", {})
        old_required, new_required = set(old.get("required", [])), set(new.get("required", []))
        closed = False in (old.get("additionalProperties"), new.get("additionalProperties"))
        for name in sorted(old_fields.keys() | new_fields.keys()):
            place, place_new = f"{at}/properties/{_escape(name)}", f"{at_new}/properties/{_escape(name)}"
            if name not in new_fields:
                if name in old_required:
                    yield Violation(place, "a required field was removed")
                elif closed:
                    yield Violation(place, "a field was removed where unknown fields are refused")
            elif name not in old_fields:
                if name in new_required:
                    yield Violation(place_new, "a required field was added")
                elif closed:
                    yield Violation(place_new, "a field was added where unknown fields are refused")
            else:
                if name in old_required - new_required:
                    yield Violation(place, "a required field became optional")
                if name in new_required - old_required:
                    yield Violation(place, "an optional field became required")
                yield from self.nodes(place, old_fields[name], place_new, new_fields[name])

    def _inner(self, keyword: str, at: str, old: Schema, at_new: str, new: Schema) -> Iterator[Violation]:
        """What an array's items, a map's values or a map's keys have to be. Absent means anything, as ``true`` does."""
        inner, inner_new = old.get(keyword, True), new.get(keyword, True)
        if isinstance(inner, dict) and isinstance(inner_new, dict):
            yield from self.nodes(f"{at}/{keyword}", inner, f"{at_new}/{keyword}", inner_new)
        elif inner != inner_new:
            yield Violation(f"{at}/{keyword}", f"{keyword} changed from {_told(inner)} to {_told(inner_new)}")

    def _positions(self, at: str, old: Schema, at_new: str, new: Schema) -> Iterator[Violation]:
        items, items_new = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(items) != len(items_new):
            yield Violation(f"{at}/prefixItems", f"{len(items)} positions became {len(items_new)}")
        for index, (item, item_new) in enumerate(zip(items, items_new, strict=False)):
            place = f"/prefixItems/{index}"
            yield from self.nodes(at + place, item, at_new + place, item_new)


def _branches(document: Schema, at: str, node: Schema) -> dict[str, tuple[str, Schema]]:
    """What a node may be, by signature, each with its pointer: references followed, unions laid flat."""
    found = list(_alternatives(document, at, node))
    kinds = [kind for kind, _, _ in found]
    return {
        _signature(kind, branch) if kinds.count(kind) > 1 else f"type {kind}": (place, branch)
        for kind, place, branch in found
    }


def _alternatives(document: Schema, at: str, node: Schema) -> Iterator[tuple[str, str, Schema]]:
    if "$ref" in node:
        pointer = node["$ref"].removeprefix("#")
        yield from _alternatives(document, pointer, _resolve(document, pointer))
        return
    unions = [keyword for keyword in ("anyOf", "oneOf") if keyword in node]
    for keyword in unions:
        for index, branch in enumerate(node[keyword]):
            yield from _alternatives(document, f"{at}/{keyword}/{index}", branch)
    if not unions:
        kinds = node.get("type", "enum" if "enum" in node else "anything")
        yield from ((kind, at, node) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _signature(kind: str, node: Schema) -> str:
    """The type with its tag: how the structs of two unions are matched."""
    tags = [
        f"{name}={field['enum'][0]}"
        for name, field in sorted(node.get("properties", {}).items())
        if len(field.get("enum", [])) == 1
    ]
    return " ".join([f"type {kind}", *tags])


def _of_the_place(node: Schema) -> Schema:
    """The keywords that hold wherever the value comes from: all of a reference or union, else default and key."""
    if any(wrapper in node for wrapper in _WRAPPERS):
        return node
    return {keyword: value for keyword, value in node.items() if keyword == "default" or keyword.startswith("x-")}


def _of_the_value(node: Schema) -> Schema:
    return {keyword: value for keyword, value in node.items() if keyword != "default" and not keyword.startswith("x-")}


def _keywords(at: str, old: Schema, new: Schema) -> Iterator[Violation]:
    """Limits, patterns, formats, defaults, the key: whatever is not structure has to be equal."""
    for keyword in sorted((old.keys() | new.keys()) - _STRUCTURE - _ANNOTATIONS):
        before, after = old.get(keyword, _ABSENT), new.get(keyword, _ABSENT)
        if before != after or type(before) is not type(after):
            yield Violation(f"{at}/{_escape(keyword)}", f"{keyword} changed from {_told(before)} to {_told(after)}")


def _values(at: str, old: Schema, new: Schema) -> Iterator[Violation]:
    before, after = old.get("enum"), new.get("enum")
    if (before is None) != (after is None):
        yield Violation(f"{at}/enum", "a list of values was " + ("removed" if after is None else "introduced"))
    for value in before or []:
        if after is not None and value not in after:
            yield Violation(f"{at}/enum", f"the value {value!r} was removed")
    for value in after or []:
        if before is not None and value not in before:
            yield Violation(f"{at}/enum", f"the value {value!r} was added")


def _resolve(document: Schema, pointer: str) -> Schema:
    node: Any = document
    for part in pointer.split("/")[1:]:
        node = node[part.replace("~1", "/").replace("~0", "~")]
    resolved: Schema = node
    return resolved


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _told(value: Any) -> str:
    return "nothing" if value is _ABSENT else repr(value)
