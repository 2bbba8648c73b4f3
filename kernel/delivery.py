"""One record on its way to a handler: what it is, and what is wrong with it when it cannot be handled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.base import Event
from contracts.registry import REGISTRY, Registry
from kernel.envelope import Envelope, Headers, Undecodable, decode, read
from kernel.replay import ReplayRequested
from kernel.service import Handler, Service

if TYPE_CHECKING:
    from kafka import TopicPartition


@dataclass(eq=False)
class Delivery:
    """A record as it was polled, with its event when it could be read."""

    partition: TopicPartition
    offset: int
    raw_key: bytes | None
    value: bytes | None
    headers: Headers
    envelope: Envelope | None = None
    event: Event | None = None
    handler: Handler | None = None
    reason: str | None = None
    """Why it can never be handled by this release: ``undecodable``, ``unknown-type`` or ``unknown-version``."""
    error: str = ""
    attempts: int = 0
    given_up: bool = False
    """Whether its attempts were used up, which counts once against the release however long parking it takes."""
    due: float = 0.0
    """Monotonic time of the next attempt while it waits."""

    @property
    def id(self) -> str:
        """What the inbox knows it by: CloudEvents' source and id, or its place in the log when it has none."""
        if self.envelope is None:
            return f"{self.partition.topic}/{self.partition.partition}@{self.offset}"
        return f"{self.envelope.source}#{self.envelope.id}"

    @property
    def lane(self) -> tuple[str, bytes]:
        """Records of one lane are handled in order: a key within a topic."""
        return self.partition.topic, self.raw_key or b""

    @property
    def wanted(self) -> bool:
        """Whether there is anything to do: a handler to run or a fault to park."""
        return self.handler is not None or self.reason is not None


class Reader:
    """Turns polled records into deliveries for one service."""

    def __init__(self, service: Service, reacts: dict[type[Event], Handler]) -> None:
        named: set[type[Event]] = {*service.publishes, *reacts, ReplayRequested}
        self._registry = Registry([*REGISTRY, *(event for event in named if REGISTRY.get(event.TYPE) is None)])
        self._reacts = reacts

    def read(self, record: Any) -> Delivery:
        """The delivery of a Kafka record; never raises for what the record holds."""
        from kafka import TopicPartition  # here, so that an API process starts without the Kafka client

        return self.read_raw(
            TopicPartition(record.topic, record.partition),
            record.offset,
            record.key,
            record.value,
            list(record.headers or ()),
        )

    def read_raw(
        self, partition: TopicPartition, offset: int, key: bytes | None, value: bytes | None, headers: Headers
    ) -> Delivery:
        """The same from its parts, for records kept in the parking lot."""
        delivery = Delivery(partition, offset, key, value, headers)
        try:
            delivery.envelope = read(key, value, headers)
        except Undecodable as error:
            delivery.reason, delivery.error = "undecodable", str(error)
            return delivery
        type_name = delivery.envelope.type
        known = self._registry.get(type_name)
        if known is None:
            majors = self._registry.majors_of(type_name)
            delivery.reason = "unknown-version" if majors else "unknown-type"
            delivery.error = f"{type_name} is not known here" + (f"; known majors: {majors}" if majors else "")
            return delivery
        handler = self._reacts.get(known)
        if handler is None:
            return delivery
        try:
            delivery.event = decode(delivery.envelope, known)
        except Undecodable as error:
            delivery.reason, delivery.error = "undecodable", str(error)
            return delivery
        delivery.handler = handler
        return delivery
