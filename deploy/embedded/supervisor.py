"""Keeps processes running: one that ends, whatever ended it, is started again."""

from __future__ import annotations

import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.files import rotate
from deploy.embedded.processes import Process, StartFailed

FIRST_DELAY = 0.2
LONGEST_DELAY = 10.0
SETTLED = 30.0
"""Seconds a process must live for its earlier ends to be forgotten."""
TICK = 5.0
ONE_WISH = 1.0


class StopRequested(BaseException):
    """The wish to stop arrived as a signal; not an ``Exception``, so that nothing on the way takes it for an error."""


@dataclass
class _Kept:
    process: Process
    revive: Callable[[], None]
    ends: int = 0
    started_at: float = 0.0
    due: float | None = None


class Supervisor:
    """Watches processes from the main thread; costs nothing while nothing happens."""

    def __init__(self, say: Callable[[str], None], logs: Path) -> None:
        self._say = say
        self._logs = logs
        self._kept: list[_Kept] = []
        self._wake, wake_writer = socket.socketpair()
        self._wake.setblocking(False)
        wake_writer.setblocking(False)
        self._wake_writer = wake_writer
        self._asked_at: float | None = None

    def take_signals(self) -> None:
        """From now on SIGINT, SIGTERM and SIGHUP raise ``StopRequested`` in the main thread."""
        signal.set_wakeup_fd(self._wake_writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, *_: object) -> None:
        """The same wish arriving twice at once, as from a terminal and from make, is one wish."""
        now = time.monotonic()
        if self._asked_at is None or now - self._asked_at > ONE_WISH:
            self._asked_at = now
            raise StopRequested

    def keep(self, process: Process, revive: Callable[[], None]) -> None:
        """Call ``revive`` when ``process`` has ended; it starts the process and must not wait long."""
        self._kept.append(_Kept(process, revive, started_at=time.monotonic()))

    def watch(self) -> None:
        """Keep everything running until ``StopRequested`` is raised."""
        while True:
            self._sleep()
            now = time.monotonic()
            for kept in self._kept:
                self._look_after(kept, now)
            for log in self._logs.glob("*.log"):
                rotate(log)

    def _sleep(self) -> None:
        """Until a child ends, the next start is due, or a tick is over."""
        dues = [kept.due for kept in self._kept if kept.due is not None]
        pause = min([TICK, *(max(0.0, due - time.monotonic()) for due in dues)])
        if select.select([self._wake], [], [], pause)[0]:
            self._wake.recv(4096)

    def _look_after(self, kept: _Kept, now: float) -> None:
        if kept.due is None:
            if kept.process.alive:
                return
            if now - kept.started_at > SETTLED:
                kept.ends = 0
            delay = min(LONGEST_DELAY, FIRST_DELAY * 2**kept.ends)
            kept.ends += 1
            kept.due = now + delay
            how = f"ended with {kept.process.returncode}"
            self._say(f"{kept.process.name} {how}; starting it again in {delay:g} s. Its log: {kept.process.log}")
        elif now >= kept.due:
            kept.due, kept.started_at = None, now
            try:
                kept.revive()
                self._say(f"{kept.process.name} runs again")
            except StartFailed as error:
                self._say(str(error))
