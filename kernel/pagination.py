"""Pages by key: each page goes on behind the last row of the one before, however much was added meanwhile.

A cursor is the sort values of the last row, encoded; it is not a secret and not trusted: only plain values are taken
from it, and they only ever stand behind a comparison operator.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import bson
from bson import Int64, ObjectId
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from pymongo.collection import Collection

from kernel.errors import Invalid

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_CURSOR = 2000

Row = dict[str, Any]
Sort = Sequence[tuple[str, int]]
"""Field paths and directions, 1 up and -1 down."""

_PLAIN = frozenset({str, int, Int64, float, bool, datetime, ObjectId, type(None)})
"""Types taken from a cursor, exactly: some BSON types, such as code, are subclasses of text."""
_CODEC: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)


def page(
    collection: Collection[Row],
    filter: Mapping[str, Any],
    *,
    sort: Sort,
    query: Mapping[str, Any],
    project: Callable[[Row], Any] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One page of the rows that match ``filter``: ``{"items": [...], "next_cursor": str | None}``.

    ``query`` holds ``limit`` and ``cursor`` as ``PageQuery`` made them. ``_id`` is appended to ``sort`` as tie
    breaker; the values of one sort field are all of one type, absent or null. ``project`` makes an item of a row;
    ``fields`` is a MongoDB projection and must keep the sort fields.
    Raises ``Invalid`` naming ``cursor`` when it is not one of this list's own.
    """
    order = _with_tie_breaker(sort)
    limit = min(int(query.get("limit") or DEFAULT_LIMIT), MAX_LIMIT)
    cursor = query.get("cursor")
    selector: Mapping[str, Any] = {"$and": [filter, _behind(order, _decode(cursor, order))]} if cursor else filter
    rows = list(collection.find(selector, fields).sort(order).limit(limit + 1))
    more = len(rows) > limit
    rows = rows[:limit]
    return {
        "items": [project(row) if project else row for row in rows],
        "next_cursor": encode_cursor(rows[-1], order) if more else None,
    }


def page_of_any(
    collection: Collection[Row],
    filters: Sequence[Mapping[str, Any]],
    *,
    sort: Sort,
    query: Mapping[str, Any],
    fields: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One page, as ``page``, of the rows that match any of ``filters``, of which no row matches two.

    Each filter is asked for on its own, so that an index that is in order for each of them serves, and the rows are
    merged: the cost is that of as many pages as there are filters.
    """
    pages = [page(collection, each, sort=sort, query=query, fields=fields) for each in filters]
    if len(pages) == 1:
        return pages[0]
    order = _with_tie_breaker(sort)
    limit = min(int(query.get("limit") or DEFAULT_LIMIT), MAX_LIMIT)
    rows = [row for each in pages for row in each["items"]]
    for path, direction in reversed(order):
        rows.sort(key=lambda row, path=path: _sortable(_value_at(row, path)), reverse=direction < 0)  # type: ignore[misc]
    more = len(rows) > limit or any(each["next_cursor"] for each in pages)
    rows = rows[:limit]
    return {"items": rows, "next_cursor": encode_cursor(rows[-1], order) if more else None}


def _sortable(value: Any) -> tuple[bool, Any]:
    """Values with absent and null first, as MongoDB sorts them."""
    return (False, 0) if value is None else (True, value)


def encode_cursor(row: Row, order: Sort) -> str:
    """The cursor that goes on behind ``row``."""
    values = [_value_at(row, path) for path, _ in order]
    raw = bson.encode({"s": [path for path, _ in order], "v": values}, codec_options=_CODEC)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _with_tie_breaker(sort: Sort) -> list[tuple[str, int]]:
    if any(path == "_id" for path, _ in sort):
        return list(sort)
    return [*sort, ("_id", sort[-1][1] if sort else 1)]


def _decode(cursor: str, order: Sort) -> list[Any]:
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        content = bson.decode(raw, codec_options=_CODEC)
    except (UnicodeEncodeError, binascii.Error, BSONError, ValueError, OverflowError) as error:
        raise _not_a_cursor() from error
    values = content.get("v")
    if content.get("s") != [path for path, _ in order] or not isinstance(values, list) or len(values) != len(order):
        raise _not_a_cursor()
    if not all(type(value) in _PLAIN for value in values):
        raise _not_a_cursor()
    return values


def _not_a_cursor() -> Invalid:
    wrong = "Use next_cursor of the page before, or leave it out for the first page."
    return Invalid("The cursor does not belong to this list.", errors={"cursor": [wrong]})


def _behind(order: Sort, values: list[Any]) -> dict[str, Any]:
    """The rows that sort behind ``values``: equal in the first n fields and later in the next, for every n."""
    alternatives = []
    for index, (path, direction) in enumerate(order):
        later = _later(path, direction, values[index])
        if later is not None:
            equal = [{earlier: value} for (earlier, _), value in zip(order[:index], values[:index], strict=True)]
            alternatives.append({"$and": [*equal, later]})
    return {"$or": alternatives} if alternatives else {"_id": {"$in": []}}


def _later(path: str, direction: int, value: Any) -> dict[str, Any] | None:
    """Rows whose ``path`` sorts after ``value``. Absent and null sort first; ``$gt`` and ``$lt`` never match them."""
    if value is None:
        return {path: {"$ne": None}} if direction > 0 else None
    if direction > 0:
        return {path: {"$gt": value}}
    return {"$or": [{path: {"$lt": value}}, {path: None}]}


def _value_at(row: Row, path: str) -> Any:
    value: Any = row
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
