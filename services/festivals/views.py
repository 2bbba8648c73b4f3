"""The read side: festivals, venues and events as callers see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kernel.auth import Actor
from kernel.errors import NotFound
from kernel.locality import Locality, Town, pick_text
from kernel.mongo import RawDatabase
from kernel.pagination import page, page_of_any
from services.festivals import facets, filters, findable, home, policies, shown_times
from services.festivals.catalogue import Catalogue
from services.festivals.domain import texts
from services.festivals.domain.date_text import date_texts
from services.festivals.domain.terms import term
from services.festivals.domain.timings import Timing, next_of

Row = Mapping[str, Any]
Programme = dict[str, dict[str, int]]

HIDDEN = {"words": 0, "days": 0, "timings_before": 0, **findable.HIDDEN}
"""What an event keeps only to be found by, or to judge by at its door."""


ORDERS = {"start": [("first_start", 1)], "-updated": [("updated_at", -1)], "-created": [("created_at", -1)]}
"""Ways to order events: by their first timing, or newest first."""


@dataclass(frozen=True)
class Context:
    """What the view of an event says beyond the event's own row."""

    now: datetime
    languages: list[str]
    festivals: dict[str, Row]
    sailings: dict[str, Row]
    towns: list[Town]
    ways_home: dict[str, Row]
    lang: str | None = None
    """Language to pick the texts in; None leaves the choice to the caller."""


def context_of(
    db: RawDatabase, rows: Iterable[Row], locality: Locality, now: datetime, lang: str | None = None
) -> Context:
    """Look up what the views of ``rows`` need, in one query for each collection."""
    rows = list(rows)
    festivals = db["festivals"].find({"_id": {"$in": list({row["festival_id"] for row in rows})}}, {"name": 1})
    named = list({sailing_id for row in rows for sailing_id in row.get("sailing_ids", [])})
    sailings = db["sailings"].find({"_id": {"$in": named}}) if named else []
    return Context(
        now=now,
        languages=locality.languages,
        festivals={row["_id"]: row for row in festivals},
        sailings={row["_id"]: row for row in sailings},
        towns=locality.towns,
        ways_home=home.ways_home_of(db, rows, locality, now),
        lang=lang,
    )


def list_events(
    db: RawDatabase,
    query: Mapping[str, Any],
    actor: Actor,
    locality: Locality,
    now: datetime,
    catalogue: Catalogue,
) -> dict[str, Any]:
    """A page of events as ``filters.events`` selects them, in the order asked for, with the facets asked for."""
    selectors = filters.events(db, query, actor, locality, now)
    found = page_of_any(db["events"], selectors, sort=ORDERS[query.get("sort") or "start"], query=query, fields=HIDDEN)
    context = context_of(db, found["items"], locality, now, query.get("lang"))
    shown = [chosen(event_view(row, context), query.get("fields")) for row in found["items"]]
    counted = facets.count(db, catalogue, query, selectors, locality.languages) if query.get("facets") else {}
    return {**found, "items": shown, **counted}


def chosen(view: dict[str, Any], fields: Iterable[str] | None) -> dict[str, Any]:
    """The fields asked for, and the id; everything when none are."""
    return {name: view[name] for name in view if name == "id" or name in fields} if fields else view


def get_event(
    db: RawDatabase, event_id: str, actor: Actor, locality: Locality, now: datetime, query: Mapping[str, Any]
) -> dict[str, Any]:
    """One event; for one that was merged into another listing that one, as its ``id`` and ``url`` say.

    Raises NotFound also for a draft or a withdrawn one of somebody else.
    """
    row = db["events"].find_one({"_id": event_id}, HIDDEN)
    if row and row.get("merged_into"):
        row = db["events"].find_one({"_id": row["merged_into"]}, HIDDEN)
    if row is None or not policies.may_see(actor, row):
        raise NotFound("There is no such event, or it is not public.")
    context = context_of(db, [row], locality, now, query.get("lang"))
    return chosen(event_view(row, context), query.get("fields"))


