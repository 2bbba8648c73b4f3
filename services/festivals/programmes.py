"""Several programmes that share events: an event keeps the festival it was made for and can be listed in others."""

from __future__ import annotations

from typing import Any

from kernel.commands import Command
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.unit_of_work import UnitOfWork
from services.festivals import announcements, views
from services.festivals.duplicates import flagging
from services.festivals.models import Festival, FestivalEvent

MAX_PROGRAMMES = 20
"""Most other festivals that one event is listed in."""


def list_in(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """List a public event in a festival's programme, put forward there if its host says so; repeating changes nothing.

    The host of the festival may do so with any event, a curator with their own in an open festival. The event stays
    in its curator's hands and in the festival it comes from: its revision does not change.
    """
    festival, event = _both(cmd, cmd.body["event_id"])
    _must_fit(event, festival)
    listed, featured = set(event.also_in), set(event.featured_in)
    if festival.id != event.festival_id:
        listed.add(festival.id)
    if "featured" in cmd.body:
        _must_be_host(cmd, festival)
        featured = featured | {festival.id} if cmd.body["featured"] else featured - {festival.id}
    if len(listed) > MAX_PROGRAMMES:
        raise Conflict(f"An event can be in the programmes of {MAX_PROGRAMMES} other festivals; take it out of one.")
    return _keep(event, listed, featured, uow)


def take_out(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Take an event out of a programme it was listed in; where it comes from it stays."""
    festival, event = _both(cmd, cmd.path["event_id"])
    if festival.id == event.festival_id:
        raise Conflict("This festival is where the event comes from: only its curator can withdraw it.")
    return _keep(event, set(event.also_in) - {festival.id}, set(event.featured_in) - {festival.id}, uow)


def _both(cmd: Command, event_id: str) -> tuple[Festival, FestivalEvent]:
    festival = Festival.objects(id=cmd.path["festival_id"]).first()
    if festival is None:
        raise NotFound("There is no such festival.")
    event = FestivalEvent.objects(id=event_id, state="published").first()
    if event is None:
        raise Invalid("There is no such event.", errors={"event_id": ["No public event has this id."]})
    if festival.host.id != cmd.actor.id and not (festival.open and event.curator.id == cmd.actor.id):
        raise Forbidden("A festival's host arranges its programme; curators list their own events in an open one.")
    return festival, event


def _must_fit(event: FestivalEvent, festival: Festival) -> None:
    if event.town not in festival.towns:
        wrong = [f"It takes place in {event.town}; the festival is in {', '.join(festival.towns)}."]
        raise Invalid("The event is elsewhere.", errors={"event_id": wrong})
    if not any(festival.first_day <= day <= festival.last_day for day in event.days):
        wrong = [f"It does not take place from {festival.first_day} to {festival.last_day}."]
        raise Invalid("The event is at another time.", errors={"event_id": wrong})


def _must_be_host(cmd: Command, festival: Festival) -> None:
    if festival.host.id != cmd.actor.id:
        raise Forbidden("What a festival puts forward is for its host to say.")


def _keep(event: FestivalEvent, listed: set[str], featured: set[str], uow: UnitOfWork) -> dict[str, Any]:
    before = list(event.also_in), list(event.featured_in)
    event.also_in, event.featured_in = sorted(listed), sorted(featured)
    if (list(event.also_in), list(event.featured_in)) != before:
        event.updated_at = uow.now()
        event.save()
        uow.publish(announcements.event_published(event))
        flagging.flag(event, uow)
    row = event.to_mongo()
    return views.event_view(row, views.context_of(uow.db, [row], uow.locality, uow.now()))
