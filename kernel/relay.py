"""The relay: carries what stands in the outbox to Kafka, in commit order, and forgets nothing.

One relay per service is active (a lease); the others stand by. The active one follows the outbox by change stream,
which yields rows in the order their transactions committed. It sends a window of records without waiting for each,
then waits for every single acknowledgement before it keeps the window as its checkpoint. Whatever happens in between
is published again from the checkpoint: duplicates of at most one window, which consumers drop.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from bson import Timestamp
from kafka import TopicPartition
from kafka.errors import KafkaError
from pymongo.errors import OperationFailure, PyMongoError

from kernel import outbox, telemetry
from kernel.broker import Broker, Offsets, closing, partition_of
from kernel.config import Settings
from kernel.lease import Lease
from kernel.publications import ORDERS, Fenced, PublicationLog, Window
from kernel.replay import marker_headers
from kernel.retry import full_jitter
from kernel.unit_of_work import Store

log = structlog.get_logger()

HISTORY_LOST = (280, 286)
"""MongoDB's ChangeStreamFatalError and ChangeStreamHistoryLost: the resume token is older than the oplog."""

WINDOW_BYTES = 4 * 1024 * 1024
WINDOW_AGE_SECONDS = 0.2
LOG_CHECK_SECONDS = 2.0
TOKEN_SECONDS = 60.0
PURGE_SECONDS = 600.0


class SendFailed(Exception):
    """A record was not acknowledged; the window is sent again from the checkpoint."""


class LogLost(Exception):
    """The broker's log is shorter than what it had acknowledged: everything retained is published again."""


@dataclass
class _Flight:
    """Records sent and not yet known to be in Kafka."""

    futures: list[Any] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    size: int = 0
    since: float = 0.0
    stamp: Timestamp = field(default_factory=lambda: Timestamp(0, 0))


