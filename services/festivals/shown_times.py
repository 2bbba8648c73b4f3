"""Timings and crossings as callers see them: in local time with its offset, and the zone named beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.festivals.domain.timings import Timing

Row = Mapping[str, Any]


def timings_view(row: Row) -> list[dict[str, Any]]:
    """Each timing; one that was rescheduled with the starts that people were told before, the latest first."""
    return [
        {
            "id": one["id"],
            "starts_at": _local(one["starts_at"], one["zone"]),
            "ends_at": _local(one["ends_at"], one["zone"]),
            "zone": one["zone"],
            "previous_starts": [_local(start, one["zone"]) for start in one.get("previous_starts", [])],
        }
        for one in row.get("timings", [])
    ]


def timing_view(timing: Timing) -> dict[str, str]:
    """One timing in the local time of its zone."""
    return {
        "id": timing.id,
        "starts_at": _local(timing.starts_at, timing.zone),
        "ends_at": _local(timing.ends_at, timing.zone),
        "zone": timing.zone,
    }


def sailing_view(sailing_id: str, known: Row | None) -> dict[str, Any]:
    """A crossing that an event depends on, in the local times of both ends once it is known."""
    if known is None:
        return {"id": sailing_id, "known": False}
    return {
        "id": sailing_id,
        "known": True,
        "cancelled": known.get("cancelled_at") is not None,
        "illustrative": known.get("illustrative", False),
        **{end: _call_view(known[end]) for end in ("departure", "arrival")},
    }


def _call_view(call: Row) -> dict[str, str]:
    return {"town": call["town"], "at": _local(call["at"], call["zone"]), "zone": call["zone"]}


def _local(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat()
