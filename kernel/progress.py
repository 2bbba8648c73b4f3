"""How far a consumer has come in each partition: its position is the first offset that is not done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from kafka import TopicPartition

from kernel.broker import Offsets
from kernel.mongo import RawDatabase


class Keeper(Protocol):
    """Where positions are kept (``kernel.positions.Positions``)."""

    def save(self, offsets: Offsets) -> None: ...
    def advance(self, db: RawDatabase, offsets: Offsets) -> None: ...


class Record(Protocol):
    """What has a place in the log."""

    @property
    def partition(self) -> TopicPartition: ...
    @property
    def offset(self) -> int: ...


class Progress:
    """Tracks polled and unfinished offsets of the partitions a worker reads."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._next: Offsets = {}
        self._open: dict[TopicPartition, set[int]] = {}
        self._saved: Offsets = {}

    def polled(self, partition: TopicPartition, offset: int) -> None:
        """``offset`` was handed out."""
        self._open.setdefault(partition, set()).add(offset)
        self._next[partition] = max(self._next.get(partition, 0), offset + 1)

    def passed(self, partition: TopicPartition, offset: int) -> None:
        """``offset`` needs no effect: its position is kept with the next ``save``."""
        self._open[partition].discard(offset)

    def advance(self, db: RawDatabase, part: Sequence[Record]) -> None:
        """Move the positions behind ``part`` in the running transaction, the one that holds its effects.

        Raises ``Overtaken`` when another worker reads one of the partitions now.
        """
        self._keeper.advance(db, self._behind(part))

    def applied(self, part: Sequence[Record]) -> None:
        """The transaction of ``advance`` is committed."""
        self._saved.update(self._behind(part))
        for record in part:
            self._open[record.partition].discard(record.offset)

    def save(self) -> None:
        """Keep the positions that moved outside of a transaction. Raises ``Overtaken``."""
        positions = {partition: self._position(partition) for partition in self._next}
        moved = {partition: at for partition, at in positions.items() if self._saved.get(partition) != at}
        self._keeper.save(moved)
        self._saved.update(moved)

    def position(self, partition: TopicPartition) -> int | None:
        """The first offset that is not done; None when nothing was handed out."""
        return self._position(partition) if partition in self._next else None

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """``partitions`` belong to another worker now, or are read from elsewhere."""
        for partition in partitions:
            for known in (self._next, self._open, self._saved):
                known.pop(partition, None)

    def _behind(self, part: Sequence[Record]) -> Offsets:
        closing: dict[TopicPartition, set[int]] = {}
        for record in part:
            closing.setdefault(record.partition, set()).add(record.offset)
        return {partition: self._position(partition, offsets) for partition, offsets in closing.items()}

    def _position(self, partition: TopicPartition, closing: Iterable[int] = ()) -> int:
        return min(self._open[partition].difference(closing), default=self._next[partition])
