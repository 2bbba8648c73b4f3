"""All there is to know about a town, to take along where there is no network, and what of it has changed since.

An entry is one thing under a key such as ``place/newhaven-fort``, with a digest of its content. A phone sends the
digests it has and gets what differs, so nothing about phones is kept here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from kernel.locality import Locality, Town
from kernel.mongo import RawDatabase
from services.visitor.domain.timetable import local
from services.visitor.line import known_town
from services.visitor.views.listings import place_view
from services.visitor.views.sailings import sailing_view, still_due

Row = dict[str, Any]

MAX_BYTES = 15_000_000
"""Of a bundle as JSON; what does not fit is counted in ``left_out``, offerings and films first."""
MAX_OF_A_KIND = 5_000
DAYS_OF_SAILINGS = timedelta(days=7)
_ENVELOPE = 2_000
_HIDDEN_OF_PLACE = ("open_now", "listed_at", "id")


def bundle(db: RawDatabase, locality: Locality, now: datetime, town_slug: str) -> Row:
    """The whole of a town as entries by key; the same content always gives the same ``version``."""
    town = known_town(locality, town_slug)
    entries: dict[str, Row] = {}
    size, left_out = _ENVELOPE, 0
    for key, content in _contents(db, locality, now, town):
        packed = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
        size += len(packed) + len(key) + 60
        if size > MAX_BYTES:
            left_out += 1
            continue
        entries[key] = {"digest": hashlib.blake2b(packed, digest_size=8).hexdigest(), "content": content}
    return {
        "town": town.slug,
        "languages": locality.languages,
        "version": version_of({key: entry["digest"] for key, entry in entries.items()}),
        "entries": entries,
        "left_out": left_out,
    }


def delta(db: RawDatabase, locality: Locality, now: datetime, query: Row) -> Row:
    """What makes the bundle with the digests ``have`` the present one: entries to put in, keys to take out."""
    whole = bundle(db, locality, now, query["town"])
    have: Mapping[str, str] = query["have"]
    entries = {key: each for key, each in whole["entries"].items() if have.get(key) != each["digest"]}
    gone = sorted(key for key in have if key not in whole["entries"])
    return {**whole, "entries": entries, "removed": gone}


def version_of(digests: Mapping[str, str]) -> str:
    """The version of a bundle with entries of these digests."""
    return hashlib.blake2b(orjson.dumps(sorted(digests.items())), digest_size=12).hexdigest()


def _contents(db: RawDatabase, locality: Locality, now: datetime, town: Town) -> Iterator[tuple[str, Row]]:
    """What a passenger needs most comes first."""
    for row in sailings(db, now, town):
        yield f"sailing/{row['_id']}", sailing_view(row, town.slug)
    for row in places(db, town):
        view = place_view(row, locality, now)
        yield f"place/{row['_id']}", {name: value for name, value in view.items() if name not in _HIDDEN_OF_PLACE}
    for kind, rows in (("event", events), ("maker", makers), ("title", titles), ("offering", offerings)):
        listed: Callable[[RawDatabase, datetime, Town], Iterator[Row]] = rows
        for row in listed(db, now, town):
            beside = {name: row[name] for name in ("status", "watch") if name in row}
            yield f"{kind}/{row['_id']}", row["listing"] | beside


def sailings(db: RawDatabase, now: datetime, town: Town) -> Iterator[Row]:
    """The crossings of the coming days that call at a town, the late ones that are still to call among them."""
    chosen = still_due(town.slug, now, now + DAYS_OF_SAILINGS, "departure", "arrival")
    yield from db["sailings"].find(chosen).sort([("departure.at", 1), ("_id", 1)]).limit(MAX_OF_A_KIND)


def places(db: RawDatabase, town: Town) -> Iterator[Row]:
    """All places of a town, nearest to the ferry first."""
    rows = db["places"].find({"town": town.slug}).sort("_id", 1).limit(MAX_OF_A_KIND)
    yield from sorted(rows, key=lambda row: (row.get("walk_minutes") is None, row.get("walk_minutes") or 0, row["_id"]))


def events(db: RawDatabase, now: datetime, town: Town) -> Iterator[Row]:
    """The events that are not over."""
    yield from _listed(db, "known_events", {"listing.town": town.slug, "ends_at": {"$gt": now}}, sort="ends_at")


def makers(db: RawDatabase, now: datetime, town: Town) -> Iterator[Row]:
    """All makers of a town."""
    del now
    yield from _listed(db, "known_makers", {"listing.town": town.slug})


def offerings(db: RawDatabase, now: datetime, town: Town) -> Iterator[Row]:
    """What the makers of a town offer."""
    del now
    yield from _listed(db, "known_offerings", {"listing.town": town.slug})


def titles(db: RawDatabase, now: datetime, town: Town) -> Iterator[Row]:
    """The films and series about a town, with where they can be watched today."""
    today = local(now, town.zone).date().isoformat()
    for row in _listed(db, "known_titles", {"listing.towns": town.slug}):
        open_now = {
            "listing.title_id": row["_id"],
            "listing.starts_on": {"$lte": today},
            "$or": [{"listing.ends_on": None}, {"listing.ends_on": {"$gte": today}}],
        }
        found = db["known_releases"].find(open_now | {"listing.url": {"$regex": "^https?://"}}).sort("_id", 1)
        watch = [{name: each["listing"][name] for name in ("channel_name", "url", "territory")} for each in found]
        yield row | {"watch": watch}


def _listed(db: RawDatabase, collection: str, chosen: Row, sort: str = "_id") -> Iterator[Row]:
    order = [(sort, 1), ("_id", 1)] if sort != "_id" else [("_id", 1)]
    yield from db[collection].find({**chosen, "withdrawn": {"$ne": True}}).sort(order).limit(MAX_OF_A_KIND)
