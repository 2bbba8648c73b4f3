"""How far a consumer has come in each partition: an offset is committed only when all before it are done."""

from __future__ import annotations

from kafka import TopicPartition


class Progress:
    """Tracks polled and unfinished offsets of the partitions a member owns."""

    def __init__(self) -> None:
        self._next: dict[TopicPartition, int] = {}
        self._open: dict[TopicPartition, set[int]] = {}
        self._committed: dict[TopicPartition, int] = {}

    def polled(self, partition: TopicPartition, offset: int) -> None:
        """``offset`` was handed out."""
        self._open.setdefault(partition, set()).add(offset)
        self._next[partition] = max(self._next.get(partition, 0), offset + 1)

    def done(self, partition: TopicPartition, offset: int) -> None:
        """``offset`` has had its effect, was parked, or needs none."""
        self._open.get(partition, set()).discard(offset)

    def to_commit(self) -> dict[TopicPartition, int]:
        """For each partition that moved since the last commit: the first offset that is not done."""
        found = {}
        for partition, following in self._next.items():
            position = min(self._open.get(partition) or {following})
            if self._committed.get(partition) != position:
                found[partition] = position
        return found

    def committed(self, offsets: dict[TopicPartition, int]) -> None:
        """``offsets`` were committed."""
        self._committed.update(offsets)

    def forget(self, partition: TopicPartition) -> None:
        """The partition belongs to another member now, or is read from elsewhere."""
        for known in (self._next, self._open, self._committed):
            known.pop(partition, None)
