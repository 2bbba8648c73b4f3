"""What the goals are measured on: a real mongod and a real Apache Kafka on cores of their own, a service on both."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from kernel.outbox import headers_of
from kernel.service import Service
from kernel.unit_of_work import UnitOfWork
from tests.bench.meter import Meter, cores, pinned
from tests.support.event_path import QUICK, EventPath, event_path
from tests.support.sample_service import Counted
from tests.support.sample_service import service as sample_service
from tests.support.services import settings_for

KEYS = 500
"""Counters that the events of a run are about: a batch holds several of each."""
NOTE = "A ferry comes in at noon, and two towns have four hours to show what they make. "


@dataclass
class Stage:
    """The servers, and paths for events on them."""

    mongod: MongoServer
    kafka: ApacheKafka
    directory: Path

    def meter(self, *more: int) -> Meter:
        """A meter of this process, both servers and the processes ``more``."""
        return Meter([self.mongod.process.pid, self.kafka.process.pid, *more])

    @contextmanager
    def path(self, service: Service = sample_service, **settings: Any) -> Iterator[EventPath]:
        """A service on an empty database and unused topics, without the short times of the tests."""
        with event_path(self.mongod.uri, self.kafka, service, **{**DEFAULTS, **settings}) as path:
            yield path


DEFAULTS: dict[str, Any] = {}
"""Fields of ``Settings`` as a process has them by default; ``QUICK`` of the tests would hide what they cost."""


@contextmanager
def stage() -> Iterator[Stage]:
    """The servers, stopped at the end with all they kept; the load stays on the other cores."""
    usual = settings_for("mongodb://127.0.0.1")
    DEFAULTS.update({name: getattr(usual, name) for name in QUICK})
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    load, servers = cores()
    with tempfile.TemporaryDirectory(prefix="bench-") as name, pinned(load):
        directory = Path(name)
        with pinned(servers):
            mongod = MongoServer(directory / "mongod", cache_gb=0.5, oplog_mb=1024)
            kafka = ApacheKafka(directory / "kafka")
            mongod.launch()
            kafka.launch()
        try:
            mongod.wait_ready()
            kafka.wait_ready()
            yield Stage(mongod, kafka, directory)
        finally:
            kafka.kill()
            mongod.kill()


def counted(value: int) -> Counted:
    """The event number ``value`` of a run."""
    return Counted(counter_id=f"counter-{value % KEYS:04}", value=value, by=1)


def fill_outbox(path: EventPath, events: int, *, at_once: int = 500) -> None:
    """Say ``events`` events, ``at_once`` in a transaction."""

    def say(uow: UnitOfWork, first: int) -> None:
        for value in range(first, min(first + at_once, events)):
            uow.publish(counted(value))

    for first in range(0, events, at_once):
        path.store.transact(lambda uow, first=first: say(uow, first))


def records_of(path: EventPath) -> list[tuple[bytes, bytes, list[tuple[str, bytes]]]]:
    """Key, value and headers of all records in the outbox, as they go on the wire."""
    rows = path.db.outbox.find().sort([("stamp", 1), ("_id", 1)])
    return [wire_of(row) for row in rows]


def wire_of(row: dict[str, Any]) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """Key, value and headers of an outbox row."""
    return row["key"].encode(), row["value"], headers_of(row)


@contextmanager
def thread(run: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run a relay or a consumer on a thread of its own until the block ends."""
    stop = threading.Event()
    worker = threading.Thread(target=run, args=(stop,))
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()
