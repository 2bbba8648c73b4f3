"""What people do at the desk: a curator opens it; visitors register, accept an offer, cancel."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from kernel.commands import Command
from kernel.errors import Conflict, Invalid, NotFound, TooMany
from kernel.ids import new_id
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork
from services.festivals import policies
from services.festivals.desk import codes, settling, views
from services.festivals.desk.models import Desk, Registration
from services.festivals.domain.places import (
    HOLDING,
    MAX_CLAIMS_OF_ACCOUNT,
    MAX_CLAIMS_OF_ADDRESS,
    MAX_WAITING,
    RETENTION,
)
from services.festivals.models import FestivalEvent

Row = dict[str, Any]

ALREADY = "This e-mail address has a registration for this event: use its code, or cancel it first."


def open_desk(cmd: Command, uow: UnitOfWork) -> Row:
    """Say how many may come to one's own event, or change it; places that this frees are offered to the next in line.

    Nobody loses a place when the capacity is lowered below what is held.
    """
    event = policies.own_event(cmd.actor, FestivalEvent.objects(id=cmd.path["event_id"]).first())
    body = cmd.body
    if body["opens_at"] and body["closes_at"] and body["closes_at"] <= body["opens_at"]:
        raise Invalid("The desk would close before it opens.", errors={"closes_at": ["Must be later than opens_at."]})
    if body["max_party"] > max(1, body["capacity"]):
        wrong = ["At most the capacity: a party must fit in."]
        raise Invalid("A party could not fit in.", errors={"max_party": wrong})
    desk = Desk.objects(id=event.id).first() or Desk(
        id=event.id, taken=0, waiting=0, next_number=1, salt=secrets.token_hex(16)
    )
    wanted = {name: body[name] for name in ("capacity", "max_party", "offer_minutes", "opens_at", "closes_at")}
    if any(getattr(desk, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(desk, name, value)
        desk.updated_at = uow.now()
        desk.save()
        settling.settle_desk(uow, event.id)
    return views.desk_view(uow.db, event.id, cmd.actor, uow.now())


def register(cmd: Command, uow: UnitOfWork) -> Row:
    """Put a claim down for an event: its id, and the secret code that is told this once.

    It is not dealt with yet; ``settling.settle_registration`` sees to that. So no two people contend for a row here,
    except those that share an account or a network address.
    """
    event_id, body, now = cmd.path["event_id"], cmd.body, uow.now()
    event = settling.event_of(uow.db, event_id)
    desk = uow.db["desks"].find_one({"_id": event_id})
    if event is None or event["state"] != "published" or desk is None:
        raise NotFound("There is no such event, or it takes no registrations: just come.")
    _must_be_open(desk, event, uow)
    if desk["waiting"] >= MAX_WAITING:
        raise Conflict("The waiting list is full as well.")
    if body["party"] > desk["max_party"]:
        wrong = [f"At most {desk['max_party']} for this event."]
        raise Invalid("These are too many places at once.", errors={"party": wrong})
    forget_at = settling.forget_at(event, now)
    code, email = codes.new_code(), codes.digest(desk["salt"], codes.same_email(body["email"]))
    _count(uow, event_id, "address", codes.digest(desk["salt"], cmd.path["address"]), MAX_CLAIMS_OF_ADDRESS, forget_at)
    if not cmd.actor.anonymous:
        _count(uow, event_id, "account", cmd.actor.id, MAX_CLAIMS_OF_ACCOUNT, forget_at)
    if uow.db["registrations"].find_one({"event_id": event_id, "email_digest": email, "living": True}, {"_id": 1}):
        raise _already()
    row = {
        "_id": new_id(),
        "event_id": event_id,
        "state": "asked",
        "living": True,
        "party": body["party"],
        "account_id": cmd.actor.id or None,
        "name": body["name"],
        "email": body["email"].strip(),
        "language": body.get("language"),
        "email_digest": email,
        "code_digest": codes.digest_of_code(code),
        "forget_at": forget_at,
        "created_at": now,
        "updated_at": now,
    }
    try:
        uow.db["registrations"].insert_one(row)
    except DuplicateKeyError as error:
        raise _already() from error
    return {"id": row["_id"], "event_id": event_id, "code": code}


def must_be_counted(registration_id: str, db: RawDatabase) -> None:
    """Raises ``Conflict`` for a claim that came just as its event was withdrawn or cancelled, and got no number."""
    row = db["registrations"].find_one({"_id": registration_id}, {"state": 1, "number": 1})
    if row and row["state"] == "cancelled" and row.get("number") is None:
        raise Conflict("This event will not take place: it was withdrawn or cancelled while you registered.")


def accept_offer(cmd: Command, uow: UnitOfWork) -> Row:
    """Take the places one was offered, while the offer runs."""
    mine = by_code(cmd.path["code"])
    if mine.state == "registered":
        return views.registration_view(uow.db, mine.to_mongo(), uow.now())
    if mine.state != "offered" or mine.offer_expires_at <= uow.now():
        raise Conflict(REFUSALS.get(mine.state, "The offer is over; its places went to the next in line."))
    mine.state, mine.offer_expires_at, mine.registered_at, mine.updated_at = "registered", None, uow.now(), uow.now()
    mine.save()
    settling.settle_desk(uow, mine.event_id)
    return views.registration_view(uow.db, mine.to_mongo(), uow.now())


def cancel_registration(cmd: Command, uow: UnitOfWork) -> Row:
    """Give one's places, or one's place in line, back: the next in line is offered what that frees. Twice is once."""
    mine = by_code(cmd.path["code"])
    if mine.living:
        given_back = {"taken": -mine.party if mine.state in HOLDING else 0, "waiting": -int(mine.state == "waiting")}
        uow.db["desks"].update_one({"_id": mine.event_id}, {"$inc": given_back})
        mine.state, mine.living, mine.offer_expires_at, mine.updated_at = "cancelled", False, None, uow.now()
        mine.save()
        settling.settle_desk(uow, mine.event_id)
    return views.registration_view(uow.db, mine.to_mongo(), uow.now())


REFUSALS = {
    "asked": "Your registration is being dealt with; look again in a moment.",
    "waiting": "There is no offer yet: you are in line.",
    "expired": "The offer is over; its places went to the next in line. You can register again.",
    "cancelled": "This registration was cancelled. You can register again.",
}


def by_code(code: str) -> Registration:
    """The registration that a secret code opens. Raises NotFound."""
    mine: Registration | None = Registration.objects(code_digest=codes.digest_of_code(code)).first()
    if mine is None:
        raise NotFound(views.UNKNOWN_CODE)
    return mine


def _must_be_open(desk: Row, event: settling.Row, uow: UnitOfWork) -> None:
    closes = settling.closes_at(desk, event)
    if event["status"] == "cancelled":
        raise Conflict("This event is cancelled.")
    if closes is None or closes <= uow.now():
        raise Conflict("Registration for this event is over.")
    if desk.get("opens_at") and desk["opens_at"] > uow.now():
        raise Conflict(f"Registration for this event opens at {desk['opens_at'].isoformat(timespec='minutes')}.")


def _count(uow: UnitOfWork, event_id: str, kind: str, who: str, limit: int, until: Any) -> None:
    """Count a claim of this account or address. Raises TooMany."""
    counted = uow.db["registration_quotas"].find_one_and_update(
        {"_id": f"{event_id}/{kind}/{who}"},
        {"$inc": {"used": 1}, "$set": {"until": until + RETENTION}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    if counted["used"] > limit:
        retry = {"Retry-After": str(int(timedelta(days=1).total_seconds()))}
        raise TooMany(f"This {kind} has registered for this event {limit} times: that is all it can.", headers=retry)


def _already() -> Conflict:
    return Conflict("One e-mail address, one registration.", errors={"email": [ALREADY]})
