"""The guide: what there is to see, to buy, to join and to watch, always put together from the live listings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from kernel.errors import Invalid
from kernel.locality import Locality, pick_text
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.visitor.domain.timetable import local
from services.visitor.line import known_town
from services.visitor.views.listings import matching, place_view

Row = dict[str, Any]

OFFERINGS_SHOWN = 5
"""Offerings told with a maker; all are in the section of the offerings."""
TIMINGS_SHOWN = 20


@dataclass(frozen=True)
class Reader:
    """Who reads the guide: in which language, for which town, on which day."""

    db: RawDatabase
    locality: Locality
    now: datetime
    lang: str
    town: str | None
    past: bool

    def text(self, value: Row | str | None) -> Row:
        """A text in the reader's language or the next best, with the language it is really in (``und``: a name)."""
        if isinstance(value, str):
            return {"text": value, "lang": "und"}
        text, lang = pick_text(value, self.lang, self.locality.languages)
        return {"text": text, "lang": lang}


def guide(db: RawDatabase, locality: Locality, now: datetime, query: Row) -> Row:
    """The sections of the guide, each a page of its own; with ``kind`` only that one, and ``cursor`` goes on in it."""
    town = known_town(locality, query["town"]) if query.get("town") else None
    lang = query.get("lang") or (town.language if town else locality.languages[0])
    reader = Reader(db, locality, now, lang, town.slug if town else None, query["past"])
    if query.get("cursor") and not query.get("kind"):
        raise Invalid("A cursor goes on in one section.", errors={"kind": ["Name the section the cursor is from."]})
    chosen = [query["kind"]] if query.get("kind") else list(SECTIONS)
    return {"town": reader.town, "lang": lang, **{kind: SECTIONS[kind](reader, query) for kind in chosen}}


def _places(reader: Reader, query: Row) -> Row:
    chosen = {**matching(query.get("q")), **({"town": reader.town} if reader.town else {})}
    return page(reader.db["places"], chosen, sort=[], query=query, project=partial(_place, reader))


def _place(reader: Reader, row: Row) -> Row:
    item = _item(reader, row["_id"], row, row["name"])
    view = place_view(row, reader.locality, reader.now)
    told = {name: view.get(name) for name in ("point", "walk_minutes", "address", "open_now", "verified_on", "source")}
    return {
        **item,
        **told,
        "type": row["kind"],
        "hours": reader.text(view["hours_text"]) if view["hours_text"] else None,
    }


def _makers(reader: Reader, query: Row) -> Row:
    found = page(reader.db["known_makers"], _listed(reader, query), sort=[], query=query)
    offered = _offerings_of(reader, [row["_id"] for row in found["items"]])
    items = [_maker(reader, row["_id"], row["listing"], offered.get(row["_id"], [])) for row in found["items"]]
    return {**found, "items": items}


def _offerings_of(reader: Reader, maker_ids: list[str]) -> dict[str, list[Row]]:
    chosen = {"listing.maker_id": {"$in": maker_ids}, "withdrawn": {"$ne": True}}
    groups = reader.db["known_offerings"].aggregate(
        [
            {"$match": chosen},
            {"$sort": {"_id": 1}},
            {"$group": {"_id": "$listing.maker_id", "rows": {"$firstN": {"input": "$$ROOT", "n": OFFERINGS_SHOWN}}}},
        ]
    )
    return {group["_id"]: [_offering(reader, {}, row) for row in group["rows"]] for group in groups}


def _maker(reader: Reader, maker_id: str, listing: Row, offered: list[Row]) -> Row:
    return {
        **_item(reader, maker_id, listing, listing["name"]),
        "craft": reader.text(listing["craft"]),
        "address": listing.get("address"),
        "point": listing.get("point"),
        "visitors_welcome": listing.get("visitors_welcome", False),
        "offerings": offered,
    }


def _offerings(reader: Reader, query: Row) -> Row:
    found = page(reader.db["known_offerings"], _listed(reader, query), sort=[], query=query)
    ids = list({row["listing"]["maker_id"] for row in found["items"]})
    makers = {row["_id"]: row["listing"]["name"] for row in reader.db["known_makers"].find({"_id": {"$in": ids}})}
    return {**found, "items": [_offering(reader, makers, row) for row in found["items"]]}


