"""Promise 10: one relay is active; one that slept beyond its lease cannot speak when it wakes."""

from __future__ import annotations

import signal

import pytest

from deploy.embedded.processes import Process
from tests.chaos.conftest import Rig
from tests.support.eventually import eventually
from tests.support.ledger import Ledger, published
from tests.support.report import Counts

WINDOW = 20


def leader(rig: Rig) -> str | None:
    row = rig.path.db.leases.find_one({"_id": "relay"})
    return row["holder"] if row else None


def in_windows(rig: Rig) -> int:
    return sum(len(row["ids"]) for row in rig.path.db.outbox_windows.find())


@pytest.mark.timeout(120)
def test_a_paused_relay_is_replaced_and_stays_silent(rig: Rig, counts: Counts) -> None:
    ledger = Ledger()

    def say(count: int) -> None:
        for value in range(len(ledger.accepted), len(ledger.accepted) + count):
            ledger.accept(rig.path.count(f"counter-{value % 3}", value), f"counter-{value % 3}", value)

    first: Process = rig.process(RELAY_WINDOW=str(WINDOW))
    holder = eventually(lambda: leader(rig), within=20, describe="the first worker's relay leads")
    second = rig.process(RELAY_WINDOW=str(WINDOW))
    say(50)
    eventually(lambda: in_windows(rig) == 50, within=20, describe="all is published, and kept as published")
    first.signal(signal.SIGSTOP)
    say(50)
    eventually(lambda: leader(rig) not in (holder, None), within=20, describe="the second worker's relay leads")
    eventually(
        lambda: set(published(rig.path.records()).ids) == set(ledger.accepted), within=20, describe="it has caught up"
    )
    before = len(published(rig.path.records()).ids)
    first.signal(signal.SIGCONT)
    say(30)
    eventually(lambda: set(published(rig.path.records()).ids) == set(ledger.accepted), within=20, describe="it goes on")
    found = published(rig.path.records())
    assert len(found.ids) - before == 30, "it had nothing in flight, so what it says on waking would be said twice"
    assert found.duplicates <= WINDOW
    for counter in ledger.counters():
        assert found.first[counter] == ledger.order(counter)
    assert first.alive
    assert second.alive
    assert leader(rig) != holder

    def all_kept() -> bool:
        windows = list(rig.path.db.outbox_windows.find().sort("_id", 1))
        assert [window["_id"] for window in windows] == list(range(1, len(windows) + 1))
        kept = [event_id for window in windows for event_id in window["ids"]]
        missing, again = set(ledger.accepted) - set(kept), len(kept) - len(set(kept))
        assert (len(missing), again) == (0, 0), "how many are in no window, and in two"
        return True

    eventually(all_kept, within=30, describe="every event is in exactly one window")
    counts(commands=len(ledger.accepted), pauses=1, duplicates=found.duplicates)
