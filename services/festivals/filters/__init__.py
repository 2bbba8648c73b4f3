"""What lists are asked for, as MongoDB selectors that an index answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kernel.auth import Actor
from kernel.errors import Invalid
from kernel.locality import Locality
from kernel.mongo import RawDatabase
from services.festivals import search
from services.festivals.domain import texts
from services.festivals.domain.terms import AGE_BANDS, term
from services.festivals.filters import place, when

Selector = dict[str, Any]

ANY = {"kind": "kind", "status": "status", "attendance": "attendance", "language": "language", "admission": "admission"}
"""Filters of which one value has to be met, and their facets."""


def events(
    db: RawDatabase, query: Mapping[str, Any], actor: Actor, locality: Locality, now: datetime
) -> list[Selector]:
    """Public events, or with one's own ``curator_id`` all of one's own, that meet every condition asked for.

    Several selectors have no event in common and together hold all that was asked for; an index answers each in
    order of the first start. Raises ``Invalid`` naming the filter that cannot be.
    """
    own = not actor.anonymous and query.get("curator_id") == actor.id
    base = in_town(query, locality) | ({} if own else {"state": "published"})
    if query.get("curator_id"):
        base["curator.id"] = query["curator_id"]
    if query.get("date"):
        base["days"] = query["date"].isoformat()
    for name in ("created", "updated"):
        base.update(_since(query, name))
    base.update(place.within(query))
    conditions = [*_terms(query), *when.time_of_day(query), *_age(query.get("age"))]
    if query.get("q"):
        conditions += search.conditions(db, query["q"], public=not own)
    return [_all_of(base, [*conditions, running]) for running in when.running(query, locality, now)]


def _all_of(base: Selector, conditions: list[Selector]) -> Selector:
    met = [condition for condition in conditions if condition]
    return base | {"$and": met} if met else base


def _terms(query: Mapping[str, Any]) -> list[Selector]:
    found = [{"terms": term("festival", query["festival_id"])}] if query.get("festival_id") else []
    for name, facet in ANY.items():
        if query.get(name):
            found.append({"terms": {"$in": [term(facet, value) for value in query[name]]}})
    if query.get("keyword"):
        found.append({"terms": {"$in": [term("keyword", value) for value in texts.keywords(query["keyword"])]}})
    found += [{"terms": term("accessibility", code)} for code in query.get("accessibility") or []]
    if query.get("featured_in"):
        found.append({"terms": term("featured", query["featured_in"])})
    return found


def _age(age: int | None) -> list[Selector]:
    if age is None:
        return []
    first, last = next(band for band in AGE_BANDS if band[0] <= age <= band[1])
    return [{"terms": term("age", f"{first}-{last}"), "youngest": {"$lte": age}, "oldest": {"$gte": age}}]


def _since(query: Mapping[str, Any], name: str) -> Selector:
    start, end = query.get(f"{name}_from"), query.get(f"{name}_to")
    if start and end and end <= start:
        wrong = [f"Must be later than {name}_from."]
        raise Invalid("The time asked for ends before it begins.", errors={f"{name}_to": wrong})
    bounds = ({"$gte": start} if start else {}) | ({"$lt": end} if end else {})
    return {f"{name}_at": bounds} if bounds else {}


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
