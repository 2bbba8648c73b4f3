"""Publishing again that is broken off: by another loss of the broker's log, or by a pause beyond the lease.

The log is a list for each partition, which can be emptied between two records; on real brokers it is promise 33.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from bson import Binary, Timestamp
from kafka import TopicPartition

from deploy.embedded.mongod import MongoServer
from kernel.broker import Offsets
from kernel.inflight import LogLost
from kernel.lease import Lease
from kernel.publications import Fenced, PublicationLog, Window
from kernel.replay import Marker
from kernel.republish import Republisher
from kernel.runtime import Runtime
from kernel.sender import SendFailed
from tests.support.sample_service import service
from tests.support.services import running

ONE, TWO, THREE = (TopicPartition("t.sample", number) for number in range(3))
WINDOWS = 8
ONLY_FIRST = 2
"""So many of the windows, the first ones, have a row for partition three."""


class Kafka:
    """Stands where the sender stands: takes records until it is told to break off or to be emptied."""

    def __init__(self) -> None:
        self.logs: dict[TopicPartition, list[str]] = {}
        self.takes = 1_000_000
        self.on_acknowledged: Callable[[], None] = lambda: None
        self.on_marked: Callable[[], None] = lambda: None

    def _append(self, partition: TopicPartition, what: str) -> tuple[TopicPartition, int]:
        if not self.takes:
            raise SendFailed("broken off")
        self.takes -= 1
        self.logs.setdefault(partition, []).append(what)
        return partition, len(self.logs[partition]) - 1

    def send(self, row: dict[str, Any]) -> tuple[TopicPartition, int]:
        return self._append(TopicPartition(row["topic"], int(row["key"])), row["_id"])

    def acknowledged(self, futures: list[tuple[TopicPartition, int]]) -> dict[TopicPartition, tuple[int, int]]:
        found: dict[TopicPartition, list[int]] = {}
        for partition, offset in futures:
            found.setdefault(partition, []).append(offset)
        self.on_acknowledged()
        return {partition: (min(offsets), max(offsets) + 1) for partition, offsets in found.items()}

    def mark(self, partition: TopicPartition, marker: Marker) -> None:
        self._append(partition, f"{marker.request_id} {'ends' if marker.finished else 'begins'}")
        self.on_marked()

    def has(self, partition: TopicPartition) -> bool:
        return partition.partition < 3

    def goes_to(self, row: dict[str, Any], partition: TopicPartition) -> bool:
        return bool(int(row["key"]) == partition.partition)

    def ends(self, partitions: Offsets) -> Offsets:
        return {partition: len(self.logs.get(partition, [])) for partition in partitions}


class Publishing:
    """What was published, and a relay's part of the work on it."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.log = PublicationLog(runtime.db)
        self.kafka = Kafka()
        self.lease = Lease(runtime.db, "relay", "first", timedelta(seconds=30))
        assert self.lease.acquire()
        self.again = Republisher("sample", runtime.store, self.log, self.lease)
        ends: Offsets = {}
        for number in range(1, WINDOWS + 1):
            rows = [self._row(number, tp) for tp in (ONE, TWO, *([THREE] if number <= ONLY_FIRST else []))]
            runtime.db.outbox.insert_many(rows)
            reached = self.kafka.acknowledged([self.kafka.send(row) for row in rows])
            ends = ends | {partition: end for partition, (_, end) in reached.items()}
            window = Window(number, {"at": number}, ends, Timestamp(number, 1), [row["_id"] for row in rows])
            self.log.append(window, runtime.clock.now())
        self.published = {tp: list(ids) for tp, ids in self.kafka.logs.items()}

    def _row(self, number: int, partition: TopicPartition) -> dict[str, Any]:
        row_id = f"{number}-{partition.partition}"
        wire = {"headers": Binary(b"\x90"), "value": Binary(b"{}"), "stamp": Timestamp(number, 1)}
        return {"_id": row_id, "topic": partition.topic, "key": str(partition.partition), **wire}

    def resume(self) -> None:
        self.again.resume(self.kafka)  # type: ignore[arg-type]

    def successor(self) -> Republisher:
        """The work of the relay that takes over when the lease of this one has run out."""
        lease = Lease(self.runtime.db, "relay", "second", timedelta(seconds=30))
        self.lease.release()
        assert lease.acquire()
        return Republisher("sample", self.runtime.store, self.log, lease)

    def overtake(self) -> None:
        """What a successor does while this relay is paused: all that is to be done."""
        self.successor().resume(self.kafka)  # type: ignore[arg-type]

    def break_off_after(self, records: int) -> None:
        """Publish again, and be interrupted when that many records are sent."""
        self.kafka.takes = records
        with pytest.raises(SendFailed):
            self.resume()
        self.kafka.takes = 1_000_000

    def ends(self) -> Offsets:
        last = self.log.last()
        assert last is not None
        return last.ends


@pytest.fixture
def publishing(mongod: MongoServer) -> Iterator[Publishing]:
    with running(service, mongod.uri) as runtime:
        yield Publishing(runtime)


def test_a_second_loss_is_noticed_by_who_goes_on(publishing: Publishing) -> None:
    publishing.kafka.logs.clear()
    publishing.again.all_again("lost")
    publishing.break_off_after(12)
    publishing.kafka.logs.clear()
    with pytest.raises(LogLost):
        publishing.resume()
    publishing.again.all_again("lost again")
    publishing.resume()
    assert publishing.kafka.logs == publishing.published
    assert publishing.log.saved_rewind() is None


