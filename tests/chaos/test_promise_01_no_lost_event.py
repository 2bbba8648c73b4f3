"""Promise 1: the events of every accepted command reach Kafka, whatever dies on the way."""

from __future__ import annotations

import pytest

from deploy.embedded.apache_kafka import ApacheKafka
from kernel.crash import EXIT_CODE
from tests.chaos.conftest import Rig
from tests.support.commander import read_ledger
from tests.support.event_path import EventPath
from tests.support.eventually import eventually
from tests.support.ledger import Ledger, published
from tests.support.long_form import SCALE
from tests.support.report import Counts

pytestmark = pytest.mark.timeout(120)


def all_arrive(path: EventPath, ledger: Ledger, extra: int = 0) -> None:
    """Every accepted event is in the topic and had its effect once, in order; at most ``extra`` others are there."""

    def arrived() -> bool:
        assert set(published(path.records()).ids) >= set(ledger.accepted)
        return True

    eventually(arrived, within=40, describe="every accepted event is published", every=0.3)
    found = published(path.records())
    assert len(set(found.ids)) <= len(ledger.accepted) + extra
    for counter in ledger.counters():
        eventually(lambda counter=counter: path.seen(counter) == found.first[counter], within=30, describe=counter)
        assert path.seen(counter)[: len(ledger.order(counter))] == ledger.order(counter)


@pytest.mark.parametrize("place", ["relay.sent:25", "relay.acknowledged:2", "relay.kept:2"])
def test_the_relay_dies_behind_each_of_its_lines(rig: Rig, place: str) -> None:
    ledger = Ledger()
    for value in range(60):
        ledger.accept(rig.path.count(f"counter-{value % 4}", value), f"counter-{value % 4}", value)
    dying = rig.process(CRASH_AT=place, RELAY_WINDOW="10", WORKER_NAME="one")
    eventually(lambda: dying.returncode == EXIT_CODE, within=30, describe=f"the worker dies at {place}")
    rig.process(WORKER_NAME="one")
    all_arrive(rig.path, ledger)


@pytest.mark.parametrize("place", ["work.flushed:20", "work.committed:20"])
def test_the_process_that_runs_commands_dies_around_its_commit(rig: Rig, place: str) -> None:
    dying = rig.commander(40, 4, CRASH_AT=place)
    eventually(lambda: dying.returncode == EXIT_CODE, within=30, describe=f"the commander dies at {place}")
    ledger = read_ledger(dying.log)
    assert len(ledger.accepted) == 19
    rig.process()
    all_arrive(rig.path, ledger, extra=1 if place.startswith("work.committed") else 0)


@pytest.mark.timeout(120 * SCALE)
def test_the_worker_is_killed_again_and_again_under_load(rig: Rig, counts: Counts) -> None:
    loading = rig.commander(400 * SCALE, 8)
    for _ in range(3 * SCALE):
        victim = rig.process(WORKER_NAME="one")
        before = len(set(published(rig.path.records()).ids)) if rig.path.db.outbox_windows.find_one() else 0
        eventually(
            lambda before=before: rig.path.db.outbox.estimated_document_count() > before + 20 or not loading.alive,
            within=30,
            describe="more is said",
        )
        victim.kill()
    eventually(lambda: not loading.alive, within=60 * SCALE, describe="all commands are accepted")
    ledger = read_ledger(loading.log)
    assert len(ledger.accepted) == 400 * SCALE
    rig.process(WORKER_NAME="one")
    all_arrive(rig.path, ledger)
    duplicates = published(rig.path.records()).duplicates
    counts(commands=len(ledger.accepted), kills=3 * SCALE, duplicates=duplicates, **rig.path.wrongs(ledger))


def test_the_broker_is_away_while_commands_are_accepted(rig: Rig, apache_kafka: ApacheKafka) -> None:
    ledger = Ledger()
    rig.process()
    ledger.accept(rig.path.count("counter-0", 0), "counter-0", 0)
    rig.path.wait_seen("counter-0", [0])
    apache_kafka.kill()
    try:
        for value in range(1, 50):
            ledger.accept(rig.path.count("counter-0", value), "counter-0", value)
    finally:
        apache_kafka.restart()
    all_arrive(rig.path, ledger)
