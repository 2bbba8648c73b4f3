"""The publication log: which outbox rows were published, in which order, and how far the broker's log reached then.

One document for each acknowledged window: the ids in the order they were sent, the end offset of every partition
after it, and the change-stream token to go on from. The newest window is the relay's checkpoint. A window is written
by insert under the next number, so a relay that was fenced while it slept fails on the number its successor took.
Published rows are never touched again until retention removes them together with their window.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bson import Timestamp
from kafka import TopicPartition
from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from kernel import outbox
from kernel.broker import Offsets
from kernel.ids import new_id
from kernel.mongo import RawDatabase

WINDOWS = "outbox_windows"
STATE = "relay_state"
ORDERS = "replay_orders"

DRAIN_BATCH = 2000
LATE_COMMIT = timedelta(seconds=120)
"""A transaction commits at most this long after its stamp: MongoDB ends transactions after 60 seconds."""


class Fenced(Exception):
    """Another relay has taken over; this one must stop."""


@dataclass
class Window:
    """An acknowledged window, newest state of the relay when it is the last."""

    number: int
    token: dict[str, Any] | None
    ends: Offsets
    stamp: Timestamp = field(default_factory=lambda: Timestamp(0, 0))
    """Highest stamp of all rows published so far."""
    ids: list[str] = field(default_factory=list)


def ends_to_rows(ends: Offsets) -> list[dict[str, Any]]:
    """Offsets as MongoDB keeps them (topic names hold dots, so they cannot be field names)."""
    return [{"t": tp.topic, "p": tp.partition, "e": end} for tp, end in sorted(ends.items())]


def ends_from_rows(rows: list[dict[str, Any]]) -> Offsets:
    """Inverse of ``ends_to_rows``."""
    return {TopicPartition(row["t"], row["p"]): row["e"] for row in rows}


def _window(row: dict[str, Any]) -> Window:
    return Window(
        number=row["_id"],
        token=row.get("token"),
        ends=ends_from_rows(row["ends"]),
        stamp=row["stamp"],
        ids=row["ids"],
    )


def _as_known(rewind: dict[str, Any]) -> dict[str, Any]:
    """Finds ``rewind`` as long as nobody has moved, finished or replaced it."""
    return {"_id": "rewind", "run": rewind.get("run"), "next": rewind["next"], "until": rewind["until"]}


def indexes() -> list[IndexModel]:
    """Windows are found by the time they were acknowledged, by stamp, and by the offsets they reached."""
    return [
        IndexModel("at", name="acknowledged"),
        IndexModel("stamp", name="stamp"),
        IndexModel([("ends.t", 1), ("ends.p", 1), ("ends.e", 1)], name="reached"),
    ]


class PublicationLog:
    """The publication log of one service."""

    def __init__(self, db: RawDatabase) -> None:
        durable = WriteConcern("majority", j=True)
        self._db = db
        self._windows = db.get_collection(WINDOWS, write_concern=durable)
        self._state = db.get_collection(STATE, write_concern=durable)
        self._orders = db.get_collection(ORDERS, write_concern=durable)
        self._outbox = db.get_collection(outbox.COLLECTION, read_concern=ReadConcern("majority"))

    def last(self) -> Window | None:
        """The newest window: the checkpoint; None when nothing was ever published."""
        row = self._windows.find_one(sort=[("_id", -1)])
        return _window(row) if row else None

    def append(self, window: Window, at: datetime) -> None:
        """Keep an acknowledged window as the new checkpoint; raises ``Fenced`` when its number is taken."""
        try:
            self._windows.insert_one(
                {
                    "_id": window.number,
                    "token": window.token,
                    "ids": window.ids,
                    "ends": ends_to_rows(window.ends),
                    "stamp": window.stamp,
                    "at": at,
                }
            )
        except DuplicateKeyError as error:
            raise Fenced(f"window {window.number} was written by another relay") from error

    def move_token(self, number: int, token: dict[str, Any]) -> None:
        """Let the checkpoint's token follow an idle change stream, so that it does not age out of the oplog."""
        self._windows.update_one({"_id": number}, {"$set": {"token": token}})

    def rewrite_ends(self, number: int, ends: Offsets) -> None:
        """Note where a window's rows now stand after they were published again."""
        self._windows.update_one({"_id": number}, {"$set": {"ends": ends_to_rows(ends)}})

    def windows_from(self, number: int, until: int) -> Iterator[Window]:
        """The windows ``number`` to ``until``, both included, in order."""
        for row in self._windows.find({"_id": {"$gte": number, "$lte": until}}).sort("_id", 1):
            yield _window(row)

    def first_number(self) -> int | None:
        """Number of the oldest window still kept."""
        row = self._windows.find_one(sort=[("_id", 1)], projection={"_id": 1})
        return int(row["_id"]) if row else None

    def first_since(self, at: datetime) -> int | None:
        """Number of the first window acknowledged at or after ``at``."""
        row = self._windows.find_one({"at": {"$gte": at}}, sort=[("_id", 1)], projection={"_id": 1})
        return int(row["_id"]) if row else None

    def window_holding(self, partition: TopicPartition, offset: int) -> int | None:
        """Number of the window that published ``offset`` of ``partition``; None when no kept window did."""
        row = self._windows.find_one(
            {"ends": {"$elemMatch": {"t": partition.topic, "p": partition.partition, "e": {"$gt": offset}}}},
            sort=[("_id", 1)],
            projection={"_id": 1},
        )
        return int(row["_id"]) if row else None

    def rows(self, ids: list[str]) -> list[outbox.Row]:
        """The outbox rows of ``ids``, in that order; a row that retention removed is left out."""
        found = {row["_id"]: row for row in self._outbox.find({"_id": {"$in": ids}})}
        return [found[row_id] for row_id in ids if row_id in found]

    def far_behind(self, checkpoint: Window, rows: int) -> bool:
        """Whether at least ``rows`` rows wait whose transactions came after all that is published."""
        waiting = self._outbox.count_documents({"stamp": {"$gt": checkpoint.stamp}}, limit=rows)
        return waiting >= rows

    def unpublished(self, checkpoint: Window | None, session: ClientSession) -> Iterator[outbox.Row]:
        """Rows in no window, in an order that keeps what depends on each other apart: for a backlog, or a lost oplog.

        Sorted by the stamp of their transaction (see ``UnitOfWork.flush``), then as published within it. Read as of the
        time that the causally consistent ``session`` has seen, or later.
        """
        query: dict[str, Any] = {}
        known: set[str] = set()
        if checkpoint is not None:
            seconds = max(0, checkpoint.stamp.time - int(LATE_COMMIT.total_seconds()))
            query = {"stamp": {"$gte": Timestamp(seconds, 0)}}
            for row in self._windows.find({"stamp": {"$gte": Timestamp(seconds, 0)}}, {"ids": 1}):
                known.update(row["ids"])
        fields = dict.fromkeys(outbox.WIRE, 1)
        cursor = self._outbox.find(query, fields, session=session, batch_size=DRAIN_BATCH)
        cursor.sort([("stamp", 1), ("_id", 1), ("n", 1)]).allow_disk_use(True)
        return (row for row in cursor if row["_id"] not in known)

    # -- replay orders ------------------------------------------------------------------------------------------

    def order(self, order: dict[str, Any]) -> None:
        """Leave an order to publish again for the relay; the same id twice is one order."""
        self._orders.update_one({"_id": order["_id"]}, {"$setOnInsert": {**order, "state": "open"}}, upsert=True)

    def open_orders(self) -> list[dict[str, Any]]:
        """The orders not carried out yet, oldest first."""
        return list(self._orders.find({"state": "open"}).sort("asked_at", 1))

    def finish_order(self, order_id: str, at: datetime, published: int, covered: bool) -> None:
        """Note that an order was carried out, how many records it took and whether history reached back far enough."""
        self._orders.update_one(
            {"_id": order_id},
            {"$set": {"state": "done", "done_at": at, "published": published, "covered": covered}},
        )

    def save_rewind(self, rewind: dict[str, Any]) -> None:
        """Keep what is to be published again, in place of whatever was, so that it goes on after a crash."""
        self._state.replace_one({"_id": "rewind"}, {"_id": "rewind", "run": new_id(), **rewind}, upsert=True)

    def begin_rewind(self, rewind: dict[str, Any]) -> None:
        """The same; raises ``Fenced`` when another relay has noted something: that comes first."""
        try:
            self._state.insert_one({"_id": "rewind", "run": new_id(), **rewind})
        except DuplicateKeyError as error:
            raise Fenced("another relay has noted something to publish again") from error

    def move_rewind(self, rewind: dict[str, Any], number: int) -> dict[str, Any]:
        """Note that ``rewind`` goes on at window ``number``; raises ``Fenced`` when another relay has moved it."""
        if not self._state.update_one(_as_known(rewind), {"$set": {"next": number}}).matched_count:
            raise Fenced(f"another relay has published window {rewind['next']} again")
        return {**rewind, "next": number}

    def end_rewind(self, rewind: dict[str, Any]) -> None:
        """Forget ``rewind``, which is finished; raises ``Fenced`` when another relay was there before."""
        if not self._state.delete_one(_as_known(rewind)).deleted_count:
            raise Fenced("another relay has finished publishing again")

    def saved_rewind(self) -> dict[str, Any] | None:
        """What is being published again; None when nothing is."""
        return self._state.find_one({"_id": "rewind"})

    # -- retention ----------------------------------------------------------------------------------------------

    def purge(self, before: datetime, most: int = 50) -> int:
        """Remove windows acknowledged before ``before`` and their rows; never the checkpoint. Returns rows removed."""
        last = self.last()
        if last is None:
            return 0
        old = {"at": {"$lt": before}, "_id": {"$lt": last.number}}
        windows = list(self._windows.find(old).sort("_id", 1).limit(most))
        if not windows:
            return 0
        ids = [row_id for window in windows for row_id in window["ids"]]
        removed = self._db[outbox.COLLECTION].delete_many({"_id": {"$in": ids}}).deleted_count
        self._state.replace_one({"_id": "purged"}, {"_id": "purged", "ends": windows[-1]["ends"]}, upsert=True)
        self._windows.delete_many({"_id": {"$gte": windows[0]["_id"], "$lte": windows[-1]["_id"]}})
        return removed

    def purged_ends(self) -> Offsets:
        """How far each partition's removed history reached: earlier offsets cannot be published again."""
        row = self._state.find_one({"_id": "purged"})
        return ends_from_rows(row["ends"]) if row else {}
