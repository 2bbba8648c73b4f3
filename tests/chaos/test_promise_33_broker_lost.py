"""Promise 33: the broker is replaced by an empty one; nothing in flight is lost, applied twice or out of order."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.mongod import MongoServer
from tests.chaos.conftest import Rig, ready
from tests.support.event_path import EventPath, event_path
from tests.support.eventually import eventually
from tests.support.ledger import Ledger, published
from tests.support.report import Counts
from tests.support.sample_processes import fresh_locality

EVENTS, KEYS = 1000, 20

pytestmark = pytest.mark.timeout(180)


def say_all(path: EventPath, ledger: Ledger, started: threading.Event) -> None:
    for value in range(EVENTS):
        counter = f"counter-{value % KEYS}"
        ledger.accept(path.count(counter, value), counter, value)
        if value == EVENTS // 4:
            started.set()


def check(path: EventPath, ledger: Ledger, counts: Counts) -> None:
    """0 lost, 0 applied twice, 0 out of order: each counter saw each of its values once, as they were said."""

    def nothing_wrong() -> bool:
        wrong = path.wrongs(ledger)
        assert not any(wrong.values()), wrong
        return True

    eventually(nothing_wrong, within=60, describe="every event had its effect once")
    assert len(ledger.accepted) == EVENTS
    counts(commands=EVENTS, **path.wrongs(ledger))


@contextmanager
def rig_on(mongod: MongoServer, server: ApacheKafka | EmbeddedBroker, directory: Path) -> Iterator[Rig]:
    """The sample service on a broker that is this test's alone; its workers are processes."""
    file, place = fresh_locality(directory)
    with event_path(mongod.uri, server, locality=place) as path:
        rig = Rig(path, file, directory)
        try:
            yield rig
        finally:
            rig.stop()


def test_the_embedded_broker_is_replaced(mongod: MongoServer, tmp_path: Path, counts: Counts) -> None:
    server = EmbeddedBroker(tmp_path / "broker").start()
    try:
        with rig_on(mongod, server, tmp_path) as rig:
            ledger, started = Ledger(), threading.Event()
            worker = rig.process()
            eventually(lambda: ready(worker), within=20, describe="the worker is ready")
            speaker = threading.Thread(target=say_all, args=(rig.path, ledger, started))
            speaker.start()
            assert started.wait(60)
            server.kill()
            worker.kill()
            server.restart()
            worker = rig.process(KAFKA_BOOTSTRAP_SERVERS=server.bootstrap)
            speaker.join()
            check(rig.path, ledger, counts)
            eventually(lambda: ready(worker), within=20, describe="the worker is ready again")
    finally:
        server.stop()


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[ApacheKafka]:
    server = ApacheKafka(tmp_path / "kafka").start()
    yield server
    server.stop()


def test_apache_kafka_comes_back_empty_under_a_running_worker(
    mongod: MongoServer, own_kafka: ApacheKafka, tmp_path: Path, counts: Counts
) -> None:
    with rig_on(mongod, own_kafka, tmp_path) as rig:
        ledger, started = Ledger(), threading.Event()
        worker = rig.process()
        eventually(lambda: ready(worker), within=20, describe="the worker is ready")
        speaker = threading.Thread(target=say_all, args=(rig.path, ledger, started))
        speaker.start()
        assert started.wait(60)
        own_kafka.kill()
        eventually(lambda: not ready(worker), within=10, describe="the worker says that the broker is away")
        shutil.rmtree(own_kafka.directory / "data")
        own_kafka.restart()
        speaker.join()
        check(rig.path, ledger, counts)
        everything = set(ledger.accepted)
        eventually(
            lambda: set(published(rig.path.records()).ids) == everything, within=40, every=0.5, describe="all is there"
        )
        eventually(lambda: ready(worker), within=30, describe="the worker is ready again")
