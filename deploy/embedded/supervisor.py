"""Keeps processes running: one that ends, whatever ended it, is started again."""

from __future__ import annotations

import os
import select
import signal
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
"""Seconds between two looks when no child ends: logs are kept short then."""
ONE_WISH = 1.0
"""Seconds within which a second signal is the same wish: from a terminal and from make, for example."""


class StopRequested(BaseException):
    """The wish to stop arrived as a signal; not an ``Exception``, so that nothing on the way takes it for an error."""


@dataclass
class _Kept:
    process: Process
    revive: Callable[[], None]
    started_at: float
    ends: int = 0
    due: float | None = None


class Supervisor:
    """Watches processes from the main thread; costs nothing while nothing happens."""

    def __init__(self, say: Callable[[str], None], logs: Path) -> None:
        self._say = say
        self._logs = logs
        self._kept: list[_Kept] = []
        self._asked_at: float | None = None
        self.alarm, self._ring = os.pipe()
        """The first is readable as soon as a signal has arrived."""
        for end in (self.alarm, self._ring):
            os.set_blocking(end, False)

    def __enter__(self) -> Supervisor:
        """Nothing is watched yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the alarm; from now on signals only ask to stop."""
        signal.set_wakeup_fd(-1)
        os.close(self.alarm)
        os.close(self._ring)

    def take_signals(self) -> None:
        """From now on SIGINT, SIGTERM and SIGHUP raise ``StopRequested`` in the main thread."""
        signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.asked_to_stop)

    def asked_to_stop(self, *_: object) -> None:
        """Raise ``StopRequested``, unless it is the same wish again."""
        now = time.monotonic()
        if self._asked_at is None or now - self._asked_at > ONE_WISH:
            self._asked_at = now
            raise StopRequested

    def keep(self, process: Process, revive: Callable[[], None]) -> None:
        """Call ``revive`` when ``process`` has ended; it starts the process and must not wait long."""
        self._kept.append(_Kept(process, revive, time.monotonic()))

    def watch(self) -> None:
        """Keep everything running until ``StopRequested`` is raised."""
        while True:
            self._sleep()
            self.look()
            for log in self._logs.glob("*.log"):
                rotate(log)

    def look(self) -> None:
        """Start what has ended, if its time has come."""
        now = time.monotonic()
        for kept in self._kept:
            if kept.due is not None and now >= kept.due:
                self._start_again(kept, now)
            elif kept.due is None and not kept.process.alive:
                self._plan(kept, now)

    def _sleep(self) -> None:
        """Until a signal arrives, the next start is due, or a tick is over."""
        dues = [kept.due for kept in self._kept if kept.due is not None]
        pause = min([TICK, *(max(0.0, due - time.monotonic()) for due in dues)])
        if select.select([self.alarm], [], [], pause)[0]:
            os.read(self.alarm, 4096)

    def _plan(self, kept: _Kept, now: float) -> None:
        if now - kept.started_at > SETTLED:
            kept.ends = 0
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2**kept.ends)
        kept.ends += 1
        kept.due = now + delay
        name, code, log = kept.process.name, kept.process.returncode, kept.process.log
        self._say(f"{name} ended with {code}; starting it again in {delay:g} s. Its log: {log}")

    def _start_again(self, kept: _Kept, now: float) -> None:
        kept.due, kept.started_at = None, now
        if kept.process.alive:
            return  # another revival brought it back meanwhile: a new broker restarts all workers
        try:
            kept.revive()
            self._say(f"{kept.process.name} runs again")
        except StartFailed as error:
            self._say(str(error))
