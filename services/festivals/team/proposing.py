"""Proposing an event, with an account or without, and what the festival's own curators decide about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from kernel.commands import Command
from kernel.errors import Conflict, Invalid, NotFound, TooMany
from kernel.ids import new_id
from kernel.unit_of_work import Store, UnitOfWork
from services.festivals import announcements, listing, policies
from services.festivals.desk import codes
from services.festivals.domain import lifecycle
from services.festivals.domain.places import RETENTION
from services.festivals.duplicates import flagging
from services.festivals.models import Festival, FestivalEvent, Person
from services.festivals.team import membership
from services.festivals.team.models import Proposal

NOBODY = Person(id="nobody", name="Proposed without an account")
"""The curator of an event that was proposed without an account, until one of the festival's curators takes it on."""
MAX_A_DAY = 10
"""Proposals to one festival from one network address in a day."""
MAX_OPEN = 1_000
"""Proposals that wait at one festival."""
FORGOTTEN_AT_ONCE = 500

Row = dict[str, Any]


def propose(cmd: Command, uow: UnitOfWork) -> Row:
    """Propose a new event to a festival. Without an account the answer's code is where to look what became of it."""
    festival = Festival.objects(id=cmd.path["festival_id"]).first()
    if festival is None:
        raise NotFound("There is no such festival.")
    now, day = uow.now(), timedelta(days=1)
    _count(uow, f"{festival.id}/proposals/{codes.digest(festival.id, cmd.path['address'])}", now + day)
    if cmd.actor.anonymous and not cmd.body.get("email"):
        raise Invalid("The curators need a way to ask back.", errors={"email": ["Needed without an account."]})
    event = FestivalEvent(
        id=new_id(),
        festival_id=festival.id,
        curator=NOBODY if cmd.actor.anonymous else Person(id=cmd.actor.id, name=cmd.actor.name or cmd.actor.id),
        state="draft",
        status="scheduled",
        sequence=0,
        timing_ids_used=0,
        created_at=now,
        updated_at=now,
    )
    listing.apply(cmd.body["event"], event, festival, uow)
    code = codes.new_code() if cmd.actor.anonymous else None
    _put_forward(event, uow)
    Proposal(
        id=event.id,
        festival_id=festival.id,
        account_id=cmd.actor.id or None,
        name=cmd.body["name"],
        email=cmd.body.get("email"),
        code_digest=codes.digest_of_code(code) if code else None,
        proposed_at=now,
        open=True,
        forget_at=_forget_at(event, now),
    ).save(force_insert=True)
    event.save(force_insert=True)
    return {"event_id": event.id, "code": code}


def propose_again(cmd: Command, uow: UnitOfWork) -> Row:
    """Propose one's own draft, or one that was refused or taken back, to its festival."""
    event = policies.own_event(cmd.actor, FestivalEvent.objects(id=cmd.path["event_id"]).first())
    proposal = Proposal.objects(id=event.id).first() or Proposal(id=event.id, festival_id=event.festival_id)
    _put_forward(event, uow)
    proposal.account_id, proposal.name, proposal.proposed_at = cmd.actor.id, cmd.actor.name or cmd.actor.id, uow.now()
    proposal.open, proposal.decision, proposal.decided_at = True, None, None
    proposal.forget_at = _forget_at(event, uow.now())
    proposal.decided_by, proposal.reason = None, {}
    proposal.save()
    event.save()
    return {"event_id": event.id, "code": None}


def accept(cmd: Command, uow: UnitOfWork) -> Row:
    """Make a proposed event public. One that nobody looks after is then in the hands of whoever accepts it."""
    event, proposal = _decidable(cmd, uow)
    event.state = lifecycle.after("accept", event.state, event.status)
    if event.curator.id == NOBODY.id:
        event.curator = Person(id=cmd.actor.id, name=cmd.actor.name or cmd.actor.id)
    listing.learn_disruptions(event, uow)
    listing.must_be_complete(event)
    _decide(event, proposal, "accepted", {}, cmd, uow)
    announcements.tell_published(event, uow, told=set())
    flagging.flag(event, uow)
    return {"event_id": event.id}


