"""JSON at the HTTP edge: orjson, with bounds on what a client may nest, and nothing that MongoDB cannot keep."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import orjson
from flask.json.provider import JSONProvider

from kernel.clock import to_millisecond
from kernel.errors import Invalid, Malformed

MAX_DEPTH = 20
MAX_KEY = 200
MAX_INTEGER = 2**63 - 1

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML feed can carry (XML 1.0, section 2.2); NUL is also what MongoDB refuses in names."""

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
"""Keys that are no text: marshmallow names the items of a list by their index."""


class OrjsonProvider(JSONProvider):
    """Flask's JSON through orjson: instants in UTC to the millisecond, ending in ``Z``."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """``obj`` as JSON text; ``indent`` and ``sort_keys`` as in the standard library."""
        return dumps(obj, indent=bool(kwargs.get("indent")), sort_keys=bool(kwargs.get("sort_keys"))).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value of a JSON text; raises ``ValueError``. Takes none of the standard library's options."""
        if kwargs:
            raise TypeError(f"not supported: {', '.join(kwargs)}")
        return orjson.loads(s)


def dumps(value: Any, *, indent: bool = False, sort_keys: bool = False) -> bytes:
    """``value`` as JSON. Raises ``TypeError`` for what JSON cannot say."""
    options = _OPTIONS | (orjson.OPT_INDENT_2 if indent else 0) | (orjson.OPT_SORT_KEYS if sort_keys else 0)
    return orjson.dumps(value, default=_default, option=options)


def _default(value: Any) -> Any:
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return to_millisecond(aware.astimezone(UTC)).isoformat().replace("+00:00", "Z")
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def loads_bounded(raw: bytes) -> Any:
    """The value a client sent.

    Raises ``Malformed`` when it is not JSON or nested deeper than ``MAX_DEPTH``, and ``Invalid`` naming the place of
    a number beyond 64 bits, a control character or an over-long key.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error}.") from error
    refuse_unkeepable(value)
    return value


_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def nested_deeper_than(raw: bytes, levels: int) -> bool:
    """Whether a JSON text is nested deeper than ``levels``, found without building what it says."""
    brackets = _TEXT.sub(b"", raw).translate(None, _NO_BRACKETS)
    for _ in range(levels):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return bool(brackets)


def refuse_unkeepable(value: Any, path: str = "", depth: int = 0) -> None:
    """Raise for a value that the platform could not keep as it was sent; ``path`` names its place."""
    if depth > MAX_DEPTH:
        raise Malformed(f"The body is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        if _CONTROL.search(value):
            raise _refused(path, "Leave out control characters; tabs and line breaks are fine.")
    elif isinstance(value, (int, float)):
        if abs(value) > MAX_INTEGER:
            raise _refused(path, "Not a number of at most 64 bits.")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if len(key) > MAX_KEY or _CONTROL.search(key):
                raise _refused(path, f"Names have at most {MAX_KEY} characters and no control characters.")
            refuse_unkeepable(inner, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            refuse_unkeepable(inner, f"{path}.{index}" if path else str(index), depth + 1)


def _refused(path: str, wrong: str) -> Invalid:
    return Invalid("The body holds something that cannot be kept.", errors={path or "body": [wrong]})
