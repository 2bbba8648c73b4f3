"""Shifts with the sailings they serve, and the dockings that nobody covers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from kernel.auth import Actor
from kernel.locality import Locality, Town
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.visitor import policies
from services.visitor.domain.desk import ASHORE, LONGEST_SHIFT, Watch, covered, docking, overlaps
from services.visitor.domain.gtfs_values import LONGEST_CROSSING
from services.visitor.domain.running import LONGEST_DELAY
from services.visitor.domain.timetable import day_bounds, local
from services.visitor.line import Centre, known_centre, known_town, line_of, zone_at
from services.visitor.views.sailings import lands_at, sailing_view

Row = dict[str, Any]


def one(db: RawDatabase, locality: Locality, row: Row, actor: Actor) -> Row:
    """A shift as ``actor`` may see it."""
    return _views(db, locality, [row], actor)[0]


def list_shifts(db: RawDatabase, locality: Locality, now: datetime, query: Row, actor: Actor) -> Row:
    """Shifts in order of time: of a local date, or those that are not over at an instant (now without either)."""
    centres = line_of(locality).centres
    if query.get("centre_id"):
        centres = [known_centre(locality, query["centre_id"])]
    if query.get("date"):
        days = [_on_day(locality, centre, query["date"]) for centre in centres]
        chosen: Row = {"$or": days} if days else {"centre_id": {"$in": []}}
    else:
        over = query.get("starting") or now
        chosen = {"centre_id": {"$in": [centre.slug for centre in centres]}, "ends_at": {"$gt": over}}
    found = page(db["shifts"], chosen, sort=[("starts_at", 1)], query=query)
    return {**found, "items": _views(db, locality, found["items"], actor)}


def _on_day(locality: Locality, centre: Centre, day: date) -> Row:
    town = locality.town(centre.town) if centre.town else None
    begins, ends = day_bounds(day, (town or locality.towns[0]).tz)
    return {"centre_id": centre.slug, "starts_at": {"$lt": ends}, "ends_at": {"$gt": begins}}


def _views(db: RawDatabase, locality: Locality, rows: list[Row], actor: Actor) -> list[Row]:
    if not rows:
        return []
    first, last = min(row["starts_at"] for row in rows), max(row["ends_at"] for row in rows)
    near = {"departure.at": {"$gte": first - LONGEST_CROSSING - LONGEST_DELAY - ASHORE, "$lte": last}}
    sailings = list(db["sailings"].find(near, {"departure": 1, "arrival": 1, "status": 1, "expected": 1}))
    return [_view(locality, row, sailings, actor) for row in rows]


def _view(locality: Locality, row: Row, sailings: list[Row], actor: Actor) -> Row:
    centre = known_centre(locality, row["centre_id"])
    zone = zone_at(locality, centre)
    on_it = row.get("ambassador_ids", [])
    return {
        "id": row["_id"],
        "centre_id": centre.slug,
        "starts_at": row["starts_at"],
        "ends_at": row["ends_at"],
        "starts_local": local(row["starts_at"], zone).isoformat(),
        "ends_local": local(row["ends_at"], zone).isoformat(),
        "zone": zone,
        "capacity": row["capacity"],
        "signed_up": len(on_it),
        "places_left": row["capacity"] - len(on_it),
        "ambassador_ids": on_it if policies.sees_who_is_on_duty(actor) else None,
        "offers": [_offer(each, actor) for each in row.get("offers", [])],
        "sailing_id": row.get("sailing_id"),
        "sailings": [
            {"sailing_id": sailing["_id"], "status": sailing["status"], "lands_at": lands_at(sailing)}
            for sailing in sailings
            if _serves(centre, row, sailing)
        ],
        "synthetic": row.get("synthetic", False),
    }


def _offer(offer: Row, actor: Actor) -> Row:
    who = offer["ambassador_id"] if policies.sees_who_is_on_duty(actor) else None
    return {"ambassador_id": who, "wants": offer.get("wants"), "offered_at": offer["offered_at"]}


def _serves(centre: Centre, shift: Row, sailing: Row) -> bool:
    if centre.aboard:
        return bool(sailing["_id"] == shift.get("sailing_id"))
    lands_here = sailing["arrival"]["town"] == centre.town
    return lands_here and overlaps(_watch(shift), docking(lands_at(sailing)))


def _watch(shift: Row) -> Watch:
    return Watch(shift["starts_at"], shift["ends_at"])


def cover(db: RawDatabase, locality: Locality, query: Row) -> Row:
    """For every sailing that lands on a day, at each centre that should receive it: is someone there?

    A centre ashore needs someone from docking until the last foot passengers are through, the one aboard for the
    crossing. A shift nobody signed up for covers nothing. A cancelled sailing needs no cover.
    """
    items = _covers(db, locality, _towns(locality, query), query["date"], 1)
    return {"date": query["date"], "items": items, "uncovered": sum(not item["covered"] for item in items)}


def gaps(db: RawDatabase, locality: Locality, now: datetime, query: Row) -> Row:
    """The dockings of the coming days, those of today that are over left out, that nobody covers.

    As ``cover`` tells them, with what to tell volunteers.
    """
    towns = _towns(locality, query)
    first = query.get("date") or now.astimezone(towns[0].tz).date()
    items = [item for item in _covers(db, locality, towns, first, query["days"]) if item["needed_until"] > now]
    missing = [item | {"says": _says(locality, item)} for item in items if not item["covered"]]
    return {"first_day": first, "days": query["days"], "dockings": len(items), "items": missing}


def _towns(locality: Locality, query: Row) -> list[Town]:
    return [known_town(locality, query["town"])] if query.get("town") else list(locality.towns)


def _covers(db: RawDatabase, locality: Locality, towns: list[Town], first: date, days: int) -> list[Row]:
    last = first + timedelta(days=days - 1)
    landing = {"arrival.town": {"$in": [town.slug for town in towns]}, "status": "scheduled"}
    span = {"arrival.date": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
    sailings = list(db["sailings"].find(landing | span).sort("arrival.at", 1))
    if not sailings:
        return []
    begins = min(sailing["departure"]["at"] for sailing in sailings)
    ends = max(lands_at(sailing) for sailing in sailings) + ASHORE
    near = {"starts_at": {"$gte": begins - LONGEST_SHIFT, "$lt": ends}, "ambassador_ids.0": {"$exists": True}}
    shifts = list(db["shifts"].find(near).sort("starts_at", 1))
    return [
        _cover_of(centre, sailing, shifts)
        for sailing in sailings
        for centre in line_of(locality).centres
        if centre.aboard or centre.town == sailing["arrival"]["town"]
    ]


def _cover_of(centre: Centre, sailing: Row, shifts: list[Row]) -> Row:
    """Whether the staffed ``shifts`` cover a sailing at a centre. Who is aboard stays until a late ship lands."""
    begins, lands = sailing["departure"]["at"], lands_at(sailing)
    needed = Watch(begins, lands) if centre.aboard else docking(lands)
    watched = Watch(begins, min(lands, sailing["arrival"]["at"])) if centre.aboard else needed
    staffed = [
        row
        for row in shifts
        if row["centre_id"] == centre.slug
        and (row.get("sailing_id") == sailing["_id"] if centre.aboard else overlaps(_watch(row), needed))
    ]
    return {
        "centre_id": centre.slug,
        "sailing": sailing_view(sailing),
        "needed_from": needed.starts_at,
        "needed_until": needed.ends_at,
        "covered": covered(watched, [_watch(row) for row in staffed]),
        "shift_ids": [row["_id"] for row in staffed],
        "ambassadors": len({each for row in staffed for each in row["ambassador_ids"]}),
    }


def _says(locality: Locality, item: Row) -> Row:
    """What a coordinator sends round: which desk, which ship, from when till when in the desk's own time."""
    centre = known_centre(locality, item["centre_id"])
    zone = zone_at(locality, centre)
    begins, ends = local(item["needed_from"], zone), local(item["needed_until"], zone)
    ship = item["sailing"]["ship"]
    name = {lang: centre.name.get(lang) or next(iter(centre.name.values())) for lang in ("en", "fr")}
    day = f"{begins:%d/%m/%Y}"
    return {
        "en": f"{name['en']}, {day}: nobody yet from {begins:%H:%M} to {ends:%H:%M}"
        + (f" for the {ship}." if ship else "."),
        "fr": f"{name['fr']}, {day} : personne encore de {begins:%H h %M} à {ends:%H h %M}"
        + (f" pour le {ship}." if ship else "."),
    }
