"""The relay: carries what stands in the outbox to Kafka, in commit order, and forgets nothing.

One relay per service is active (a lease); the others stand by. The active one follows the outbox by change stream,
which yields rows in the order their transactions committed; a backlog it drains from the collection first. It sends
window after window (``kernel.inflight``), and keeps each as its checkpoint when Kafka has acknowledged every record of
it. Whatever happens in between is published again from the checkpoint: duplicates of a few windows, which consumers
drop.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import structlog
from bson import Timestamp
from kafka.errors import KafkaError
from pymongo.errors import OperationFailure, PyMongoError

from contracts.registry import topic_of
from kernel import outbox, telemetry
from kernel.broker import Broker
from kernel.config import Settings
from kernel.inflight import InFlight, LogLost, check_log
from kernel.lease import Lease
from kernel.publications import LATE_COMMIT, ORDERS, Fenced, PublicationLog, Window
from kernel.replay import control_topic
from kernel.republish import Republisher
from kernel.retry import full_jitter
from kernel.sender import Sender, SendFailed
from kernel.unit_of_work import Store

log = structlog.get_logger()

HISTORY_LOST = (280, 286)
"""MongoDB's ChangeStreamFatalError and ChangeStreamHistoryLost: the resume token is older than the oplog."""

PIPELINE: list[dict[str, Any]] = [
    {"$match": {"operationType": "insert", "ns.coll": {"$in": [outbox.COLLECTION, ORDERS]}}},
    {"$project": {"fullDocument": dict.fromkeys(("_id", *outbox.WIRE), 1), "ns.coll": 1, "clusterTime": 1}},
]
"""What the change stream yields: rows of the outbox, and orders to publish again."""

BACKLOG = 2000
"""From so many waiting rows on they are drained by cursor, in the order of their stamps."""
BATCH = 2000
LOG_CHECK_SECONDS = 4.0
TOKEN_SECONDS = 60.0
PURGE_SECONDS = 600.0


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
        self._flight: InFlight | None = None
        self._state = "starting"
        self._trouble: str | None = None
        self._next_check = self._next_token = self._next_purge = 0.0

    def health(self) -> str | None:
        """None when the relay does its work or stands by; else what keeps it from publishing."""
        flight = self._flight
        if self._trouble is not None and not (flight is not None and flight.kept):
            return self._trouble
        sent = flight.busy_since if flight is not None else None
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
        lost: str | None = None
        while not stop.is_set():
            try:
                if lost is not None:
                    self._again.all_again(lost)
                    lost = None
                if not self._lease.acquire():
                    self._state = "standby"
                    stop.wait(self._settings.lease.total_seconds() / 3)
                    continue
                self._state = "leading"
                self._lead(stop)
                failures = 0
            except Fenced as error:
                log.warning("relay_fenced", reason=str(error))
            except LogLost as error:
                lost = str(error)
                log.warning("broker_log_lost", reason=lost)
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
                self._check_log(sender, self._checkpoint())
                self._again.resume(sender)
                self._again.carry_out_orders(sender)
                with self._in_flight(sender) as flight:
                    self._flight = flight
                    self._follow(sender, flight, stop)
            finally:
                self._flight = None
                renewing.set()
                keeper.join()

    def _in_flight(self, sender: Sender) -> InFlight:
        return InFlight(
            self._service,
            sender,
            self._lease,
            self._log,
            self._store.clock,
            window=self._settings.relay_window,
            checkpoint=self._checkpoint(),
        )

    def _checkpoint(self) -> Window:
        return self._log.last() or Window(number=0, token=None, ends={})

    def _keep_lease(self, done: threading.Event) -> None:
        while not done.wait(self._settings.lease.total_seconds() / 4):
            try:
                if not self._lease.renew():
                    return
            except PyMongoError as error:
                log.warning("lease_not_renewed", error=str(error))

    def _follow(self, sender: Sender, flight: InFlight, stop: threading.Event) -> None:
        """Publish what commits, as it commits."""
        stream, drained = self._open_stream(flight, stop)
        with stream:
            self._trouble = None
            while not stop.is_set():
                change = stream.try_next()
                drained.reached(change)
                idle = change is None and flight.busy_since is None
                if idle or time.monotonic() >= self._next_check:
                    self._housekeeping(sender, flight, stream.resume_token if idle and not drained.ids else None)
                if change is None:
                    flight.check()
                elif change["ns"]["coll"] == ORDERS:
                    flight.settle()
                    self._again.carry_out_orders(sender)
                    flight.checkpoint = self._checkpoint()
                elif change["fullDocument"]["_id"] not in drained.ids:
                    flight.send(change["fullDocument"], None if drained.ids else change["_id"])

    def _open_stream(self, flight: InFlight, stop: threading.Event) -> tuple[Any, _Drained]:
        """The change stream from the checkpoint on.

        After draining where much has been said meanwhile, which a cursor reads far quicker, or where the oplog no
        longer reaches back.
        """
        token = flight.checkpoint.token
        options: dict[str, Any] = {"max_await_time_ms": self._settings.idle_ms, "batch_size": BATCH}
        if token is not None and not self._log.far_behind(flight.checkpoint, BACKLOG):
            try:
                return self._store.db.watch(PIPELINE, resume_after=token, **options), _Drained()
            except OperationFailure as error:
                if error.code not in HISTORY_LOST:
                    raise
                log.warning("oplog_lost", reason=str(error))
        with self._store.db.client.start_session(causal_consistency=True) as session:
            self._store.db.command("ping", session=session)
            # The stream begins at an instant, and the rows are read as of that instant or later: a transaction whose
            # place in the oplog is taken but whose commit is not durable yet would otherwise be in neither.
            began = session.operation_time or Timestamp(0, 0)
            stream = self._store.db.watch(PIPELINE, start_at_operation_time=began, **options)
            try:
                drained = _Drained(since=began.time - int(LATE_COMMIT.total_seconds()))
                for row in self._log.unpublished(flight.checkpoint if flight.checkpoint.number else None, session):
                    flight.send(row, None)
                    drained.add(row)
                    if stop.is_set():
                        break
                flight.settle()
                drained.until = session.operation_time or drained.until
                return stream, drained
            except BaseException:
                stream.close()
                raise

    def _check_log(self, sender: Sender, checkpoint: Window) -> None:
        """Raise ``LogLost`` when a partition is shorter than what Kafka had acknowledged."""
        self._next_check = time.monotonic() + LOG_CHECK_SECONDS
        if not self._again.begun_anew():
            check_log(sender, checkpoint.ends)

    # -- housekeeping ---------------------------------------------------------------------------------------------

    def _housekeeping(self, sender: Sender, flight: InFlight, token: Any) -> None:
        if not self._lease.valid():
            raise Fenced("the lease ran out")
        now, last = time.monotonic(), flight.checkpoint
        if now >= self._next_check:
            if self._again.begun_anew():
                raise Fenced("another relay has noted that everything is to be published again")
            self._check_log(sender, last)
        if token is not None and last.number and (now >= self._next_token or last.token is None):
            self._next_token = now + TOKEN_SECONDS
            self._log.move_token(last.number, token)
            last.token = token
        if now >= self._next_purge:
            removed = self._log.purge(self._store.clock.now() - self._settings.outbox_retention)
            self._next_purge = now + (PURGE_SECONDS if not removed else 1.0)
            rows = self._store.db[outbox.COLLECTION].estimated_document_count()
            telemetry.gauge("outbox_rows", rows, service=self._service)
            log.debug("outbox_purged", removed=removed, rows=rows)
