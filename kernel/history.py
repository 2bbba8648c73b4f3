"""Where a consumer starts reading, and what it does when the broker no longer has the record it needs next.

Three cases, told apart here and never by an automatic reset:
- the service has not read the partition: it starts at the beginning; one that retention has moved is asked for again;
- the log is another one, or ends before the next offset: the broker lost it, and the relays publish all of it again;
- the next offset lies before the beginning: history was trimmed. The consumer says so, asks the producing service to
  publish it again, and goes on only from the marker that answers its request.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from kafka import TopicPartition

from contracts.registry import topic_of
from kernel.ids import new_id
from kernel.publications import ORDERS
from kernel.replay import Marker, ReplayRequested, control_topic, read_marker
from kernel.service import Service
from kernel.unit_of_work import Store, UnitOfWork

log = structlog.get_logger()

ASK_AGAIN_SECONDS = 30.0
HISTORY_SECONDS = 60.0
ACCEPTED = "accepted_gaps"


class HistoryLost(Exception):
    """Neither the broker nor the producing service has the whole history any more."""


@dataclass
class _Wait:
    """A partition that waits for its history."""

    request_id: str
    needed: int
    beginning: int
    asked: float
    known: bool
    """Whether this service had come as far as ``needed``; else it is new and takes what there is."""
    lost: bool = False
    """Whether the producing service no longer has it either."""


class History:
    """Finds the place to read from in each partition of one consumer."""

    def __init__(self, service: Service, store: Store, group: str) -> None:
        self._store = store
        self._group = group
        self._control = control_topic(store.locality.slug)
        self._own_topic = topic_of(store.locality.slug, service.name)
        self._waits: dict[TopicPartition, _Wait] = {}

    def awaited(self, partition: TopicPartition) -> bool:
        """Whether what this partition yields is to be dropped, because its history has yet to come."""
        return partition in self._waits

    def missing(self) -> str | None:
        """Which part of history is missing, in words for the readiness answer; None when nothing is."""
        for partition, wait in self._waits.items():
            if wait.beginning == 0:
                return f"{partition.topic}/{partition.partition}: the broker lost its log; asked for all of it again"
            gap = f"{partition.topic}/{partition.partition}: offsets {wait.needed} to {wait.beginning - 1}"
            if wait.lost:
                return f"{gap} are gone and the producing service no longer has them; accept-gap goes on without them"
            return f"{gap} are no longer in the broker's log; asked for them again"
        return None

    def start(self, consumer: Any, partition: TopicPartition, *, replaced: bool = False) -> None:
        """A partition that this service has not read in the log that the broker has now.

        ``replaced``: it has read another log of it. What was in flight when that one was lost may stand in the new
        one before all that was published again; so it is read from a marker on, in the order it was said.
        """
        beginning = consumer.beginning_offsets([partition])[partition]
        if partition.topic == self._control or (beginning == 0 and not replaced):
            consumer.seek(partition, beginning)
            return
        self._ask(consumer, partition, 0, beginning, known=False)

    def recover(self, consumer: Any, partition: TopicPartition, offset: int, needed: int) -> None:
        """A partition of which the broker does not have ``offset``; ``needed`` is the first that is not done."""
        beginning = consumer.beginning_offsets([partition])[partition]
        if offset >= beginning or partition.topic == self._control:
            log.warning("broker_log_restarted", partition=str(partition), offset=offset, beginning=beginning)
            self.start(consumer, partition, replaced=True)
            return
        log.warning("history_trimmed", partition=str(partition), needed=needed, beginning=beginning)
        self._ask(consumer, partition, needed, beginning, known=True)

    def ask_again(self, consumer: Any) -> None:
        """Repeat requests that were not answered in time."""
        now = time.monotonic()
        for partition, wait in list(self._waits.items()):
            if now - wait.asked > ASK_AGAIN_SECONDS and not wait.lost:
                self._ask(consumer, partition, wait.needed, wait.beginning, known=wait.known)

    def marker_seen(self, partition: TopicPartition, marker: Marker) -> None:
        """A marker in front of history came by; when it answers this consumer's request, what follows is complete."""
        wait = self._waits.get(partition)
        if wait is None or wait.request_id != marker.request_id:
            return
        if marker.covered or not wait.known or self._accepted(partition, wait.needed):
            log.info("history_resumed", partition=str(partition), needed=wait.needed, covered=marker.covered)
            del self._waits[partition]
        else:
            wait.lost = True

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """``partitions`` belong to another worker now, or are read from elsewhere."""
        for partition in partitions:
            self._waits.pop(partition, None)

    def on_replay_requested(self, event: ReplayRequested, uow: UnitOfWork) -> None:
        """Some consumer needs history: when it is this service's, leave the order for the relay."""
        if event.replay_topic != self._own_topic:
            return
        order = {
            "_id": event.request_id,
            "topic": event.replay_topic,
            "partition": event.partition,
            "from_offset": event.from_offset,
            "reason": f"{event.group} needs it",
            "asked_at": event.asked_at,
            "state": "open",
        }
        uow.db[ORDERS].insert_one(order)

    def _ask(self, consumer: Any, partition: TopicPartition, needed: int, beginning: int, *, known: bool) -> None:
        consumer.seek(partition, consumer.end_offsets([partition])[partition])
        request_id = request_replay(self._store, partition, needed, self._group)
        self._waits[partition] = _Wait(request_id, needed, beginning, time.monotonic(), known)

    def _accepted(self, partition: TopicPartition, needed: int) -> bool:
        found = self._store.db[ACCEPTED].find_one({"_id": f"{partition.topic}/{partition.partition}"})
        return found is not None and found["from_offset"] == needed


