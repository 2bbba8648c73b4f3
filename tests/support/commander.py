"""A process that runs commands and says after each commit what was accepted: the ledger of a process that may die."""

from __future__ import annotations

import sys
from pathlib import Path

from kernel.config import load_settings
from kernel.runtime import open_runtime
from tests.support.ledger import Ledger
from tests.support.sample_service import Counted, service


def main() -> None:
    """``commander COUNT KEYS``: prints ``event id, counter, value`` for each committed command."""
    count, keys = map(int, sys.argv[1:])
    runtime = open_runtime(service, load_settings())
    for value in range(count):
        event = Counted(counter_id=f"counter-{value % keys}", value=value, by=1)
        event_id = runtime.store.transact(lambda uow, event=event: uow.publish(event))
        sys.stdout.write(f"accepted {event_id} {event.counter_id} {value}\n")
        sys.stdout.flush()
    runtime.close()


def read_ledger(log: Path) -> Ledger:
    """The ledger that a commander has written."""
    ledger = Ledger()
    for line in log.read_text().splitlines():
        if line.startswith("accepted "):
            _, event_id, counter, value = line.split()
            ledger.accept(event_id, counter, int(value))
    return ledger
