"""Bringing a desk up to date: newcomers get places or numbers, free places are offered on, old offers end.

Registering only puts a claim down (``asked``), which no two people contend for. Then one transaction deals with all
claims that are there: of many people at once, one settles for the others, and those find it done. Whatever is left by
a process that died is dealt with by the next one, or by the worker (``CHORES``).
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne

from kernel.chores import Chore
from kernel.mongo import RawDatabase
from kernel.unit_of_work import Store, UnitOfWork
from services.festivals.desk import fullness
from services.festivals.domain.places import LIVING as LIVING_STATES
from services.festivals.domain.places import RETENTION, Book, Claim, Move, settle

BATCH = 500
"""Most newcomers, and most ended offers, that one transaction deals with."""
DESKS_A_TURN = 100
"""Most desks that the worker settles in one turn."""
TURNS = tuple(threading.Lock() for _ in range(16))
"""Threads of one process take turns at a desk, so that they do not conflict; between processes transactions decide."""

Row = Mapping[str, Any]


def closes_at(desk: Row, event: Row | None) -> datetime | None:
    """When a desk stops giving out places: when it was told to, or with the event's end; None when it takes nobody.

    It takes nobody for an event that is not public, will not take place or has no timing.
    """
    if event is None or event["state"] != "published" or event["status"] == "cancelled" or not event.get("last_end"):
        return None
    last: datetime = event["last_end"]
    return min(desk.get("closes_at") or last, last)


def event_of(db: RawDatabase, event_id: str) -> Row | None:
    """What the desk needs to know of its event."""
    needed = {"state": 1, "status": 1, "last_end": 1, "first_start": 1, "title": 1, "curator": 1, "festival_id": 1}
    return db["events"].find_one({"_id": event_id}, needed)


def settle_registration(store: Store, registration_id: str, event_id: str) -> None:
    """See to it that a claim has been dealt with, by whomever."""
    with TURNS[zlib.crc32(event_id.encode()) % len(TURNS)]:
        while _is_asked(store.db, registration_id):
            store.transact(lambda uow: settle_desk(uow, event_id))


def _is_asked(db: RawDatabase, registration_id: str) -> bool:
    row = db["registrations"].find_one({"_id": registration_id}, {"state": 1})
    return row is not None and row["state"] == "asked"


def settle_desk(uow: UnitOfWork, event_id: str) -> int:
    """Deal with what is due at one desk, at most ``BATCH`` of a kind; returns how many claims moved."""
    registrations, now = uow.db["registrations"], uow.now()
    desk = uow.db["desks"].find_one({"_id": event_id})
    if desk is None:
        return 0
    ends = closes_at(desk, event_of(uow.db, event_id))
    offer_until = min(now + timedelta(minutes=desk["offer_minutes"]), ends) if ends and ends > now else None
    of_event, fields = {"event_id": event_id}, {"party": 1}
    offered = registrations.find({**of_event, "state": "offered", "offer_expires_at": {"$lte": now}}, fields)
    overdue = _claims(offered.sort("offer_expires_at", 1).limit(BATCH))
    book = Book(desk["capacity"], desk["taken"], desk["next_number"])
    room = book.free + sum(claim.party for claim in overdue)
    line = registrations.find({**of_event, "state": "waiting"}, fields).sort("number", 1).limit(room + 1)
    newcomers = registrations.find({**of_event, "state": "asked"}, fields).sort("_id", 1).limit(BATCH)
    book, moves = settle(
        book,
        overdue=overdue,
        waiting=_claims(line),
        asked=_claims(newcomers),
        offer_until=offer_until,
        off=ends is None,
    )
    if moves or _is_due(desk, now):
        _keep(uow, event_id, book, moves)
    fullness.tell(uow, event_id, full=not book.free or desk["waiting"] + _more_wait(moves) > 0)
    return len(moves)


def _keep(uow: UnitOfWork, event_id: str, book: Book, moves: list[Move]) -> None:
    registrations, now = uow.db["registrations"], uow.now()
    # The desk's row is written first: of two that settle at once, one stops here and starts over.
    kept = {"taken": book.taken, "next_number": book.next_number, "updated_at": now}
    uow.db["desks"].update_one({"_id": event_id}, {"$set": kept, "$inc": {"waiting": _more_wait(moves)}})
    if moves:
        registrations.bulk_write([UpdateOne({"_id": move.claim.id}, {"$set": _changes(move, now)}) for move in moves])
    first = registrations.find_one(
        {"event_id": event_id, "state": "offered"}, {"offer_expires_at": 1}, sort=[("offer_expires_at", 1)]
    )
    uow.db["desks"].update_one({"_id": event_id}, {"$set": {"due_at": first and first["offer_expires_at"]}})


def _more_wait(moves: list[Move]) -> int:
    return sum(move.state == "waiting" for move in moves) - sum(move.state == "offered" for move in moves)


def _changes(move: Move, now: datetime) -> dict[str, Any]:
    changes = {"state": move.state, "living": move.state in LIVING_STATES, "updated_at": now}
    if move.state == "registered":
        changes["registered_at"] = now
    if move.number is not None:
        changes["number"] = move.number
    if move.offer_expires_at is not None:
        changes["offer_expires_at"] = move.offer_expires_at
    return changes


def _claims(rows: Any) -> list[Claim]:
    return [Claim(row["_id"], row["party"]) for row in rows]


def _is_due(desk: Row, now: datetime) -> bool:
    return desk.get("due_at") is not None and desk["due_at"] <= now


def settle_what_is_due(store: Store) -> int:
    """Settle the desks where an offer has ended or a claim was left; returns how many claims moved."""
    now = store.clock.now()
    due = store.db["desks"].find({"due_at": {"$lte": now}}, {"_id": 1}).sort("due_at", 1).limit(DESKS_A_TURN)
    left = store.db["registrations"].find({"state": "asked"}, {"event_id": 1}).sort("_id", 1).limit(BATCH)
    desks = dict.fromkeys([row["_id"] for row in due] + [row["event_id"] for row in left])
    return sum(store.transact(lambda uow, desk=desk: settle_desk(uow, desk)) for desk in desks)  # type: ignore[misc]


def forget_people(store: Store) -> int:
    """Erase names, addresses and codes of people whose event was long enough ago; returns of how many."""
    now = store.clock.now()
    rows = list(
        store.db["registrations"].find({"forget_at": {"$lte": now}}, {"event_id": 1}).sort("forget_at", 1).limit(BATCH)
    )
    events = {row["_id"]: row for row in store.db["events"].find({"_id": {"$in": [row["event_id"] for row in rows]}})}
    gone = {"name": "", "email": "", "email_digest": "", "code_digest": "", "account_id": "", "language": ""}

    def erase(uow: UnitOfWork) -> int:
        done = 0
        for row in rows:
            later = forget_at(events.get(row["event_id"]), now)
            change = (
                {"$set": {"forget_at": later}}
                if later > now
                else {"$set": {"forget_at": None, "living": False}, "$unset": gone}
            )
            uow.db["registrations"].update_one({"_id": row["_id"]}, change)
            done += later <= now
        return done

    return store.transact(erase) if rows else 0


def event_moved(event_id: str, last_end: datetime | None, uow: UnitOfWork) -> None:
    """Have personal data leave sooner when an event ends earlier than its people were told.

    One that ends later keeps them by ``forget_people``, which looks again.
    """
    if last_end:
        sooner = last_end + RETENTION
        later = {"event_id": event_id, "forget_at": {"$gt": sooner}}
        uow.db["registrations"].update_many(later, {"$set": {"forget_at": sooner}})


def forget_at(event: Row | None, now: datetime) -> datetime:
    """When the personal data about an event's people can leave."""
    ended: datetime | None = event.get("last_end") if event else None
    return ended + RETENTION if ended else now


CHORES = (
    Chore("settle_desks", timedelta(seconds=2), settle_what_is_due),
    Chore("forget_people", timedelta(minutes=10), forget_people),
)
"""What the worker does at the desks without anyone asking."""
