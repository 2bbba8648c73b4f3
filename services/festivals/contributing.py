"""Events sent by contributors' own systems: under their own ids, as often as they like, with the same result."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.unit_of_work import UnitOfWork
from services.festivals import commands, policies
from services.festivals.models import FestivalEvent

OUTCOMES = ("created", "changed", "unchanged", "merged")


def put_event(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Draft the event that has this ``external_id`` with this contributor, or bring it up to date.

    Fields left out stay as they are. ``publish`` makes it public if it is not. The same again changes nothing, not
    even its revision. ``outcome`` is ``created``, ``changed``, ``unchanged`` or, when it was merged into another
    listing since, ``merged`` with that one: this one's contributor changes nothing of it.
    """
    known = FestivalEvent.objects(curator__id=cmd.actor.id, external_id=cmd.path["external_id"]).first()
    if known is None:
        return {"outcome": "created", "event": commands.draft_event(cmd, uow)}
    if known.merged_into:
        kept = FestivalEvent.objects.get(id=known.merged_into)
        if not policies.may_see(cmd.actor, kept.to_mongo()):
            raise Conflict("This event was merged into a listing that is not public any more.")
        return {"outcome": "merged", "event": commands.shown(kept, uow)}
    if cmd.body["festival_id"] != known.festival_id:
        wrong = [f"This event is in {known.festival_id}; list it in another programme, or use another external id."]
        raise Invalid("An event stays in the festival it comes from.", errors={"festival_id": wrong})
    mine = replace(cmd, path={"event_id": known.id})
    fields = {name: value for name, value in cmd.body.items() if name not in ("festival_id", "publish")}
    event = commands.change_event(replace(mine, body=fields), uow)
    if cmd.body["publish"] and event["state"] != "published":
        event = commands.publish_event(mine, uow)
    return {"outcome": "unchanged" if event["sequence"] == known.sequence else "changed", "event": event}
