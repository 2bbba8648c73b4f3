"""What is shown of a sailing, an event, a maker, an offering, a place and a title: texts picked, the rest as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gateway.aggregate.walking import walk_minutes
from gateway.reader import Reader
from kernel.locality import Locality

Row = dict[str, Any]
Raw = Mapping[str, Any]
Point = Mapping[str, float]


def town_name(reader: Reader, locality: Locality, slug: str | None) -> Any:
    """The name of a town as a shown text; its slug for one that is not of this place, None for no town."""
    town = locality.town(slug) if slug else None
    return reader.shown(town.name) if town else {"text": slug, "lang": "und"} if slug else None


def sailing(reader: Reader, locality: Locality, raw: Raw) -> Row:
    """A crossing with the local times of both sides, and when its check-in closes."""
    names = (
        "id", "service_date", "direction", "crossing_minutes", "checkin_minutes", "checkin_closes_at",
        "checkin_closes_local", "ship", "expected_passengers", "illustrative", "status",
    )  # fmt: skip
    card = {name: raw.get(name) for name in names}
    for end in ("departure", "arrival"):
        card[end] = {**raw[end], "town_name": town_name(reader, locality, raw[end]["town"])}
    return {**card, "reason": reader.shown(raw.get("reason")), "delay": _delay(reader, raw.get("delay"))}


def _delay(reader: Reader, raw: Raw | None) -> Row | None:
    """When a late sailing is expected, in the local times of both sides, and why; None for one that is not late."""
    if raw is None:
        return None
    times = {name: raw[name] for name in ("departs_local", "arrives_local", "minutes")}
    return {**times, "reason": reader.shown(raw.get("reason"))}


def event(
    reader: Reader, locality: Locality, raw: Raw, *, terminal: Point | None = None, day: date | None = None
) -> Row:
    """An event as a list shows it: with ``day``, only that day's timings; the whole of it in ``all_timings``."""
    where = raw.get("where")
    timings = raw.get("timings", [])
    names = (
        "id", "town", "kind", "status", "sailing_ids", "website", "synthetic", "source", "next_timing",
        "tour_url", "attendance", "online_url", "admission", "ages",
    )  # fmt: skip
    card = reader.with_texts(
        {name: raw.get(name) for name in names} | {"title": raw["title"], "summary": raw.get("summary")},
        "title",
        "summary",
    )
    return card | {
        "town_name": town_name(reader, locality, raw["town"]),
        "festival": {"id": raw["festival_id"], "name": reader.shown((raw.get("festival") or {}).get("name"))},
        "where": _where(reader, where) if where else None,
        "timings": [timing for timing in timings if day is None or touches(timing, day)],
        "timings_total": len(timings),
        "walk_minutes": walk_minutes(terminal, (where or {}).get("point")),
        "reason": _why(reader, raw),
        "keywords": reader.keywords(raw),
        "date_text": reader.shown(raw.get("date_text")),
        "accessibility": raw.get("accessibility") or [],
        "conditions": reader.shown(raw.get("conditions")),
    }


def _where(reader: Reader, where: Raw) -> Row:
    known = {name: where[name] for name in ("point", "town", "venue_id") if name in where}
    return {**known, "name": reader.shown(where.get("name")), "address": where.get("address")}


def _why(reader: Reader, raw: Raw) -> Any:
    """Why an event is cancelled or disrupted, as a shown text."""
    if raw.get("cancellation"):
        return reader.shown(raw["cancellation"].get("reason"))
    return next((reader.shown(each.get("reason")) for each in raw.get("disruptions", [])), None)


def touches(timing: Raw, day: date) -> bool:
    """Whether a timing runs on a local day; one that ends at midnight does not reach into the next."""
    starts, ends = (datetime.fromisoformat(timing[name]) for name in ("starts_at", "ends_at"))
    last = ends.date() if ends.time() != datetime.min.time() or starts == ends else starts.date()
    return starts.date() <= day <= max(last, starts.date())


def maker(reader: Reader, locality: Locality, raw: Raw) -> Row:
    """A maker as a list shows it."""
    names = ("id", "kind", "town", "name", "address", "point", "visitors_welcome", "walk_minutes", "synthetic")
    card = {name: raw.get(name) for name in names}
    texts = {name: reader.shown(raw.get(name)) for name in ("craft", "summary", "opening_hours")}
    return {**card, **texts, "town_name": town_name(reader, locality, raw["town"])}


def offering(reader: Reader, raw: Raw) -> Row:
    """An offering; ``price`` is the one shown first, ``available`` None for what is not counted."""
    names = ("id", "maker_id", "town", "kind", "price", "prices", "available", "status", "synthetic")
    card = {name: raw.get(name) for name in names}
    materials = [reader.with_texts(each, "name") for each in raw.get("materials") or []]
    texts = {name: reader.shown(raw.get(name)) for name in ("title", "summary", "schedule")}
    return {**card, **texts, "materials": materials}


def place(reader: Reader, locality: Locality, raw: Raw) -> Row:
    """A place to see or to use."""
    names = ("id", "town", "kind", "point", "address", "walk_minutes", "source", "open_now", "verified_on", "synthetic")
    card = {name: raw.get(name) for name in names}
    texts = {name: reader.shown(raw.get(name)) for name in ("name", "summary", "hours_text")}
    return {**card, **texts, "town_name": town_name(reader, locality, raw["town"])}


def title(reader: Reader, locality: Locality, raw: Raw) -> Row:
    """A film, a series or an episode, with where it can be watched; ``out`` is the link that is counted."""
    names = (
        "id", "kind", "towns", "languages", "runtime_minutes", "series_id", "episode_number", "published_on",
        "premiered_on", "synthetic", "source",
    )  # fmt: skip
    card = {name: raw.get(name) for name in names}
    texts = {name: reader.shown(raw.get(name)) for name in ("name", "summary")}
    towns = [town_name(reader, locality, slug) for slug in raw["towns"]]
    return {**card, **texts, "town_names": towns, "releases": raw.get("releases", [])}
