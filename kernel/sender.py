"""Sending outbox rows to Kafka, and believing only what Kafka acknowledged."""

from __future__ import annotations

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaError

from kernel import outbox
from kernel.broker import Broker, Offsets, partition_of
from kernel.replay import Marker, marker_headers


class SendFailed(Exception):
    """A record was not acknowledged; the window is sent again from the checkpoint."""


class Sender:
    """A producer and an observer of the topics, open as long as the block lasts."""

    def __init__(self, broker: Broker, patience: float) -> None:
        self._producer = broker.producer()
        self._observer = broker.consumer()
        self._patience = patience
        self._partitions: dict[str, int] = {}

    def __enter__(self) -> Sender:
        """Itself."""
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close without waiting for what was not sent: that is published again from the checkpoint."""
        self._producer.close(timeout=0)
        self._observer.close()

    def send(self, row: outbox.Row) -> Any:
        """Hand a row over; the future tells what became of it. Raises ``SendFailed`` when it is refused at once."""
        topic = row["topic"]
        try:
            return self._producer.send(
                topic,
                key=row["key"].encode(),
                value=row["value"],
                headers=outbox.headers_of(row),
                partition=partition_of(row["key"], self._partition_count(topic)),
            )
        except KafkaError as error:
            raise SendFailed(f"{row['_id']} to {topic}: {error}") from error

    def mark(self, partition: TopicPartition, marker: Marker) -> None:
        """Put a marker into a partition and wait until it is there."""
        headers = marker_headers(marker)
        future = self._producer.send(partition.topic, value=b"{}", headers=headers, partition=partition.partition)
        self.acknowledged([future])

    def has(self, partition: TopicPartition) -> bool:
        """Whether there is such a partition to write into."""
        return partition.partition in self._producer.partitions_for(partition.topic)

    def goes_to(self, row: outbox.Row, partition: TopicPartition) -> bool:
        """Whether ``row`` is a record of ``partition``."""
        if row["topic"] != partition.topic:
            return False
        return bool(partition_of(row["key"], self._partition_count(partition.topic)) == partition.partition)

    def give_up(self) -> None:
        """Drop what was not sent: whoever waits for it is told so at once."""
        self._producer.close(timeout=0)

    def acknowledged(self, futures: Iterable[Any]) -> dict[TopicPartition, tuple[int, int]]:
        """For each partition the first offset of the records and the one behind them.

        Raises ``SendFailed`` when one of them was not acknowledged in time. ``flush()`` may return although a record
        expired, so only the futures count.
        """
        limit = time.monotonic() + self._patience
        offsets: dict[TopicPartition, list[int]] = {}
        for future in futures:
            try:
                metadata = future.get(timeout=max(0.1, limit - time.monotonic()))
            except KafkaError as error:
                raise SendFailed(str(error)) from error
            offsets.setdefault(metadata.topic_partition, []).append(metadata.offset)
        return {partition: (min(found), max(found) + 1) for partition, found in offsets.items()}

    def ends(self, partitions: Iterable[TopicPartition]) -> Offsets:
        """Where the broker's log ends in each of ``partitions`` now; a partition it does not have ends at 0."""
        wanted = set(partitions)
        numbers = {topic: self._observer.partitions_for_topic(topic) or () for topic in {tp.topic for tp in wanted}}
        there = [partition for partition in wanted if partition.partition in numbers[partition.topic]]
        found = self._observer.end_offsets(there) if there else {}
        return {partition: found.get(partition) or 0 for partition in wanted}

    def _partition_count(self, topic: str) -> int:
        if topic not in self._partitions:
            self._partitions[topic] = len(self._producer.partitions_for(topic))
        return self._partitions[topic]
