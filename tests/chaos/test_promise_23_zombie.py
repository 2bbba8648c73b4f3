"""Promise 23: a worker that slept while another took over commits nothing of what it had in hand."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from kernel.positions import read_positions
from kernel.unit_of_work import UnitOfWork
from tests.chaos.conftest import Rig
from tests.support.event_path import with_handler
from tests.support.eventually import eventually
from tests.support.sample_service import Counted, on_counted


class Drowsy:
    """A handler that falls asleep at one event, in the middle of its transaction, until it is woken."""

    def __init__(self) -> None:
        self.asleep, self.woken = threading.Event(), threading.Event()
        self.finished = threading.Event()

    def __call__(self, event: Counted, uow: UnitOfWork) -> None:
        on_counted(event, uow)
        if event.value == 3 and not self.asleep.is_set():
            self.asleep.set()
            self.woken.wait(60)
            self.finished.set()
        uow.db.zombies.insert_one({"_id": f"{event.counter_id}/{event.value}"})


def offsets_seen(moves: Any, topic: str) -> list[int]:
    """The offsets that positions of ``topic`` were moved to, up to now, one for each move."""
    found: list[int] = []
    while (change := moves.try_next()) is not None:
        if change["documentKey"]["_id"].startswith(f"{topic}/"):
            found.append(change["updateDescription"]["updatedFields"]["offset"])
    return found


@pytest.mark.timeout(120)
def test_a_worker_that_wakes_in_its_transaction_commits_nothing(rig: Rig) -> None:
    path = rig.path
    path.db.create_collection("zombies")
    drowsy = Drowsy()
    sleeper = path.start_worker(with_handler(drowsy), worker_name="sleeper")
    for value in range(6):
        path.count("a", value)
    assert drowsy.asleep.wait(30), "the first worker has the events in hand"
    before = path.db.zombies.count_documents({})
    path.start_worker(worker_name="other")
    for value in range(6, 12):
        path.count("a", value)
    path.wait_seen("a", list(range(12)), within=40)
    eventually(
        lambda: max(read_positions(path.db).values(), default=0) >= 12, within=20, describe="the position is there"
    )
    moved = [{"$match": {"updateDescription.updatedFields.offset": {"$exists": True}}}]
    with path.db.positions.watch(moved, max_await_time_ms=100) as moves:
        drowsy.woken.set()
        assert drowsy.finished.wait(10)
        path.count("a", 12)
        path.wait_seen("a", list(range(13)))
        assert offsets_seen(moves, path.topic) == [13], "nobody else has moved the position"
    eventually(lambda: sleeper.consumer.health() is None, within=20, describe="the sleeper is well again")
    assert path.db.zombies.count_documents({"_id": {"$in": [f"a/{value}" for value in range(3, 12)]}}) == 0
    assert path.db.zombies.count_documents({}) - before <= 1, "only what it was given after it woke"