def test_a_second_loss_is_noticed_in_the_middle(publishing: Publishing) -> None:
    publishing.kafka.logs.clear()
    publishing.again.all_again("lost")
    publishing.kafka.on_acknowledged = once(publishing.kafka.logs.clear, after=4)
    with pytest.raises(LogLost):
        publishing.resume()
    publishing.again.all_again("lost again")
    publishing.resume()
    for partition, ids in publishing.published.items():
        assert publishing.kafka.logs[partition][-len(ids) :] == ids


@pytest.mark.parametrize("records", [0, 1, 3, 6, 7, 12, 17])
def test_how_far_each_partition_reaches_is_known_however_often_it_was_broken_off(
    publishing: Publishing, records: int
) -> None:
    """A partition whose last record was sent again before the interruption, too: its loss would not be noticed."""
    publishing.kafka.logs.clear()
    publishing.again.all_again("lost")
    publishing.break_off_after(records)
    publishing.resume()
    ends = {partition: len(ids) for partition, ids in publishing.kafka.logs.items()}
    assert publishing.ends() == ends
    for partition, ids in publishing.published.items():
        assert list(dict.fromkeys(publishing.kafka.logs[partition])) == ids


def test_a_loss_is_noticed_while_an_order_is_carried_out(publishing: Publishing) -> None:
    """The checkpoint tells of the log there is as long as not everything is published anew."""
    publishing.log.save_rewind(
        {"next": 3, "until": WINDOWS, "reason": "asked for", "order": "o", "covered": True},
    )
    publishing.break_off_after(5)
    assert not publishing.again.begun_anew()
    publishing.kafka.logs.clear()
    with pytest.raises(LogLost):
        publishing.resume()
    publishing.again.all_again("lost")
    assert publishing.again.begun_anew()


def test_what_an_earlier_release_had_begun_is_gone_on_with(publishing: Publishing) -> None:
    publishing.kafka.logs.clear()
    publishing.log.save_rewind({"next": 1, "until": WINDOWS, "reason": "lost", "whole": True})
    publishing.break_off_after(12)
    publishing.resume()
    assert {partition: list(dict.fromkeys(ids)) for partition, ids in publishing.kafka.logs.items()} == (
        publishing.published
    )


def test_a_relay_that_was_paused_while_it_published_again_changes_nothing_when_it_wakes(publishing: Publishing) -> None:
    publishing.kafka.logs.clear()
    publishing.again.all_again("lost")
    left: dict[str, Any] = {}

    def overtaken() -> None:
        publishing.overtake()
        left.update(windows=list(publishing.runtime.db.outbox_windows.find()), logs=repr(publishing.kafka.logs))

    publishing.kafka.on_acknowledged = once(overtaken, after=3)
    with pytest.raises(Fenced):
        publishing.resume()
    assert publishing.log.saved_rewind() is None
    assert list(publishing.runtime.db.outbox_windows.find()) == left["windows"]
    assert repr(publishing.kafka.logs) == left["logs"]
    assert publishing.ends() == {partition: len(ids) for partition, ids in publishing.kafka.logs.items()}


@pytest.mark.parametrize("last", [False, True])
def test_one_that_was_paused_after_it_asked_its_lease_notes_nothing(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch, last: bool
) -> None:
    """The note itself is refused: it is made only while the successor has not gone on, finished or begun another."""
    publishing.kafka.logs.clear()
    publishing.again.all_again("lost")
    write = publishing.log.end_rewind if last else publishing.log.rewrite_ends

    def paused(*arguments: Any) -> None:
        monkeypatch.undo()
        publishing.overtake()
        publishing.again.all_again("lost again")
        write(*arguments)

    monkeypatch.setattr(publishing.log, write.__name__, paused)
    with pytest.raises(Fenced):
        publishing.resume()
    noted = publishing.log.saved_rewind()
    assert noted is not None
    assert (noted["reason"], noted["next"]) == ("lost again", 1)


def test_one_that_was_paused_at_a_marker_leaves_the_other_to_its_successor(publishing: Publishing) -> None:
    publishing.log.order(
        {"_id": "o", "topic": ONE.topic, "partition": 0, "from_offset": WINDOWS, "reason": "t", "asked_at": None}
    )
    publishing.kafka.on_marked = once(publishing.overtake)
    with pytest.raises(Fenced):
        publishing.again.carry_out_orders(publishing.kafka)  # type: ignore[arg-type]
    assert publishing.kafka.logs[ONE][WINDOWS:] == ["o begins", "o begins", "o ends"]
    assert publishing.log.saved_rewind() is None


def test_an_order_is_not_begun_over_what_another_relay_has_noted(publishing: Publishing) -> None:
    publishing.log.order({"_id": "o", "reason": "t", "asked_at": None})
    publishing.again.all_again("lost")
    with pytest.raises(Fenced):
        publishing.again.carry_out_orders(publishing.kafka)  # type: ignore[arg-type]
    assert publishing.again.begun_anew()
    publishing.resume()
    publishing.again.carry_out_orders(publishing.kafka)  # type: ignore[arg-type]
    assert publishing.log.open_orders() == []


def once(what: Callable[[], Any], *, after: int = 1) -> Callable[[], None]:
    """Do ``what`` the ``after``-th time."""
    left = [after]

    def hook() -> None:
        left[0] -= 1
        if not left[0]:
            what()

    return hook
