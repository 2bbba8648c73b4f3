"""What lists are asked for, as MongoDB selectors that an index answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kernel.auth import Actor
from kernel.errors import Invalid
from kernel.locality import Locality
from kernel.words import words
from services.festivals.domain import texts

Selector = dict[str, Any]
MAX_QUERY_WORDS = 10


def events(query: Mapping[str, Any], actor: Actor, locality: Locality) -> Selector:
    """Public events, or with one's own ``curator_id`` all of one's own, that meet every condition asked for.

    ``date`` is a day in the event's own zone that any of its timings touches; ``from`` and ``to`` are instants
    between which any of its timings runs; every word of ``q`` begins some word of its texts, accents aside.
    """
    selector = in_town(query, locality)
    own = not actor.anonymous and query.get("curator_id") == actor.id
    if not own:
        selector["state"] = "published"
    for asked, path in (("festival_id", "festival_id"), ("curator_id", "curator.id"), ("status", "status")):
        if query.get(asked):
            selector[path] = query[asked]
    if query.get("kind"):
        selector["kind"] = query["kind"]
    if query.get("keyword"):
        selector["keywords"] = {"$in": texts.keywords([query["keyword"]])}
    if query.get("date"):
        selector["days"] = query["date"].isoformat()
    selector.update(_running_between(query))
    if query.get("q"):
        selector["$and"] = _each_word(query["q"])
    return selector


def festivals(query: Mapping[str, Any], locality: Locality) -> Selector:
    """Festivals of a town, of a kind, or that a day belongs to."""
    selector = in_town(query, locality, path="towns")
    if query.get("kind"):
        selector["kind"] = query["kind"]
    if query.get("date"):
        day = query["date"].isoformat()
        selector |= {"first_day": {"$lte": day}, "last_day": {"$gte": day}}
    return selector


def in_town(query: Mapping[str, Any], locality: Locality, *, path: str = "town") -> Selector:
    """What is in the town asked for, or everything. Raises Invalid that names the towns there are."""
    slug = query.get("town")
    if not slug:
        return {}
    if locality.town(slug) is None:
        known = ", ".join(town.slug for town in locality.towns)
        raise Invalid("There is no such town here.", errors={"town": [f"One of: {known}."]})
    return {path: slug}


def _running_between(query: Mapping[str, Any]) -> Selector:
    start, end = query.get("from"), query.get("to")
    if start and end and end <= start:
        raise Invalid("The time asked for ends before it begins.", errors={"to": ["Must be later than from."]})
    runs: Selector = {}
    selector: Selector = {}
    if start:
        runs["ends_at"] = selector["last_end"] = {"$gt": start}
    if end:
        runs["starts_at"] = selector["first_start"] = {"$lt": end}
    return {**selector, "timings": {"$elemMatch": runs}} if runs else {}


def _each_word(asked: str) -> list[Selector]:
    found = words(asked)[:MAX_QUERY_WORDS]
    if not found:
        raise Invalid("There is no word to search for.", errors={"q": ["At least one letter or digit."]})
    return [{"words": {"$regex": f"^{word}"}} for word in found]
