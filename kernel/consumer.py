"""The consumer: gives every event of the topics a service reacts to its effect, once, in the order of its key.

A poll's events are applied in one transaction: their ids are claimed in the inbox, their handlers run, what these
publish goes to the outbox, and the positions of their partitions move. An event whose handler fails waits, and the
later ones of its key wait behind it, while everything else goes on; when its attempts are used up it is parked.

The workers of a service share the partitions among themselves (``kernel.positions``), each looking now and then who is
there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from typing import Any

import structlog
from kafka import TopicPartition
from kafka.errors import KafkaError, OffsetOutOfRangeError
from pymongo.errors import PyMongoError

from contracts.base import Event
from contracts.registry import topic_of
from kernel import telemetry
from kernel.applier import Applier
from kernel.broker import Broker, closing, log_of, partitions_of
from kernel.config import Settings
from kernel.crash import crash_point
from kernel.delivery import Delivery, Reader
from kernel.halt import Halted
from kernel.history import History
from kernel.ids import new_id
from kernel.lease import CONSUMING, REBUILDING, Lease, held
from kernel.positions import Overtaken, Positions, share_of
from kernel.progress import Progress
from kernel.replay import ReplayRequested, control_topic, read_marker
from kernel.retry import full_jitter, is_infrastructure
from kernel.service import Handler, Service
from kernel.unit_of_work import Store

log = structlog.get_logger()

SAVE_SECONDS = 0.25


class EventConsumer:
    """The consumer of one service in one worker process."""

    def __init__(self, service: Service, store: Store, settings: Settings, broker: Broker) -> None:
        self._service = service
        self._store = store
        self._settings = settings
        self._broker = broker
        locality = store.locality.slug
        self.group = topic_of(locality, service.name)
        self._history = History(service, store, self.group)
        reacts: dict[type[Event], Handler] = {**service.reacts, ReplayRequested: self._history.on_replay_requested}
        self.reader = Reader(service, reacts)
        own_topics = {topic_of(locality, event.service()) for event in service.reacts}
        self.topics = sorted({*own_topics, control_topic(locality)})
        name = settings.worker_name or new_id()
        self._positions = Positions(store.db, name, settings.lease)
        self._progress = Progress(self._positions)
        self._applier = Applier(service.name, store, settings, self._progress)
        self._halted: str | None = None
        self._trouble: str | None = None
        self._lag_age = 0.0
        self._next_save = self._next_sharing = 0.0
        self._presence = f"{CONSUMING}{name}"
        self._present = Lease(store.db, self._presence, service.name, settings.lease)

    # -- health ---------------------------------------------------------------------------------------------------

    def health(self) -> str | None:
        """None when events are consumed in time; else why not."""
        if self._halted:
            return f"consumption stopped: {self._halted}"
        if gap := self._history.missing():
            return gap
        if self._trouble:
            return self._trouble
        busy = self._applier.busy_since
        if busy is not None and time.monotonic() - busy > self._settings.stuck.total_seconds():
            return f"stuck: one transaction has been in its handlers for {time.monotonic() - busy:.0f} s"
        if self._lag_age > self._settings.max_lag_age.total_seconds():
            return f"behind: the event at hand is {self._lag_age:.0f} s old"
        return None

    # -- the loop -------------------------------------------------------------------------------------------------

    def run(self, stop: threading.Event) -> None:
        """Consume until ``stop`` is set. Survives loss of broker and database; raises nothing."""
        failures = 0
        while not stop.is_set():
            try:
                self._consume(stop)
                failures = 0
            except (KafkaError, PyMongoError) as error:
                failures += 1
                self._trouble = f"consumer: {type(error).__name__}: {error}"
                log.warning("consumer_interrupted", error=str(error), failures=failures)
                stop.wait(full_jitter(failures, self._settings.retry_base, self._settings.retry_cap))

    def _consume(self, stop: threading.Event) -> None:
        if not self._present.acquire() or held(self._store.db, REBUILDING):
            self._present.release()
            self._trouble = "projections are being rebuilt"
            stop.wait(1)
            return
        try:
            self._broker.ensure_topics(self.topics)
            with closing(self._broker.consumer()) as consumer:
                self._next_sharing = 0.0
                try:
                    while not stop.is_set():
                        self._share(consumer)
                        if self._positions.held:
                            self._step(consumer, stop)
                        else:
                            stop.wait(self._settings.idle_ms / 1000)
                    self._progress.save()
                finally:
                    self._let_go(set(self._positions.held))
        except Overtaken as error:
            log.info("partitions_overtaken", reason=str(error))
        finally:
            self._present.release()

    def _share(self, consumer: Any) -> None:
        """Keep, take and give partitions so that the workers of the service have equal shares."""
        now = time.monotonic()
        if now < self._next_sharing:
            return
        self._next_sharing = now + self._settings.lease.total_seconds() / 4
        self._present.acquire()
        self._forget(self._positions.renew())
        everything = partitions_of(consumer, self.topics)
        share = share_of(self._presence, held(self._store.db, CONSUMING), len(everything))
        if given := self._positions.above(share):
            self._progress.save()
            self._let_go(given)
        gained = self._positions.take(everything, share)
        if gained or consumer.assignment() != self._positions.held.keys():
            consumer.assign(sorted(self._positions.held))
            for partition in gained:
                self._begin(consumer, partition)
            names = [f"{tp.topic}/{tp.partition}" for tp in sorted(self._positions.held)]
            log.info("partitions_shared", reads=names, gained=len(gained), given=len(given))

    def _begin(self, consumer: Any, partition: TopicPartition) -> None:
        """Go on where this service was in a partition that is new to this worker, or was in another log."""
        place = self._positions.held[partition]
        known, place.log = place.log, log_of(consumer, partition.topic)
        if place.offset is None or known != place.log:
            self._history.start(consumer, partition, replaced=place.offset is not None)
        else:
            consumer.seek(partition, place.offset)

    def _recover(self, consumer: Any, partition: TopicPartition, offset: int) -> None:
        """The log does not have ``offset``, which comes next: it was trimmed, or is another one."""
        position = self._progress.position(partition)
        needed = offset if position is None else position
        self._forget([partition])
        if log_of(consumer, partition.topic) != self._positions.held[partition].log:
            self._begin(consumer, partition)
        else:
            self._history.recover(consumer, partition, offset, needed)

    def _let_go(self, partitions: set[TopicPartition]) -> None:
        self._forget(partitions)
        self._positions.release(partitions)

    def _forget(self, partitions: Collection[TopicPartition]) -> None:
        """What was not done of ``partitions`` is delivered again, here or to another worker."""
        self._progress.forget(partitions)
        self._applier.forget(partitions)
        self._history.forget(partitions)

    def _step(self, consumer: Any, stop: threading.Event) -> None:
        crowded = self._applier.waiting >= self._settings.max_waiting
        if self._halted or crowded:
            consumer.pause(*consumer.assignment())
        elif consumer.paused():
            consumer.resume(*consumer.paused())
        try:
            polled = consumer.poll(timeout_ms=self._poll_ms(), max_records=self._settings.consume_batch)
        except OffsetOutOfRangeError as error:
            for partition, offset in error.args[0].items():
                self._recover(consumer, partition, offset)
            return
        self._trouble = None
        self._drop_other_logs(consumer, polled)
        batch = self._accept(polled)
        if batch and not self._halted:
            self._process(batch, stop)
        self._measure(consumer, polled)
        self._history.ask_again(consumer)
        now = time.monotonic()
        if now >= self._next_save:
            self._next_save = now + SAVE_SECONDS
            self._progress.save()
            crash_point("consumer.offsets_saved")

    def _drop_other_logs(self, consumer: Any, polled: dict[TopicPartition, list[Any]]) -> None:
        """Begin again in partitions whose log is another one than this worker has been reading."""
        for partition in list(polled):
            if log_of(consumer, partition.topic) != self._positions.held[partition].log:
                log.warning("broker_log_replaced", partition=str(partition))
                del polled[partition]
                self._forget([partition])
                self._begin(consumer, partition)

    def _accept(self, polled: dict[TopicPartition, list[Any]]) -> list[Delivery]:
        """What to apply now out of polled records and of waiting events whose time has come."""
        taken = [self._take(partition, record) for partition, records in polled.items() for record in records]
        return self._applier.in_order([delivery for delivery in taken if delivery is not None])

    def _poll_ms(self) -> int:
        """How long to wait for records: not beyond the next attempt of a waiting event."""
        soonest = self._applier.next_due()
        idle = self._settings.idle_ms
        if soonest is None:
            return idle
        return int(min(idle, max(1.0, (soonest - time.monotonic()) * 1000)))

    def _take(self, partition: TopicPartition, record: Any) -> Delivery | None:
        """The delivery of a record, or None when it is a marker or comes before one that is awaited."""
        headers = list(record.headers or ())
        marker = read_marker(headers) if record.key is None else None
        if marker is not None and not marker.finished:
            self._history.marker_seen(partition, marker)
        if self._history.awaited(partition):
            # Nothing is noted as polled: a position saved here would hide the gap from the next start.
            return None
        self._progress.polled(partition, record.offset)
        if marker is not None:
            self._progress.passed(partition, record.offset)
            return None
        return self.reader.read_raw(partition, record.offset, record.key, record.value, headers)

    def _process(self, batch: list[Delivery], stop: threading.Event) -> None:
        """Apply a batch, however often that takes, without blaming events for a database that is away."""
        failures = 0
        while batch and not stop.is_set():
            try:
                with telemetry.timed("batch_seconds", service=self._service.name):
                    self._applier.apply_all(batch)
                return
            except Halted as halted:
                self._halted = str(halted)
                log.error("consumption_halted", reason=self._halted)
                return
            except Overtaken as overtaken:
                log.info("partitions_overtaken", reason=str(overtaken))
                self._forget(self._positions.renew())
                self._next_sharing = 0.0
                batch[:] = [delivery for delivery in batch if delivery.partition in self._positions.held]
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                failures += 1
                self._trouble = f"database: {type(error).__name__}"
                log.warning("database_away", error=str(error), failures=failures)
                self._applier.slow_down()
                stop.wait(full_jitter(failures, self._settings.retry_base, self._settings.retry_cap))

    # -- bookkeeping ----------------------------------------------------------------------------------------------

    def _measure(self, consumer: Any, polled: dict[TopicPartition, list[Any]]) -> None:
        """Lag age: how long ago the newest record at hand was written, where more wait behind it; 0 when caught up."""
        now_ms = self._store.clock.now().timestamp() * 1000
        ages = [
            now_ms - records[-1].timestamp
            for partition, records in polled.items()
            if (consumer.highwater(partition) or 0) > records[-1].offset + 1
        ]
        self._lag_age = max(0.0, max(ages, default=0.0) / 1000)
        telemetry.gauge("consumer_lag_age_seconds", self._lag_age, service=self._service.name)
