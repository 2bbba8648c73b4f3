"""Promise 3: two aggregates and their event change together; no reader at a snapshot sees half of it."""

from __future__ import annotations

import threading

import pytest
from pymongo.read_concern import ReadConcern

from kernel.unit_of_work import UnitOfWork
from tests.support.event_path import EventPath
from tests.support.report import Counts
from tests.support.sample_service import Counted, Counter

MOVES = 60


def test_a_transfer_is_never_seen_half_done(path: EventPath, counts: Counts) -> None:
    Counter(id="left", value=100).save()
    Counter(id="right", value=100).save()
    done = threading.Event()
    sums: list[int] = []

    def read() -> None:
        with path.db.client.start_session() as session:
            while not done.is_set():
                with session.start_transaction(read_concern=ReadConcern("snapshot")):
                    rows = path.db.counters.find({}, session=session)
                    sums.append(sum(row["value"] for row in rows))

    def move(uow: UnitOfWork, fail: bool) -> None:
        left, right = Counter.objects.get(id="left"), Counter.objects.get(id="right")
        left.value -= 1
        left.save()
        uow.publish(Counted(counter_id="left", value=left.value, by=1))
        if fail:
            raise RuntimeError("between the two")
        right.value += 1
        right.save()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(MOVES):
            if number % 3 == 0:
                with pytest.raises(RuntimeError, match="between"):
                    path.store.transact(lambda uow: move(uow, fail=True))
            else:
                path.store.transact(lambda uow: move(uow, fail=False))
    finally:
        done.set()
        reader.join()
    moved = MOVES - MOVES // 3
    assert len(sums) > 20
    assert set(sums) == {200}
    assert path.db.counters.find_one({"_id": "left"})["value"] == 100 - moved
    assert path.db.counters.find_one({"_id": "right"})["value"] == 100 + moved
    assert path.db.outbox.count_documents({}) == moved
    counts(moves=moved, rollbacks=MOVES - moved, reads=len(sums), halves=0)
