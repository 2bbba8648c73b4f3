"""Windows under way: kept in the order they were sent, never before each record is acknowledged, and bounded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from bson import Timestamp
from kafka import TopicPartition

from kernel.clock import SystemClock
from kernel.inflight import MOST_WINDOWS, InFlight, LogLost
from kernel.publications import Fenced, Window
from kernel.sender import SendFailed
from tests.support.eventually import eventually

PARTITION = TopicPartition("topic", 0)
WINDOW = 10


class Kafka:
    """Stands where the sender stands: acknowledges what it is told to, refuses what it is told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.acknowledges = self.first_offset = 0
        self.refuses: str | None = None
        self.given_up = False
        self.changed = threading.Condition()

    def send(self, row: dict[str, Any]) -> str:
        self.sent.append(row["_id"])
        return row["_id"]

    def acknowledge(self, records: int) -> None:
        with self.changed:
            self.acknowledges += records
            self.changed.notify_all()

    def acknowledged(self, futures: list[str]) -> dict[TopicPartition, tuple[int, int]]:
        last = self.sent.index(futures[-1])
        with self.changed:
            self.changed.wait_for(lambda: self.acknowledges > last or self.given_up, timeout=10)
        if self.given_up or self.refuses in futures:
            raise SendFailed(f"{futures} are refused")
        first = self.first_offset + self.sent.index(futures[0])
        return {PARTITION: (first, first + len(futures))}

    def give_up(self) -> None:
        with self.changed:
            self.given_up = True
            self.changed.notify_all()


class Log:
    """Stands where the publication log stands."""

    def __init__(self) -> None:
        self.windows: list[Window] = []

    def append(self, window: Window, at: Any) -> None:
        self.windows.append(window)


class Lease:
    """Valid until it is not."""

    held = True

    def valid(self) -> bool:
        return self.held


class Bench:
    """An ``InFlight`` between these."""

    def __init__(self, checkpoint: Window) -> None:
        self.kafka, self.log, self.lease = Kafka(), Log(), Lease()
        self.flight = InFlight(
            "sample", self.kafka, self.lease, self.log, SystemClock(), window=WINDOW, checkpoint=checkpoint
        )

    def send(self, *numbers: int) -> None:
        for number in numbers:
            row = {"_id": f"{number}", "value": b"x", "stamp": Timestamp(number, 1)}
            self.flight.send(row, {"token": number})

    @property
    def kept(self) -> list[list[int]]:
        return [[int(row_id) for row_id in window.ids] for window in self.log.windows]


@contextmanager
def bench(checkpoint: Window | None = None) -> Iterator[Bench]:
    made = Bench(checkpoint or Window(number=7, token=None, ends={}))
    with made.flight:
        yield made


def test_windows_are_kept_in_order_each_when_all_of_it_is_acknowledged() -> None:
    with bench() as made:
        made.send(*range(2 * WINDOW + 3))
        made.kafka.acknowledge(WINDOW + 5)
        eventually(lambda: made.kept == [list(range(WINDOW))], within=5, describe="the first window is kept")
        assert made.flight.busy_since is not None
        made.kafka.acknowledge(WINDOW)
    assert made.kept == [list(range(WINDOW)), list(range(WINDOW, 2 * WINDOW)), [20, 21, 22]]
    assert [window.number for window in made.log.windows] == [8, 9, 10]
    assert [window.token for window in made.log.windows] == [{"token": 9}, {"token": 19}, {"token": 22}]
    assert [window.ends[PARTITION] for window in made.log.windows] == [10, 20, 23]
    assert made.log.windows[-1].stamp == Timestamp(22, 1)
    assert made.flight.busy_since is None


def test_a_window_that_is_not_full_is_kept_without_being_asked_for() -> None:
    with bench() as made:
        made.send(1)
        made.kafka.acknowledge(1)
        eventually(lambda: made.kept == [[1]], within=5, describe="one record is kept")
        assert made.flight.checkpoint.number == 8


def test_no_more_windows_than_the_limit_are_under_way() -> None:
    with bench() as made:
        sending = threading.Thread(target=made.send, args=range(10 * WINDOW))
        sending.start()
        eventually(lambda: len(made.kafka.sent) >= MOST_WINDOWS * WINDOW, within=5, describe="it sends up to the limit")
        sending.join(timeout=0.1)
        assert sending.is_alive()
        assert len(made.kafka.sent) <= (MOST_WINDOWS + 1) * WINDOW
        made.kafka.acknowledge(10 * WINDOW)
        sending.join(timeout=5)
        assert not sending.is_alive()
    assert [number for window in made.kept for number in window] == list(range(10 * WINDOW))


def test_nothing_is_kept_behind_a_record_that_was_refused() -> None:
    with pytest.raises(SendFailed), bench() as made:  # noqa: PT012  leaving the block raises it
        made.kafka.refuses = "15"
        made.kafka.acknowledge(100)
        made.send(*range(4 * WINDOW))
        made.flight.settle()
    assert made.kept == [list(range(WINDOW))]


def test_an_error_in_the_block_gives_up_what_is_under_way() -> None:
    with pytest.raises(KeyError), bench() as made:  # noqa: PT012  leaving the block raises it
        made.send(*range(WINDOW + 1))
        raise KeyError
    assert made.kafka.given_up
    assert made.kept == []


def test_a_lease_that_ran_out_lets_nothing_be_sent_or_kept() -> None:
    with pytest.raises(Fenced), bench() as made:  # noqa: PT012  leaving the block raises it
        made.send(1)
        made.lease.held = False
        made.kafka.acknowledge(1)
        made.flight.settle()
    assert made.kept == []
    with pytest.raises(Fenced):
        made.send(2)
    assert made.kafka.sent == ["1"]


def test_offsets_below_those_reached_before_say_that_the_log_is_lost() -> None:
    with pytest.raises(LogLost), bench(Window(number=7, token=None, ends={PARTITION: 100})) as made:  # noqa: PT012  leaving the block raises it
        made.kafka.acknowledge(1)
        made.send(1)
        made.flight.settle()
    assert made.kept == []
