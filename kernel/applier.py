"""Applying deliveries: many in one transaction, each once, in the order of its key, the failing ones set aside."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Sequence

import structlog
from kafka import TopicPartition

from kernel import inbox, parking, telemetry
from kernel.config import Settings
from kernel.crash import crash_point
from kernel.delivery import Delivery
from kernel.halt import Halted, Outcomes
from kernel.positions import Overtaken
from kernel.progress import Progress
from kernel.retry import full_jitter, is_infrastructure
from kernel.unit_of_work import Store, UnitOfWork

log = structlog.get_logger()

CULPRITS_BEFORE_SINGLES = 8
"""After so many failing events in one batch the rest is applied one by one: reruns would cost more."""


class HandlerFailed(Exception):
    """A handler raised; carries which delivery it was given."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.id)
        self.delivery = delivery


class Applier:
    """Gives deliveries their effect; keeps those that failed, and the ones of their key behind them."""

    def __init__(self, service: str, store: Store, settings: Settings, progress: Progress) -> None:
        self._service = service
        self._store = store
        self._settings = settings
        self._progress = progress
        self._waiting: dict[parking.Lane, deque[Delivery]] = {}
        self._outcomes = Outcomes(settings.halt_consecutive, settings.halt_ratio, settings.halt_window)
        self._limit = settings.consume_batch
        """Events in one transaction at present: halved when a transaction fails as a whole, doubled when one holds."""
        self.busy_since: float | None = None
        """Monotonic time at which the transaction in hand began; None when there is none."""

    @property
    def waiting(self) -> int:
        """How many deliveries wait in memory."""
        return sum(map(len, self._waiting.values()))

    def next_due(self) -> float | None:
        """Monotonic time of the next attempt of a waiting delivery; None when none waits."""
        return min((lane[0].due for lane in self._waiting.values()), default=None)

    def forget(self, partitions: Collection[TopicPartition]) -> None:
        """Let go of what waits in ``partitions``: it will be delivered again, here or elsewhere."""
        for lane in [lane for lane, queue in self._waiting.items() if queue[0].partition in partitions]:
            del self._waiting[lane]

    def in_order(self, fresh: Sequence[Delivery]) -> list[Delivery]:
        """New ones that have nobody waiting before them, and waiting ones whose time has come."""
        batch: list[Delivery] = []
        for delivery in fresh:
            if not delivery.wanted:
                self._progress.passed(delivery.partition, delivery.offset)
            elif delivery.lane in self._waiting:
                self._waiting[delivery.lane].append(delivery)
            else:
                batch.append(delivery)
        now = time.monotonic()
        for lane in [lane for lane, queue in self._waiting.items() if queue[0].due <= now]:
            batch.extend(self._waiting.pop(lane))
        return batch

    def slow_down(self) -> None:
        """Try fewer events at once: the last transaction failed as a whole."""
        self._limit = max(1, self._limit // 2)

    def apply_all(self, batch: list[Delivery]) -> None:
        """Apply ``batch`` and empty it: what failed waits or is parked, everything else is done.

        What is left in it when this raises was not applied.
        """
        culprits = before_culprit = 0
        while batch:
            size = 1 if culprits >= CULPRITS_BEFORE_SINGLES else before_culprit or min(len(batch), self._limit)
            part = batch[:size]
            before_culprit = 0
            try:
                parked = self._apply(part)
            except HandlerFailed as failed:
                # What came before it was rolled back with it and is applied first, so that its key stays in order.
                before_culprit = part.index(failed.delivery)
                if not before_culprit:
                    culprits += 1
                    self._set_aside(batch, failed.delivery, failed.__cause__ or failed)
                continue
            except Exception as error:
                if isinstance(error, Halted | Overtaken) or is_infrastructure(error):
                    raise
                # The transaction as a whole was refused (too large, say): halve it until one event is to blame.
                culprits += 1
                self.slow_down()
                if size == 1:
                    self._set_aside(batch, part[0], error)
                continue
            self._limit = min(self._settings.consume_batch, self._limit * 2)
            self._progress.applied(part)
            self._outcomes.succeeded(len(part) - parked)
            del batch[:size]

    def _apply(self, part: list[Delivery]) -> int:
        """One transaction over ``part``; returns how many of it were parked. Raises ``HandlerFailed``."""
        unique: dict[str, Delivery] = {}
        for delivery in part:
            unique.setdefault(delivery.id, delivery)
        known: set[str] = set()
        while True:
            todo = [delivery for delivery in unique.values() if delivery.id not in known]
            self.busy_since = time.monotonic()
            try:
                parked = self._store.transact(lambda uow: self._apply_in(uow, todo, part))  # noqa: B023  run before todo moves
            except inbox.AlreadyClaimed:
                known |= inbox.claimed(self._store.db, [delivery.id for delivery in todo])
                continue
            finally:
                self.busy_since = None
            crash_point("consumer.committed")
            self._count(len(part) - len(todo), len(todo) - parked)
            return parked

    def _apply_in(self, uow: UnitOfWork, todo: list[Delivery], part: list[Delivery]) -> int:
        now = uow.now()
        inbox.claim(uow.db, [delivery.id for delivery in todo], now)
        closed = parking.parked_lanes(uow.db, {delivery.lane for delivery in todo}) if todo else set()
        parked = 0
        for delivery in todo:
            if delivery.lane in closed or delivery.reason is not None:
                behind = delivery.lane in closed
                reason = "behind" if behind else str(delivery.reason)
                parking.park(uow.db, delivery, reason=reason, error=delivery.error, mark=reason, at=now)
                telemetry.count("events_parked_total", service=self._service, reason=reason)
                closed.add(delivery.lane)
                parked += 1
                continue
            assert delivery.handler is not None  # noqa: S101  else it were not wanted
            assert delivery.envelope is not None  # noqa: S101
            try:
                delivery.handler(delivery.event, uow.handling(delivery.envelope))
            except Exception as error:
                if is_infrastructure(error):
                    raise
                raise HandlerFailed(delivery) from error
        self._progress.advance(uow.db, part)
        crash_point("consumer.handled")
        return parked

    def _set_aside(self, batch: list[Delivery], culprit: Delivery, error: BaseException) -> None:
        """Take a failed event, the first of its key, and the later ones out of ``batch``: to wait, or to be parked.

        When the database is away just then, they wait: the event is tried once more, and parked if it fails again.
        """
        lane = deque(delivery for delivery in batch if delivery.lane == culprit.lane)
        batch[:] = [delivery for delivery in batch if delivery.lane != culprit.lane]
        culprit.attempts += 1
        telemetry.count("events_consumed_total", service=self._service, result="failed")
        culprit.error = f"{type(error).__name__}: {error}"
        log.warning(
            "handler_failed", event_id=culprit.id, attempt=culprit.attempts, error=culprit.error, exc_info=error
        )
        # Whatever is raised from here on, the key stays in hand: what comes later waits behind it.
        self._waiting[culprit.lane] = lane
        if culprit.attempts < self._settings.retry_attempts:
            pause = full_jitter(culprit.attempts, self._settings.retry_base, self._settings.retry_cap)
            culprit.due = time.monotonic() + pause
            return
        if not culprit.given_up:
            culprit.given_up = True
            self._outcomes.failed()
        self._park_failed(culprit, parking.fingerprint(error))
        self._progress.applied([lane.popleft()])
        if not lane:
            del self._waiting[culprit.lane]

    def _park_failed(self, culprit: Delivery, mark: str) -> None:
        def work(uow: UnitOfWork) -> None:
            inbox.claim(uow.db, [culprit.id], uow.now())
            parking.park(uow.db, culprit, reason="handler-failed", error=culprit.error, mark=mark, at=uow.now())
            self._progress.advance(uow.db, [culprit])

        try:
            self._store.transact(work)
        except inbox.AlreadyClaimed:
            self._store.transact(lambda uow: self._progress.advance(uow.db, [culprit]))
            return
        telemetry.count("events_parked_total", service=self._service, reason="handler-failed")

    def _count(self, duplicates: int, applied: int) -> None:
        name = self._service
        telemetry.count("events_consumed_total", duplicates, service=name, result="duplicate")
        telemetry.count("events_consumed_total", applied, service=name, result="applied")
