"""Promise 21: a batch has the effect that its events have one by one, whatever fails among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kafka import TopicPartition
from pymongo import UpdateOne

from deploy.embedded.mongod import MongoServer
from kernel import outbox
from kernel.applier import Applier
from kernel.delivery import Delivery, Reader
from kernel.ids import new_id
from kernel.positions import Positions, read_positions
from kernel.progress import Progress
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from tests.support.sample_service import Counted, on_counted, service
from tests.support.services import running

KEYS = 3
EVENT = st.tuples(st.integers(0, KEYS - 1), st.sampled_from(["good", "good", "good", "fails", "spoils", "junk"]))
HISTORIES = st.lists(EVENT, min_size=1, max_size=14)


@pytest.fixture(scope="module")
def runtime(mongod: MongoServer) -> Iterator[Runtime]:
    with running(service, mongod.uri, retry_attempts=1, halt_consecutive=10_000, halt_ratio=1.1) as opened:
        yield opened


def on_counted_deferred(event: Counted, uow: UnitOfWork) -> None:
    """The same effect at the end of the batch."""
    change = {"$set": {"value": event.value}, "$push": {"seen": event.value}}
    uow.defer("tallies", UpdateOne({"_id": event.counter_id}, change, upsert=True))


def deliveries(
    runtime: Runtime, history: list[tuple[int, str]], repeats: list[int], *, deferred: bool
) -> list[Delivery]:
    """The records of a history, some of them delivered again later. One that spoils the batch does so at its end."""

    def handle(event: Counted, uow: UnitOfWork) -> None:
        (on_counted_deferred if deferred else on_counted)(event, uow)
        if history[event.value][1] == "spoils":
            uow.defer("tallies", UpdateOne({"_id": event.counter_id}, {"$inc": {"value": "no number"}}))
        if history[event.value][1] == "fails":
            raise RuntimeError("after its write")

    reader = Reader(replace(service, reacts={Counted: handle}), {Counted: handle})
    records: list[tuple[bytes, bytes, Any]] = []
    for value, (key, what) in enumerate(history):
        event = Counted(counter_id=f"counter-{key}", value=value, by=1)
        envelope = outbox.envelope_of(
            event, event_id=new_id(), time=runtime.clock.now(), locality="t", traceparent=None, causationid=None
        )
        data = b"junk" if what == "junk" else envelope.data
        records.append((event.key.encode(), data, envelope.headers()))
    records += [records[index % len(records)] for index in repeats]
    partition = TopicPartition("t.sample", 0)
    return [reader.read_raw(partition, offset, *record) for offset, record in enumerate(records)]


def outcome(runtime: Runtime, all_of_it: list[Delivery], size: int) -> Any:
    """What the database says after applying ``all_of_it`` in batches of ``size``."""
    for name in ("tallies", "inbox", "parked", "parked_lanes", "positions"):
        runtime.db[name].delete_many({})
    positions = Positions(runtime.db, "tester", runtime.settings.lease)
    positions.take({delivery.partition for delivery in all_of_it}, share=1)
    progress = Progress(positions)
    applier = Applier("sample", runtime.store, runtime.settings, progress)
    for start in range(0, len(all_of_it), size):
        part = all_of_it[start : start + size]
        for delivery in part:
            progress.polled(delivery.partition, delivery.offset)
        applier.apply_all(applier.in_order(part))
    while applier.waiting:
        applier.apply_all(applier.in_order([]))
    assert set(read_positions(runtime.db).values()) == {len(all_of_it)}
    positions.release(set(positions.held))
    tallies = {row["_id"]: row["seen"] for row in runtime.db.tallies.find()}
    parked = {row["_id"]: (row["reason"], row["place"]) for row in runtime.db.parked.find()}
    return tallies, parked, {row["_id"] for row in runtime.db.inbox.find()}


@example(history=[(0, "good"), (0, "fails"), (0, "good")], repeats=[], size=3, deferred=False)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=HISTORIES, repeats=st.lists(st.integers(0, 13), max_size=5), size=st.integers(2, 20), deferred=st.booleans()
)
def test_any_history_in_any_batches(
    runtime: Runtime, history: list[tuple[int, str]], repeats: list[int], size: int, deferred: bool
) -> None:
    all_of_it = deliveries(runtime, history, repeats, deferred=deferred)
    singly = outcome(runtime, all_of_it, 1)
    for delivery in all_of_it:
        delivery.attempts = 0
        if delivery.reason is None:
            delivery.error = ""
    assert outcome(runtime, all_of_it, size) == singly
