"""Which worker reads which partition, and from where: a row for each partition in the service's own database.

A row holds the worker that reads the partition, a fencing number that grows with each taking, and the offset to go on
from. The offset moves in the transaction that holds the effects of the records before it, and only under the fencing
number: it is never ahead of an effect, and a worker that slept while another took over commits nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from kafka import TopicPartition
from pymongo import InsertOne, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError
from pymongo.write_concern import WriteConcern

from kernel.broker import Offsets
from kernel.mongo import RawDatabase

COLLECTION = "positions"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_DUPLICATE_KEY = 11000


class Overtaken(Exception):
    """Another worker reads one of the partitions now; what this one was about to commit is rolled back."""


@dataclass
class Held:
    """A partition that this worker reads."""

    epoch: int
    offset: int | None
    """Where to go on; None when this service has not read the partition yet."""
    log: str | None
    """Which log the offset counts in (``kernel.broker.log_of``): another one begins at 0 again."""


def share_of(name: str, members: Iterable[str], partitions: int) -> int:
    """How many of ``partitions`` the member ``name`` is to read: all alike, the first ones by name one more."""
    ranked = sorted({*members, name})
    return partitions // len(ranked) + (ranked.index(name) < partitions % len(ranked))


class Positions:
    """The partitions that one worker of a service holds. Not for use by several threads."""

    def __init__(self, db: RawDatabase, holder: str, duration: timedelta) -> None:
        self._rows = db.get_collection(COLLECTION, write_concern=WriteConcern("majority", j=True))
        self._holder = holder
        self._until = {"$add": ["$$NOW", int(duration.total_seconds() * 1000)]}
        self._returning = True
        self.held: dict[TopicPartition, Held] = {}

    def renew(self) -> set[TopicPartition]:
        """Keep what is held for another while; returns what has passed to another worker, no longer held here."""
        if not self.held:
            return set()
        mine = [{"_id": _id(tp), "epoch": held.epoch} for tp, held in self.held.items()]
        self._rows.update_many({"$or": mine}, [{"$set": {"expires": self._until}}])
        kept = {row["_id"] for row in self._rows.find({"$or": mine}, {"_id": 1})}
        lost = {tp for tp in self.held if _id(tp) not in kept}
        for tp in lost:
            del self.held[tp]
        return lost

    def take(self, partitions: Iterable[TopicPartition], share: int) -> set[TopicPartition]:
        """Take free ones of ``partitions`` until ``share`` are held; returns the new ones.

        A worker that comes back under the name it had begins with those that it held, without waiting until its
        former holding runs out.
        """
        wanted = {_id(tp): tp for tp in partitions}
        free = {
            "$or": [{"$lt": ["$expires", "$$NOW"]}, {"$eq": ["$owner", self._holder]} if self._returning else False]
        }
        rows = list(self._rows.find({}, {"epoch": 1, "owner": 1, "free": free}))
        if missing := wanted.keys() - {row["_id"] for row in rows}:
            rows += self._create(sorted(missing))
        self._returning = False
        gained = set()
        for row in sorted(rows, key=lambda row: (row["owner"] != self._holder, row["_id"])):
            tp = wanted.get(row["_id"])
            if tp is None or tp in self.held or not row["free"] or len(self.held) >= share:
                continue
            taken = self._rows.find_one_and_update(
                {"_id": row["_id"], "epoch": row["epoch"]},
                [{"$set": {"owner": self._holder, "epoch": row["epoch"] + 1, "expires": self._until}}],
                return_document=ReturnDocument.AFTER,
            )
            if taken is not None:
                self.held[tp] = Held(taken["epoch"], taken.get("offset"), taken.get("log"))
                gained.add(tp)
        return gained

    def _create(self, ids: list[str]) -> list[dict[str, Any]]:
        rows = [{"_id": row_id, "owner": None, "epoch": 0, "expires": _LONG_AGO} for row_id in ids]
        try:
            self._rows.bulk_write([InsertOne(dict(row)) for row in rows], ordered=False)
        except BulkWriteError as error:
            if any(problem["code"] != _DUPLICATE_KEY for problem in error.details["writeErrors"]):
                raise  # else another worker was faster
        return [{**row, "free": True} for row in rows]

    def above(self, share: int) -> set[TopicPartition]:
        """Those held beyond ``share``: to be given to workers that have too few."""
        return set(sorted(self.held)[share:])

    def release(self, partitions: Iterable[TopicPartition]) -> None:
        """Let others take ``partitions`` at once."""
        given = [UpdateOne(self._mine(tp), {"$set": {"owner": None, "expires": _LONG_AGO}}) for tp in partitions]
        for tp in partitions:
            del self.held[tp]
        if given:
            self._rows.bulk_write(given, ordered=False)

    def save(self, offsets: Offsets) -> None:
        """Keep how far this worker has come, outside of a transaction: for records that had no effect to wait for.

        Raises ``Overtaken``.
        """
        self._move(self._rows, offsets)

    def advance(self, db: RawDatabase, offsets: Offsets) -> None:
        """The same inside the running transaction of ``db``. Raises ``Overtaken``, which rolls it back."""
        self._move(db[COLLECTION], offsets)

    def _move(self, rows: Any, offsets: Offsets) -> None:
        if not offsets:
            return
        if not offsets.keys() <= self.held.keys():
            raise Overtaken(f"not held: {sorted(offsets.keys() - self.held.keys())}")
        moves = [
            UpdateOne(self._mine(tp), [{"$set": {"offset": offset, "log": self.held[tp].log, "expires": self._until}}])
            for tp, offset in offsets.items()
        ]
        if rows.bulk_write(moves, ordered=False).matched_count < len(moves):
            raise Overtaken(f"another worker reads one of {sorted(offsets)}")

    def _mine(self, partition: TopicPartition) -> dict[str, Any]:
        return {"_id": _id(partition), "epoch": self.held[partition].epoch}


def _id(partition: TopicPartition) -> str:
    return f"{partition.topic}/{partition.partition}"


def read_positions(db: RawDatabase) -> Offsets:
    """How far the service has come in each partition: the offset to go on from."""
    found: Offsets = {}
    for row in db[COLLECTION].find({"offset": {"$ne": None}}):
        topic, _, number = row["_id"].rpartition("/")
        found[TopicPartition(topic, int(number))] = row["offset"]
    return found


def seize(db: RawDatabase, holder: str, duration: timedelta) -> None:
    """Take every partition from whoever holds it: from now on no consumer of the service commits anything.

    Nobody reads them until ``free`` or ``duration`` has passed.
    """
    until = {"$add": ["$$NOW", int(duration.total_seconds() * 1000)]}
    db[COLLECTION].update_many({}, [{"$set": {"owner": holder, "epoch": {"$add": ["$epoch", 1]}, "expires": until}}])


def free(db: RawDatabase, holder: str) -> None:
    """Give back what ``seize`` took."""
    db[COLLECTION].update_many({"owner": holder}, {"$set": {"owner": None, "expires": _LONG_AGO}})
