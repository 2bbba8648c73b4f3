"""What a day in a town could hold: its places, its studios that welcome visitors, and the events of that time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.locality import Town
from kernel.mongo import RawDatabase
from services.visitor.domain import hours
from services.visitor.domain.alerts import OFF
from services.visitor.domain.day_plans import Candidate, Window
from services.visitor.domain.interests import stay_at, worth
from services.visitor.domain.walking import Spot
from services.visitor.domain.windows import assumed_hours, attendances, opening_windows, stays

Row = dict[str, Any]

MOST = 500
"""Listings of each sort that are looked at."""
NO_SIGHTS = ("BoatTerminal", "TrainStation")


@dataclass(frozen=True)
class Wish:
    """The town and time of a day, what its visitor likes, and what they asked for or had planned (kind and id)."""

    town: Town
    starts_at: datetime
    ends_at: datetime
    interests: Sequence[str]
    wanted: Collection[tuple[str, str]]
    planned: Collection[tuple[str, str]] = ()


def quay_of(db: RawDatabase, town: str) -> Spot | None:
    """Where the ferries of a town land: its place of the kind ``BoatTerminal``."""
    row = db["places"].find_one({"town": town, "kind": "BoatTerminal"}, sort=[("_id", 1)])
    return Spot(row["point"]["lat"], row["point"]["lon"]) if row else None


def candidates(db: RawDatabase, wish: Wish) -> list[Candidate]:
    """Everything with a position that can be visited in that time."""
    return [*_places(db, wish), *_makers(db, wish), *_events(db, wish)]


def _places(db: RawDatabase, wish: Wish) -> list[Candidate]:
    rows = db["places"].find({"town": wish.town.slug, "kind": {"$nin": NO_SIGHTS}}).sort("_id", 1).limit(MOST)
    return [_open_listing("place", row["_id"], row["kind"], row, row, wish) for row in rows]


def _makers(db: RawDatabase, wish: Wish) -> list[Candidate]:
    chosen = {"listing.town": wish.town.slug, "listing.visitors_welcome": True, "listing.point": {"$ne": None}}
    rows = db["known_makers"].find(chosen).sort("_id", 1).limit(MOST)
    return [_open_listing("maker", row["_id"], "maker", row["listing"], row, wish) for row in rows]


def _open_listing(kind: str, id: str, sort: str, listing: Row, row: Row, wish: Wish) -> Candidate:
    known = hours.from_builtins(row["hours"]) if row.get("hours") else None
    times = known or assumed_hours(sort)
    windows = opening_windows(times.on, wish.starts_at, wish.ends_at, wish.town.tz)
    prize = worth(sort, row.get("words", ()), wish.interests, wanted=(kind, id) in wish.wanted)
    return Candidate(kind, id, _spot(listing), prize, stays(windows, stay_at(sort)), times, known is None)


def _events(db: RawDatabase, wish: Wish) -> list[Candidate]:
    """The events one can go to: a full one only for who asked for it or has it planned, and so may have a place."""
    may_have_a_place = [id for kind, id in (*wish.wanted, *wish.planned) if kind == "event"]
    chosen = {
        "listing.town": wish.town.slug,
        "listing.where.point": {"$ne": None},
        "withdrawn": {"$ne": True},
        "status": {"$nin": list(OFF)},
        "listing.status": {"$nin": list(OFF)},
        "ends_at": {"$gt": wish.starts_at},
        "$or": [{"status": {"$ne": "full"}}, {"_id": {"$in": may_have_a_place}}],
    }
    found = []
    for row in db["known_events"].find(chosen).sort("ends_at", 1).limit(MOST):
        listing = row["listing"]
        timings: list[Window] = [(each["starts_at"], each["ends_at"]) for each in listing["timings"]]
        inside = [each for each in timings if each[1] > wish.starts_at and each[0] < wish.ends_at]
        prize = worth(
            listing["kind"], row.get("words", ()), wish.interests, wanted=("event", row["_id"]) in wish.wanted
        )
        found.append(Candidate("event", row["_id"], _spot(listing["where"]), prize, attendances(inside)))
    return found


def _spot(listing: Row) -> Spot:
    return Spot(listing["point"]["lat"], listing["point"]["lon"], listing.get("walk_minutes"))
