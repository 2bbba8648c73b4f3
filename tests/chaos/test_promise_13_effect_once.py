"""Promise 13: every event has its effect once, however often it is delivered and wherever the consumer dies."""

from __future__ import annotations

import random

import pytest

from kernel.crash import EXIT_CODE
from tests.chaos.conftest import Rig
from tests.support.eventually import eventually
from tests.support.ledger import Ledger
from tests.support.long_form import SCALE
from tests.support.report import Counts

EVENTS, KEYS = 60, 5


def say(rig: Rig, ledger: Ledger, count: int) -> None:
    for value in range(len(ledger.accepted), len(ledger.accepted) + count):
        counter = f"counter-{value % KEYS}"
        ledger.accept(rig.path.count(counter, value), counter, value)


def all_once(rig: Rig, ledger: Ledger) -> None:
    for counter in sorted(ledger.counters()):
        rig.path.wait_seen(counter, ledger.order(counter), within=30)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("place", ["consumer.handled:2", "consumer.committed:2", "consumer.offsets_saved:2"])
def test_the_consumer_dies_behind_each_of_its_lines(rig: Rig, place: str) -> None:
    ledger = Ledger()
    dying = rig.process(CRASH_AT=place, WORKER_NAME="one", CONSUME_BATCH="10")
    say(rig, ledger, EVENTS)
    eventually(lambda: dying.returncode == EXIT_CODE, within=40, describe=f"the worker dies at {place}")
    rig.process(WORKER_NAME="one", CONSUME_BATCH="10")
    say(rig, ledger, EVENTS)
    all_once(rig, ledger)


@pytest.mark.parametrize("seed", range(1, 1 + SCALE))
def test_records_that_come_up_to_five_times(rig: Rig, seed: int, counts: Counts) -> None:
    chance = random.Random(seed)
    ledger = Ledger()
    worker = rig.path.start_worker()
    say(rig, ledger, EVENTS)
    all_once(rig, ledger)
    injected = 0
    for record in rig.path.records():
        for _ in range(chance.randint(0, 4)):
            rig.path.produce(record.key, record.value, list(record.headers))
            injected += 1
    say(rig, ledger, EVENTS)
    all_once(rig, ledger)
    assert injected > EVENTS
    eventually(lambda: worker.consumer.health() is None, describe="the worker is well")
    assert rig.path.db.inbox.count_documents({}) == len(ledger.accepted)
    counts(commands=len(ledger.accepted), duplicates=injected, **rig.path.wrongs(ledger))
