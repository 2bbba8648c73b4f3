"""The supervisor: starts again what ended, ever later when it keeps ending."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import supervisor
from deploy.embedded.processes import StartFailed
from deploy.embedded.supervisor import LONGEST_DELAY, SETTLED, StopRequested, Supervisor


class FakeProcess:
    """A process that ends when told."""

    name = "visitor.worker"
    log = Path("visitor.worker.log")
    returncode = -9

    def __init__(self) -> None:
        self.alive = True
        self.starts = 0

    def start(self) -> None:
        """Runs again."""
        self.alive = True
        self.starts += 1


class Time:
    """Stands still until told."""

    now = 1000.0

    def monotonic(self) -> float:
        """The time it was told."""
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    told = Time()
    monkeypatch.setattr(supervisor, "time", told)
    return told


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def watched(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    with Supervisor(said.append, tmp_path) as made:
        yield made


def test_what_ended_is_started_again_after_a_moment(watched: Supervisor, time: Time, said: list[str]) -> None:
    process = FakeProcess()
    watched.keep(process, process.start)
    process.alive = False
    watched.look()
    assert process.starts == 0
    time.now += supervisor.FIRST_DELAY
    watched.look()
    assert process.starts == 1
    assert said == [
        "visitor.worker ended with -9; starting it again in 0.2 s. Its log: visitor.worker.log",
        "visitor.worker runs again",
    ]


def test_what_keeps_ending_is_started_ever_later_and_what_settled_soon_again(watched: Supervisor, time: Time) -> None:
    process = FakeProcess()
    watched.keep(process, process.start)
    delays = [delay_until_restart(watched, process, time) for _ in range(8)]
    assert delays == sorted(delays)
    assert delays[0] == pytest.approx(supervisor.FIRST_DELAY, abs=0.11)
    assert delays[-1] == pytest.approx(LONGEST_DELAY, abs=0.11)
    time.now += SETTLED + 1
    assert delay_until_restart(watched, process, time) == pytest.approx(supervisor.FIRST_DELAY, abs=0.11)


def test_a_start_that_fails_is_said_and_tried_again(watched: Supervisor, time: Time, said: list[str]) -> None:
    process = FakeProcess()

    def fail() -> None:
        process.starts += 1
        raise StartFailed("no room on the disk")

    watched.keep(process, fail)
    process.alive = False
    for _ in range(100):
        time.now += 0.1
        watched.look()
    assert process.starts > 2
    assert "no room on the disk" in said


def test_what_another_revival_brought_back_is_not_started_twice(watched: Supervisor, time: Time) -> None:
    worker, broker = FakeProcess(), FakeProcess()
    watched.keep(worker, worker.start)
    watched.keep(broker, lambda: (broker.start(), worker.start()))
    worker.alive = broker.alive = False
    watched.look()
    worker.start()
    time.now += LONGEST_DELAY
    watched.look()
    assert broker.starts == 1
    assert worker.starts == 2


def test_the_wish_to_stop_counts_once_when_it_arrives_twice_at_once(watched: Supervisor, time: Time) -> None:
    with pytest.raises(StopRequested):
        watched.asked_to_stop()
    watched.asked_to_stop()
    time.now += supervisor.ONE_WISH + 0.1
    with pytest.raises(StopRequested):
        watched.asked_to_stop()


def test_it_closes_its_alarm(tmp_path: Path) -> None:
    with Supervisor(print, tmp_path) as made:
        os.fstat(made.alarm)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(made.alarm)


def delay_until_restart(watched: Supervisor, process: FakeProcess, time: Time) -> float:
    process.alive = False
    before = time.now
    watched.look()
    while not process.alive:
        time.now += 0.1
        watched.look()
    return time.now - before
