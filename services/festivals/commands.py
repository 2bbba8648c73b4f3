"""What people do: announce festivals, list venues, and draft, publish, change, withdraw and cancel their events."""

from __future__ import annotations

from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from services.festivals import announcements, clashing, listing, policies, views
from services.festivals.desk import settling
from services.festivals.domain import lifecycle, timings
from services.festivals.duplicates import flagging
from services.festivals.models import Festival, FestivalEvent, Person, Venue
from services.festivals.team import membership, proposing


def announce_festival(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Announce a festival; whoever does is its host, and it is public at once."""
    body = cmd.body
    timings.festival_days(body["first_day"], body["last_day"])
    towns = [listing.known_town(uow, town, field="towns").slug for town in dict.fromkeys(body["towns"])]
    if body["kind"] == "cross-channel" and len(towns) < 2:
        raise Invalid("A cross-channel festival needs both shores.", errors={"towns": ["Name at least two towns."]})
    festival = Festival(
        **{name: body.get(name) for name in ("kind", "name", "summary", "open", "website", "source")},
        id=free_id(uow, "festivals", body),
        towns=towns,
        first_day=body["first_day"].isoformat(),
        last_day=body["last_day"].isoformat(),
        host=person(cmd),
        synthetic=body["synthetic"],
        created_at=uow.now(),
    )
    festival.save(force_insert=True)
    uow.publish(announcements.festival_announced(festival))
    return views.festival_view(festival.to_mongo(), views.programme_of(uow.db, [festival.id]))


def list_venue(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """List a venue, for every curator to use."""
    body = cmd.body
    listing.known_town(uow, body["town"])
    venue = Venue(
        **{name: body.get(name) for name in ("town", "name", "address", "accessibility", "capacity", "source")},
        id=free_id(uow, "venues", body),
        point=listing.point_of(body.get("point")),
        keeper=person(cmd),
        synthetic=body["synthetic"],
        created_at=uow.now(),
    )
    venue.save(force_insert=True)
    return views.venue_view(venue.to_mongo())


def draft_event(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Draft an event in a festival, in the hands of whoever drafts it; with ``publish`` make it public at once."""
    festival = Festival.objects(id=cmd.body["festival_id"]).first()
    if festival is None:
        raise Invalid("There is no such festival.", errors={"festival_id": ["No festival has this id."]})
    membership.may_add_to(cmd.actor, festival, uow)
    event = FestivalEvent(
        id=free_id(uow, "events", cmd.body),
        festival_id=festival.id,
        curator=person(cmd),
        state="draft",
        status="scheduled",
        sequence=0,
        external_id=cmd.path.get("external_id"),
        kind="Event",
        timing_ids_used=0,
        created_at=uow.now(),
        updated_at=uow.now(),
    )
    listing.apply(cmd.body, event, festival, uow)
    if cmd.body["publish"]:
        _make_public(event, uow)
    event.save(force_insert=True)
    return shown(event, uow)


def change_event(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Replace some fields of one's own event. If it is public, the change is public at once.

    A change that changes nothing is accepted and leaves the revision as it is.
    """
    event = _own_event(cmd)
    event.state = lifecycle.after("change", event.state, event.status)
    before, last_end = event.to_mongo(), event.last_end
    told = {disruption.sailing_id for disruption in event.disruptions}
    listing.apply(cmd.body, event, Festival.objects.get(id=event.festival_id), uow)
    if event.to_mongo() == before:
        return shown(event, uow)
    revise(event, uow)
    if event.state == "published":
        listing.must_be_complete(event)
        announcements.tell_published(event, uow, told=told)
    if event.last_end != last_end:
        settling.event_moved(event.id, event.last_end, uow)
        proposing.event_moved(event, uow)
    event.save()
    return shown(event, uow)


def publish_event(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Make one's own event public; nobody is asked."""
    event = _own_event(cmd)
    proposing.must_be_free(event, uow)
    revise(event, uow)
    listing.learn_disruptions(event, uow)
    _make_public(event, uow)
    event.save()
    return shown(event, uow)


def withdraw_event(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Take one's own event back out of the programme, or back from the curators it was proposed to."""
    event = _own_event(cmd)
    was_public = event.state == "published"
    event.state = lifecycle.after("withdraw", event.state, event.status)
    revise(event, uow)
    event.save()
    if was_public:
        uow.publish(announcements.event_withdrawn(event))
    else:
        proposing.take_back(event, uow)
    return shown(event, uow)


def cancel_event(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Say that one's own event will not take place; it stays listed, as cancelled."""
    event = _own_event(cmd)
    event.state = lifecycle.after("cancel", event.state, event.status)
    event.status = "cancelled"
    event.cancelled_at, event.cancellation_reason = uow.now(), cmd.body["reason"]
    revise(event, uow)
    event.save()
    uow.publish(announcements.event_cancelled(event))
    return shown(event, uow)


def _make_public(event: FestivalEvent, uow: UnitOfWork) -> None:
    event.state = lifecycle.after("publish", event.state, event.status)
    listing.must_be_complete(event)
    announcements.tell_published(event, uow, told=set())


def revise(event: FestivalEvent, uow: UnitOfWork) -> None:
    """Count a change that people may see."""
    event.sequence += 1
    event.updated_at = uow.now()


def _own_event(cmd: Command) -> FestivalEvent:
    return policies.own_event(cmd.actor, FestivalEvent.objects(id=cmd.path["event_id"]).first())


def person(cmd: Command) -> Person:
    """Whoever acts, as they are called now."""
    return Person(id=cmd.actor.id, name=cmd.actor.name or cmd.actor.id)


def free_id(uow: UnitOfWork, collection: str, body: dict[str, Any]) -> str:
    """The readable id that was asked for, if nobody has it yet, or a new one."""
    wanted = body.get("id")
    if wanted is None:
        return new_id()
    if uow.db[collection].find_one({"_id": wanted}, {"_id": 1}):
        raise Conflict("This id is taken.", errors={"id": ["Choose another id, or leave it out."]})
    return str(wanted)


def shown(event: FestivalEvent, uow: UnitOfWork) -> dict[str, Any]:
    """The event as it is now, what it clashes with and what it seems to be one with: for its curator, who decides."""
    row = event.to_mongo()
    view = views.event_view(row, views.context_of(uow.db, [row], uow.locality, uow.now()))
    clashes = clashing.clashes_of(uow.db, row)
    duplicates = flagging.flag(event, uow)
    told = {"clashes": clashes, "duplicates": duplicates}
    return view | {name: those for name, those in told.items() if those}
