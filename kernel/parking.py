"""The parking lot: events that could not be handled, kept with cause and origin, in the order of their keys.

Later events of a parked key park behind it, so that redriving replays a key in order. Every change to a lane goes
through its row in ``parked_lanes``: a redrive that empties a lane and a consumer that adds to it meet there, and
MongoDB lets only one of them through.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bson import Binary
from pymongo import IndexModel, ReturnDocument

from kernel.delivery import Delivery
from kernel.mongo import RawDatabase

if TYPE_CHECKING:
    from kafka import TopicPartition

PARKED = "parked"
LANES = "parked_lanes"
ACTS = "parked_acts"
Lane = tuple[str, bytes]


def lane_id(lane: Lane) -> str:
    """The id of a lane's row: the topic and the key as hexadecimal (a key may be any bytes)."""
    return f"{lane[0]}/{lane[1].hex()}"


def parked_lanes(db: RawDatabase, lanes: Iterable[Lane]) -> set[Lane]:
    """Those of ``lanes`` in which something is parked."""
    wanted = {lane_id(lane): lane for lane in lanes}
    return {wanted[row["_id"]] for row in db[LANES].find({"_id": {"$in": list(wanted)}}, {"_id": 1})}


def fingerprint(error: BaseException) -> str:
    """The same for the same fault: the error's type and the places it passed through, without its values."""
    frames = traceback.extract_tb(error.__traceback__)
    trail = [type(error).__name__, *(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.name}" for frame in frames)]
    return hashlib.sha256("|".join(trail).encode()).hexdigest()[:16]


def park(db: RawDatabase, delivery: Delivery, *, reason: str, error: str, mark: str, at: datetime) -> None:
    """Park a delivery inside the running transaction.

    ``reason``: ``undecodable``, ``unknown-type``, ``unknown-version``, ``handler-failed`` or ``behind`` (something of
    its key is parked already). ``mark`` is the fault's fingerprint.
    """
    lane: dict[str, Any] = (
        db[LANES].find_one_and_update(
            {"_id": lane_id(delivery.lane)},
            {"$inc": {"count": 1, "next": 1}, "$setOnInsert": {"since": at}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        or {}
    )
    db[PARKED].insert_one(
        {
            "_id": delivery.id,
            "lane": lane["_id"],
            "place": lane["next"],
            "reason": reason,
            "error": error[:2000],
            "fingerprint": mark,
            "type": delivery.envelope.type if delivery.envelope else None,
            "origin": {
                "topic": delivery.partition.topic,
                "partition": delivery.partition.partition,
                "offset": delivery.offset,
            },
            "key": Binary(delivery.raw_key or b""),
            "value": Binary(delivery.value) if delivery.value is not None else None,
            "headers": [[name, Binary(value or b"")] for name, value in delivery.headers],
            "attempts": delivery.attempts,
            "parked_at": at,
        }
    )


def origin_of(row: dict[str, Any]) -> tuple[TopicPartition, int]:
    """Where a parked record came from."""
    from kafka import TopicPartition  # here, so that an API process starts without the Kafka client

    origin = row["origin"]
    return TopicPartition(origin["topic"], origin["partition"]), origin["offset"]


def leave(db: RawDatabase, row: dict[str, Any]) -> None:
    """Take a parked record out of its lane inside the running transaction; the emptied lane opens again."""
    db[PARKED].delete_one({"_id": row["_id"]})
    lane = db[LANES].find_one_and_update(
        {"_id": row["lane"]}, {"$inc": {"count": -1}}, return_document=ReturnDocument.AFTER
    )
    if lane is not None and lane["count"] <= 0:
        db[LANES].delete_one({"_id": row["lane"]})


def record_act(db: RawDatabase, act: dict[str, Any]) -> None:
    """Keep who did what to which parked records, for good."""
    db[ACTS].insert_one(act)


def indexes() -> list[IndexModel]:
    """Parked records are found by lane in order, and by fault."""
    return [
        IndexModel([("lane", 1), ("place", 1)], unique=True, name="lane_order"),
        IndexModel([("fingerprint", 1), ("parked_at", 1)], name="fault"),
    ]
