"""The door as its devices and the event's curator see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kernel.errors import Conflict, NotFound
from kernel.mongo import RawDatabase
from kernel.pagination import page
from services.festivals.checkin import bundles
from services.festivals.checkin.keys import checkin_key

MAX_GUESTS = 20_000
"""Registrations in one bundle: about three megabytes."""

Row = Mapping[str, Any]


def bundle_of(db: RawDatabase, event_id: str, now: datetime) -> dict[str, Any]:
    """The signed bundle of an event, and the key to check it by. Raises NotFound, Conflict and Unavailable."""
    key = checkin_key()
    event = db["events"].find_one({"_id": event_id, "state": "published"}, {"title": 1, "timings": 1})
    if event is None:
        raise NotFound("There is no such event, or it is not public.")
    fields = {"code_digest": 1, "party": 1, "name": 1, "state": 1}
    rows = list(db["registrations"].find({"event_id": event_id}, fields).sort("_id", 1).limit(MAX_GUESTS + 1))
    if len(rows) > MAX_GUESTS:
        raise Conflict(f"More than {MAX_GUESTS} registrations: too many for a list to carry to the door.")
    content = bundles.content_of(event, rows, now)
    return {
        "bundle": bundles.sign(content, key),
        "keys": [key.as_dict(private=False)],
        "issued_at": content["issued_at"],
        "valid_until": content["valid_until"],
        "guests": len(content["guests"]),
    }


def list_scans(db: RawDatabase, event_id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """What all devices scanned at an event, in the order of their clocks, and who came in by it."""
    found = page(db["scans"], {"event_id": event_id}, sort=[("at", 1)], query=query)
    return {**found, "items": scan_views(db, event_id, found["items"])}


def scan_views(db: RawDatabase, event_id: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Scans with what each did: of several that may admit the same person the first did, the others did not."""
    ids = {row["scan_id"]: admission_id(event_id, row["timing_id"], row["code_digest"]) for row in rows}
    admitted = db["admissions"].find({"_id": {"$in": list(set(ids.values()))}}, {"scan_id": 1})
    firsts = {row["_id"]: row["scan_id"] for row in admitted}
    return [_scan_view(row, firsts.get(ids[row["scan_id"]])) for row in rows]


def admission_id(event_id: str, timing_id: str, code_digest: str) -> str:
    """The row of one person's admission to one timing."""
    return f"{event_id}/{timing_id}/{code_digest}"


def _scan_view(row: Row, first: str | None) -> dict[str, Any]:
    shown = ("scanner_id", "code_digest", "timing_id", "at", "issued_at", "forced", "offline")
    let_in = row["reason"] is None or row["forced"]
    return {
        "id": row["scan_id"],
        **{name: row[name] for name in shown},
        "reason": row["reason"],
        "verdict": "admitted" if first == row["scan_id"] else "duplicate" if let_in else "refused",
        "received_at": row["received_at"],
    }


def figures(db: RawDatabase, event_id: str) -> dict[str, Any]:
    """How many came in to each timing."""
    groups = db["admissions"].aggregate(
        [
            {"$match": {"event_id": event_id}},
            {"$group": {"_id": "$timing_id", "registrations": {"$sum": 1}, "people": {"$sum": "$places"}}},
            {"$sort": {"_id": 1}},
        ]
    )
    timings = [{"timing_id": one["_id"], **{k: one[k] for k in ("registrations", "people")}} for one in groups]
    return {"event_id": event_id, "timings": timings}


def list_scanners(db: RawDatabase, event_id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """The devices of an event."""
    return page(db["scanners"], {"event_id": event_id}, sort=[("_id", 1)], query=query, project=scanner_view)


def scanner_view(row: Row) -> dict[str, Any]:
    """A device, without its code."""
    return {
        "id": row["_id"],
        "event_id": row["event_id"],
        "label": row["label"],
        "created_at": row["created_at"],
        "revoked_at": row.get("revoked_at"),
    }
