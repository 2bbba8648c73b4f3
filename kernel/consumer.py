"""The consumer: gives every event of the topics a service reacts to its effect, once, in the order of its key.

A poll's events are applied in one transaction: their ids are claimed in the inbox, their handlers run, what these
publish goes to the outbox. Offsets are committed after that, so a crash repeats records and the inbox drops them.
An event whose handler fails waits, and the later ones of its key wait behind it, while everything else goes on; when
its attempts are used up it is parked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import structlog
from kafka import ConsumerRebalanceListener, OffsetAndMetadata, TopicPartition
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
    RebalanceInProgressError,
)
from pymongo.errors import PyMongoError

from contracts.base import Event
from contracts.registry import topic_of
from kernel import telemetry
from kernel.applier import Applier
from kernel.broker import Broker, closing, partitions_of
from kernel.config import Settings
from kernel.crash import crash_point
from kernel.delivery import Delivery, Reader
from kernel.halt import Halted
from kernel.history import History
from kernel.ids import new_id
from kernel.lease import CONSUMING, REBUILDING, Lease, held
from kernel.progress import Progress
from kernel.replay import ReplayRequested, control_topic, read_marker
from kernel.retry import full_jitter, is_infrastructure
from kernel.service import Handler, Service
from kernel.unit_of_work import Store

log = structlog.get_logger()

POLL_MS = 200
COMMIT_SECONDS = 0.25


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
        self._progress = Progress()
        self._applier = Applier(service.name, store, settings, self._done)
        self._halted: str | None = None
        self._trouble: str | None = None
        self._lag_age = 0.0
        self._busy_since: float | None = None
        self._next_commit = 0.0
        self._present = Lease(store.db, f"{CONSUMING}{new_id()}", service.name, settings.lease * 3)

    # -- health ---------------------------------------------------------------------------------------------------

    def health(self) -> str | None:
        """None when events are consumed in time; else why not."""
        if self._halted:
            return f"consumption stopped: {self._halted}"
        if gap := self._history.missing():
            return gap
        if self._trouble:
            return self._trouble
        busy = self._busy_since
        if busy is not None and time.monotonic() - busy > self._settings.max_lag_age.total_seconds():
            return f"one batch has been in its handlers for {time.monotonic() - busy:.0f} s"
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
            with closing(self._broker.group_consumer(self.group, self._settings.group_instance)) as consumer:
                self._progress = Progress()
                self._applier.forget()
                # A leader without metadata hands out nothing, and a static member that comes back inherits that.
                partitions_of(consumer, self.topics)
                consumer.subscribe(self.topics, listener=_Listener(self))
                while not stop.is_set():
                    self._step(consumer, stop)
                self._commit(consumer, force=True)
        finally:
            self._present.release()

    def _step(self, consumer: Any, stop: threading.Event) -> None:
        if not self._present.fresh():
            self._present.acquire()
        crowded = self._applier.waiting >= self._settings.max_waiting
        if self._halted or crowded:
            consumer.pause(*consumer.assignment())
        elif consumer.paused():
            consumer.resume(*consumer.paused())
        try:
            polled = consumer.poll(timeout_ms=self._poll_ms(), max_records=self._settings.consume_batch)
        except NoOffsetForPartitionError as error:
            for partition in error.args[0]:
                self._progress.forget(partition)
                self._history.start(consumer, partition)
            return
        except OffsetOutOfRangeError as error:
            for partition, offset in error.args[0].items():
                self._progress.forget(partition)
                self._history.recover(consumer, partition, offset)
            return
        self._trouble = None
        batch = self._accept(polled)
        if batch and not self._halted:
            self._process(batch, stop, consumer)
        self._measure(consumer, polled)
        self._history.ask_again(consumer)
        try:
            self._commit(consumer)
        except (CommitFailedError, RebalanceInProgressError, IllegalGenerationError) as error:
            log.info("offsets_not_committed_yet", error=str(error))

    def _accept(self, polled: dict[TopicPartition, list[Any]]) -> list[Delivery]:
        """What to apply now out of polled records and of waiting events whose time has come."""
        taken = [self._take(record) for records in polled.values() for record in records]
        return self._applier.in_order([delivery for delivery in taken if delivery is not None])

    def _poll_ms(self) -> int:
        """How long to wait for records: not beyond the next attempt of a waiting event."""
        soonest = self._applier.next_due()
        if soonest is None:
            return POLL_MS
        return int(min(POLL_MS, max(1.0, (soonest - time.monotonic()) * 1000)))

    def _take(self, record: Any) -> Delivery | None:
        """The delivery of a record, or None when it is a marker or comes before one that is awaited."""
        partition = TopicPartition(record.topic, record.partition)
        marker = read_marker(list(record.headers or ()))
        if marker is not None and not marker.finished:
            self._history.marker_seen(partition, marker)
        if self._history.awaited(partition):
            # Nothing is noted as polled: an offset committed here would hide the gap from the next start.
            return None
        self._progress.polled(partition, record.offset)
        if marker is not None:
            self._progress.done(partition, record.offset)
            return None
        return self.reader.read(record)

    def _done(self, delivery: Delivery) -> None:
        self._progress.done(delivery.partition, delivery.offset)

    def _process(self, batch: list[Delivery], stop: threading.Event, consumer: Any) -> None:
        """Apply a batch, however often that takes, without blaming events for a database that is away."""
        failures = 0
        self._busy_since = time.monotonic()
        try:
            while batch and not stop.is_set():
                try:
                    with telemetry.timed("batch_seconds", service=self._service.name):
                        self._applier.apply_all(batch)
                    return
                except Halted as halted:
                    self._halted = str(halted)
                    log.error("consumption_halted", reason=self._halted)
                    return
                except Exception as error:
                    if not is_infrastructure(error):
                        raise
                    failures += 1
                    self._trouble = f"database: {type(error).__name__}"
                    log.warning("database_away", error=str(error), failures=failures)
                    self._applier.slow_down()
                    consumer.pause(*consumer.assignment())
                    # Keeps the membership alive; what a partition assigned just now yields joins the batch.
                    batch.extend(self._accept(consumer.poll(timeout_ms=0)))
                    stop.wait(full_jitter(failures, self._settings.retry_base, self._settings.retry_cap))
                    consumer.resume(*consumer.paused())
        finally:
            self._busy_since = None

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

    def _commit(self, consumer: Any, *, force: bool = False) -> None:
        """Commit the offsets before which everything is done; at most a few times a second."""
        now = time.monotonic()
        if not force and now < self._next_commit:
            return
        self._next_commit = now + COMMIT_SECONDS
        owned = consumer.assignment()
        offsets = {tp: offset for tp, offset in self._progress.to_commit().items() if tp in owned}
        if not offsets:
            return
        consumer.commit({tp: OffsetAndMetadata(offset, "", -1) for tp, offset in offsets.items()})
        self._progress.committed(offsets)
        crash_point("consumer.offsets_committed")

    def forget(self, partitions: Sequence[TopicPartition]) -> None:
        """Partitions go to another member: what was not committed yet is delivered again there, and dropped as known.

        Runs on the client's own thread, from which nothing may be committed.
        """
        for partition in partitions:
            self._progress.forget(partition)
            self._history.forget(partition)
        self._applier.forget(partitions)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells the consumer when partitions come and go."""

    def __init__(self, owner: EventConsumer) -> None:
        self._owner = owner

    def on_partitions_revoked(self, revoked: Any) -> None:
        self._owner.forget(list(revoked))

    def on_partitions_assigned(self, assigned: Any) -> None:
        log.info("partitions_assigned", partitions=[f"{tp.topic}/{tp.partition}" for tp in assigned])
