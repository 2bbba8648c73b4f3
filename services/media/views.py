"""The read side of media: raw rows in, what people see out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from kernel.auth import Actor
from kernel.errors import Invalid, NotFound, Unauthenticated
from kernel.locality import Locality, pick_text
from kernel.mongo import RawDatabase
from kernel.pagination import page
from kernel.words import each_word
from services.media import domain
from services.media.policies import may_see

Row = dict[str, Any]


def list_titles(db: RawDatabase, locality: Locality, now: datetime, query: Row, actor: Actor) -> Row:
    """Public titles of a day, newest first, with the releases open on it; ``mine`` lists a producer's own, drafts too.

    Episodes are listed when asked for by kind, series or words; otherwise their series stands for them.
    """
    town = _town(query, locality)
    day = query["as_of"].isoformat() if query.get("as_of") else domain.today(locality, town, now)
    wanted: Row = {"towns": town, "kind": query.get("kind"), "series_id": query.get("series_id")}
    wanted |= {"subjects": query.get("subject_id")}
    filter = {name: value for name, value in wanted.items() if value is not None}
    if query.get("q"):
        filter["$and"] = each_word(query["q"])
    if query.get("mine"):
        if actor.anonymous:
            raise Unauthenticated("Sign in to see your own titles.")
        found = page(db.titles, {**filter, "producer_id": actor.id}, sort=[("_id", -1)], query=query)
    else:
        if not filter.keys() & {"kind", "series_id", "$and"}:
            filter["kind"] = {"$ne": "episode"}
        filter |= {"state": "published", "published_on": {"$lte": day}}
        found = page(db.titles, filter, sort=[("published_on", -1)], query=query)
    return {**found, "items": with_releases(db, locality, found["items"], day, town, query.get("lang"))}


def get_title(db: RawDatabase, locality: Locality, now: datetime, title_id: str, query: Row, actor: Actor) -> Row:
    """One title with the releases open on a day; a series with its episodes. A draft is its producer's alone."""
    row = db.titles.find_one({"_id": title_id})
    if row is None or not may_see(actor, row["producer_id"], public=row["state"] == "published"):
        raise NotFound(f"There is no title {title_id}.")
    town = _town(query, locality)
    day = query["as_of"].isoformat() if query.get("as_of") else domain.today(locality, town, now)
    [item] = with_releases(db, locality, [row], day, town, query.get("lang"))
    if row["kind"] == "series":
        seen: Row = {} if row["producer_id"] == actor.id else {"state": "published", "published_on": {"$lte": day}}
        episodes = db.titles.find({"series_id": title_id, **seen}).sort("episode_number").limit(domain.MOST_EPISODES)
        item["episodes"] = [title_item(episode) for episode in episodes]
    return item


def newest_public(db: RawDatabase, town: str, day: str, limit: int) -> list[Row]:
    """The newest titles of a town that are public on a day, episodes too."""
    filter = {"state": "published", "towns": town, "published_on": {"$lte": day}}
    return list(db.titles.find(filter).sort([("published_on", -1), ("_id", -1)]).limit(limit))


def list_channels(db: RawDatabase, locality: Locality, query: Row) -> Row:
    """All channels, by id."""
    _town(query, locality)
    filter = {name: query[name] for name in ("kind", "town") if query.get(name)}
    return page(db.channels, filter, sort=[("_id", 1)], query=query, project=channel_item)


def list_releases(db: RawDatabase, query: Row, actor: Actor) -> Row:
    """Releases of public titles and one's own, newest first; ``open_on`` keeps those whose window is open that day."""
    filter = {name: query[name] for name in ("title_id", "channel_id") if query.get(name)}
    if query.get("open_on"):
        day = query["open_on"].isoformat()
        filter |= {"starts_on": {"$lte": day}, "ends_on": {"$not": {"$lt": day}}}
    return page(db.releases, {**filter, **_seen_by(actor)}, sort=[("_id", -1)], query=query, project=release_item)


def list_placements(db: RawDatabase, locality: Locality, query: Row, actor: Actor) -> Row:
    """Placements of public titles and one's own, newest first, with their clicks so far."""
    _town(query, locality)
    filter = {name: query[name] for name in ("title_id", "channel_id", "town") if query.get(name)}
    return page(db.placements, {**filter, **_seen_by(actor)}, sort=[("_id", -1)], query=query, project=placement_item)


