"""The relay: carries what stands in the outbox to Kafka, in commit order, and forgets nothing.

One relay per service is active (a lease); the others stand by. The active one follows the outbox by change stream,
which yields rows in the order their transactions committed. It sends a window of records without waiting for each,
then waits for every single acknowledgement before it keeps the window as its checkpoint. Whatever happens in between
is published again from the checkpoint: duplicates of at most one window, which consumers drop.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import structlog
from bson import Timestamp
from kafka.errors import KafkaError
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure, PyMongoError

from contracts.registry import topic_of
from kernel import outbox, telemetry
from kernel.broker import Broker
from kernel.config import Settings
from kernel.crash import crash_point
from kernel.lease import Lease
from kernel.publications import LATE_COMMIT, ORDERS, Fenced, PublicationLog, Window
from kernel.replay import control_topic
from kernel.republish import Republisher
from kernel.retry import full_jitter
from kernel.sender import Sender, SendFailed, ends_after
from kernel.unit_of_work import Store

log = structlog.get_logger()

HISTORY_LOST = (280, 286)
"""MongoDB's ChangeStreamFatalError and ChangeStreamHistoryLost: the resume token is older than the oplog."""

WINDOW_BYTES = 4 * 1024 * 1024
WINDOW_AGE_SECONDS = 0.2
LOG_CHECK_SECONDS = 2.0
TOKEN_SECONDS = 60.0
PURGE_SECONDS = 600.0


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


@dataclass
class _Drained:
    """Rows that were drained and that the change stream, which began earlier, may yield once more.

    While it may, no resume token is kept: a relay that went on from one would not know these rows and publish them
    again. Without a token it drains, and leaves out what stands in a window.
    """

    since: int = 0
    """Seconds of the earliest stamp that a row committed since the stream began can have."""
    until: Timestamp = field(default_factory=lambda: Timestamp(0, 0))
    """No drained row committed later."""
    ids: set[str] = field(default_factory=set)

    def add(self, row: outbox.Row) -> None:
        """``row`` was drained."""
        if row["stamp"].time >= self.since:
            self.ids.add(row["_id"])

    def reached(self, change: dict[str, Any] | None) -> None:
        """The stream is at ``change``, or has caught up when that is None: forget the rows that it has passed."""
        if change is None or change["clusterTime"] > self.until:
            self.ids.clear()


