"""Crossings in time: the same instants read in two towns, whatever their clocks do that day."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Call:
    """One end of a crossing: where, when, and the zone people there read it in."""

    town: str
    at: datetime
    zone: str

    @property
    def local_date(self) -> date:
        """The calendar date on that quay."""
        return local(self.at, self.zone).date()


@dataclass(frozen=True)
class Crossing:
    """An entry of the timetable: one trip on one service day."""

    sailing_id: str
    service_date: date
    departure: Call
    arrival: Call
    ship: str | None = None
    expected_passengers: int | None = None
    illustrative: bool = False


def service_instant(service_date: date, since_start: timedelta, zone: ZoneInfo) -> datetime:
    """The UTC instant of a GTFS time on a service day.

    GTFS counts times from "noon minus 12 h" of the service day in the agency's zone, which is midnight except on the
    days the clocks change; hours may pass 24 (GTFS Schedule Reference, field type Time).
    """
    noon = datetime.combine(service_date, time(12), tzinfo=zone).astimezone(UTC)
    return noon - HALF_A_DAY + since_start


def local(at: datetime, zone: str) -> datetime:
    """``at`` as a clock in ``zone`` shows it, offset included."""
    return at.astimezone(ZoneInfo(zone))


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants at which ``day`` begins and ends in ``zone``: 23, 24 or 25 hours apart."""
    return (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC),
        datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC),
    )


def checkin_closes_at(departs_at: datetime, checkin_minutes: int) -> datetime:
    """The instant after which foot passengers are no longer checked in."""
    return departs_at - timedelta(minutes=checkin_minutes)


def sailing_id(trip_id: str, service_date: date) -> str:
    """The id of a trip on a service day: the same feed always gives the same ids.

    Raises ``ValueError`` when nothing of ``trip_id`` can stand in an id, or too much.
    """
    plain = unicodedata.normalize("NFKD", trip_id).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not 1 <= len(slug) <= 60:
        raise ValueError("must hold 1 to 60 letters or digits")
    return f"{slug}-{service_date.isoformat()}"
