"""Redriving: applying parked events to the one consumer that parked them, in order, each once, with a record of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog

from kernel import parking
from kernel.crash import crash_point
from kernel.delivery import Reader
from kernel.ids import new_id
from kernel.inbox import MAX_REDRIVE_AGE
from kernel.unit_of_work import Store, UnitOfWork

log = structlog.get_logger()


@dataclass
class Outcome:
    """How many parked records were applied, and which lanes stay parked and why."""

    applied: int = 0
    left: int = 0
    stopped: dict[str, str] = field(default_factory=dict)


def redrive(
    store: Store, reader: Reader, *, operator: str, match: dict[str, Any] | None = None, most: int | None = None
) -> Outcome:
    """Apply parked events lane by lane, oldest first; a lane stops at the first that still cannot be handled.

    ``match`` chooses lanes by a filter on parked records, e.g. ``{"fingerprint": ...}``; ``most`` ends it after so many
    records. Each record is applied and
    taken out of the lot in one transaction: twice, or killed midway, each is still applied once. Nothing leaves the
    lot without its handler having run.
    """
    outcome = Outcome()
    act = new_id()
    lanes = store.db[parking.PARKED].distinct("lane", match or {})
    for lane in sorted(lanes):
        while (most is None or outcome.applied < most) and (
            row := store.db[parking.PARKED].find_one({"lane": lane}, sort=[("place", 1)])
        ):
            applied, failure = _apply(store, reader, row, act, operator)
            outcome.applied += applied
            if failure:
                outcome.stopped[lane] = failure
                break
    outcome.left = store.db[parking.PARKED].count_documents({"lane": {"$in": lanes}})
    log.info("redriven", operator=operator, applied=outcome.applied, left=outcome.left)
    return outcome


def discard(store: Store, parked_id: str, *, operator: str, reason: str) -> bool:
    """Take one parked record out of the lot without applying it; False when there is no such record."""

    return store.transact(lambda uow: discard_in(uow, parked_id, operator=operator, reason=reason))


def discard_in(uow: UnitOfWork, parked_id: str, *, operator: str, reason: str) -> bool:
    """The same in a transaction that is running."""
    row = uow.db[parking.PARKED].find_one({"_id": parked_id})
    if row is None:
        return False
    parking.leave(uow.db, row)
    act = {"_id": new_id(), "act": "discard", "operator": operator, "reason": reason, "at": uow.now()}
    parking.record_act(uow.db, {**act, "parked_id": parked_id, "record": row})
    return True


def _apply(store: Store, reader: Reader, row: dict[str, Any], act: str, operator: str) -> tuple[bool, str]:
    """Apply one parked record: whether this call did, and why it could not. Another operator may have been first."""
    partition, offset = parking.origin_of(row)
    headers = [(name, bytes(value)) for name, value in row["headers"]]
    value = bytes(row["value"]) if row["value"] is not None else None
    delivery = reader.read_raw(partition, offset, bytes(row["key"]), value, headers)
    if delivery.reason is not None:
        return False, f"{delivery.reason}: {delivery.error}"
    if delivery.handler is None or delivery.envelope is None:
        return False, f"{row['type']} has no handler in this release"
    if store.clock.now() - row["parked_at"] > MAX_REDRIVE_AGE:
        return False, f"parked more than {MAX_REDRIVE_AGE.days} days ago; discard it with a reason"
    handler, event, envelope = delivery.handler, delivery.event, delivery.envelope

    def work(uow: UnitOfWork) -> bool:
        if uow.db[parking.PARKED].find_one({"_id": row["_id"]}, {"_id": 1}) is None:
            return False
        parking.leave(uow.db, row)
        handler(event, uow.handling(envelope))
        record = {"_id": new_id(), "act": "redrive", "run": act, "operator": operator, "at": uow.now()}
        parking.record_act(uow.db, {**record, "parked_id": row["_id"], "type": row["type"]})
        return True

    try:
        applied = store.transact(work)
        crash_point("redrive.applied")
    except Exception as error:  # noqa: BLE001  whatever the handler raises, the record stays parked and says why
        log.warning("redrive_failed", parked=row["_id"], error=str(error))
        store.db[parking.PARKED].update_one(
            {"_id": row["_id"]}, {"$set": {"error": f"{type(error).__name__}: {error}"[:2000]}, "$inc": {"attempts": 1}}
        )
        return False, f"{type(error).__name__}: {error}"
    return applied, ""
