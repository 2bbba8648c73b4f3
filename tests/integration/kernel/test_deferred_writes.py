"""Writes that wait for the end of a unit of work: in order, with all the rest or not at all."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from pymongo import DeleteOne, InsertOne, UpdateOne
from pymongo.errors import BulkWriteError

from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from tests.support.events import enveloped
from tests.support.sample_service import Counted
from tests.support.services import published

Sample = tuple[FlaskClient, Runtime]
CAUSE = enveloped(Counted(counter_id="a", value=1, by=1))


def defer_some(uow: UnitOfWork) -> None:
    uow.defer("tallies", InsertOne({"_id": "a", "value": 1}))
    uow.defer("counters", InsertOne({"_id": "a", "value": 5}))
    uow.defer("tallies", UpdateOne({"_id": "a"}, {"$inc": {"value": 1}}))
    uow.defer("tallies", InsertOne({"_id": "b"}))
    uow.defer("tallies", DeleteOne({"_id": "b"}))
    uow.publish(Counted(counter_id="a", value=1, by=1))


def test_they_are_written_in_order_before_the_commit(sample: Sample) -> None:
    _, runtime = sample
    runtime.store.transact(defer_some)
    assert list(runtime.db.tallies.find()) == [{"_id": "a", "value": 2}]
    assert list(runtime.db.counters.find()) == [{"_id": "a", "value": 5}]
    assert len(published(runtime, Counted)) == 1


def test_one_that_fails_takes_everything_back(sample: Sample) -> None:
    _, runtime = sample

    def work(uow: UnitOfWork) -> None:
        defer_some(uow)
        uow.db.counters.insert_one({"_id": "written at once"})
        uow.defer("counters", InsertOne({"_id": "written at once"}))

    with pytest.raises(BulkWriteError):
        runtime.store.transact(work)
    assert [runtime.db[name].count_documents({}) for name in ("tallies", "counters", "outbox")] == [0, 0, 0]


def test_those_of_each_handled_event_are_those_of_the_batch(sample: Sample) -> None:
    _, runtime = sample

    def work(uow: UnitOfWork) -> None:
        for value in range(3):
            uow.handling(CAUSE).defer("tallies", InsertOne({"_id": str(value)}))

    runtime.store.transact(work)
    assert runtime.db.tallies.count_documents({}) == 3
