"""JSON Schemas of an OpenAPI document, read strictly: an object has the properties that are listed and no other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tests.security.routes import Route, documents, resolved

Schema = Mapping[str, Any]


def closed(node: Any) -> Any:
    """A schema, or a whole document, whose objects with listed properties allow no others."""
    if isinstance(node, dict):
        shut = {name: closed(inner) for name, inner in node.items()}
        if "properties" in shut and isinstance(shut["properties"], dict) and "additionalProperties" not in shut:
            shut["additionalProperties"] = False
        return shut
    return [closed(inner) for inner in node] if isinstance(node, list) else node


def answer_schema(route: Route, status: int) -> Schema | None:
    """The schema of a route's JSON answer of that status, closed; None when it documents no JSON for it."""
    response = resolved(route.operation.get("responses", {}).get(str(status), {}), documents()[route.owner])
    found = response.get("content", {}).get("application/json", {}).get("schema")
    return None if found is None else closed(found)


def trouble_with(route: Route, status: int, answer: Any) -> list[str]:
    """Where an answer differs from the closed schema of its route, by path."""
    schema = answer_schema(route, status)
    if schema is None:
        return [f"no JSON answer of status {status} is documented"]
    checker = Draft202012Validator({**schema, "components": _components(route.owner)})
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(answer)]


@cache
def _components(owner: str) -> Any:
    return closed(documents()[owner].get("components", {}))


def objects(schema: Schema, document: Schema, path: str = "$", depth: int = 0) -> Iterator[tuple[str, Schema]]:
    """Every object schema inside ``schema``, with where it stands."""
    schema = resolved(schema, document)
    if depth > 12:
        return
    if schema.get("type") == "object" or "properties" in schema:
        yield path, schema
    for name, inner in schema.get("properties", {}).items():
        yield from objects(inner, document, f"{path}.{name}", depth + 1)
    for kind in ("items", "additionalProperties"):
        if isinstance(schema.get(kind), dict):
            yield from objects(schema[kind], document, f"{path}[]", depth + 1)
    for kind in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(kind, []):
            yield from objects(inner, document, path, depth + 1)


def leaves(schema: Schema, document: Schema, path: str = "$", depth: int = 0) -> Iterator[tuple[str, Schema]]:
    """Every schema inside ``schema`` that is a text, a number or a list, with where it stands."""
    schema = resolved(schema, document)
    if depth > 12:
        return
    kinds = schema.get("type", [])
    if {"string", "integer", "number", "array"} & set([kinds] if isinstance(kinds, str) else kinds):
        yield path, schema
    for name, inner in schema.get("properties", {}).items():
        yield from leaves(inner, document, f"{path}.{name}", depth + 1)
    for kind in ("items", "additionalProperties"):
        if isinstance(schema.get(kind), dict):
            yield from leaves(schema[kind], document, f"{path}[]", depth + 1)
    for kind in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(kind, []):
            yield from leaves(inner, document, path, depth + 1)