class Relay:
    """The relay of one service in one worker process."""

    def __init__(self, service: str, store: Store, settings: Settings, broker: Broker, holder: str) -> None:
        self._service = service
        self._store = store
        self._settings = settings
        self._broker = broker
        self._lease = Lease(store.db, "relay", holder, settings.lease)
        self._log = PublicationLog(store.db)
        self._checkpoint = Window(number=0, token=None, ends={})
        self._partitions: dict[str, int] = {}
        self._observer: Any = None
        self._state = "starting"
        self._trouble: str | None = None
        self._behind_since: float | None = None
        self._next_check = self._next_token = self._next_purge = 0.0

    def health(self) -> str | None:
        """None when the relay does its work or stands by; else what keeps it from publishing."""
        if self._trouble is not None:
            return self._trouble
        if self._behind_since is not None and time.monotonic() - self._behind_since > 15:
            return "records were sent more than 15 s ago and Kafka has not acknowledged them"
        return None

    @property
    def state(self) -> str:
        """``starting``, ``standby``, ``leading`` or ``stopped``."""
        return self._state

    def run(self, stop: threading.Event) -> None:
        """Relay until ``stop`` is set. Survives any loss of broker, database or lease; raises nothing."""
        failures = 0
        while not stop.is_set():
            try:
                if not self._lease.acquire():
                    self._state = "standby"
                    stop.wait(self._settings.lease.total_seconds() / 3)
                    continue
                self._state = "leading"
                self._lead(stop)
                failures = 0
            except Fenced as error:
                log.warning("relay_fenced", reason=str(error))
                self._behind_since = None
            except LogLost as error:
                log.warning("broker_log_lost", reason=str(error))
                self._rewind_all_later(str(error))
            except (SendFailed, KafkaError, PyMongoError) as error:
                failures += 1
                self._trouble = f"relay: {type(error).__name__}: {error}"
                log.warning("relay_interrupted", error=str(error), failures=failures)
                stop.wait(full_jitter(failures, self._settings.retry_base, self._settings.retry_cap))
        self._state = "stopped"
        try:
            self._lease.release()
        except PyMongoError as error:
            log.warning("lease_not_released", error=str(error))

    # -- leading ------------------------------------------------------------------------------------------------

    def _lead(self, stop: threading.Event) -> None:
        renewing = threading.Event()
        keeper = threading.Thread(target=self._keep_lease, args=(renewing,), name="relay-lease", daemon=True)
        with closing_now(self._broker.producer()) as producer, closing(self._broker.plain_consumer()) as observer:
            self._observer = observer
            keeper.start()
            try:
                self._checkpoint = self._log.last() or Window(number=0, token=None, ends={})
                self._partitions.clear()
                self._check_log()
                self._resume_rewind(producer)
                self._carry_out_orders(producer)
                self._follow(producer, stop)
            finally:
                renewing.set()
                keeper.join()

    def _keep_lease(self, done: threading.Event) -> None:
        while not done.wait(self._settings.lease.total_seconds() / 4):
            try:
                if not self._lease.acquire():
                    return
            except PyMongoError as error:
                log.warning("lease_not_renewed", error=str(error))

    def _follow(self, producer: Any, stop: threading.Event) -> None:
        """Publish what commits, as it commits."""
        pipeline: list[dict[str, Any]] = [
            {"$match": {"operationType": "insert", "ns.coll": {"$in": [outbox.COLLECTION, ORDERS]}}},
            {"$project": {"fullDocument": 1, "ns": 1}},
        ]
        stream, drained = self._open_stream(producer, pipeline)
        flight = _Flight()
        with stream:
            self._trouble = None
            while not stop.is_set():
                change = stream.try_next()
                if change is not None:
                    if change["ns"]["coll"] == ORDERS:
                        self._settle(flight, stream.resume_token)
                        flight = _Flight()
                        self._carry_out_orders(producer)
                    elif change["fullDocument"]["_id"] not in drained:
                        self._send(producer, flight, change["fullDocument"])
                now = time.monotonic()
                if flight.ids and (
                    change is None
                    or len(flight.ids) >= self._settings.relay_window
                    or flight.size >= WINDOW_BYTES
                    or now - flight.since >= WINDOW_AGE_SECONDS
                ):
                    self._settle(flight, stream.resume_token)
                    flight = _Flight()
                if not flight.ids:
                    drained = drained if change is not None else set()
                    self._housekeeping(now, stream.resume_token)
            if flight.ids:
                self._settle(flight, stream.resume_token)

    def _open_stream(self, producer: Any, pipeline: list[dict[str, Any]]) -> tuple[Any, set[str]]:
        """The change stream from the checkpoint on; where the oplog no longer reaches back, after draining."""
        options: dict[str, Any] = {"max_await_time_ms": 400, "batch_size": self._settings.relay_window}
        if self._checkpoint.token is not None:
            try:
                return self._store.db.watch(pipeline, resume_after=self._checkpoint.token, **options), set()
            except OperationFailure as error:
                if error.code not in HISTORY_LOST:
                    raise
                log.warning("oplog_lost", reason=str(error))
        stream = self._store.db.watch(pipeline, **options)
        try:
            return stream, self._drain(producer, stream.resume_token)
        except BaseException:
            stream.close()
            raise

    def _drain(self, producer: Any, token: Any) -> set[str]:
        """Publish every row that is in no window; the stream opened before this may yield some of them again."""
        known = self._checkpoint if self._checkpoint.number else None
        drained: set[str] = set()
        flight = _Flight()
        for row in self._log.unpublished(known):
            self._send(producer, flight, row)
            drained.add(row["_id"])
            if len(flight.ids) >= self._settings.relay_window or flight.size >= WINDOW_BYTES:
                # Only with the last window may the token move on: a crash before it must drain again.
                self._settle(flight, self._checkpoint.token)
                flight = _Flight()
        self._settle(flight, token)
        return drained

    def _send(self, producer: Any, flight: _Flight, row: outbox.Row) -> None:
        if not self._lease.valid():
            raise Fenced("the lease ran out")
        if not flight.ids:
            flight.since = time.monotonic()
            self._behind_since = self._behind_since or flight.since
        flight.futures.append(self._produce(producer, row))
        flight.ids.append(row["_id"])
        flight.size += len(row["value"])
        flight.stamp = max(flight.stamp, row["stamp"])

    def _produce(self, producer: Any, row: outbox.Row) -> Any:
        topic = row["topic"]
        try:
            return producer.send(
                topic,
                key=row["key"].encode(),
                value=bytes(row["value"]),
                headers=[(name, bytes(value)) for name, value in row["headers"]],
                partition=partition_of(row["key"], self._partition_count(producer, topic)),
            )
        except KafkaError as error:
            raise SendFailed(f"{row['_id']} to {topic}: {error}") from error

    def _partition_count(self, producer: Any, topic: str) -> int:
        if topic not in self._partitions:
            self._partitions[topic] = len(producer.partitions_for(topic))
        return self._partitions[topic]

    def _settle(self, flight: _Flight, token: Any) -> None:
        """Wait for every acknowledgement of a window, then keep it as the checkpoint.

        ``flush()`` may return although a record expired, so only the futures count.
        """
        if not flight.ids:
            return
        ends = self._await(flight.futures)
        if not self._lease.valid():
            raise Fenced("the lease ran out before the window was kept")
        window = Window(
            number=self._checkpoint.number + 1,
            token=token,
            ends={**self._checkpoint.ends, **ends},
            stamp=max(self._checkpoint.stamp, flight.stamp),
            ids=flight.ids,
        )
        self._log.append(window, self._store.clock.now())
        self._checkpoint = window
        self._checkpoint.ids = []
        self._behind_since = None
        self._trouble = None
        telemetry.count("events_published_total", len(flight.futures), service=self._service)

    def _await(self, futures: Iterable[Any], *, watch_log: bool = True) -> Offsets:
        """The end offsets after the records of ``futures``; raises ``SendFailed`` or ``LogLost``."""
        ends: Offsets = {}
        limit = time.monotonic() + self._settings.lease.total_seconds()
        for future in futures:
            try:
                metadata = future.get(timeout=max(0.1, limit - time.monotonic()))
            except KafkaError as error:
                raise SendFailed(str(error)) from error
            partition = TopicPartition(metadata.topic, metadata.partition)
            if watch_log and metadata.offset < self._checkpoint.ends.get(partition, 0):
                raise LogLost(f"{partition} acknowledged offset {metadata.offset}, it had reached further")
            ends[partition] = max(ends.get(partition, 0), metadata.offset + 1)
        return ends

    # -- a broker that lost its log, history asked for again ------------------------------------------------------

    def _check_log(self) -> None:
        """Raise ``LogLost`` when a partition is shorter than what Kafka had acknowledged."""
        self._next_check = time.monotonic() + LOG_CHECK_SECONDS
        known = {tp: end for tp, end in self._checkpoint.ends.items() if end}
        if not known or self._log.saved_rewind():
            return
        for topic in {tp.topic for tp in known}:
            self._observer.partitions_for_topic(topic)
        found = self._observer.end_offsets(list(known))
        for partition, end in known.items():
            if found.get(partition, 0) < end:
                raise LogLost(f"{partition} ends at {found.get(partition, 0)}, it had reached {end}")

    def _rewind_all_later(self, reason: str) -> None:
        """Note that all retained history is to be published again, from the oldest window on."""
        first, last = self._log.first_number(), self._log.last()
        if first is None or last is None:
            return
        self._log.save_rewind({"next": first, "until": last.number, "reason": reason, "whole": True})

    def _resume_rewind(self, producer: Any) -> None:
        """Publish again what was asked for, window by window, each noted when it is acknowledged."""
        rewind = self._log.saved_rewind()
        if rewind is None:
            return
        log.info("publishing_again", first=rewind["next"], until=rewind["until"], reason=rewind.get("reason"))
        only = TopicPartition(rewind["topic"], rewind["partition"]) if "topic" in rewind else None
        if rewind.get("marker"):
            self._mark(producer, rewind["topic"], rewind["partition"], rewind["marker"], rewind["covered"])
        ends: Offsets = {} if rewind.get("whole") else dict(self._checkpoint.ends)
        published = 0
        for window in self._log.windows_from(rewind["next"], rewind["until"]):
            rows = [row for row in self._log.rows(window.ids) if only is None or self._goes_to(producer, row, only)]
            if not self._lease.valid():
                raise Fenced("the lease ran out while publishing again")
            ends = {**ends, **self._await([self._produce(producer, row) for row in rows], watch_log=False)}
            base = {} if rewind.get("whole") else window.ends
            moved = ends if only is None else {only: ends.get(only, 0)}
            self._log.rewrite_ends(window.number, {**base, **moved})
            published += len(rows)
            self._log.save_rewind({**rewind, "next": window.number + 1})
        if rewind.get("order"):
            self._log.finish_order(rewind["order"], self._store.clock.now(), published, rewind["covered"])
        self._log.save_rewind(None)
        self._checkpoint = self._log.last() or self._checkpoint
        telemetry.count("events_republished_total", published, service=self._service)

    def _goes_to(self, producer: Any, row: outbox.Row, partition: TopicPartition) -> bool:
        count = self._partition_count(producer, row["topic"])
        return bool(row["topic"] == partition.topic and partition_of(row["key"], count) == partition.partition)

    def _mark(self, producer: Any, topic: str, partition: int, request_id: str, covered: bool) -> None:
        future = producer.send(topic, value=b"{}", headers=marker_headers(request_id, covered), partition=partition)
        self._await([future], watch_log=False)

    def _carry_out_orders(self, producer: Any) -> None:
        """Publish again what consumers or an operator have asked for."""
        for order in self._log.open_orders():
            last = self._log.last()
            if last is None:
                if order.get("topic"):
                    self._mark(producer, order["topic"], order["partition"], order["_id"], covered=True)
                self._log.finish_order(order["_id"], self._store.clock.now(), 0, covered=True)
                continue
            self._log.save_rewind(self._rewind_for(order, last))
            self._resume_rewind(producer)

    def _rewind_for(self, order: dict[str, Any], last: Window) -> dict[str, Any]:
        rewind: dict[str, Any] = {"until": last.number, "order": order["_id"], "reason": order["reason"]}
        if order.get("topic"):
            partition = TopicPartition(order["topic"], order["partition"])
            first = self._log.window_holding(partition, order["from_offset"])
            covered = order["from_offset"] >= self._log.purged_ends().get(partition, 0)
            rewind |= {"topic": partition.topic, "partition": partition.partition, "marker": order["_id"]}
            return rewind | {"next": first if first is not None else last.number + 1, "covered": covered}
        since = self._log.first_since(order["since"]) if order.get("since") else self._log.first_number()
        return rewind | {"next": since if since is not None else last.number + 1, "covered": True}

    # -- housekeeping ---------------------------------------------------------------------------------------------

    def _housekeeping(self, now: float, token: Any) -> None:
        if not self._lease.valid():
            raise Fenced("the lease ran out")
        if now >= self._next_check:
            self._check_log()
        if now >= self._next_token and token is not None and self._checkpoint.number:
            self._next_token = now + TOKEN_SECONDS
            self._log.move_token(self._checkpoint.number, token)
        if now >= self._next_purge:
            self._next_purge = now + PURGE_SECONDS
            removed = self._log.purge(self._store.clock.now() - self._settings.outbox_retention)
            rows = self._store.db[outbox.COLLECTION].estimated_document_count()
            telemetry.gauge("outbox_rows", rows, service=self._service)
            log.debug("outbox_purged", removed=removed, rows=rows)


class closing_now:
    """Close a producer without waiting for what it has not sent: that is published again from the checkpoint."""

    def __init__(self, producer: Any) -> None:
        self._producer = producer

    def __enter__(self) -> Any:
        return self._producer

    def __exit__(self, *_: object) -> None:
        self._producer.close(timeout=0)
