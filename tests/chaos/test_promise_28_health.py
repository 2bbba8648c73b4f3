"""Promise 28: readiness says within five seconds what keeps a worker from its work; liveness asks nobody.

An API while its database is away: ``tests/integration/kernel/test_outage.py``.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import requests
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from kernel.health import serve_health
from kernel.unit_of_work import UnitOfWork
from tests.support.event_path import EventPath, event_path, with_handler
from tests.support.eventually import eventually
from tests.support.faulty_link import FaultyLink
from tests.support.sample_service import Counted, on_counted

PROMISED = 5.0
Told = dict[str, Any]


class Asked:
    """A worker's health as a machine asks for it, over HTTP."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/health"

    def reasons(self) -> Told:
        """What each check says that is not well; liveness is asked beside it and must not wait for anything."""
        started = time.monotonic()
        live = requests.get(f"{self._url}/live", timeout=5)
        assert (live.status_code, time.monotonic() - started < 0.5) == (200, True), "liveness asks nobody"
        answer = requests.get(f"{self._url}/ready", timeout=5)
        told = {name: check["reason"] for name, check in answer.json()["checks"].items() if not check["ok"]}
        assert (answer.status_code == 200) == (not told)
        return told

    def says(self, check: str, words: str) -> None:
        """Within what is promised, ``check`` gives a reason with ``words`` in it."""
        began = time.monotonic()
        eventually(lambda: words in self.reasons().get(check, ""), within=PROMISED, describe=f"{check}: {words}")
        assert time.monotonic() - began < PROMISED

    def is_well(self, within: float = 20) -> None:
        """It is ready, or becomes so."""

        def well() -> bool:
            assert self.reasons() == {}
            return True

        eventually(well, within=within, describe="the worker is ready")


@contextmanager
def asked(path: EventPath, **options: Any) -> Iterator[Asked]:
    server = serve_health(0, path.start_worker(**options).checks)
    try:
        yield Asked(server.port)
    finally:
        server.stop()


def flowing(path: EventPath, health: Asked) -> None:
    """A first event has gone all the way: topics are there and known."""
    path.count("a", 0)
    path.wait_seen("a", [0])
    health.is_well()


@pytest.mark.parametrize("fault", [FaultyLink.cut, FaultyLink.half_open], ids=["refuses", "hangs"])
def test_the_database_is_down(
    mongod: MongoServer, apache_kafka: ApacheKafka, fault: Callable[[FaultyLink], None]
) -> None:
    with ExitStack() as stack:
        link = stack.enter_context(closing(FaultyLink(mongod.port)))
        uri = mongod.uri.replace(f":{mongod.port}/", f":{link.port}/")
        health = stack.enter_context(asked(stack.enter_context(event_path(uri, apache_kafka))))
        stack.callback(link.mend)
        health.is_well()
        fault(link)
        health.says("database", "answer")
        link.mend()
        health.is_well()


def test_the_broker_hangs(path: EventPath, apache_kafka: ApacheKafka) -> None:
    with asked(path, lease=timedelta(seconds=10)) as health:
        flowing(path, health)
        apache_kafka.process.signal(signal.SIGSTOP)
        try:
            path.count("a", 1)
            health.says("relay", "stuck: Kafka has not acknowledged")
            health.says("broker", "does not answer")
        finally:
            apache_kafka.process.signal(signal.SIGCONT)
        health.is_well()
        path.wait_seen("a", [0, 1])


def test_the_broker_refuses(mongod: MongoServer, apache_kafka: ApacheKafka) -> None:
    with ExitStack() as stack:
        link = stack.enter_context(closing(FaultyLink(apache_kafka.port)))
        bootstrap = {"kafka_bootstrap": f"127.0.0.1:{link.port}"}
        health = stack.enter_context(asked(stack.enter_context(event_path(mongod.uri, apache_kafka, **bootstrap))))
        health.is_well()
        link.cut()
        health.says("broker", "does not answer")
        link.mend()
        health.is_well()


def test_a_handler_hangs(path: EventPath) -> None:
    entered, release = threading.Event(), threading.Event()

    def hang(event: Counted, uow: UnitOfWork) -> None:
        entered.set()
        release.wait(30)
        on_counted(event, uow)

    with asked(path, service=with_handler(hang)) as health:
        health.is_well()
        path.count("a", 1)
        assert entered.wait(10)
        try:
            health.says("consumer", "stuck")
        finally:
            release.set()
        health.is_well()
        path.wait_seen("a", [1])


def test_the_lag_is_over_its_limit(path: EventPath) -> None:
    pause = threading.Event()

    def dawdle(event: Counted, uow: UnitOfWork) -> None:
        pause.wait(0.1)
        on_counted(event, uow)

    limit = timedelta(seconds=1)
    with asked(path, service=with_handler(dawdle), consume_batch=1, max_lag_age=limit) as health:
        health.is_well()
        path.publish(*(Counted(counter_id="a", value=value, by=1) for value in range(100)))
        health.says("consumer", "behind")
        pause.set()
        health.is_well()
        path.wait_seen("a", list(range(100)))


def largest_record(server: ApacheKafka, topic: str, size: int) -> None:
    """How many bytes a batch of records of ``topic`` may have."""
    change = ConfigResource(ConfigResourceType.TOPIC, topic, configs={"max.message.bytes": str(size)})
    with closing(KafkaAdminClient(bootstrap_servers=server.bootstrap)) as admin:
        admin.alter_configs([change], raise_on_unknown=False)


def test_the_relay_does_not_advance(path: EventPath, apache_kafka: ApacheKafka) -> None:
    with asked(path) as health:
        flowing(path, health)
        largest_record(apache_kafka, path.topic, 10)
        path.count("a", 1)
        health.says("relay", "SendFailed")
        assert "broker" not in health.reasons(), "Kafka answers, and takes nothing"
        largest_record(apache_kafka, path.topic, 1_000_000)
        health.is_well()
        path.wait_seen("a", [0, 1])
