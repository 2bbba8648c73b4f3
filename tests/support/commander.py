"""A process that runs commands and says after each commit what was accepted: the ledger of a process that may die.

A command whose outcome it did not learn is run again under its own id, which its transaction claims: it happens once.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymongo.errors import PyMongoError

from kernel.config import load_settings
from kernel.ids import new_id
from kernel.runtime import Runtime, open_runtime
from kernel.unit_of_work import UnitOfWork
from tests.support.ledger import Ledger
from tests.support.sample_service import Counted, service

COMMANDS = "commands"
NAMESPACE_EXISTS = 48
PATIENCE = 120.0
"""Seconds that one command is tried again while the database is away."""


def main() -> None:
    """``commander COUNT KEYS [PREFIX]``: prints ``accepted, event id, counter, value`` for each committed command."""
    count, keys = map(int, sys.argv[1:3])
    prefix = sys.argv[3] if len(sys.argv) > 3 else "counter"
    runtime = open_runtime(service, load_settings())
    surely(lambda: runtime.db.create_collection(COMMANDS, check_exists=False))
    for value in range(count):
        event = Counted(counter_id=f"{prefix}-{value % keys}", value=value, by=1)
        event_id = say_once(runtime, new_id(), event)
        sys.stdout.write(f"accepted {event_id} {event.counter_id} {value}\n")
        sys.stdout.flush()
    runtime.close()


def say_once(runtime: Runtime, command_id: str, event: Counted) -> str:
    """Say ``event`` in a transaction that claims ``command_id``; the event's id, also when it was said before."""
    known: list[str] = []

    def work(uow: UnitOfWork) -> None:
        row = uow.db[COMMANDS].find_one({"_id": command_id})
        event_id = row["event_id"] if row else uow.publish(event)
        if row is None:
            uow.db[COMMANDS].insert_one({"_id": command_id, "event_id": event_id})
        known.append(event_id)

    surely(lambda: runtime.store.transact(work))
    return known[-1]


def surely(act: Callable[[], Any]) -> None:
    """Do ``act`` until the database has done it; a collection that exists is made already."""
    deadline, pause = time.monotonic() + PATIENCE, threading.Event()
    while True:
        try:
            act()
            return
        except PyMongoError as error:
            if getattr(error, "code", None) == NAMESPACE_EXISTS:
                return
            if time.monotonic() > deadline:
                raise
            pause.wait(0.2)


def read_ledger(log: Path) -> Ledger:
    """The ledger that a commander has written."""
    ledger = Ledger()
    for line in log.read_text().splitlines():
        if line.startswith("accepted "):
            _, event_id, counter, value = line.split()
            ledger.accept(event_id, counter, int(value))
    return ledger
