"""The page about all events that people read: ``docs/events/README.md``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.asyncapi import LOCALITY, producer_of, service_of, summary_of
from contracts.base import MAX_INTEGER, Event
from contracts.registry import MODULES, events_of, topic_of
from contracts.replays import MARKER_TYPE
from contracts.schemas import Schema, schema_of

_HEAD = f"""\
# Events

What services say to each other. Generated from `contracts/` by `python -m contracts write`; do not edit.

An event travels as a CloudEvents 1.0 record in binary mode: attributes in `ce_*` headers, the data below as JSON.
Events of one key stay in order. Within one version only optional fields come or go, so that any release of a producer
works with any release of a consumer; anything else is a new version beside the old one. A record of type
`{MARKER_TYPE}` between them marks that history follows once more: whoever applies each id once passes it over.

For programs: [asyncapi.json](asyncapi.json), [topics.json](topics.json), and one JSON Schema for each event in
[contracts/schemas](../../contracts/schemas). A field with a `?` is optional.
"""

_FORMATS = {"date-time": ", an instant with its offset (RFC 3339)", "date": ", a date (ISO 8601)"}


def page() -> str:
    """The page: one table of all events, then the fields of each."""
    return "\n".join([_HEAD, *_overview(), *_details()]) + "\n"


def _overview() -> Iterator[str]:
    yield "| event | producer | key | fields |"
    yield "|---|---|---|---|"
    for module in MODULES:
        for event in events_of(module):
            definition = _definition(schema_of(event), event.__name__)
            required = definition.get("required", [])
            fields = ", ".join(name if name in required else f"{name}?" for name in definition["properties"])
            yield f"| [{event.TYPE}](#{_anchor(event)}) | {producer_of(module)} | `{event.KEY}` | {fields} |"


def _details() -> Iterator[str]:
    for module in MODULES:
        yield f"\n## {service_of(module)}: topic `{topic_of(LOCALITY, service_of(module))}`"
        for event in events_of(module):
            yield f"\n### {event.TYPE}\n\n{summary_of(event)}\n"
            yield from _table(schema_of(event), event.__name__)


def _table(schema: Schema, name: str) -> Iterator[str]:
    """The fields of a struct, those of the structs inside it under their path (``where.name``)."""
    yield "| field | type | meaning |"
    yield "|---|---|---|"
    yield from _rows(schema, name, "")


def _rows(schema: Schema, name: str, prefix: str) -> Iterator[str]:
    definition = _definition(schema, name)
    for field, node in definition["properties"].items():
        optional = "" if field in definition.get("required", []) else "?"
        yield f"| `{prefix}{field}`{optional} | {_type(schema, node)} | {node.get('description', '')} |"
        for inner, suffix in _structs(node):
            yield from _rows(schema, inner, f"{prefix}{field}{suffix}.")


def _structs(node: Any, suffix: str = "") -> Iterator[tuple[str, str]]:
    """The structs a field holds, each with what to write behind the field's name: ``[]`` for a list."""
    if "$ref" in node:
        yield node["$ref"].rsplit("/", 1)[1], suffix
    for branch in node.get("anyOf", []):
        yield from _structs(branch, suffix)
    if isinstance(node.get("items"), dict):
        yield from _structs(node["items"], f"{suffix}[]")


def _type(schema: Schema, node: Any) -> str:
    if "$ref" in node:
        definition = _definition(schema, node["$ref"].rsplit("/", 1)[1])
        return str(definition["title"]) + (f": {definition['description']}" if "description" in definition else "")
    if "anyOf" in node:
        return " or ".join(_type(schema, branch) for branch in node["anyOf"])
    if isinstance(node.get("items"), dict):
        return f"list of {_type(schema, node['items'])}"
    if isinstance(node.get("additionalProperties"), dict):
        return f"map of text to {_type(schema, node['additionalProperties'])}"
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    name = str(node["type"])
    return {"string": "text", "integer": "whole number", "null": "nothing"}.get(name, name) + _limits(node)


def _limits(node: Any) -> str:
    if node.get("format") in _FORMATS:
        return _FORMATS[node["format"]]
    low, high = node.get("minimum", node.get("minLength")), node.get("maximum", node.get("maxLength"))
    unit = " characters" if node["type"] == "string" else ""
    if "pattern" in node:
        return f", like `{node['pattern']}`".replace("|", "\\|")
    if low is None or high is None:
        return ""
    return f", {low} or more" if high == MAX_INTEGER and low >= 0 else f", {low} to {high}{unit}"


def _definition(schema: Schema, name: str) -> Schema:
    definition: Schema = schema["$defs"][name]
    return definition


def _anchor(event: type[Event]) -> str:
    """The anchor that a Markdown heading of the type's name gets: lower case, dots left out."""
    return event.TYPE.lower().replace(".", "")