def list_subjects(db: RawDatabase, locality: Locality, query: Row) -> Row:
    """Subjects put forward by events, newest first; those withdrawn are listed only when asked for."""
    _town(query, locality)
    filter: Row = {name: query[name] for name in ("town", "about_kind", "state") if query.get(name)}
    filter.setdefault("state", {"$ne": "withdrawn"})
    return page(db.subjects, filter, sort=[("proposed_at", -1)], query=query, project=subject_item)


def get_subject(db: RawDatabase, subject_id: str) -> Row:
    """One subject, whatever its state."""
    row = db.subjects.find_one({"_id": subject_id})
    if row is None:
        raise NotFound(f"There is no subject {subject_id}.")
    return subject_item(row)


def target_of(db: RawDatabase, locality: Locality, now: datetime, placement_id: str) -> str:
    """Where a public placement leads: the stored address of its release. NotFound when its window is not open."""
    placement = db.placements.find_one({"_id": placement_id, "public": True})
    if placement is None:
        raise NotFound(f"There is no placement {placement_id}.")
    release = db.releases.find_one({"_id": placement["release_id"]})
    day = domain.today(locality, placement.get("town"), now)
    if release is None or not domain.is_open(release["starts_on"], release.get("ends_on"), day):
        raise NotFound("The film cannot be watched there today; see its other releases.")
    return str(release["url"])


def with_releases(
    db: RawDatabase, locality: Locality, rows: list[Row], day: str, town: str | None, lang: str | None
) -> list[Row]:
    """Titles as people see them on ``day``: each with its open releases and the link out that is counted.

    With a town, only releases for its country or for the world, and links placed for that town or for all.
    """
    ids = [row["_id"] for row in rows]
    place = locality.town(town) if town else None
    placements = _grouped(db.placements.find({"title_id": {"$in": ids}}), "release_id")
    releases: dict[str, list[Row]] = defaultdict(list)
    for release in db.releases.find({"title_id": {"$in": ids}}).sort([("starts_on", 1), ("_id", 1)]):
        here = place is None or domain.covers(release["territory"], place.country)
        if here and domain.is_open(release["starts_on"], release.get("ends_on"), day):
            best = domain.best_placement(placements.get(release["_id"], []), town)
            releases[release["title_id"]].append(release_item(release) | _way_out(best))
    items = []
    for row in rows:
        item = title_item(row) | {"releases": releases[row["_id"]]}
        if lang:
            item["shown"] = {name: _shown(row[name], lang, locality) for name in ("name", "summary")}
        items.append(item)
    return items


def title_item(row: Mapping[str, Any]) -> Row:
    """A title without what belongs to it; ``revision`` is its version."""
    return _public(row, without=("words",))


def channel_item(row: Mapping[str, Any]) -> Row:
    """A channel."""
    return _public(row)


def release_item(row: Mapping[str, Any]) -> Row:
    """A release."""
    return _public(row)


def placement_item(row: Mapping[str, Any]) -> Row:
    """A placement with its clicks and the path that counts one and leads out."""
    return _public(row, without=("channel_kind",)) | {"out": f"/v1/placements/{row['_id']}/out"}


def subject_item(row: Mapping[str, Any]) -> Row:
    """A subject."""
    return _public(row)


def _town(query: Row, locality: Locality) -> str | None:
    """The town asked for, if any. Raises Invalid naming the towns there are."""
    slug: str | None = query.get("town")
    if slug and locality.town(slug) is None:
        known = ", ".join(town.slug for town in locality.towns)
        raise Invalid("There is no such town here.", errors={"town": [f"must be one of: {known}"]})
    return slug


def _public(row: Mapping[str, Any], without: tuple[str, ...] = ()) -> Row:
    item = {name: value for name, value in row.items() if name not in without}
    return {"id": item.pop("_id"), **item}


def _way_out(placement: Row | None) -> Row:
    if placement is None:
        return {"placement_id": None, "out": None}
    return {"placement_id": placement["_id"], "out": f"/v1/placements/{placement['_id']}/out"}


def _shown(text: dict[str, str], lang: str, locality: Locality) -> Row:
    shown, code = pick_text(text, lang, locality.languages)
    return {"text": shown, "lang": code}


def _seen_by(actor: Actor) -> Row:
    return {"public": True} if actor.anonymous else {"$or": [{"public": True}, {"producer_id": actor.id}]}


def _grouped(rows: Iterable[Row], by: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[by]].append(row)
    return groups
