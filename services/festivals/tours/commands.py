"""Making one's own event a tour."""

from __future__ import annotations

from typing import Any

from kernel.commands import Command
from kernel.errors import Invalid
from kernel.unit_of_work import UnitOfWork
from services.festivals import commands, policies
from services.festivals.models import FestivalEvent
from services.festivals.tours import views
from services.festivals.tours.models import Place, Tour


def lead_tour(cmd: Command, uow: UnitOfWork) -> dict[str, Any]:
    """Give one's own event a route, a leader and a meeting point, or change them.

    Sending what is there already changes nothing.
    """
    event = policies.own_event(cmd.actor, FestivalEvent.objects(id=cmd.path["event_id"]).first())
    body = cmd.body
    minutes = [stop["minutes"] for stop in body["route"] if stop.get("minutes") is not None]
    if minutes != sorted(minutes):
        raise Invalid("A route goes one way.", errors={"route": ["Give the stops in the order of their minutes."]})
    tour = Tour(
        leader=body["leader"],
        mode=body["mode"],
        length_m=body["length_m"],
        meeting_point=_place(body["meeting_point"]),
        route=[_place(stop) for stop in body["route"]],
    )
    if event.tour is None or event.tour.to_mongo() != tour.to_mongo():
        event.tour = tour
        commands.revise(event, uow)
        event.save()
    row = event.to_mongo()
    return views.tour_view(row, views.fits_of(uow.db, [row], uow.locality))


def _place(body: dict[str, Any]) -> Place:
    point = body.get("point") or {}
    return Place(name=body["name"], lat=point.get("lat"), lon=point.get("lon"), minutes=body.get("minutes"))
