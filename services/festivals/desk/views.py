"""The desk as everyone sees it, and a registration as its holder and the event's curator see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kernel.auth import Actor
from kernel.errors import NotFound
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.festivals import policies
from services.festivals.desk import codes
from services.festivals.desk.settling import closes_at, event_of
from services.festivals.domain.places import Book

Row = Mapping[str, Any]

UNKNOWN_CODE = "No registration has this code. Codes are erased some time after the event."

SAYS: dict[str, dict[str, str]] = {
    "asked": {
        "en": "Your registration is being dealt with; look again in a moment.",
        "fr": "Votre inscription est en cours ; revenez dans un instant.",
    },
    "registered": {
        "en": "You have a place. If you cannot come, cancel, and somebody who waits can.",
        "fr": "Vous avez une place. En cas d'empêchement, annulez : quelqu'un attend peut-être.",
    },
    "waiting": {
        "en": "All places are taken. You are in line: you get an offer when it is your turn.",
        "fr": "C'est complet. Vous êtes sur la liste d'attente : une offre vous sera faite à votre tour.",
    },
    "offered": {
        "en": "A place is free for you. Accept before the offer ends, or it goes to the next in line.",
        "fr": "Une place se libère pour vous. Acceptez avant la fin de l'offre, sinon elle passe au suivant.",
    },
    "expired": {
        "en": "The offer is over; the place went to the next in line. You can register again.",
        "fr": "L'offre a expiré ; la place est passée au suivant. Vous pouvez vous réinscrire.",
    },
    "cancelled": {
        "en": "This registration is cancelled. You can register again.",
        "fr": "Cette inscription est annulée. Vous pouvez vous réinscrire.",
    },
}
"""What a registration's state means for its holder, and what they can do."""


def desk_view(db: RawDatabase, event_id: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """How full an event is. Raises NotFound also for a draft of somebody else, and when it has no desk."""
    event, desk = event_of(db, event_id), db["desks"].find_one({"_id": event_id})
    if event is None or desk is None or not policies.may_see(actor, event):
        raise NotFound("There is no such event, or it takes no registrations: just come.")
    closes = closes_at(desk, event)
    opens: datetime | None = desk.get("opens_at")
    book = Book(desk["capacity"], desk["taken"], desk["next_number"])
    return {
        "event_id": event_id,
        "capacity": desk["capacity"],
        "taken": desk["taken"],
        "free": 0 if desk["waiting"] else book.free,
        "waiting": desk["waiting"],
        "max_party": desk["max_party"],
        "offer_minutes": desk["offer_minutes"],
        "opens_at": opens,
        "closes_at": closes,
        "open": closes is not None and now < closes and (opens is None or opens <= now),
    }


def registration_view(db: RawDatabase, row: Row, now: datetime) -> dict[str, Any]:
    """A registration as its holder sees it. ``ahead`` is how many stand before them in line."""
    event = event_of(db, row["event_id"]) or {}
    state = "expired" if row["state"] == "offered" and row["offer_expires_at"] <= now else row["state"]
    return {
        **_of_everyone(row),
        "state": state,
        "says": SAYS[state],
        "ahead": _ahead(db, row) if state == "waiting" else None,
        "event": {name: event.get(name) for name in ("title", "status", "state", "first_start", "last_end")},
    }


def registration_by_code(db: RawDatabase, code: str, now: datetime) -> dict[str, Any]:
    """The registration that a secret code opens. Raises NotFound."""
    row = db["registrations"].find_one({"code_digest": codes.digest_of_code(code)})
    if row is None:
        raise NotFound(UNKNOWN_CODE)
    return registration_view(db, row, now)


def list_registrations(db: RawDatabase, event_id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """The registrations of one event, in order of arrival, for those who look after it."""
    selector = {"event_id": event_id} | ({"state": query["state"]} if query.get("state") else {})
    return page(db["registrations"], selector, sort=[("_id", 1)], query=query, project=_of_everyone)


def _of_everyone(row: Row) -> dict[str, Any]:
    shown = ("event_id", "state", "party", "number", "offer_expires_at", "name", "email", "language")
    return {
        "id": row["_id"],
        **{name: row.get(name) for name in shown},
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


def _ahead(db: RawDatabase, row: Row) -> int:
    before = {"event_id": row["event_id"], "state": "waiting", "number": {"$lt": row["number"]}}
    return db["registrations"].count_documents(before)
