"""Promise 16: while an event is tried again the later ones of its key wait, and those of other keys do not."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest

from kernel.unit_of_work import UnitOfWork
from tests.support.event_path import EventPath, failing_for, with_handler
from tests.support.eventually import eventually
from tests.support.report import Counts
from tests.support.sample_service import Counted, on_counted

KEYS = 12


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_per_key_holds_whatever_fails_and_comes_back(path: EventPath, seed: int, counts: Counts) -> None:
    chance = random.Random(seed)
    failures: dict[tuple[str, int], int] = {}

    def flaky(event: Counted, uow: UnitOfWork) -> None:
        left = failures.setdefault((event.counter_id, event.value), chance.choice([0, 0, 0, 1, 2]))
        if left:
            failures[event.counter_id, event.value] = left - 1
            raise RuntimeError("not this time")
        on_counted(event, uow)

    path.start_worker(with_handler(flaky), halt_consecutive=1000, halt_ratio=1.0)
    for value in range(KEYS * 10):
        path.count(f"counter-{value % KEYS}", value)
    for key in range(KEYS):
        path.wait_seen(f"counter-{key}", list(range(key, KEYS * 10, KEYS)), within=40)
    assert path.db.parked.count_documents({}) == 0
    assert any(failures), "something failed"
    counts(seed=seed, events=KEYS * 10, lost=0, disordered=0)


def test_other_keys_go_on_while_one_waits(path: EventPath) -> None:
    mended = threading.Event()

    def broken_until_mended(event: Counted, uow: UnitOfWork) -> None:
        if event.counter_id == "bad" and not mended.is_set():
            raise RuntimeError("not yet")
        on_counted(event, uow)

    patient = {"retry_attempts": 1000, "retry_cap": timedelta(milliseconds=100)}
    path.start_worker(with_handler(broken_until_mended), **patient)
    for value in range(20):
        path.count("bad", value)
        path.count(f"good-{value % 4}", value)
    for key in range(4):
        path.wait_seen(f"good-{key}", list(range(key, 20, 4)))
    assert path.seen("bad") == []
    mended.set()
    path.wait_seen("bad", list(range(20)))


def test_a_waiting_event_is_not_skipped_by_the_committed_offset(path: EventPath) -> None:
    path.start_worker(with_handler(failing_for("bad")), retry_attempts=1000, worker_name="one")
    path.count("bad", 1)
    path.count("good", 1)
    path.wait_seen("good", [1])
    path.count("good", 2)
    path.wait_seen("good", [1, 2])
    path.stop_workers()
    path.start_worker(worker_name="one")
    path.wait_seen("bad", [1])
    eventually(lambda: path.seen("good") == [1, 2], describe="good was not repeated")
