"""Places to see and to use."""

from __future__ import annotations

from typing import Any

from contracts.base import Point
from contracts.visitor import CentreOpened, PlaceListed
from kernel.commands import Command
from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from kernel.words import words_of
from services.visitor import policies
from services.visitor.commands import lookups
from services.visitor.domain.place_merge import entered
from services.visitor.line import known_town, line_of
from services.visitor.models import Opening, Place
from services.visitor.models import Point as At
from services.visitor.views import listings

Row = dict[str, Any]

RESERVED = ("geojson", "import")
"""What stands where an id does in the paths of places."""


def list_place(cmd: Command, uow: UnitOfWork) -> Row:
    """List a place under an id of its lister's choice; announces it."""
    known_town(uow.locality, cmd.body["town"])
    identity = cmd.body.get("id") or new_id()
    if identity in RESERVED:
        raise Invalid("This id stands for something else.", errors={"id": ["Choose another id."]})
    if uow.db["places"].find_one({"_id": identity}, {"_id": 1}):
        raise Conflict("There is a place with this id already. Choose another id, or change that place.")
    body = {name: _kept(name, value) for name, value in cmd.body.items()} | {"id": identity}
    place = Place(**body, by_hand=entered(cmd.body), listed_by=cmd.actor.id, listed_at=uow.now())
    return announce(place, uow)


def change_place(cmd: Command, uow: UnitOfWork) -> Row:
    """Replace some fields of a place; announces it again. From then on no import changes these fields."""
    row = lookups.found(uow, "places", cmd.path["place_id"], "place")
    policies.may_change_place(cmd.actor, row)
    place = Place.objects.get(id=row["_id"])
    for name, value in cmd.body.items():
        setattr(place, name, _kept(name, value))
    place.by_hand = sorted({*entered_here(row), *entered(cmd.body)})
    place.origins = {path: origin for path, origin in place.origins.items() if path not in place.by_hand}
    return announce(place, uow)


def entered_here(row: Row) -> list[str]:
    """The fields of a place that a person entered here: all of them, unless an import has brought some."""
    if row.get("origins") or row.get("by_hand"):
        found: list[str] = row.get("by_hand", [])
        return found
    return entered(row)


def _kept(name: str, value: Any) -> Any:
    """A field as it is kept of one that was sent: days as text."""
    if name == "point":
        return At(**value)
    if name == "hours" and value:
        return plain_hours(value)
    return value.isoformat() if name == "verified_on" and value else value


def plain_hours(value: Row) -> Row:
    """Opening hours as they are kept of those that were sent."""
    days = ("date", "until")
    exceptions = [
        {name: each[name].isoformat() if name in days else each[name] for name in each} for each in value["exceptions"]
    ]
    return {"seasons": value["seasons"], "exceptions": exceptions}


def announce(place: Place, uow: UnitOfWork) -> Row:
    """Keep a place and say so; returns how it is shown."""
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
    return listings.place_view(place.to_mongo().to_dict(), uow.locality, uow.now())


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
