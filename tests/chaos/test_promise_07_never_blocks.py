"""Promise 7: publishing never blocks the API: with the broker away writes are as quick as ever, and all is said later.

Compared are writes with the broker there and away, in turns; the measure of a turn is the median of its blocks' p99,
which one busy moment of the machine does not move.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from deploy.embedded.apache_kafka import ApacheKafka
from tests.chaos.conftest import Rig, ready
from tests.support.eventually import eventually
from tests.support.ledger import published
from tests.support.pace import Writer, ratio
from tests.support.report import Counts

pytestmark = pytest.mark.timeout(180)

AWAY_SECONDS = float(os.environ.get("BROKER_AWAY_SECONDS", "6"))
"""How long the broker is away, in two halves; 600 in the long form."""
THERE_SECONDS = 3.0
PROMISED = 1.2 if AWAY_SECONDS >= 60 else 3.0
"""Times as slow as with the broker. The short form shares the machine with other tests: it sees a write that waits for
the broker, which takes a hundred times as long, and leaves the figure that was promised to the long form."""
ATTEMPTS = 3
"""How often it is measured at most: a busy machine spoils one measurement, a write that waits for the broker all."""

Fault = Callable[[ApacheKafka], AbstractContextManager[None]]


@contextmanager
def hanging(server: ApacheKafka) -> Iterator[None]:
    """The broker accepts connections and answers nothing."""
    server.process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.signal(signal.SIGCONT)


@contextmanager
def gone(server: ApacheKafka) -> Iterator[None]:
    """The broker's process is not there."""
    server.kill()
    try:
        yield
    finally:
        server.restart()


def test_writes_with_the_broker_away_are_as_quick_as_with_it(
    rig: Rig, apache_kafka: ApacheKafka, counts: Counts
) -> None:
    api, worker = rig.process("api"), rig.process("worker")
    eventually(lambda: ready(api) and ready(worker), within=30, describe="both are ready")
    writer = Writer(api)
    writer.write_for(1.0)
    for fault in (hanging, gone):
        told: list[str] = []
        while not quick_without(fault, writer, rig, apache_kafka, told):
            assert len(told) < ATTEMPTS, told
    all_said(rig, writer.count)
    assert len(set(published(rig.path.records()).ids)) == writer.count
    counts(writes=writer.count, refused=0, lost=0)


def quick_without(fault: Fault, writer: Writer, rig: Rig, broker: ApacheKafka, told: list[str]) -> bool:
    """Whether writes are as quick under ``fault`` as right before and after it; adds the figures to ``told``."""
    there = writer.write_for(THERE_SECONDS / 2)
    with fault(broker):
        away = writer.write_for(AWAY_SECONDS / 2)
    all_said(rig, writer.count)
    there += writer.write_for(THERE_SECONDS / 2)
    times, figures = ratio(away, there)
    told.append(f"{fault.__name__} {AWAY_SECONDS / 2:g} s, {writer.count} writes, 0 refused, {figures}")
    print(told[-1])  # noqa: T201
    return times <= PROMISED


def all_said(rig: Rig, count: int) -> None:
    """The relay has caught up: every event is in a window that Kafka has acknowledged."""

    def caught_up() -> bool:
        kept = sum(len(window["ids"]) for window in rig.path.db.outbox_windows.find({}, {"ids": 1}))
        assert kept == count
        return True

    eventually(caught_up, within=60, describe="the outbox drains", every=0.2)
