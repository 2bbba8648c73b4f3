"""Promise 29: a backlog is worked off without a pause, in constant memory, while the API takes every write.

``BACKLOG`` sets how many events wait; 8,000 by default. How much slower the writes are meanwhile is printed; on two
cores shared with broker and database it says more of the machine than of the platform.
"""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass, field

import psutil
import pytest

from tests.chaos.conftest import Rig, ready
from tests.support.event_path import EventPath
from tests.support.eventually import eventually
from tests.support.pace import Writer, ratio
from tests.support.report import Counts
from tests.support.sample_service import Counted

pytestmark = pytest.mark.timeout(240)

BACKLOG = int(os.environ.get("BACKLOG", "8000"))
KEYS = 200
SAMPLE_SECONDS = 0.25
PROMISED = 0.10
"""How far the memory may swing around its median."""
WARM = 0.3
"""Share of the backlog after which the worker's memory has to stay where it is."""


def pile_up(path: EventPath, count: int) -> None:
    """Have ``count`` events said that nobody publishes or consumes yet."""
    for start in range(0, count, 500):
        path.publish(
            *(Counted(counter_id=f"piled-{n % KEYS}", value=n // KEYS, by=1) for n in range(start, start + 500))
        )


@dataclass
class Watch:
    """Samples the backlog and the worker's memory while something else goes on."""

    path: EventPath
    worker: psutil.Process
    lags: list[int] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """Bytes resident, from the time at which the worker is warm."""
    _next: float = 0.0

    def by_stretch(self, count: int) -> list[float]:
        """The mean lag of each of ``count`` stretches of time.

        Single samples tell nothing of a pause: the backlog grows by what is written meanwhile until the next batch of
        hundreds of events is done, which takes longer than a sample.
        """
        length = max(1, len(self.lags) // count)
        return [statistics.mean(self.lags[start : start + length]) for start in range(0, len(self.lags), length)]

    def behind(self) -> bool:
        """Whether most of the backlog is still to do; looks no more often than the samples are taken."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SAMPLE_SECONDS
            said = self.path.db.outbox.estimated_document_count()
            self.lags.append(said - self.path.db.inbox.estimated_document_count())
            if self.lags[-1] < BACKLOG * (1 - WARM):
                self.memory.append(self.worker.memory_info().rss)
        return self.lags[-1] > BACKLOG / 50


def test_a_backlog_is_worked_off_beside_the_api(rig: Rig, counts: Counts) -> None:
    api, first = rig.process("api"), rig.process("worker", WORKER_NAME="one", RELAY_WINDOW="1000")
    eventually(lambda: ready(api) and ready(first), within=30, describe="both are ready")
    writer = Writer(api, block=20)
    writer.write_for(1.0)
    usual = writer.write_for(2.0)
    first.stop()
    pile_up(rig.path, BACKLOG)
    worker = rig.process("worker", WORKER_NAME="one", RELAY_WINDOW="1000")
    done = rig.path.db.inbox.estimated_document_count()
    eventually(lambda: rig.path.db.inbox.estimated_document_count() > done, within=30, describe="it has begun")
    watch, began = Watch(rig.path, psutil.Process(worker.pid)), time.monotonic()
    busy = writer.write_while(watch.behind)
    seconds = time.monotonic() - began
    swing = max(abs(size / statistics.median(watch.memory) - 1) for size in watch.memory)
    print(  # noqa: T201
        f"{BACKLOG} events in {seconds:.1f} s, {writer.count} writes, 0 refused, lag {watch.lags}, memory "
        f"+-{swing:.1%} of {statistics.median(watch.memory) / 1e6:.0f} MB, {ratio(busy, usual)[1]}"
    )
    stretches = watch.by_stretch(6)
    assert len(stretches) >= 4
    assert stretches == sorted(stretches, reverse=True), "the lag falls from stretch to stretch"
    assert swing <= PROMISED
    rig.path.wait_seen("piled-0", list(range(BACKLOG // KEYS)), within=40)
    counts(events=BACKLOG, writes=writer.count, refused=0)
