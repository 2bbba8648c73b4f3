"""Records on their way to Kafka: several windows at once, each kept as the checkpoint when all of it is acknowledged.

The relay reads and sends on its own thread and never waits for one window before it begins the next. A second thread
waits for the acknowledgements and keeps the windows, one after the other in the order in which they were sent: a
checkpoint is never ahead of a record that Kafka has not confirmed, whatever later ones it has.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from bson import Timestamp
from kafka import TopicPartition

from kernel import outbox, telemetry
from kernel.broker import Offsets
from kernel.clock import Clock
from kernel.crash import crash_point
from kernel.lease import Lease
from kernel.publications import Fenced, PublicationLog, Window
from kernel.sender import Sender

MOST_WINDOWS = 4
"""Windows sent and not yet kept; what a relay that dies publishes again is at most this much."""
MOST_BYTES = 4 * 1024 * 1024
LINGER_SECONDS = 0.05
"""How long a window that is not full waits for more records before it is kept."""


class LogLost(Exception):
    """The broker's log is shorter than what it had acknowledged: everything retained is published again."""


def check_log(sender: Sender, reached: Offsets) -> None:
    """Raise ``LogLost`` when a partition is shorter than what it had ``reached``."""
    known = {partition: end for partition, end in reached.items() if end}
    for partition, end in (sender.ends(known) if known else {}).items():
        if end < known[partition]:
            raise LogLost(f"{partition} ends at {end}, it had reached {known[partition]}")


def check_acknowledged(acknowledged: dict[TopicPartition, tuple[int, int]], reached: Offsets) -> None:
    """Raise ``LogLost`` when records were ``acknowledged`` at offsets before what their partition had ``reached``."""
    for partition, (first, _) in acknowledged.items():
        if first < reached.get(partition, 0):
            raise LogLost(f"{partition} acknowledged offset {first}, it had reached further")


@dataclass
class _Flight:
    """A window that is being sent."""

    futures: list[Any] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    size: int = 0
    since: float = 0.0
    stamp: Timestamp = field(default_factory=lambda: Timestamp(0, 0))
    token: Any = None


class InFlight:
    """Sends rows and keeps them as published; open as long as the block lasts, which waits for what is under way."""

    def __init__(
        self,
        service: str,
        sender: Sender,
        lease: Lease,
        publications: PublicationLog,
        clock: Clock,
        *,
        window: int,
        checkpoint: Window,
    ) -> None:
        self._service = service
        self._sender = sender
        self._lease = lease
        self._log = publications
        self._clock = clock
        self._window = window
        self.checkpoint = checkpoint
        """The newest window that was kept."""
        self.kept = 0
        """Windows kept so far."""
        self._flights = deque([_Flight()])
        self._bytes = 0
        self._hurry = self._closed = False
        self._error: BaseException | None = None
        self._changed = threading.Condition(threading.Lock())
        self._keeper = threading.Thread(target=self._run, name="relay-windows", daemon=True)

    def __enter__(self) -> InFlight:
        """Itself."""
        self._keeper.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wait until all is kept; after an error drop what is under way, it is published again from the checkpoint."""
        try:
            if error is None:
                self.settle()
        finally:
            with self._changed:
                self._closed = True
                self._changed.notify_all()
            if self.busy_since is not None:
                self._sender.give_up()
            self._keeper.join()

    @property
    def busy_since(self) -> float | None:
        """Monotonic time since which the oldest record under way has been; None when nothing is."""
        oldest = self._flights[0]
        return oldest.since if oldest.ids else None

    def send(self, row: outbox.Row, token: Any) -> None:
        """Send ``row``; ``token`` is where the change stream goes on behind it.

        Waits while too much is under way. Raises ``Fenced``, ``LogLost`` or ``SendFailed``, also for earlier rows.
        """
        if not self._lease.valid():
            raise Fenced("the lease ran out")
        future = self._sender.send(row)
        crash_point("relay.sent")
        size = len(row["value"])
        with self._changed:
            flight = self._flights[-1]
            if not flight.ids:
                flight.since = time.monotonic()
                self._changed.notify_all()
            flight.futures.append(future)
            flight.ids.append(row["_id"])
            flight.size += size
            flight.stamp = max(flight.stamp, row["stamp"])
            flight.token = token
            self._bytes += size
            if len(flight.ids) >= self._window:
                self._flights.append(_Flight())
                self._changed.notify_all()
            while self._error is None and (len(self._flights) > MOST_WINDOWS or self._bytes > MOST_BYTES):
                self._changed.wait()
        self.check()

    def settle(self) -> None:
        """Wait until everything sent is kept. Raises what kept it from that."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()
            while self._error is None and self.busy_since is not None:
                self._changed.wait()
            self._hurry = False
        self.check()

    def check(self) -> None:
        """Raise what has gone wrong meanwhile."""
        if self._error is not None:
            raise self._error

    # -- on the keeper's thread ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while (flight := self._next()) is not None:
                self._keep(flight)
                with self._changed:
                    self._flights.popleft()
                    self._bytes -= flight.size
                    self._changed.notify_all()
        except Exception as error:  # noqa: BLE001  raised again on the relay's thread by ``check``
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _next(self) -> _Flight | None:
        """The oldest window once it is full, or has waited long enough for more; None at the end."""
        with self._changed:
            while not self._closed:
                flight = self._flights[0]
                if not flight.ids:
                    self._changed.wait()
                    continue
                left = flight.since + LINGER_SECONDS - time.monotonic()
                if len(self._flights) == 1:
                    if left > 0 and not self._hurry and self._bytes <= MOST_BYTES:
                        self._changed.wait(left)
                        continue
                    self._flights.append(_Flight())
                return flight
        return None

    def _keep(self, flight: _Flight) -> None:
        reached = self._sender.acknowledged(flight.futures)
        crash_point("relay.acknowledged")
        check_acknowledged(reached, self.checkpoint.ends)
        if not self._lease.valid():
            raise Fenced("the lease ran out before the window was kept")
        window = Window(
            number=self.checkpoint.number + 1,
            token=flight.token,
            ends={**self.checkpoint.ends, **{partition: end for partition, (_, end) in reached.items()}},
            stamp=max(self.checkpoint.stamp, flight.stamp),
            ids=flight.ids,
        )
        self._log.append(window, self._clock.now())
        crash_point("relay.kept")
        self.checkpoint = Window(window.number, window.token, window.ends, window.stamp)
        self.kept += 1
        telemetry.count("events_published_total", len(flight.ids), service=self._service)
