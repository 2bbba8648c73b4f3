"""JSON Schemas of the events, and the golden copies of every released one.

``contracts/schemas/<type>.json`` is the schema as last released (released means committed). When an event gains or
loses an optional field its former schema stays as ``contracts/schemas/earlier/<type>.<n>.json``, counted from 1, so
that each later release is compared with every release before it.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from contracts.base import Event

Schema = dict[str, Any]

GOLDEN = Path(__file__).parent / "schemas"
EARLIER = "earlier"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(event: type[Event]) -> Schema:
    """The JSON Schema (draft 2020-12) of an event's data, the same on every run.

    ``x-key`` names the field that keys the record: which events stay in order is part of the contract.
    """
    generated = json.loads(json.dumps(msgspec.json.schema(event)))
    definitions = generated["$defs"]
    for struct in structs_in(event):
        describe(definitions[struct.__name__], struct)
    return {
        "$schema": DIALECT,
        "$id": f"/contracts/schemas/{event.TYPE}.json",
        "x-key": event.KEY,
        "$ref": generated["$ref"],
        "$defs": dict(sorted(definitions.items())),
    }


def structs_in(struct: type[msgspec.Struct]) -> list[type[msgspec.Struct]]:
    """``struct`` and every struct that its fields hold, at any depth, each once."""
    found: dict[type[msgspec.Struct], None] = {}
    waiting: list[Any] = [struct]
    while waiting:
        kind = waiting.pop()
        waiting.extend(typing.get_args(kind))
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind not in found:
            found[kind] = None
            waiting.extend(field.type for field in msgspec.structs.fields(kind))
    return list(found)


def notes_of(struct: type[msgspec.Struct]) -> dict[str, str]:
    """What the source says under each field of ``struct``: field name to text, for those fields that have one."""
    return _notes_in(struct.__module__).get(struct.__name__, {})


def describe(definition: Schema, struct: type[msgspec.Struct]) -> None:
    """Carry what the source says about a struct and its fields into its definition, on one line each."""
    if "description" in definition:
        definition["description"] = " ".join(definition["description"].split())
    for name, note in notes_of(struct).items():
        if name in definition["properties"]:
            definition["properties"][name] = {"description": note, **definition["properties"][name]}


def render(document: Any) -> str:
    """A document as it is committed: indented JSON in the order given, one newline at the end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def released(event_type: str, folder: Path = GOLDEN) -> list[Schema]:
    """Every released schema of an event type, oldest first; empty when it was never released."""
    current = folder / f"{event_type}.json"
    paths = [*earlier_paths(event_type, folder), *([current] if current.exists() else [])]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def earlier_paths(event_type: str, folder: Path = GOLDEN) -> list[Path]:
    """The files of an event type's releases before the current one, oldest first."""
    found = (folder / EARLIER).glob(f"{event_type}.*.json")
    return sorted(found, key=lambda path: int(path.name.removesuffix(".json").rsplit(".", 1)[1]))


def released_types(folder: Path = GOLDEN) -> list[str]:
    """The names of all event types that have a golden schema."""
    return sorted(path.name.removesuffix(".json") for path in folder.glob("*.json"))


@cache
def _notes_in(module: str) -> dict[str, dict[str, str]]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: dict(_notes(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _notes(declaration: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(declaration.body, declaration.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            yield field.target.id, " ".join(below.value.value.split())
