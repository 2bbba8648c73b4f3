"""Tours as everyone sees them, with the sailings that they fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kernel.auth import Actor
from kernel.errors import Invalid, NotFound
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.festivals import filters, policies
from services.festivals.domain.fitting import MOST_LATE, begins_between, lands, lands_between

Row = Mapping[str, Any]
MOST_TIMINGS = 30
"""Timings of one tour that are told with their sailings."""


@dataclass(frozen=True)
class Fits:
    """Ships that land in time for the tours of one answer, by town, latest first."""

    landing: Mapping[str, list[Row]]
    zones: Mapping[str, str]


def list_tours(db: RawDatabase, query: Mapping[str, Any], locality: Locality) -> dict[str, Any]:
    """A page of public tours, in order of their first timing. Raises Invalid for a sailing that is not known."""
    selector: dict[str, Any] = {
        **filters.in_town(query, locality),
        "state": "published",
        "tour.mode": {"$exists": True},
    }
    if query.get("festival_id"):
        selector["festival_id"] = query["festival_id"]
    if query.get("date"):
        selector["days"] = query["date"].isoformat()
    if query.get("sailing_id"):
        selector |= _fitting(db, query["sailing_id"], query.get("town"))
    found = page(db["events"], selector, sort=[("first_start", 1)], query=query)
    fits = fits_of(db, found["items"], locality)
    return {**found, "items": [tour_view(row, fits) for row in found["items"]]}


def get_tour(db: RawDatabase, event_id: str, actor: Actor, locality: Locality) -> dict[str, Any]:
    """One tour. Raises NotFound."""
    row = db["events"].find_one({"_id": event_id, "tour.mode": {"$exists": True}})
    if row is None or not policies.may_see(actor, row):
        raise NotFound("There is no such tour, or it is not public.")
    return tour_view(row, fits_of(db, [row], locality))


def fits_of(db: RawDatabase, rows: Iterable[Row], locality: Locality) -> Fits:
    """The ships that land in time for any timing of ``rows``, late ones too, as far as that is known.

    One query, a range of an index for each timing.
    """
    spans = [(row["town"], *lands_between(one["starts_at"])) for row in rows for one in _told(row)]
    ranges = [
        {"arrival.town": town, "arrival.at": {"$gte": first - MOST_LATE, "$lte": last}} for town, first, last in spans
    ]
    landing: dict[str, list[Row]] = {}
    if ranges:
        ships = db["sailings"].find({"$or": ranges, "cancelled_at": None}).sort("_id", 1)
        for ship in sorted(ships, key=_lands, reverse=True):
            landing.setdefault(ship["arrival"]["town"], []).append(ship)
    return Fits(landing, {town.slug: town.zone for town in locality.towns})


def tour_view(row: Row, fits: Fits) -> dict[str, Any]:
    """A tour: the event it is, and what makes it one."""
    tour = row["tour"]
    return {
        "id": row["_id"],
        "url": f"/v1/tours/{row['_id']}",
        "event_url": f"/v1/events/{row['_id']}",
        **{name: row[name] for name in ("festival_id", "title", "town", "status")},
        "summary": row.get("summary", {}),
        "synthetic": row.get("synthetic", False),
        "source": row.get("source"),
        "leader": tour["leader"],
        "mode": tour["mode"],
        "length_m": tour["length_m"],
        "meeting_point": _place_view(tour["meeting_point"]),
        "route": [_place_view(stop) for stop in tour["route"]],
        "timings": [_timing_view(one, row["town"], fits) for one in _told(row)],
    }


def _told(row: Row) -> list[Row]:
    timings: list[Row] = list(row.get("timings", []))
    return timings[:MOST_TIMINGS]


def _timing_view(timing: Row, town: str, fits: Fits) -> dict[str, Any]:
    first, last = lands_between(timing["starts_at"])
    ships = [ship for ship in fits.landing.get(town, []) if first <= _lands(ship) <= last]
    zone = ZoneInfo(timing["zone"])
    return {
        "id": timing["id"],
        "starts_at": timing["starts_at"].astimezone(zone).isoformat(),
        "ends_at": timing["ends_at"].astimezone(zone).isoformat(),
        "zone": timing["zone"],
        "fits": _ship_view(ships[0]) if ships else None,
    }


def _lands(ship: Row) -> datetime:
    return lands(ship["arrival"]["at"], ship.get("expected_arrival_at"))


def _ship_view(ship: Row) -> dict[str, Any]:
    ends = {end: {**ship[end], "at": _local(ship[end])} for end in ("departure", "arrival")}
    return {"sailing_id": ship["_id"], "illustrative": ship.get("illustrative", False), **ends}


def _local(call: Row) -> str:
    local: str = call["at"].astimezone(ZoneInfo(call["zone"])).isoformat()
    return local


def _place_view(place: Row) -> dict[str, Any]:
    point = {"lat": place["lat"], "lon": place["lon"]} if place.get("lat") is not None else None
    return {"name": place["name"], "point": point, "minutes": place.get("minutes")}


def _fitting(db: RawDatabase, sailing_id: str, town: str | None) -> dict[str, Any]:
    """Tours that somebody who lands by this sailing can join; none when it does not run."""
    ship = db["sailings"].find_one({"_id": sailing_id})
    if ship is None:
        raise Invalid(
            "There is no such sailing here.", errors={"sailing_id": ["No sailing that is known has this id."]}
        )
    first, last = begins_between(_lands(ship))
    lands_in = ship["arrival"]["town"]
    if ship.get("cancelled_at") or town not in (None, lands_in):
        return {"_id": {"$in": []}}
    return {"town": lands_in, "timings": {"$elemMatch": {"starts_at": {"$gte": first, "$lte": last}}}}
