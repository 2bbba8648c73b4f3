"""Places and access centres."""

from __future__ import annotations

from typing import Any

from kernel.errors import NotFound
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from kernel.pagination import page
from kernel.words import each_word
from services.visitor.line import Centre, known_town, line_of

Row = dict[str, Any]


def matching(query: str | None) -> Row:
    """The filter for listings that hold every word of ``query``, in whichever language, accents and case aside."""
    return {"$and": each_word(query)} if query else {}


def place_view(row: Row) -> Row:
    """A place."""
    hidden = ("_id", "words", "listed_by")
    return {"id": row["_id"], **{name: value for name, value in row.items() if name not in hidden}}


def list_places(db: RawDatabase, locality: Locality, query: Row) -> Row:
    """Places by id."""
    chosen = matching(query.get("q"))
    if query.get("town"):
        chosen["town"] = known_town(locality, query["town"]).slug
    if query.get("kind"):
        chosen["kind"] = query["kind"]
    return page(db["places"], chosen, sort=[], query=query, project=place_view)


def get_place(db: RawDatabase, place_id: str) -> Row:
    """One place; raises ``NotFound``."""
    row = db["places"].find_one({"_id": place_id})
    if row is None:
        raise NotFound("There is no place with this id. The places are at /v1/places.")
    return place_view(row)


def centre_view(locality: Locality, centre: Centre, opening: Row | None) -> Row:
    """An access centre; ``opened_at`` is empty as long as it is planned."""
    town = locality.town(centre.town) if centre.town else None
    return {
        "id": centre.slug,
        "name": centre.name,
        "aboard": centre.aboard,
        "town": centre.town,
        "zone": town.zone if town else None,
        "status": "open" if opening else "planned",
        "opened_at": opening["opened_at"] if opening else None,
    }


def list_centres(db: RawDatabase, locality: Locality) -> Row:
    """The access centres of the locality, in its order; there are few, so they are one page."""
    openings = {row["_id"]: row for row in db["openings"].find()}
    centres = line_of(locality).centres
    return {
        "items": [centre_view(locality, centre, openings.get(centre.slug)) for centre in centres],
        "next_cursor": None,
    }


def get_centre(db: RawDatabase, locality: Locality, centre_id: str) -> Row:
    """One access centre; raises ``NotFound``."""
    centre = line_of(locality).centre(centre_id)
    if centre is None:
        raise NotFound("There is no access centre with this id. The centres are at /v1/centres.")
    return centre_view(locality, centre, db["openings"].find_one({"_id": centre.slug}))