def refuse(cmd: Command, uow: UnitOfWork) -> Row:
    """Refuse a proposed event, and say why."""
    event, proposal = _decidable(cmd, uow)
    event.state = lifecycle.after("refuse", event.state, event.status)
    _decide(event, proposal, "refused", cmd.body["reason"], cmd, uow)
    return {"event_id": event.id}


def take_back(event: FestivalEvent, uow: UnitOfWork) -> None:
    """Note that an event was taken back before anyone decided about it."""
    taken = {"open": False, "decision": "taken back", "decided_at": uow.now(), "forget_at": uow.now() + RETENTION}
    uow.db["proposals"].update_one({"_id": event.id}, {"$set": taken})


def must_be_free(event: FestivalEvent, uow: UnitOfWork) -> None:
    """Raise Conflict for an event that needs the consent of a festival's curators and does not have it."""
    proposal = uow.db["proposals"].find_one({"_id": event.id}, {"decision": 1})
    if proposal and proposal.get("decision") != "accepted" and event.state == "withdrawn":
        raise Conflict("The festival's curators have not accepted this event: propose it again.")


def forget_proposers(store: Store) -> int:
    """Erase names, e-mail addresses and codes of proposals that were decided long enough ago; returns of how many.

    Also of those that nobody decided about before the event was long enough ago.
    """
    due = {"forget_at": {"$lte": store.clock.now()}}
    rows = list(store.db["proposals"].find(due, {"_id": 1}).sort("forget_at", 1).limit(FORGOTTEN_AT_ONCE))
    ids = [row["_id"] for row in rows]
    change = {"$set": {"forget_at": None}, "$unset": {"name": "", "email": "", "code_digest": "", "account_id": ""}}
    if ids:
        store.transact(lambda uow: uow.db["proposals"].update_many({"_id": {"$in": ids}, **due}, change))
    return len(ids)


def event_moved(event: FestivalEvent, uow: UnitOfWork) -> None:
    """Bring up to date when a proposal that still waits is forgotten, after its event took other times."""
    if event.last_end:
        waiting = {"_id": event.id, "open": True}
        uow.db["proposals"].update_one(waiting, {"$set": {"forget_at": _forget_at(event, uow.now())}})


def _forget_at(event: FestivalEvent, now: datetime) -> datetime:
    """When what is known of a proposer can leave though nobody decides."""
    return max(event.last_end, now) + RETENTION


def _put_forward(event: FestivalEvent, uow: UnitOfWork) -> None:
    waiting = {"festival_id": event.festival_id, "open": True}
    if uow.db["proposals"].count_documents(waiting, limit=MAX_OPEN) >= MAX_OPEN:
        raise Conflict("So many events are proposed to this festival that no more can wait: try again next week.")
    event.state = lifecycle.after("propose", event.state, event.status)
    listing.must_be_complete(event)
    event.updated_at = uow.now()


def _decidable(cmd: Command, uow: UnitOfWork) -> tuple[FestivalEvent, Proposal]:
    proposal = Proposal.objects(id=cmd.path["event_id"]).first()
    if proposal is None:
        raise NotFound("No such event was proposed.")
    membership.may_decide(uow.db, cmd.actor, proposal.festival_id)
    return FestivalEvent.objects.get(id=proposal.id), proposal


def _decide(
    event: FestivalEvent, proposal: Proposal, decision: str, reason: Mapping[str, str], cmd: Command, uow: UnitOfWork
) -> None:
    now: datetime = uow.now()
    proposal.open, proposal.decision, proposal.decided_at, proposal.reason = False, decision, now, dict(reason)
    proposal.decided_by = Person(id=cmd.actor.id, name=cmd.actor.name or cmd.actor.id)
    proposal.forget_at = now + RETENTION
    proposal.save()
    event.sequence += 1
    event.updated_at = now
    event.save()


def _count(uow: UnitOfWork, key: str, until: datetime) -> None:
    counted = uow.db["registration_quotas"].find_one_and_update(
        {"_id": key},
        {"$inc": {"used": 1}, "$setOnInsert": {"until": until}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    if counted["used"] > MAX_A_DAY:
        wrong = f"{MAX_A_DAY} events were proposed to this festival from here today: come back tomorrow."
        raise TooMany(wrong, headers={"Retry-After": str(24 * 3600)})
