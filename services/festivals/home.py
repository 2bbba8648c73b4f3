"""For a page of events, the sailings that people can go home with: one query over what was learned by events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kernel.locality import Locality
from kernel.mongo import RawDatabase
from services.festivals.domain.ways_home import LOOK_AHEAD, Crossing, WayHome, ways_home

Row = Mapping[str, Any]


def ways_home_of(db: RawDatabase, rows: Iterable[Row], locality: Locality, now: datetime) -> dict[str, dict[str, Any]]:
    """By event id, how to get home after the timing that runs now or comes next, or else after the last one.

    An event without a timing is left out.
    """
    ends = {row["_id"]: (row["town"], end) for row in rows if (end := _end_of(row, now)) is not None}
    crossings = _crossings(db, set(ends.values()))
    zones = {town.slug: town.zone for town in locality.towns}
    found = {}
    for event_id, (town, (timing_id, ends_at, zone)) in ends.items():
        homes = [slug for slug in zones if slug != town]
        ways = ways_home(ends_at, town=town, zone=zone, homes=homes, crossings=crossings)
        views = [_way_view(way, ends_at, {town: zone, way.to: zones[way.to]}) for way in ways]
        found[event_id] = {"timing_id": timing_id, "ends_at": _local(ends_at, zone), "ways": views}
    return found


def _end_of(row: Row, now: datetime) -> tuple[str, datetime, str] | None:
    timings = row.get("timings") or []
    ahead = [one for one in timings if one["ends_at"] > now]
    if not timings:
        return None
    one = min(ahead, key=lambda each: each["starts_at"]) if ahead else max(timings, key=lambda each: each["ends_at"])
    return one["id"], one["ends_at"], one["zone"]


def _crossings(db: RawDatabase, ends: set[tuple[str, tuple[str, datetime, str]]]) -> list[Crossing]:
    """The sailings that run behind any of the ends, each range answered by the index of port and departure."""
    ranges = [
        {"departure.town": town, "departure.at": {"$gte": end, "$lte": end + LOOK_AHEAD}} for town, (_, end, _) in ends
    ]
    if not ranges:
        return []
    rows = db["sailings"].find({"$or": ranges, "cancelled_at": None, "checkin_closes_at": {"$ne": None}})
    return [_crossing(row) for row in rows]


def _crossing(row: Row) -> Crossing:
    """As planned, or earlier where the ship is expected to leave early; never later, for time may be made up."""
    planned = row["departure"]["at"]
    early = max(timedelta(0), planned - (row.get("expected_departure_at") or planned))
    return Crossing(
        row["_id"],
        row["departure"]["town"],
        row["arrival"]["town"],
        planned - early,
        row["arrival"]["at"],
        row["checkin_closes_at"] - early,
        row.get("illustrative", False),
    )


def _way_view(way: WayHome, ends_at: datetime, zones: Mapping[str, str]) -> dict[str, Any]:
    return {
        "to": way.to,
        "answer": way.answer,
        "last": _crossing_view(way.last, ends_at, zones),
        "next": _crossing_view(way.next, ends_at, zones),
    }


def _crossing_view(crossing: Crossing | None, ends_at: datetime, zones: Mapping[str, str]) -> dict[str, Any] | None:
    if crossing is None:
        return None
    return {
        "sailing_id": crossing.id,
        "checkin_closes": _on_both_clocks(crossing.checkin_closes, zones),
        "departs": _on_both_clocks(crossing.departs, zones),
        "arrives": _on_both_clocks(crossing.arrives, zones),
        "minutes_to_checkin": int((crossing.checkin_closes - ends_at).total_seconds() // 60),
        "illustrative": crossing.illustrative,
    }


def _on_both_clocks(instant: datetime, zones: Mapping[str, str]) -> dict[str, str]:
    return {town: _local(instant, zone) for town, zone in zones.items()}


def _local(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat()
