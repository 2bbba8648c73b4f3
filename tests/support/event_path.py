"""The whole way of an event in one process: a service's store, and workers on a real broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, Protocol

import msgspec

from contracts.base import Event
from contracts.registry import topic_of
from kernel.broker import Broker, closing, partitions_of
from kernel.ids import new_id
from kernel.locality import Locality, load_locality
from kernel.runtime import Runtime
from kernel.service import Service
from kernel.unit_of_work import UnitOfWork
from kernel.worker import Worker
from tests.support.eventually import eventually
from tests.support.ledger import Ledger
from tests.support.sample_service import Counted, on_counted
from tests.support.sample_service import service as sample_service
from tests.support.services import LOCALITY_FILE, running

QUICK = {
    "lease": timedelta(seconds=3),
    "retry_base": timedelta(milliseconds=20),
    "retry_cap": timedelta(milliseconds=200),
    "retry_attempts": 3,
}
"""Settings under which a test need not wait long for what takes seconds in use."""


class BrokerServer(Protocol):
    """What the tests know of a broker's server, whichever it is."""

    @property
    def bootstrap(self) -> str: ...
    @property
    def api_version(self) -> str | None: ...


def broker_settings(server: BrokerServer) -> dict[str, Any]:
    """The fields of ``Settings`` that lead to ``server``."""
    version = server.api_version
    return {
        "kafka_bootstrap": server.bootstrap,
        "kafka_api_version": tuple(int(part) for part in version.split(".")) if version else None,
    }


class EventPath:
    """One service on a database and topics of its own, with the workers that a test starts."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.db = runtime.db
        self.store = runtime.store
        self.broker = Broker(replace(runtime.settings, lease=timedelta(seconds=30)), "test")
        self.topic = topic_of(runtime.locality.slug, runtime.service.name)
        self._workers: list[Worker] = []
        self._producer: Any = None

    def count(self, counter: str, value: int) -> str:
        """Publish ``Counted`` for ``counter`` in a transaction of its own; returns the event's id."""
        return self.publish(Counted(counter_id=counter, value=value, by=1))[0]

    def publish(self, *events: Event) -> list[str]:
        """Publish ``events`` in one transaction."""
        return self.store.transact(lambda uow: [uow.publish(event) for event in events])

    def start_worker(self, service: Service | None = None, **settings: Any) -> Worker:
        """A worker on the same database; ``service`` may stand in for the declared one, with other handlers."""
        runtime = replace(
            self.runtime,
            service=service or self.runtime.service,
            settings=replace(self.runtime.settings, **settings),
        )
        worker = Worker(runtime)
        self._workers.append(worker)
        worker.start()
        return worker

    def stop_workers(self) -> None:
        """Stop all workers that were started."""
        while self._workers:
            self._workers.pop().stop()

    def seen(self, counter: str) -> list[int]:
        """The values of ``counter`` in the order their events had their effect."""
        row = self.db.tallies.find_one({"_id": counter})
        return list(row["seen"]) if row else []

    def wait_seen(self, counter: str, values: list[int], within: float = 20.0) -> None:
        """Wait until exactly ``values`` had their effect, in that order."""

        def arrived() -> bool:
            seen = self.seen(counter)
            assert seen == values, f"{counter} saw {seen[:20]}"
            return True

        eventually(arrived, within=within, describe=f"{counter} sees {values[:20]}")

    def wrongs(self, ledger: Ledger) -> dict[str, int]:
        """How many accepted events had no effect, how many effects were beyond the first, how many out of order."""
        lost = doubled = disordered = 0
        for counter in ledger.counters():
            said, seen = ledger.order(counter), self.seen(counter)
            lost += len(set(said) - set(seen))
            doubled += len(seen) - len(set(seen))
            disordered += sum(later < earlier for earlier, later in pairwise(dict.fromkeys(seen)))
        return {"lost": lost, "doubled": doubled, "disordered": disordered}

    def records(self) -> list[Any]:
        """Every record that the service's topic holds now, partition by partition."""
        self.broker.ensure_topics([self.topic])
        with closing(self.broker.consumer()) as consumer:
            partitions = partitions_of(consumer, [self.topic])
            ends = consumer.end_offsets(partitions)
            consumer.assign(partitions)
            for partition, beginning in consumer.beginning_offsets(partitions).items():
                consumer.seek(partition, beginning)
            found: list[Any] = []

            def read_all() -> bool:
                for batch in consumer.poll(timeout_ms=100).values():
                    found.extend(batch)
                return all(consumer.position(partition) >= end for partition, end in ends.items())

            eventually(read_all, within=20, describe="the topic is read to its end")
        return sorted(found, key=lambda record: (record.partition, record.offset))

    def produce(self, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]) -> None:
        """Write a record into the service's topic behind the platform's back."""
        self._producer = self._producer or self.broker.producer()
        self._producer.send(self.topic, key=key, value=value, headers=headers).get(10)

    def close(self) -> None:
        """Stop everything that was started."""
        self.stop_workers()
        if self._producer:
            self._producer.close(timeout=5)


@contextmanager
def event_path(
    mongodb_uri: str,
    server: BrokerServer,
    service: Service = sample_service,
    *,
    locality: Locality | None = None,
    **settings: Any,
) -> Iterator[EventPath]:
    """An ``EventPath`` on an empty database; everything is stopped and dropped afterwards.

    Its topics are unused ones, unless it joins another path's ``locality``.
    """
    locality = locality or msgspec.structs.replace(load_locality(LOCALITY_FILE), slug=f"t-{new_id()[-12:]}")
    options = {**QUICK, **broker_settings(server), **settings}
    with running(service, mongodb_uri, locality=locality, **options) as runtime:
        path = EventPath(runtime)
        try:
            yield path
        finally:
            path.close()


def with_handler(handler: Callable[[Counted, UnitOfWork], None]) -> Service:
    """The sample service with another handler for ``Counted``."""
    return replace(sample_service, reacts={Counted: handler})


def failing_for(*counters: str, times: int | None = None) -> Callable[[Counted, UnitOfWork], None]:
    """A handler that raises for ``counters``, the first ``times`` times (None: always), and else does its work."""
    left = dict.fromkeys(counters, times)

    def handle(event: Counted, uow: UnitOfWork) -> None:
        if event.counter_id in left and left[event.counter_id] != 0:
            remaining = left[event.counter_id]
            left[event.counter_id] = None if remaining is None else remaining - 1
            raise RuntimeError(f"{event.counter_id} cannot be handled")
        on_counted(event, uow)

    return handle
