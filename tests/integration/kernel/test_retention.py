"""A retention is a setting: changing it and preparing the database again is enough, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pymongo import IndexModel
from pymongo.errors import OperationFailure

from kernel import idempotency, inbox
from kernel.runtime import Runtime, prepare_database


def expiring(runtime: Runtime, collection: str) -> list[timedelta]:
    """After which time documents of ``collection`` expire."""
    found = runtime.db[collection].index_information().values()
    return [timedelta(seconds=index["expireAfterSeconds"]) for index in found if "expireAfterSeconds" in index]


def set_to(runtime: Runtime, **settings: Any) -> Runtime:
    return replace(runtime, settings=replace(runtime.settings, **settings))


def test_another_retention_holds_from_the_next_preparation_on(sample: tuple[FlaskClient, Runtime]) -> None:
    _, runtime = sample
    runtime.db.inbox.insert_one({"_id": "claimed before", "at": runtime.clock.now()})
    longer = set_to(runtime, inbox_retention=timedelta(days=200), idempotency_retention=timedelta(days=3))
    try:
        for _ in range(2):
            prepare_database(longer)
            assert expiring(runtime, inbox.COLLECTION) == [timedelta(days=200)]
            assert expiring(runtime, idempotency.COLLECTION) == [timedelta(days=3)]
    finally:
        prepare_database(runtime)
    assert expiring(runtime, inbox.COLLECTION) == [runtime.settings.inbox_retention]
    assert runtime.db.inbox.count_documents({}) == 1


def test_an_index_that_differs_in_anything_else_is_nobodys_to_drop(sample: tuple[FlaskClient, Runtime]) -> None:
    _, runtime = sample
    rows = runtime.db.parked
    rows.drop_index("lane_order")
    rows.create_indexes([IndexModel([("lane", 1), ("place", 1)], name="lane_order")])
    try:
        with pytest.raises(OperationFailure):
            prepare_database(runtime)
        assert "unique" not in rows.index_information()["lane_order"]
    finally:
        rows.drop_index("lane_order")
        prepare_database(runtime)
