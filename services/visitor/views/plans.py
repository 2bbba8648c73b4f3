"""Day plans, told from what their parts are now: nothing about a sailing or a listing is kept twice."""

from __future__ import annotations

from typing import Any

from kernel.errors import NotFound
from kernel.mongo import RawDatabase
from services.visitor.views.sailings import sailing_view

Row = dict[str, Any]

_COLLECTIONS = {"place": "places", "maker": "known_makers", "event": "known_events"}


def get_plan(db: RawDatabase, plan_id: str) -> Row:
    """The plan of that id, for whoever holds the id; raises ``NotFound``."""
    row = db["plans"].find_one({"_id": plan_id})
    if row is None:
        raise NotFound("There is no plan with this id. Plans leave some weeks after their day.")
    return one(db, row)


def one(db: RawDatabase, row: Row) -> Row:
    """A plan: ``disrupted`` when, and only when, the sailing it ends with is cancelled."""
    sailing = db["sailings"].find_one({"_id": row["return_sailing_id"]})
    shown = sailing_view(sailing, row["town"]) if sailing else None
    cancelled = bool(sailing) and sailing["status"] == "cancelled"
    return {
        "id": row["_id"],
        "town": row["town"],
        "date": row["date"],
        "stops": [stop_view(db, stop) for stop in row["stops"]],
        "return_sailing_id": row["return_sailing_id"],
        "return_sailing": shown,
        "be_back_by": shown["checkin_closes_local"] if shown else None,
        "status": "disrupted" if cancelled else "planned",
        "reason": sailing.get("reason") if cancelled else None,
        "saved_at": row["saved_at"],
        "expires_at": row["expires_at"],
    }


def stop_view(db: RawDatabase, stop: Row) -> Row:
    """A stop with the name and status that its listing has now."""
    row = db[_COLLECTIONS[stop["kind"]]].find_one({"_id": stop["id"]}) or {}
    listing = row if stop["kind"] == "place" else row.get("listing", {})
    name = listing.get("title") or listing.get("name")
    status = "withdrawn" if row.get("withdrawn") or not listing else row.get("status") or "listed"
    return {**stop, "name": {"und": name} if isinstance(name, str) else name, "status": status}
