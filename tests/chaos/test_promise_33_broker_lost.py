"""Promise 33: the broker is replaced by an empty one while events are in flight; nothing is lost or applied twice."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.mongod import MongoServer
from tests.support.event_path import EventPath, broker_settings, event_path
from tests.support.eventually import eventually
from tests.support.ledger import Ledger, published

EVENTS, KEYS = 1000, 20

pytestmark = pytest.mark.timeout(180)


def say_all(path: EventPath, ledger: Ledger, started: threading.Event) -> None:
    for value in range(EVENTS):
        counter = f"counter-{value % KEYS}"
        ledger.accept(path.count(counter, value), counter, value)
        if value == EVENTS // 4:
            started.set()


def check(path: EventPath, ledger: Ledger) -> None:
    """0 lost, 0 applied twice: each counter saw each of its values once."""

    def all_once() -> bool:
        seen = {counter: path.seen(counter) for counter in ledger.counters()}
        lost = sum(len(set(ledger.order(counter)) - set(values)) for counter, values in seen.items())
        twice = sum(len(values) - len(set(values)) for values in seen.values())
        assert (lost, twice) == (0, 0), f"{lost} lost, {twice} applied twice"
        return True

    eventually(all_once, within=60, describe="every event had its effect once")
    assert len(ledger.accepted) == EVENTS


def test_the_embedded_broker_is_replaced(mongod: MongoServer, tmp_path: Path) -> None:
    server = EmbeddedBroker(tmp_path / "broker").start()
    try:
        with event_path(mongod.uri, server) as path:
            ledger, started = Ledger(), threading.Event()
            path.start_worker()
            speaker = threading.Thread(target=say_all, args=(path, ledger, started))
            speaker.start()
            assert started.wait(60)
            server.kill()
            path.stop_workers()
            server.restart()
            path.start_worker(**broker_settings(server))
            speaker.join()
            check(path, ledger)
    finally:
        server.stop()


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[ApacheKafka]:
    server = ApacheKafka(tmp_path / "kafka").start()
    yield server
    server.stop()


def test_apache_kafka_comes_back_empty_under_running_workers(mongod: MongoServer, own_kafka: ApacheKafka) -> None:
    with event_path(mongod.uri, own_kafka) as path:
        ledger, started = Ledger(), threading.Event()
        worker = path.start_worker()
        speaker = threading.Thread(target=say_all, args=(path, ledger, started))
        speaker.start()
        assert started.wait(60)
        own_kafka.kill()
        shutil.rmtree(own_kafka.directory / "data")
        own_kafka.restart()
        speaker.join()
        check(path, ledger)
        eventually(
            lambda: set(published(path.records()).ids) == set(ledger.accepted), within=30, describe="all is there"
        )
        eventually(lambda: worker.relay.health() is None and worker.consumer.health() is None, describe="all is well")
