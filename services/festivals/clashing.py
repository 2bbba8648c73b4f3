"""Finding the public events that an event clashes with, for its curator to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from kernel.mongo import RawDatabase
from services.festivals.domain.clashes import ANYTHING, Slot, clashes

MOST_COMPARED = 500
"""Public events of a town that are looked at, on the days of the event."""
MOST_SHOWN = 20

Row = Mapping[str, Any]


def clashes_of(db: RawDatabase, event: Row) -> list[dict[str, Any]]:
    """The public events that ``event`` clashes with, earliest overlap first, at most ``MOST_SHOWN``.

    An event that does not take place any more clashes with none.
    """
    if event["status"] == "cancelled" or not event.get("timings"):
        return []
    alike: list[dict[str, Any]] = [{"keywords": {"$in": list(event.get("keywords", []))}}]
    venue_id = (event.get("where") or {}).get("venue_id")
    if venue_id:
        alike.append({"where.venue_id": venue_id})
    if event["kind"] != ANYTHING:
        alike.append({"kind": event["kind"]})
    selector = {
        "town": event["town"],
        "state": "published",
        "days": {"$in": event["days"]},
        "status": {"$ne": "cancelled"},
        "_id": {"$ne": event["_id"]},
        "$or": alike,
    }
    fields = dict.fromkeys(("title", "town", "where.venue_id", "kind", "keywords", "timings", "curator"), 1)
    mine, found = _slot(event), []
    for other in db["events"].find(selector, fields).sort([("first_start", 1), ("_id", 1)]).limit(MOST_COMPARED):
        overlaps = clashes(mine, _slot(other))
        if overlaps:
            found.append((min(begins for _, begins, _ in overlaps), other, overlaps))
    found.sort(key=lambda each: (each[0], each[1]["_id"]))
    zone = ZoneInfo(event["timings"][0]["zone"])
    return [_view(other, overlaps, zone) for _, other, overlaps in found[:MOST_SHOWN]]


def _slot(event: Row) -> Slot:
    return Slot(
        town=event["town"],
        venue_id=(event.get("where") or {}).get("venue_id"),
        kind=event["kind"],
        keywords=frozenset(event.get("keywords", [])),
        timings=tuple((one["starts_at"], one["ends_at"]) for one in event.get("timings", [])),
    )


def _view(other: Row, overlaps: list[Any], zone: ZoneInfo) -> dict[str, Any]:
    reason, begins, stops = min(overlaps, key=lambda overlap: overlap[1])
    return {
        "event_id": other["_id"],
        "title": other["title"],
        "curator": other["curator"],
        "reason": reason,
        "from": begins.astimezone(zone).isoformat(),
        "to": stops.astimezone(zone).isoformat(),
        "overlaps": len(overlaps),
    }
