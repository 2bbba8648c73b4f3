"""Kafka clients as this platform uses them: safe defaults in one place.

The same code speaks to Apache Kafka and to the embedded broker; the latter cannot be asked for its version, keeps
nothing on disk, and creates topics when they are first named.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import crc32c  # noqa: F401  record checksums in C: the pure Python ones make everything 3 to 7 times slower
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError, TopicAlreadyExistsError
from kafka.partitioner import murmur2

from kernel.config import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

Offsets = dict[TopicPartition, int]

MAX_REQUEST_BYTES = 1024 * 1024
METADATA_MAX_AGE_MS = 30_000
ANSWER_SECONDS = 1.0
_API_VERSIONS = struct.pack(">ihhih", 10, 18, 0, 1, -1)
"""Size, request 18 in version 0, correlation 1, no client id: what every broker answers before anything else."""
FETCH_WAIT_MS = 250
"""How long the broker may keep a fetch that finds nothing; one that finds something is answered at once."""


@lru_cache(maxsize=16_384)
def partition_of(key: str, partitions: int) -> int:
    """The partition of a key, as every Kafka client's default partitioner chooses it (murmur2, sign bit cleared)."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


class Broker:
    """Makes clients for one Kafka cluster; holds no connection itself."""

    def __init__(self, settings: Settings, client_id: str) -> None:
        self._settings = settings
        self._client_id = client_id

    @property
    def embedded(self) -> bool:
        """Whether this is the embedded broker: the one whose protocol version has to be told."""
        return self._settings.kafka_api_version is not None

    def _common(self) -> dict[str, Any]:
        return {
            "bootstrap_servers": self._settings.kafka_bootstrap.split(","),
            "client_id": self._client_id,
            "api_version": self._settings.kafka_api_version,
            "reconnect_backoff_max_ms": 1000,
            "metadata_max_age_ms": METADATA_MAX_AGE_MS,
        }

    def producer(self) -> Any:
        """A producer with idempotence and ``acks=all``.

        A record is given up before a relay's lease can run out, so that a relay that was paused beyond its lease has
        nothing left to send.
        """
        lease_ms = int(self._settings.lease.total_seconds() * 1000)
        return KafkaProducer(
            **self._common(),
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            batch_size=256 * 1024,
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=max(1000, lease_ms // 3),
            delivery_timeout_ms=max(1500, lease_ms * 4 // 5),
            max_block_ms=max(1000, lease_ms // 3),
        )

    def consumer(self) -> Any:
        """A consumer that is told its partitions and offsets, and never moves an offset by itself.

        No group: who reads what is decided in ``kernel.positions``. No automatic reset: where the log does not have
        the next record, ``poll`` raises instead of jumping.
        """
        return KafkaConsumer(
            **self._common(),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_wait_ms=FETCH_WAIT_MS,
        )

    def ensure_topics(self, topics: Iterable[str]) -> None:
        """Create the topics that are missing; safe to repeat.

        The embedded broker has no such request; it creates a topic when a producer asks for its partitions.
        """
        if self.embedded:
            with closing(self.producer()) as producer:
                for topic in topics:
                    producer.partitions_for(topic)
            return
        retention = {"retention.ms": str(int(self._settings.topic_retention.total_seconds() * 1000))}
        shape = (self._settings.kafka_partitions, self._settings.kafka_replication)
        with closing(KafkaAdminClient(**self._common())) as admin:
            for topic in sorted(set(topics) - set(admin.list_topics())):
                with suppress(TopicAlreadyExistsError):  # another worker was faster
                    admin.create_topics([NewTopic(topic, *shape, topic_configs=retention)])

    def answers(self) -> str | None:
        """A health check: None when one of the bootstrap addresses answers a request, else that none does.

        One that only accepts connections may be a process that hangs.
        """
        for address in self._settings.kafka_bootstrap.split(","):
            host, _, port = address.rpartition(":")
            with suppress(OSError), socket.create_connection((host, int(port)), timeout=ANSWER_SECONDS) as asking:
                asking.sendall(_API_VERSIONS)
                if asking.recv(1):
                    return None
        return "the broker does not answer"


@contextmanager
def closing(client: Any) -> Iterator[Any]:
    """Close a Kafka client at the end of a block."""
    try:
        yield client
    finally:
        client.close()


def partitions_of(consumer: Any, topics: Iterable[str]) -> list[TopicPartition]:
    """All partitions of ``topics``; raises ``KafkaError`` when the broker does not know one of them yet."""
    found: list[TopicPartition] = []
    for topic in topics:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise KafkaError(f"topic {topic} does not exist yet")
        found.extend(TopicPartition(topic, number) for number in sorted(numbers))
    return found


def log_of(consumer: Any, topic: str) -> str:
    """Which log offsets of ``topic`` count in: another cluster, or a topic made again, begins at 0 again.

    As the client knew it when it last asked for the topics; a broker without topic ids is told apart by its cluster.
    """
    cluster = consumer._cluster
    return f"{cluster.cluster_id}/{cluster.topic_id(topic) or topic}"
