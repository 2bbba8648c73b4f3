"""Day plans as they are shown, with the local times of their town and of both sides of the crossing."""

from __future__ import annotations

from typing import Any

from kernel.locality import Locality
from kernel.mongo import RawDatabase
from services.visitor.domain.alerts import NEWS
from services.visitor.domain.day_plans import IN_HAND
from services.visitor.domain.timetable import local
from services.visitor.line import known_town
from services.visitor.views.plans import stop_view
from services.visitor.views.sailings import sailing_view

Row = dict[str, Any]


def one(db: RawDatabase, locality: Locality, row: Row) -> Row:
    """A plan. ``disrupted`` when it cannot be kept: its ferry is cancelled or early, or it has an alert."""
    zone = known_town(locality, row["town"]).zone
    back = _sailing(db, row.get("return_sailing_id"), row["town"])
    came = _sailing(db, row.get("arrival_sailing_id"), row["town"])
    lost = any(each and each["status"] == "cancelled" for each in (back, came))
    late = back is not None and row["back_at"] > back["checkin_closes_at"] - IN_HAND
    bad = [alert for alert in row["alerts"] if alert["kind"] not in NEWS]
    names = ("town", "pace", "interests", "wanted", "revision", "walk_back_minutes", "alerts", "saved_at", "expires_at")
    return {
        "id": row["_id"],
        **{name: row[name] for name in names},
        **_times(row, zone, "starts_at", "closes_at", "back_at"),
        "be_back_by_local": local(row["closes_at"] - IN_HAND, zone).isoformat(),
        "zone": zone,
        "stops": [_stop(db, stop, zone) for stop in row["stops"]],
        "left_out": [each for each in row["wanted"] if all(each != _named(stop) for stop in row["stops"])],
        "arrival_sailing": came,
        "return_sailing": back,
        "status": "disrupted" if lost or late or bad else "planned",
    }


STOP_TIMES = ("arrives_at", "begins_at", "leaves_at")


def _stop(db: RawDatabase, stop: Row, zone: str) -> Row:
    return {"hours_text": None, **stop_view(db, stop), **_times(stop, zone, *STOP_TIMES)}


def _named(stop: Row) -> Row:
    return {"kind": stop["kind"], "id": stop["id"]}


def _sailing(db: RawDatabase, sailing_id: str | None, town: str) -> Row | None:
    row = db["sailings"].find_one({"_id": sailing_id}) if sailing_id else None
    return sailing_view(row, town) if row else None


def _times(row: Row, zone: str, *names: str) -> Row:
    return {name: row[name] for name in names} | {
        name.replace("_at", "_local"): local(row[name], zone).isoformat() for name in names
    }
