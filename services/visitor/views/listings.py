"""Places and access centres."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kernel.errors import NotFound
from kernel.locality import Locality, pick_text
from kernel.mongo import RawDatabase
from kernel.pagination import page
from kernel.words import each_word
from services.visitor.domain import hours, hours_text
from services.visitor.line import Centre, known_town, line_of

Row = dict[str, Any]

HIDDEN = ("_id", "words", "listed_by", "by_hand")


def matching(query: str | None) -> Row:
    """The filter for listings that hold every word of ``query``, in whichever language, accents and case aside."""
    return {"$and": each_word(query)} if query else {}


def place_view(row: Row, locality: Locality, now: datetime, query: Row | None = None) -> Row:
    """A place at ``now``; ``query`` may choose the language (``lang``) and some of the ``fields``."""
    town = locality.town(row["town"])
    known = hours.from_builtins(row["hours"]) if row.get("hours") else None
    view = {name: value for name, value in row.items() if name not in HIDDEN}
    view |= {
        "id": row["_id"],
        "hours": row.get("hours") or None,
        "hours_text": (hours_text.texts(known) or None) if known else None,
        "open_now": known.open_at(now.astimezone(town.tz)) if known and town else None,
        "translation_status": {lang: _status(row, lang) for lang in locality.languages},
        "origins": {name.replace("/", "."): origin for name, origin in row.get("origins", {}).items()},
    }
    if query and query.get("lang"):
        for name in ("name", "summary", "hours_text"):
            text, lang = pick_text(view[name], query["lang"], locality.languages)
            view[name] = {lang: text} if text else None
    if query and query.get("fields"):
        chosen = {"id", *query["fields"].split(",")}
        view = {name: value for name, value in view.items() if name in chosen}
    return view


def _status(row: Row, lang: str) -> str:
    having = [bool(row[name].get(lang)) for name in ("name", "summary")]
    return "complete" if all(having) else "partial" if any(having) else "missing"


def list_places(db: RawDatabase, locality: Locality, now: datetime, query: Row) -> Row:
    """Places by id."""
    chosen = matching(query.get("q"))
    if query.get("town"):
        chosen["town"] = known_town(locality, query["town"]).slug
    if query.get("kind"):
        chosen["kind"] = query["kind"]
    return page(db["places"], chosen, sort=[], query=query, project=lambda row: place_view(row, locality, now, query))


def geojson(db: RawDatabase, locality: Locality, now: datetime, query: Row) -> Row:
    """The same list as a GeoJSON FeatureCollection (RFC 7946); the next page in the member ``next_cursor``."""
    found = list_places(db, locality, now, {**query, "fields": None})
    return {
        "type": "FeatureCollection",
        "features": [_feature(item, query) for item in found["items"]],
        "next_cursor": found["next_cursor"],
    }


def _feature(item: Row, query: Row) -> Row:
    chosen = query["fields"].split(",") if query.get("fields") else list(item)
    return {
        "type": "Feature",
        "id": item["id"],
        "geometry": {"type": "Point", "coordinates": [item["point"]["lon"], item["point"]["lat"]]},
        "properties": {name: value for name, value in item.items() if name in chosen and name not in ("id", "point")},
    }


def get_place(db: RawDatabase, locality: Locality, now: datetime, place_id: str, query: Row) -> Row:
    """One place; raises ``NotFound``."""
    row = db["places"].find_one({"_id": place_id})
    if row is None:
        raise NotFound("There is no place with this id. The places are at /v1/places.")
    return place_view(row, locality, now, query)


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
