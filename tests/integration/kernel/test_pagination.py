"""Pages by key: every row once, in order, whatever the values are and whatever is added meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import bson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deploy.embedded.mongod import MongoServer
from kernel.errors import Invalid
from kernel.mongo import RawDatabase
from kernel.pagination import MAX_LIMIT, page, page_of_any
from tests.support.sample_service import service
from tests.support.services import running

instants = st.sampled_from([datetime(2018, 8, 19, hour, tzinfo=UTC) for hour in (9, 10, 11)])
one_type = st.sampled_from([st.integers(-3, 3), instants, st.booleans(), st.floats(-1, 1)])
rows = one_type.flatmap(
    lambda values: st.lists(
        st.fixed_dictionaries({}, optional={"a": st.none() | values, "b": st.none() | st.text("xyz", max_size=2)}),
        max_size=12,
    )
)
orders = st.permutations(["a", "b.c"]).flatmap(
    lambda paths: st.tuples(*[st.tuples(st.just(path), st.sampled_from([1, -1])) for path in paths])
)


@pytest.fixture(scope="module")
def db(mongod: MongoServer) -> Iterator[RawDatabase]:
    with running(service, mongod.uri) as runtime:
        yield runtime.db


def all_pages(collection: Any, sort: Any, limit: int) -> list[Any]:
    seen: list[Any] = []
    cursor = None
    for _ in range(100):
        answer = page(collection, {}, sort=sort, query={"limit": limit, "cursor": cursor})
        assert len(answer["items"]) <= limit
        seen += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return seen
    raise AssertionError("the pages do not end")


@given(rows=rows, sort=orders, limit=st.integers(1, 5), parts=st.integers(1, 3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_of_several_filters_come_as_they_would_of_one(
    db: RawDatabase, rows: list[Any], sort: Any, limit: int, parts: int
) -> None:
    db.rows.delete_many({})
    made = [{**row, "_id": f"{n:02}", "b": {"c": row.get("b")}, "part": n % parts} for n, row in enumerate(rows)]
    if made:
        db.rows.insert_many(made)
    filters = [{"part": part} for part in range(parts)]
    seen, cursor = [], None
    while True:
        answer = page_of_any(db.rows, filters, sort=sort, query={"limit": limit, "cursor": cursor})
        assert len(answer["items"]) <= limit
        seen += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert seen == all_pages(db.rows, sort, limit)


@given(rows=rows, sort=orders, limit=st.integers(1, 5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_comes_once_and_in_order(db: RawDatabase, rows: list[Any], sort: Any, limit: int) -> None:
    db.rows.delete_many({})
    made = [{**row, "_id": f"{number:02}", "b": {"c": row.get("b")}} for number, row in enumerate(rows)]
    if made:
        db.rows.insert_many(made)
    expected = list(db.rows.find().sort([*sort, ("_id", sort[-1][1])]))
    assert all_pages(db.rows, sort, limit) == expected


def test_a_row_added_before_the_page_shifts_nothing(db: RawDatabase) -> None:
    db.rows.delete_many({})
    db.rows.insert_many([{"_id": str(n), "a": n} for n in range(1, 7)])
    first = page(db.rows, {}, sort=[("a", 1)], query={"limit": 3, "cursor": None})
    db.rows.insert_one({"_id": "0", "a": 0})
    second = page(db.rows, {}, sort=[("a", 1)], query={"limit": 3, "cursor": first["next_cursor"]})
    assert [row["a"] for row in first["items"] + second["items"]] == [1, 2, 3, 4, 5, 6]
    assert second["next_cursor"] is None


def test_the_filter_holds_on_every_page(db: RawDatabase) -> None:
    db.rows.delete_many({})
    db.rows.insert_many([{"_id": str(n), "a": n % 2, "$or": 1} for n in range(10)])
    cursor, seen = None, []
    while True:
        answer = page(
            db.rows, {"$or": [{"a": 1}]}, sort=[], query={"limit": 2, "cursor": cursor}, project=lambda r: r["_id"]
        )
        seen += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert seen == ["1", "3", "5", "7", "9"]


def test_a_page_is_bounded_also_when_its_query_was_not_checked(db: RawDatabase) -> None:
    db.rows.delete_many({})
    db.rows.insert_many([{"_id": f"{n:04}"} for n in range(MAX_LIMIT + 50)])
    assert len(page(db.rows, {}, sort=[], query={"limit": 10_000})["items"]) == MAX_LIMIT


def cursor_of(content: Any) -> str:
    return base64.urlsafe_b64encode(bson.encode(content)).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "====",
        "é",
        "AAAA",
        "a" * 1999,
        cursor_of({}),
        cursor_of({"s": ["a", "_id"], "v": [1]}),
        cursor_of({"s": ["b", "_id"], "v": [1, "1"]}),
        cursor_of({"s": ["a", "_id"], "v": [{"$gt": ""}, "1"]}),
        cursor_of({"s": ["a", "_id"], "v": [[1], "1"]}),
        cursor_of({"s": ["a", "_id"], "v": [bson.Regex(".*"), "1"]}),
        cursor_of({"s": ["a", "_id"], "v": [bson.Code("x"), "1"]}),
        cursor_of({"s": ["a", "_id"], "v": "11"}),
    ],
)
def test_a_cursor_of_another_list_or_of_another_kind_is_refused_by_name(db: RawDatabase, cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        page(db.rows, {}, sort=[("a", 1)], query={"limit": 3, "cursor": cursor})
    assert list(refusal.value.errors) == ["cursor"]


@given(
    st.text(min_size=1, max_size=200) | st.binary(max_size=150).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_cursor_is_a_refusal_and_no_failure(db: RawDatabase, cursor: str) -> None:
    if cursor:
        with pytest.raises(Invalid):
            page(db.rows, {}, sort=[("a", 1)], query={"limit": 3, "cursor": cursor})