def _offering(reader: Reader, makers: dict[str, str], row: Row) -> Row:
    listing = row["listing"]
    return {
        **_item(reader, row["_id"], listing, listing["title"]),
        "type": listing["kind"],
        "maker_id": listing["maker_id"],
        "maker": makers.get(listing["maker_id"]),
        "price": listing["price"],
        "prices": listing.get("prices") or [listing["price"]],
        "available": listing.get("available"),
    }


def _events(reader: Reader, query: Row) -> Row:
    chosen = _listed(reader, query)
    if not reader.past:
        chosen["ends_at"] = {"$gt": reader.now}
    return page(reader.db["known_events"], chosen, sort=[("ends_at", 1)], query=query, project=partial(_event, reader))


def _event(reader: Reader, row: Row) -> Row:
    listing = row["listing"]
    to_come = [each for each in listing["timings"] if each["ends_at"] > reader.now]
    return {
        **_item(reader, row["_id"], listing, listing["title"]),
        "type": listing["kind"],
        "festival_id": listing["festival_id"],
        "where": reader.text(listing["where"]["name"]),
        "point": listing["where"].get("point"),
        "timings": [_timing(each) for each in (to_come or listing["timings"])[:TIMINGS_SHOWN]],
        "past": not to_come,
        "status": row["status"],
    }


def _timing(timing: Row) -> Row:
    return {
        "starts_local": local(timing["starts_at"], timing["zone"]).isoformat(),
        "ends_local": local(timing["ends_at"], timing["zone"]).isoformat(),
        "zone": timing["zone"],
    }


def _titles(reader: Reader, query: Row) -> Row:
    chosen = _listed(reader, query, town_field="listing.towns")
    if not query.get("q"):
        chosen["listing.kind"] = {"$ne": "episode"}
    found = page(reader.db["known_titles"], chosen, sort=[], query=query)
    watch = _where_to_watch(reader, [row["_id"] for row in found["items"]])
    return {**found, "items": [_title(reader, row, watch.get(row["_id"], [])) for row in found["items"]]}


def _where_to_watch(reader: Reader, title_ids: list[str]) -> dict[str, list[Row]]:
    """The releases open on this day. Links other than to the web are not shown, whoever sent them."""
    today = local(reader.now, reader.locality.towns[0].zone).date().isoformat()
    open_now = {
        "listing.title_id": {"$in": title_ids},
        "listing.starts_on": {"$lte": today},
        "listing.url": {"$regex": "^https?://"},
        "$or": [{"listing.ends_on": None}, {"listing.ends_on": {"$gte": today}}],
    }
    watch: dict[str, list[Row]] = {}
    for row in reader.db["known_releases"].find(open_now).sort("_id", 1):
        told = {"channel": row["listing"]["channel_name"], "url": row["listing"]["url"]}
        watch.setdefault(row["listing"]["title_id"], []).append({**told, "territory": row["listing"]["territory"]})
    return watch


def _title(reader: Reader, row: Row, watch: list[Row]) -> Row:
    listing = row["listing"]
    return {
        **_item(reader, row["_id"], listing, listing["name"]),
        "towns": listing["towns"],
        "type": listing["kind"],
        "runtime_minutes": listing.get("runtime_minutes"),
        "series_id": listing.get("series_id"),
        "published_on": listing["published_on"],
        "watch": watch,
    }


def _listed(reader: Reader, query: Row, town_field: str = "listing.town") -> Row:
    chosen: Row = {**matching(query.get("q")), "listing": {"$exists": True}, "withdrawn": {"$ne": True}}
    if reader.town:
        chosen[town_field] = reader.town
    return chosen


def _item(reader: Reader, identity: str, listing: Row, title: Row | str) -> Row:
    return {
        "id": identity,
        "town": listing.get("town"),
        "title": reader.text(title),
        "summary": reader.text(listing.get("summary")),
        "synthetic": listing.get("synthetic", False),
    }


SECTIONS: dict[str, Callable[[Reader, Row], Row]] = {
    "places": _places,
    "makers": _makers,
    "offerings": _offerings,
    "events": _events,
    "titles": _titles,
}
