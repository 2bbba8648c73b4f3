"""From a golden JSON Schema back to life: instances of it, and the struct a release with that schema decoded with.

Covers what msgspec generates for contracts; anything else raises, so that a schema is never half understood.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from typing import Annotated, Any, Literal

import msgspec
from hypothesis import strategies as st

Schema = dict[str, Any]

_KNOWN = {
    "$schema", "$id", "$defs", "$ref", "x-key", "title", "description", "default", "type", "enum", "anyOf",
    "properties", "required", "additionalProperties", "items", "minLength", "maxLength", "minItems", "maxItems",
    "pattern", "format", "minimum", "maximum",
}  # fmt: skip

_CONSTRAINTS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "pattern": "pattern",
    "minimum": "ge",
    "maximum": "le",
}


def definition_of(schema: Schema) -> Schema:
    """The definition that a schema's root refers to: the event itself."""
    found: Schema = schema["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def instances(schema: Schema, node: Schema | None = None) -> st.SearchStrategy[Any]:
    """JSON values that ``schema`` allows; an optional field is there or not, as in any release."""
    node = schema if node is None else node
    _understand(node)
    if "$ref" in node:
        return instances(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in node:
        return st.one_of([instances(schema, branch) for branch in node["anyOf"]])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    match node["type"]:
        case "string":
            return _texts(node)
        case "integer":
            return st.integers(node.get("minimum", -(2**63)), node.get("maximum", 2**63 - 1))
        case "number":
            return st.floats(node.get("minimum"), node.get("maximum"), allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            inner = instances(schema, node["items"])
            return st.lists(inner, min_size=node.get("minItems", 0), max_size=node.get("maxItems", 3))
        case "object" if "properties" in node:
            fields = {name: instances(schema, field) for name, field in node["properties"].items()}
            required = {name: fields[name] for name in node.get("required", [])}
            return st.fixed_dictionaries(required, optional={n: s for n, s in fields.items() if n not in required})
        case "object":
            return st.dictionaries(st.text(max_size=5), instances(schema, node["additionalProperties"]), max_size=3)
    raise ValueError(f"no instances of {node}")


def struct_of(schema: Schema) -> type[msgspec.Struct]:
    """The struct that a release with this schema had: its own fields, types, limits and defaults."""
    made: dict[str, type[msgspec.Struct]] = {}
    return _struct(schema, schema["$ref"].rsplit("/", 1)[1], made)


def _struct(schema: Schema, name: str, made: dict[str, type[msgspec.Struct]]) -> type[msgspec.Struct]:
    if name not in made:
        definition = schema["$defs"][name]
        _understand(definition)
        required = definition.get("required", [])
        made[name] = msgspec.defstruct(
            name,
            [
                (field, _type(schema, node, made))
                if field in required
                else (field, _type(schema, node, made), _default(node["default"]))
                for field, node in definition["properties"].items()
            ],
            kw_only=True,
            frozen=True,
            namespace={"__doc__": definition.get("description")},
            forbid_unknown_fields=definition.get("additionalProperties") is False,
        )
    return made[name]


def _type(schema: Schema, node: Schema, made: dict[str, type[msgspec.Struct]]) -> Any:
    _understand(node)
    if "$ref" in node:
        return _struct(schema, node["$ref"].rsplit("/", 1)[1], made)
    if "anyOf" in node:
        return reduce(lambda one, other: one | other, (_type(schema, branch, made) for branch in node["anyOf"]))
    if "enum" in node:
        return Literal[tuple(node["enum"])]
    plain: Any
    match node["type"]:
        case "array":
            plain = list[_type(schema, node["items"], made)]
        case "object":
            plain = dict[str, _type(schema, node["additionalProperties"], made)]
        case "string" if node.get("format") == "date-time":
            return Annotated[datetime, msgspec.Meta(tz=True)]
        case name:
            plain = {"string": str, "integer": int, "number": float, "boolean": bool, "null": None}[name]
    limits = {argument: node[keyword] for keyword, argument in _CONSTRAINTS.items() if keyword in node}
    if "format" in node:
        limits["extra_json_schema"] = {"format": node["format"]}
    return Annotated[plain, msgspec.Meta(**limits)] if limits else plain


def _default(value: Any) -> Any:
    return msgspec.field(default_factory=type(value)) if isinstance(value, (list, dict)) else value


def _texts(node: Schema) -> st.SearchStrategy[str]:
    if node.get("format") == "date-time":
        # What a release writes: any instant in years that every reader of RFC 3339 knows.
        moments = st.datetimes(datetime(1970, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
        return moments.map(lambda moment: moment.isoformat().replace("+00:00", "Z"))
    low, high = node.get("minLength", 0), node.get("maxLength", 30)
    if "pattern" in node:
        return st.from_regex(node["pattern"], fullmatch=False).filter(lambda text: low <= len(text) <= high)
    return st.text(st.characters(codec="utf-8"), min_size=low, max_size=min(high, max(low, 30)))


def _understand(node: Schema) -> None:
    if unknown := node.keys() - _KNOWN:
        raise ValueError(f"schema keywords {sorted(unknown)} are not understood: teach tests.support")
