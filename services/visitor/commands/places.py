"""Places to see and to use."""

from __future__ import annotations

from typing import Any

from contracts.base import Point
from contracts.visitor import CentreOpened, PlaceListed
from kernel.commands import Command
from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from kernel.words import words_of
from services.visitor import policies
from services.visitor.commands import lookups
from services.visitor.line import known_town, line_of
from services.visitor.models import Opening, Place
from services.visitor.models import Point as At
from services.visitor.views import listings

Row = dict[str, Any]


def list_place(cmd: Command, uow: UnitOfWork) -> Row:
    """List a place under an id of its lister's choice; announces it."""
    known_town(uow.locality, cmd.body["town"])
    identity = cmd.body.get("id") or new_id()
    if uow.db["places"].find_one({"_id": identity}, {"_id": 1}):
        raise Conflict("There is a place with this id already. Choose another id, or change that place.")
    body = {**cmd.body, "id": identity, "point": At(**cmd.body["point"])}
    place = Place(**body, listed_by=cmd.actor.id, listed_at=uow.now())
    return _announce(place, uow)


def change_place(cmd: Command, uow: UnitOfWork) -> Row:
    """Replace some fields of a place; announces it again."""
    row = lookups.found(uow, "places", cmd.path["place_id"], "place")
    policies.may_change_place(cmd.actor, row)
    place = Place.objects.get(id=row["_id"])
    for name, value in cmd.body.items():
        setattr(place, name, At(**value) if name == "point" else value)
    return _announce(place, uow)


def _announce(place: Place, uow: UnitOfWork) -> Row:
    place.words = words_of([place.name, place.summary, {"": place.address or ""}, {"": place.kind}])
    place.save()
    uow.publish(
        PlaceListed(
            place_id=place.id,
            town=place.town,
            kind=place.kind,
            name=dict(place.name),
            summary=dict(place.summary),
            point=Point(lat=place.point.lat, lon=place.point.lon),
            walk_minutes=place.walk_minutes,
            synthetic=place.synthetic,
        )
    )
    return listings.place_view(place.to_mongo().to_dict())


def open_centre(cmd: Command, uow: UnitOfWork) -> Row:
    """Open an access centre of the locality; announces it the first time and changes nothing afterwards."""
    centre = line_of(uow.locality).centre(cmd.path["centre_id"])
    if centre is None:
        raise NotFound("There is no access centre with this id.")
    opening = uow.db["openings"].find_one({"_id": centre.slug})
    if opening is None:
        opening = Opening(id=centre.slug, opened_at=uow.now(), opened_by=cmd.actor.id).save().to_mongo().to_dict()
        uow.publish(CentreOpened(centre_id=centre.slug, name=centre.name, aboard=centre.aboard, town=centre.town))
    return listings.centre_view(uow.locality, centre, opening)
