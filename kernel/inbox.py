"""The inbox: which events this service has taken, so that each has its effect once.

An id is claimed by inserting it, in the transaction that holds the effect; asking first and inserting later would let
two members do the same work. Claims outlive every duplicate that can still arrive (``check_retention``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from kernel.config import Settings
from kernel.mongo import RawDatabase

COLLECTION = "inbox"
_DUPLICATE_KEY = 11000
MAX_REDRIVE_AGE = timedelta(days=30)
"""A parked event older than this is not applied again."""


class AlreadyClaimed(Exception):
    """Some of the ids were taken before; the transaction is to be run again without them."""


def claim(db: RawDatabase, ids: Sequence[str], at: datetime) -> None:
    """Claim ``ids`` inside the running transaction; raises ``AlreadyClaimed`` when one of them is taken."""
    if not ids:
        return
    try:
        db[COLLECTION].insert_many([{"_id": event_id, "at": at} for event_id in ids], ordered=True)
    except BulkWriteError as error:
        if any(problem.get("code") == _DUPLICATE_KEY for problem in error.details.get("writeErrors", ())):
            raise AlreadyClaimed from error
        raise


def claimed(db: RawDatabase, ids: Iterable[str]) -> set[str]:
    """Those of ``ids`` that were claimed before."""
    return {row["_id"] for row in db[COLLECTION].find({"_id": {"$in": list(ids)}}, {"_id": 1})}


def indexes(settings: Settings) -> list[IndexModel]:
    """Claims expire after the inbox retention."""
    return [IndexModel("at", expireAfterSeconds=int(settings.inbox_retention.total_seconds()), name="retention")]


def check_retention(settings: Settings) -> None:
    """Refuse to start when a claim could expire before the last possible duplicate of its event.

    A duplicate can come from the topic, from the outbox published again, or from redriving a parked event.
    """
    longest = max(settings.topic_retention, settings.outbox_retention) + MAX_REDRIVE_AGE
    if settings.inbox_retention <= longest:
        raise ValueError(
            f"INBOX_RETENTION_DAYS must be more than {longest.days}: the longer of topic and outbox retention, plus "
            f"{MAX_REDRIVE_AGE.days} days in which a parked event may still be applied"
        )
