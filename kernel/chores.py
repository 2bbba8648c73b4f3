"""What a service has to do because time has passed, though nobody asked: its worker does it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from kernel.unit_of_work import Store

log = structlog.get_logger()

SOON = timedelta(seconds=1)
"""When a chore that failed is tried again."""


@dataclass(frozen=True)
class Chore:
    """A step that is due every so often.

    ``run`` does a bounded piece of it and returns how much it did. Several workers may run it at the same time, so it
    must be right then too: what it does, it does in transactions, and doing it again changes nothing.
    """

    name: str
    every: timedelta
    run: Callable[[Store], int]


class Chores:
    """Does one service's chores, one after the other, until told to stop. One that fails is tried again in time."""

    def __init__(self, chores: Sequence[Chore], store: Store) -> None:
        self._store = store
        self._chores = tuple(chores)
        self._failed: dict[str, str] = {}

    def run(self, stop: threading.Event) -> None:
        """Do every chore at once and then whenever its time has come; returns after ``stop``."""
        due = dict.fromkeys(self._chores, time.monotonic())
        while due and not stop.wait(max(0.0, min(due.values()) - time.monotonic())):
            for chore in [chore for chore, at in due.items() if at <= time.monotonic()]:
                pause = chore.every if self.do(chore) else min(chore.every, SOON)
                due[chore] = time.monotonic() + pause.total_seconds()
        stop.wait()

    def do(self, chore: Chore) -> bool:
        """Do one chore now: whether it went well. What went wrong is logged, and told by ``health`` until it does."""
        try:
            done = chore.run(self._store)
        except Exception as error:
            self._failed[chore.name] = f"{type(error).__name__}: {error}"
            log.exception("chore_failed", chore=chore.name)
            return False
        self._failed.pop(chore.name, None)
        if done:
            log.info("chore_done", chore=chore.name, count=done)
        return True

    def health(self) -> str | None:
        """Why this service does not do its chores; None when it does."""
        return "; ".join(f"{name}: {why}" for name, why in sorted(self._failed.items())) or None