def event_view(row: Row, context: Context) -> dict[str, Any]:
    """An event as everyone sees it. Times are local, with offset, in the zone that is named beside them."""
    timings = [Timing(one["id"], one["starts_at"], one["ends_at"], one["zone"]) for one in row.get("timings", [])]
    following = next_of(timings, context.now)
    title, summary, description = row["title"], row.get("summary", {}), row.get("description", {})
    festival = context.festivals.get(row["festival_id"], {})
    view = {
        "id": row["_id"],
        "url": f"/v1/events/{row['_id']}",
        "festival_id": row["festival_id"],
        "festival": {"id": row["festival_id"], "name": festival.get("name", {})},
        "calendar_url": f"/v1/festivals/{row['festival_id']}/calendar.ics",
        "curator": row["curator"],
        "state": row["state"],
        "status": row["status"],
        "disruptions": row.get("disruptions", []),
        "cancellation": _cancellation(row),
        "sequence": row["sequence"],
        "title": title,
        "summary": summary,
        "description": description,
        "languages": sorted(title),
        "translation_status": texts.translation_status(context.languages, *texts.read_of(row)),
        "town": row["town"],
        "where": {**row["where"], "town": row["town"]} if row.get("where") else None,
        "kind": row["kind"],
        "keywords": row.get("keywords", []),
        **findable.view(row),
        "timings": shown_times.timings_view(row),
        "first_timing": shown_times.timing_view(timings[0]) if timings else None,
        "next_timing": shown_times.timing_view(following) if following else None,
        "date_text": date_texts(timings, context.languages, context.towns),
        "last_timing": shown_times.timing_view(max(timings, key=lambda one: one.ends_at)) if timings else None,
        "sailing_ids": row.get("sailing_ids", []),
        "sailings": [shown_times.sailing_view(one, context.sailings.get(one)) for one in row.get("sailing_ids", [])],
        "getting_home": context.ways_home.get(row["_id"]),
        "website": row.get("website"),
        "tour_url": f"/v1/tours/{row['_id']}" if row.get("tour", {}).get("mode") else None,
        "synthetic": row.get("synthetic", False),
        "source": row.get("source"),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }
    if context.lang:
        view["keywords"] = texts.keywords_in(row, context.lang, context.languages)
        view["shown"] = {name: _picked(row.get(name), context) for name in texts.READ}
    return view


def list_festivals(db: RawDatabase, query: Mapping[str, Any], locality: Locality) -> dict[str, Any]:
    """A page of festivals in order of their first day."""
    selector = filters.festivals(query, locality)
    found = page(db["festivals"], selector, sort=[("first_day", 1)], query=query)
    programme = programme_of(db, [row["_id"] for row in found["items"]])
    return {**found, "items": [festival_view(row, programme) for row in found["items"]]}


def get_festival(db: RawDatabase, festival_id: str) -> dict[str, Any]:
    """One festival. Raises NotFound."""
    return festival_view(festival_row(db, festival_id), programme_of(db, [festival_id]))


def festival_row(db: RawDatabase, festival_id: str) -> Row:
    """The stored festival. Raises NotFound."""
    row = db["festivals"].find_one({"_id": festival_id})
    if row is None:
        raise NotFound("There is no such festival.")
    return row


def programme_of(db: RawDatabase, festival_ids: list[str]) -> Programme:
    """For each festival, how many events are public in it and by how many curators."""
    wanted = [term("festival", festival_id) for festival_id in festival_ids]
    groups = db["events"].aggregate(
        [
            {"$match": {"state": "published", "terms": {"$in": wanted}}},
            {"$project": {"curator": "$curator.id", "in": {"$setIntersection": ["$terms", wanted]}}},
            {"$unwind": "$in"},
            {"$group": {"_id": "$in", "events": {"$sum": 1}, "curators": {"$addToSet": "$curator"}}},
        ]
    )
    return {
        group["_id"].partition(":")[2]: {"events": group["events"], "curators": len(group["curators"])}
        for group in groups
    }


def festival_view(row: Row, programme: Programme) -> dict[str, Any]:
    """A festival as everyone sees it."""
    return {
        **{name: row[name] for name in ("kind", "name", "summary", "towns", "first_day", "last_day", "open", "host")},
        "id": row["_id"],
        "url": f"/v1/festivals/{row['_id']}",
        "calendar_url": f"/v1/festivals/{row['_id']}/calendar.ics",
        "programme": programme.get(row["_id"], {"events": 0, "curators": 0}),
        "website": row.get("website"),
        "synthetic": row.get("synthetic", False),
        "source": row.get("source"),
        "created_at": row["created_at"],
    }


def list_venues(db: RawDatabase, query: Mapping[str, Any], locality: Locality) -> dict[str, Any]:
    """A page of venues in order of their ids."""
    return page(db["venues"], venue_selector(query, locality), sort=[("_id", 1)], query=query, project=venue_view)


def venue_selector(query: Mapping[str, Any], locality: Locality) -> dict[str, Any]:
    """Venues of a town, fit for an impairment, that hold so many people."""
    selector = filters.in_town(query, locality)
    if query.get("accessibility"):
        selector["accessibility"] = query["accessibility"]
    if query.get("holds"):
        selector["capacity"] = {"$gte": query["holds"]}
    return selector


def venue_view(row: Row) -> dict[str, Any]:
    """A venue as everyone sees it."""
    return {
        **{
            name: row.get(name)
            for name in ("town", "name", "address", "point", "capacity", "keeper", "source", "created_at")
        },
        "id": row["_id"],
        "accessibility": row.get("accessibility", []),
        "synthetic": row.get("synthetic", False),
    }


def _cancellation(row: Row) -> dict[str, Any] | None:
    if not row.get("cancelled_at"):
        return None
    return {"cancelled_at": row["cancelled_at"], "reason": row.get("cancellation_reason", {})}


def _picked(text: dict[str, str] | None, context: Context) -> dict[str, str] | None:
    chosen, language = pick_text(text, context.lang or "", context.languages)
    return {"text": chosen, "lang": language} if chosen else None
