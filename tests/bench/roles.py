"""Processes that P3 starts beside the writer: the worker that tells, the one that hears, and a bare consumer.

``python -m tests.bench.roles teller|hearer|raw STAMPS [TOPIC]``. What is seen is appended to the file STAMPS as
``number, monotonic seconds, full stop``: the monotonic clock of Linux is one for all processes of a machine.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from mongoengine import Document, IntField

from kernel.broker import Broker, closing, partitions_of
from kernel.config import load_settings
from kernel.logs import configure_logging
from kernel.mongo import document_meta
from kernel.runtime import Runtime, open_runtime, prepare_database
from kernel.service import Service
from kernel.unit_of_work import Store, UnitOfWork
from kernel.worker import Worker
from tests.support.eventually import eventually
from tests.support.sample_service import Counted
from tests.support.sample_service import service as sample_service

T = TypeVar("T")


class Heard(Document):
    """What the hearing service knows of a counter."""

    id = IntField(primary_key=True)

    meta = document_meta("hearer", "heard")


class StampingStore(Store):
    """Notes when the effect of an event is committed: from then on everybody sees it."""

    stamps: Any
    noted: list[int]

    def transact(self, work: Callable[[UnitOfWork], T], *, traceparent: str | None = None) -> T:
        """As the store does, and then the stamps."""

        def noting(uow: UnitOfWork) -> T:
            self.noted = []
            return work(uow)

        result = super().transact(noting, traceparent=traceparent)
        at = time.monotonic()
        self.stamps.writelines(f"{number} {at} .\n" for number in self.noted)
        self.stamps.flush()
        return result

    def on_counted(self, event: Counted, uow: UnitOfWork) -> None:
        """The effect: one document."""
        uow.db.heard.insert_one({"_id": event.value, "by": event.by})
        self.noted.append(event.value)


def worker(role: str, stamps: Path) -> None:
    """Run the worker of the telling or the hearing service until SIGTERM."""
    stop = _stop_on_signal()
    runtime = open_runtime(replace(sample_service, reacts={}), load_settings())
    with stamps.open("a") as file:
        if role == "hearer":
            runtime = _hearing(runtime, file)
        prepare_database(runtime)
        running = Worker(runtime)
        running.start()
        eventually(lambda: _reads(runtime) and running.relay.state == "leading", within=20, describe="it is at work")
        _ready()
        stop.wait()
        running.stop()
        runtime.close()


def _hearing(runtime: Runtime, file: Any) -> Runtime:
    runtime.close()
    service = Service(
        name="hearer", title="Hearing", api=[], documents=[], publishes=[], reacts={}, projections=[Heard]
    )
    runtime = open_runtime(service, runtime.settings)
    store = StampingStore(runtime.db, runtime.locality, runtime.clock, runtime.settings)
    store.stamps, store.noted = file, []
    return replace(runtime, service=replace(service, reacts={Counted: store.on_counted}), store=store)


def _reads(runtime: Runtime) -> bool:
    return runtime.db.positions.count_documents({"owner": {"$ne": None}}) > 0


def raw(stamps: Path, topic: str) -> None:
    """Consume ``topic`` and do nothing but note when each record came."""
    stop = _stop_on_signal()
    with stamps.open("a") as file, closing(Broker(load_settings(), "raw").consumer()) as consumer:
        partitions = partitions_of(consumer, [topic])
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)
        _ready()
        while not stop.is_set():
            polled = consumer.poll(timeout_ms=200)
            at = time.monotonic()
            for records in polled.values():
                file.writelines(f"{int(dict(record.headers)['ce_id'])} {at} .\n" for record in records)
            file.flush()


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    configure_logging("bench", sys.argv[1], "WARNING")
    if sys.argv[1] == "raw":
        raw(Path(sys.argv[2]), sys.argv[3])
    else:
        worker(sys.argv[1], Path(sys.argv[2]))
