"""Who is what in a festival, and taking people in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.auth import Actor
from kernel.commands import Command
from kernel.errors import Conflict, Forbidden, NotFound
from kernel.mongo import RawDatabase
from kernel.unit_of_work import UnitOfWork
from services.festivals.domain.roles import ADDS, DECIDES, MAX_MEMBERS, READS, Standing, may_give
from services.festivals.models import Festival, Person
from services.festivals.team.models import Membership

Row = Mapping[str, Any]


def standing_of(db: RawDatabase, actor: Actor, festival_id: str) -> Standing:
    """What an actor is in a festival. Raises NotFound when there is no such festival."""
    festival = db["festivals"].find_one({"_id": festival_id}, {"host": 1})
    if festival is None:
        raise NotFound("There is no such festival.")
    if actor.anonymous:
        return "none"
    if festival["host"]["id"] == actor.id:
        return "host"
    member = db["memberships"].find_one({"_id": _id(festival_id, actor.id)}, {"role": 1})
    role: Standing = member["role"] if member else "none"
    return role


def may_add_to(actor: Actor, festival: Festival, uow: UnitOfWork) -> None:
    """Any curator may add events to an open festival, only its own people to another one. Raises Forbidden."""
    if not festival.open and standing_of(uow.db, actor, festival.id) not in ADDS:
        raise Forbidden("This festival takes events only from its own people: propose it to them instead.")


def may_read(db: RawDatabase, actor: Actor, festival_id: str) -> Standing:
    """What an actor is in a festival, if its inner matters are theirs to see. Raises Forbidden."""
    standing = standing_of(db, actor, festival_id)
    if standing not in READS:
        raise Forbidden("This is for the people of the festival.")
    return standing


def may_decide(db: RawDatabase, actor: Actor, festival_id: str) -> None:
    """Only the festival's own curators decide, no operator and nobody above. Raises Forbidden."""
    if standing_of(db, actor, festival_id) not in DECIDES:
        raise Forbidden("Only the festival's own curators decide about this.")


def set_member(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Take somebody into a festival, or give them another role."""
    festival_id, account_id = cmd.path["festival_id"], cmd.path["account_id"]
    giver = standing_of(uow.db, cmd.actor, festival_id)
    if Festival.objects.get(id=festival_id).host.id == account_id:
        raise Conflict("The host of the festival is its host and needs no other role.")
    member = Membership.objects(id=_id(festival_id, account_id)).first()
    if not may_give(giver, member and member.role, cmd.body["role"]):
        raise Forbidden("The host gives every role; the festival's curators make contributors and readers.")
    if member is None:
        if uow.db["memberships"].count_documents({"festival_id": festival_id}, limit=MAX_MEMBERS) >= MAX_MEMBERS:
            raise Conflict(f"This festival has {MAX_MEMBERS} people already.")
        member = Membership(id=_id(festival_id, account_id), festival_id=festival_id, account_id=account_id)
        member.since = uow.now()
    member.name, member.role = cmd.body["name"], cmd.body["role"]
    member.given_by = Person(id=cmd.actor.id, name=cmd.actor.name or cmd.actor.id)
    member.save()
    return member_view(member.to_mongo())


def remove_member(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Take somebody's role in a festival back, or give one's own up; their events stay theirs."""
    festival_id, account_id = cmd.path["festival_id"], cmd.path["account_id"]
    giver = standing_of(uow.db, cmd.actor, festival_id)
    member = Membership.objects(id=_id(festival_id, account_id)).first()
    if member is None or giver == "none":
        raise NotFound("This account has no role in the festival.")
    if cmd.actor.id != account_id and not may_give(giver, member.role, None):
        raise Forbidden("The host takes every role back; the festival's curators those of contributors and readers.")
    member.delete()
    return member_view(member.to_mongo())


def member_view(row: Row) -> dict[str, Any]:
    """One of the people of a festival."""
    return {name: row[name] for name in ("festival_id", "account_id", "name", "role", "since", "given_by")}


def _id(festival_id: str, account_id: str) -> str:
    return f"{festival_id}/{account_id}"
