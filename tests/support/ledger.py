"""The ledger: a record, kept outside the system, of what was accepted, to compare with when all is quiet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.support.sample_service import Counted


@dataclass
class Ledger:
    """Accepted events by id, in the order in which each key's were accepted."""

    accepted: dict[str, tuple[str, int]] = field(default_factory=dict)

    def accept(self, event_id: str, counter: str, value: int) -> None:
        """A command was answered with success and said this."""
        self.accepted[event_id] = (counter, value)

    def order(self, counter: str) -> list[int]:
        """The values of ``counter`` in the order they were accepted."""
        return [value for key, value in self.accepted.values() if key == counter]

    def counters(self) -> set[str]:
        """Every counter that was spoken of."""
        return {counter for counter, _ in self.accepted.values()}


@dataclass
class Published:
    """What a topic holds: the ids in the order of their partitions, each as often as it was sent."""

    ids: list[str]
    first: dict[str, list[int]]
    """For each counter its values in the order in which they appeared first."""

    @property
    def duplicates(self) -> int:
        """Records beyond the first of their id."""
        return len(self.ids) - len(set(self.ids))


def published(records: Iterable[Any]) -> Published:
    """Read the records of a topic of ``Counted`` events; markers are left out."""
    ids: list[str] = []
    first: dict[str, list[int]] = defaultdict(list)
    for record in records:
        headers = dict(record.headers)
        if headers.get("ce_type") != Counted.TYPE.encode():
            continue
        event_id = headers["ce_id"].decode()
        if event_id not in ids:
            event = msgspec.json.decode(record.value, type=Counted)
            first[event.counter_id].append(event.value)
        ids.append(event_id)
    return Published(ids, dict(first))
