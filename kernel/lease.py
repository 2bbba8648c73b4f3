"""A lease: at most one holder at a time, with a fencing number that grows with each new holder.

Times are the database server's (``$$NOW``), so holders need no common clock. A holder asks ``valid`` before it acts;
writes that must not come from a former holder are guarded by what they write (see ``kernel.publications``).
"""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from kernel.mongo import RawDatabase

COLLECTION = "leases"
CONSUMING = "consuming/"
"""Prefix of the leases by which consumers show that they are at work."""
REBUILDING = "rebuilding"
"""Name of the lease under which projections are rebuilt while no consumer is at work."""


class Lease:
    """A holder's claim on the name ``name``."""

    def __init__(self, db: RawDatabase, name: str, holder: str, duration: timedelta) -> None:
        self._leases = db[COLLECTION]
        self._name = name
        self._holder = holder
        self._duration = duration
        self._valid_until = 0.0
        self.epoch = 0
        """Fencing number of the present holding; 0 when never held."""

    def acquire(self) -> bool:
        """Take or renew the lease; False when another holder has it."""
        asked = time.monotonic()
        same = {"$eq": ["$holder", self._holder]}
        free = {"_id": self._name, "$expr": {"$or": [same, {"$lt": ["$expires", "$$NOW"]}]}}
        epoch = {"$cond": [same, "$epoch", {"$add": ["$epoch", 1]}]}
        row = self._take(free, epoch)
        if row is None and self._leases.find_one({"_id": self._name}, {"_id": 1}) is None:
            self._create()
            row = self._take(free, epoch)
        return self._took(row, asked)

    def renew(self) -> bool:
        """Keep the present holding; False when it has passed to another holder, even if it is free again by now."""
        asked = time.monotonic()
        mine = {"_id": self._name, "holder": self._holder, "epoch": self.epoch}
        return self._took(self._take(mine, "$epoch"), asked)

    def _take(self, where: dict[str, Any], epoch: Any) -> dict[str, Any] | None:
        until = {"$add": ["$$NOW", int(self._duration.total_seconds() * 1000)]}
        change = {"$set": {"epoch": epoch, "holder": self._holder, "expires": until}}
        return self._leases.find_one_and_update(where, [change], return_document=ReturnDocument.AFTER)

    def _took(self, row: dict[str, Any] | None, asked: float) -> bool:
        if row is None:
            self._valid_until = 0.0
            return False
        self.epoch = int(row["epoch"])
        self._valid_until = asked + self._duration.total_seconds()
        return True

    def _create(self) -> None:
        long_ago = datetime(1970, 1, 1, tzinfo=UTC)
        free = {"$setOnInsert": {"holder": None, "epoch": 0, "expires": long_ago}}
        with contextlib.suppress(DuplicateKeyError):  # another holder has just created it
            self._leases.update_one({"_id": self._name}, free, upsert=True)

    def valid(self) -> bool:
        """Whether the lease cannot have passed to anyone else yet; a process that was stopped finds it is not."""
        return time.monotonic() < self._valid_until

    def fresh(self) -> bool:
        """Whether more than half of the lease is left, so that it need not be renewed yet."""
        return time.monotonic() < self._valid_until - self._duration.total_seconds() / 2

    def release(self) -> None:
        """Let the next holder in at once."""
        self._valid_until = 0.0
        self._leases.update_one(
            {"_id": self._name, "holder": self._holder, "epoch": self.epoch},
            [{"$set": {"holder": None, "expires": {"$subtract": ["$$NOW", 1]}}}],
        )


def held(db: RawDatabase, prefix: str) -> list[str]:
    """The names of leases beginning with ``prefix`` that someone holds at present."""
    active = {"_id": {"$gte": prefix, "$lt": prefix + "\uffff"}, "$expr": {"$gt": ["$expires", "$$NOW"]}}
    return [row["_id"] for row in db[COLLECTION].find(active, {"_id": 1})]
