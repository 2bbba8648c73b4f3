"""Makers and the people who act for them."""

from __future__ import annotations

from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from kernel.words import words_of
from services.marketplace import views
from services.marketplace.checks import known_town
from services.marketplace.commands.announcements import announce_maker
from services.marketplace.commands.finding import find_offerings_anew
from services.marketplace.commands.meeting import touch_account
from services.marketplace.models import Maker, Point
from services.marketplace.policies import must_be_member

MAX_MEMBERS = 20
MAX_MAKERS_OF_ONE_ACCOUNT = 5


def join(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """A person joins as a maker, or for a firm, and can be found from then on."""
    town = known_town(uow.locality, cmd.body["town"])
    touch_account(uow, cmd.actor.id)
    if uow.db["makers"].count_documents({"members": cmd.actor.id}) >= MAX_MAKERS_OF_ONE_ACCOUNT:
        raise Conflict(f"An account acts for at most {MAX_MAKERS_OF_ONE_ACCOUNT} makers.")
    maker = Maker(**_fields(cmd.body), id=new_id(), members=[cmd.actor.id], joined_at=uow.now())
    maker.words = _words(cmd.body, town.name)
    maker.save(force_insert=True)
    row = maker.to_mongo().to_dict()
    announce_maker(uow, row)
    return views.maker(row, uow.locality)


def change_maker(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """A member changes how their maker is listed; what they offer is found by the new name and craft at once."""
    maker = _own(cmd, uow)
    for name, value in _fields(cmd.body).items():
        maker[name] = value
    town = uow.locality.town(maker.town)
    maker.words = _words(maker.to_mongo().to_dict(), town.name if town else {})
    maker.save()
    row = maker.to_mongo().to_dict()
    if cmd.body.keys() & {"name", "craft"}:
        find_offerings_anew(uow, row)
    announce_maker(uow, row)
    return views.maker(row, uow.locality)


def add_member(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """A member lets another account act for the maker; adding someone twice changes nothing."""
    maker = _own(cmd, uow)
    account = cmd.body["account_id"]
    if account not in maker.members:
        if len(maker.members) >= MAX_MEMBERS:
            raise Conflict(f"A maker has at most {MAX_MEMBERS} members.")
        maker.members.append(account)
        maker.save()
    return {"members": list(maker.members)}


def remove_member(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """A member leaves or is taken off; the last one stays, or nobody could change the maker any more."""
    maker = _own(cmd, uow)
    remaining = [account for account in maker.members if account != cmd.path["account_id"]]
    if not remaining:
        raise Conflict("This is the last member: add another one first.")
    maker.members = remaining
    maker.save()
    return {"members": remaining}


def _own(cmd: Command, uow: UnitOfWork) -> Maker:
    maker_id = cmd.path["maker_id"]
    must_be_member(cmd.actor, uow.db["makers"].find_one({"_id": maker_id}), maker_id)
    return Maker.objects.get(id=maker_id)


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "point": Point(**body["point"])} if body.get("point") else body


def _words(listing: dict[str, Any], town: dict[str, str]) -> list[str]:
    return words_of([{"": listing["name"]}, listing["craft"], town, listing["summary"]])