def request_replay(store: Store, partition: TopicPartition, from_offset: int, group: str) -> str:
    """Ask the producing service for ``partition`` from ``from_offset`` on; returns the id its marker will carry."""
    request_id = new_id()

    def work(uow: UnitOfWork) -> None:
        uow.publish(
            ReplayRequested(
                request_id=request_id,
                replay_topic=partition.topic,
                partition=partition.partition,
                from_offset=from_offset,
                group=group,
                asked_at=uow.now(),
            )
        )

    store.transact(work)
    return request_id


def accept_gap(store: Store, partition: TopicPartition, from_offset: int, *, operator: str) -> None:
    """Let a consumer go on without history that nobody has any more; takes effect when its worker starts again."""
    store.db[ACCEPTED].replace_one(
        {"_id": f"{partition.topic}/{partition.partition}"},
        {"from_offset": from_offset, "operator": operator, "at": store.clock.now()},
        upsert=True,
    )


def read_history(consumer: Any, store: Store, partitions: list[TopicPartition], reader: str) -> Iterator[list[Any]]:
    """Every record of ``partitions`` from the first event ever published to the present end, in batches.

    ``consumer`` has no group. Where retention has moved a partition's beginning, its history is asked for again and
    read from the marker on. Raises ``HistoryLost`` when the producing service no longer has all of it either.
    """
    if not partitions:
        return
    consumer.assign(partitions)
    beginnings = consumer.beginning_offsets(partitions)
    ends = consumer.end_offsets(partitions)
    markers: dict[TopicPartition, str] = {}
    for partition in partitions:
        if beginnings[partition] == 0:
            consumer.seek(partition, 0)
        else:
            markers[partition] = request_replay(store, partition, 0, reader)
            consumer.seek(partition, ends[partition])
    asked = dict(markers)
    limit = time.monotonic() + HISTORY_SECONDS
    while markers or any(consumer.position(partition) < ends[partition] for partition in partitions):
        if time.monotonic() > limit:
            raise HistoryLost(f"not answered within {HISTORY_SECONDS:.0f} s: {', '.join(map(str, markers))}")
        for partition, records in consumer.poll(timeout_ms=200, max_records=500).items():
            limit = time.monotonic() + HISTORY_SECONDS
            yield _from_marker(partition, records, asked, markers, ends)


def _from_marker(
    partition: TopicPartition,
    records: list[Any],
    asked: dict[TopicPartition, str],
    markers: dict[TopicPartition, str],
    ends: dict[TopicPartition, int],
) -> list[Any]:
    """Those of ``records`` that follow the awaited marker and are no markers themselves; moves ``ends`` behind them."""
    wanted: list[Any] = []
    for record in records:
        marker = read_marker(list(record.headers or ()))
        if marker is None:
            if partition not in markers:
                wanted.append(record)
        elif marker.request_id == asked.get(partition):
            if not marker.covered:
                raise HistoryLost(f"{partition}: the producing service no longer has its whole history")
            markers.pop(partition, None)
            ends[partition] = record.offset + 1 if marker.finished else sys.maxsize
    return wanted