class Relay:
    """The relay of one service in one worker process."""

    def __init__(self, service: str, store: Store, settings: Settings, broker: Broker, holder: str) -> None:
        self._service = service
        self._store = store
        self._settings = settings
        self._broker = broker
        self._topics = [topic_of(store.locality.slug, service), control_topic(store.locality.slug)]
        self._lease = Lease(store.db, "relay", holder, settings.lease)
        self._log = PublicationLog(store.db)
        self._again = Republisher(service, store, self._log, self._lease)
        self._checkpoint = Window(number=0, token=None, ends={})
        self._state = "starting"
        self._trouble: str | None = None
        self._behind_since: float | None = None
        self._next_check = self._next_token = self._next_purge = 0.0

    def health(self) -> str | None:
        """None when the relay does its work or stands by; else what keeps it from publishing."""
        if self._trouble is not None:
            return self._trouble
        sent = self._behind_since
        if sent is not None and time.monotonic() - sent > self._settings.stuck.total_seconds():
            return f"stuck: Kafka has not acknowledged what was sent {time.monotonic() - sent:.0f} s ago"
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
                self._again.all_again(str(error))
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
        self._broker.ensure_topics(self._topics)
        with Sender(self._broker, self._settings.lease.total_seconds()) as sender:
            keeper.start()
            try:
                self._reload()
                self._check_log(sender)
                self._again.resume(sender)
                self._again.carry_out_orders(sender)
                self._reload()
                self._follow(sender, stop)
            finally:
                renewing.set()
                keeper.join()

    def _reload(self) -> None:
        self._checkpoint = self._log.last() or Window(number=0, token=None, ends={})

    def _keep_lease(self, done: threading.Event) -> None:
        while not done.wait(self._settings.lease.total_seconds() / 4):
            try:
                if not self._lease.renew():
                    return
            except PyMongoError as error:
                log.warning("lease_not_renewed", error=str(error))

    def _follow(self, sender: Sender, stop: threading.Event) -> None:
        """Publish what commits, as it commits."""
        pipeline: list[dict[str, Any]] = [
            {"$match": {"operationType": "insert", "ns.coll": {"$in": [outbox.COLLECTION, ORDERS]}}},
            {"$project": {"fullDocument": 1, "ns": 1, "clusterTime": 1}},
        ]
        stream, drained = self._open_stream(sender, pipeline)
        flight, token = _Flight(), None
        with stream:
            self._trouble = None
            while not stop.is_set():
                change = stream.try_next()
                drained.reached(change)
                token = None if drained.ids else stream.resume_token
                if change is not None:
                    if change["ns"]["coll"] == ORDERS:
                        self._settle(sender, flight, token)
                        flight = _Flight()
                        self._again.carry_out_orders(sender)
                        self._reload()
                    elif change["fullDocument"]["_id"] not in drained.ids:
                        self._send(sender, flight, change["fullDocument"])
                now = time.monotonic()
                if flight.ids and (
                    change is None
                    or len(flight.ids) >= self._settings.relay_window
                    or flight.size >= WINDOW_BYTES
                    or now - flight.since >= WINDOW_AGE_SECONDS
                ):
                    self._settle(sender, flight, token)
                    flight = _Flight()
                if not flight.ids:
                    self._housekeeping(sender, now, token)
            if flight.ids:
                self._settle(sender, flight, token)

    def _open_stream(self, sender: Sender, pipeline: list[dict[str, Any]]) -> tuple[Any, _Drained]:
        """The change stream from the checkpoint on; where the oplog no longer reaches back, after draining."""
        options: dict[str, Any] = {"max_await_time_ms": 400, "batch_size": self._settings.relay_window}
        if self._checkpoint.token is not None:
            try:
                return self._store.db.watch(pipeline, resume_after=self._checkpoint.token, **options), _Drained()
            except OperationFailure as error:
                if error.code not in HISTORY_LOST:
                    raise
                log.warning("oplog_lost", reason=str(error))
        with self._store.db.client.start_session(causal_consistency=True) as session:
            self._store.db.command("ping", session=session)
            # The stream begins at an instant, and the rows are read as of that instant or later: a transaction whose
            # place in the oplog is taken but whose commit is not durable yet would otherwise be in neither.
            began = session.operation_time or Timestamp(0, 0)
            stream = self._store.db.watch(pipeline, start_at_operation_time=began, **options)
            try:
                drained = _Drained(since=began.time - int(LATE_COMMIT.total_seconds()))
                self._drain(sender, session, drained)
                return stream, drained
            except BaseException:
                stream.close()
                raise

    def _drain(self, sender: Sender, session: ClientSession, drained: _Drained) -> None:
        """Publish every row that is in no window; the stream opened before this may yield some of them again."""
        known = self._checkpoint if self._checkpoint.number else None
        flight = _Flight()
        for row in self._log.unpublished(known, session):
            self._send(sender, flight, row)
            drained.add(row)
            if len(flight.ids) >= self._settings.relay_window or flight.size >= WINDOW_BYTES:
                self._settle(sender, flight, None)
                flight = _Flight()
        self._settle(sender, flight, None)
        drained.until = session.operation_time or drained.until

    def _send(self, sender: Sender, flight: _Flight, row: outbox.Row) -> None:
        if not self._lease.valid():
            raise Fenced("the lease ran out")
        if not flight.ids:
            flight.since = time.monotonic()
            self._behind_since = self._behind_since or flight.since
        flight.futures.append(sender.send(row))
        crash_point("relay.sent")
        flight.ids.append(row["_id"])
        flight.size += len(row["value"])
        flight.stamp = max(flight.stamp, row["stamp"])

    def _settle(self, sender: Sender, flight: _Flight, token: Any) -> None:
        """Wait for every acknowledgement of a window, then keep it as the checkpoint."""
        if not flight.ids:
            return
        records = sender.acknowledged(flight.futures)
        crash_point("relay.acknowledged")
        for partition, offset in records:
            if offset < self._checkpoint.ends.get(partition, 0):
                raise LogLost(f"{partition} acknowledged offset {offset}, it had reached further")
        if not self._lease.valid():
            raise Fenced("the lease ran out before the window was kept")
        window = Window(
            number=self._checkpoint.number + 1,
            token=token,
            ends={**self._checkpoint.ends, **ends_after(records)},
            stamp=max(self._checkpoint.stamp, flight.stamp),
            ids=flight.ids,
        )
        self._log.append(window, self._store.clock.now())
        crash_point("relay.kept")
        self._checkpoint = window
        self._checkpoint.ids = []
        self._behind_since = None
        self._trouble = None
        telemetry.count("events_published_total", len(flight.futures), service=self._service)

    def _check_log(self, sender: Sender) -> None:
        """Raise ``LogLost`` when a partition is shorter than what Kafka had acknowledged."""
        self._next_check = time.monotonic() + LOG_CHECK_SECONDS
        known = {partition: end for partition, end in self._checkpoint.ends.items() if end}
        if not known or self._again.under_way():
            return
        for partition, end in sender.ends(known).items():
            if end < known[partition]:
                raise LogLost(f"{partition} ends at {end}, it had reached {known[partition]}")

    # -- housekeeping ---------------------------------------------------------------------------------------------

    def _housekeeping(self, sender: Sender, now: float, token: Any) -> None:
        if not self._lease.valid():
            raise Fenced("the lease ran out")
        if now >= self._next_check:
            self._check_log(sender)
        if now >= self._next_token and token is not None and self._checkpoint.number:
            self._next_token = now + TOKEN_SECONDS
            self._log.move_token(self._checkpoint.number, token)
        if now >= self._next_purge:
            removed = self._log.purge(self._store.clock.now() - self._settings.outbox_retention)
            self._next_purge = now + (PURGE_SECONDS if not removed else 1.0)
            rows = self._store.db[outbox.COLLECTION].estimated_document_count()
            telemetry.gauge("outbox_rows", rows, service=self._service)
            log.debug("outbox_purged", removed=removed, rows=rows)
