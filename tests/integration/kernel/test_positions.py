"""Who reads which partition, on a real MongoDB: taking, sharing, running out, coming back, and being overtaken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from kafka import TopicPartition

from deploy.embedded.mongod import MongoServer
from kernel.positions import Overtaken, Positions, free, read_positions, seize
from kernel.runtime import Runtime
from tests.support.eventually import eventually
from tests.support.sample_service import service
from tests.support.services import running

PARTITIONS = [TopicPartition("t.sample", number) for number in range(4)]
ONE = PARTITIONS[0]
LONG, SHORT = timedelta(seconds=60), timedelta(milliseconds=150)


@pytest.fixture
def runtime(mongod: MongoServer) -> Iterator[Runtime]:
    with running(service, mongod.uri) as opened:
        yield opened


def worker(runtime: Runtime, name: str, duration: timedelta = LONG) -> Positions:
    return Positions(runtime.db, name, duration)


def test_each_partition_has_one_reader(runtime: Runtime) -> None:
    first, second = worker(runtime, "a"), worker(runtime, "b")
    assert first.take(PARTITIONS, share=3) == set(PARTITIONS[:3])
    assert second.take(PARTITIONS, share=3) == {PARTITIONS[3]}
    assert first.take(PARTITIONS, share=4) == set()


def test_what_is_above_the_share_goes_to_those_who_have_less(runtime: Runtime) -> None:
    first, second = worker(runtime, "a"), worker(runtime, "b")
    first.take(PARTITIONS, share=4)
    first.release(first.above(2))
    assert second.take(PARTITIONS, share=2) == set(PARTITIONS[2:])
    assert set(first.held) == set(PARTITIONS[:2])


def test_the_place_is_handed_on_with_the_log_that_it_counts_in(runtime: Runtime) -> None:
    first, second = worker(runtime, "a"), worker(runtime, "b")
    first.take([ONE], share=1)
    assert first.held[ONE].offset is None
    first.held[ONE].log = "cluster/topic"
    first.save({ONE: 7})
    first.release({ONE})
    second.take([ONE], share=1)
    assert (second.held[ONE].offset, second.held[ONE].log) == (7, "cluster/topic")
    assert read_positions(runtime.db) == {ONE: 7}


def test_a_worker_that_fell_silent_is_overtaken_and_can_move_nothing(runtime: Runtime) -> None:
    asleep, awake = worker(runtime, "a", SHORT), worker(runtime, "b")
    asleep.take([ONE], share=1)
    asleep.save({ONE: 3})
    eventually(lambda: awake.take([ONE], share=1) == {ONE}, within=5, describe="its holding has run out")
    awake.save({ONE: 10})
    with pytest.raises(Overtaken):
        asleep.save({ONE: 4})
    with pytest.raises(Overtaken):
        runtime.store.transact(lambda uow: asleep.advance(uow.db, {ONE: 4}))
    assert read_positions(runtime.db) == {ONE: 10}
    assert asleep.renew() == {ONE}
    assert asleep.held == {}


def test_moving_a_position_keeps_it_held(runtime: Runtime) -> None:
    busy, other = worker(runtime, "a", timedelta(seconds=2)), worker(runtime, "b")
    busy.take([ONE], share=1)
    offsets = iter(range(10_000))

    def moves_and_is_still_alone() -> bool:
        offset = next(offsets)
        runtime.store.transact(lambda uow: busy.advance(uow.db, {ONE: offset}))
        assert other.take([ONE], share=1) == set()
        return offset >= 60

    eventually(moves_and_is_still_alone, within=30)
    assert ONE in busy.held


def test_what_overtook_a_transaction_under_way_rolls_it_back(runtime: Runtime) -> None:
    slow, other = worker(runtime, "a", SHORT), worker(runtime, "b")
    slow.take([ONE], share=1)

    def work(uow: object) -> None:
        runtime_db = uow.db  # type: ignore[attr-defined]
        runtime_db.tallies.insert_one({"_id": "written by the slow one"})
        if ONE not in other.held:
            # A session of its own: the taking is no part of this transaction.
            with runtime.db.client.start_session() as session, session.bind(end_session=False):
                eventually(lambda: other.take([ONE], share=1) == {ONE}, within=5)
        slow.advance(runtime_db, {ONE: 1})

    with pytest.raises(Overtaken):
        runtime.store.transact(work)
    assert runtime.db.tallies.count_documents({}) == 0


def test_who_comes_back_under_its_name_begins_with_what_it_held(runtime: Runtime) -> None:
    before, other = worker(runtime, "a"), worker(runtime, "b")
    before.take(PARTITIONS, share=2)
    other.take(PARTITIONS, share=2)
    again = worker(runtime, "a")
    assert again.take(PARTITIONS, share=2) == set(PARTITIONS[:2])
    with pytest.raises(Overtaken):
        before.save({ONE: 1})
    other.save({PARTITIONS[2]: 5})


def test_while_partitions_are_seized_nobody_moves_or_takes_one(runtime: Runtime) -> None:
    reader = worker(runtime, "a")
    reader.take(PARTITIONS, share=4)
    seize(runtime.db, "rebuild", LONG)
    with pytest.raises(Overtaken):
        reader.save({ONE: 1})
    assert worker(runtime, "b").take(PARTITIONS, share=4) == set()
    free(runtime.db, "rebuild")
    assert worker(runtime, "b").take(PARTITIONS, share=4) == set(PARTITIONS)
