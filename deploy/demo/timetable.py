"""The timetable of the demo as a GTFS feed: from the departures that travellers report, marked illustrative."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from typing import Any

FESTIVAL_SEASON = (date(2018, 8, 11), date(2018, 9, 30))
DAYS_AHEAD = 45
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

CROSSINGS = [
    # trip, from, departs, to, arrives (both in the agency's zone, Europe/Paris), ship
    ("dieppe-0530", "dieppe", "05:30:00", "newhaven", "09:30:00", "Côte d'Albâtre"),
    ("newhaven-1000", "newhaven", "11:00:00", "dieppe", "15:00:00", "Côte d'Albâtre"),
    ("dieppe-1230", "dieppe", "12:30:00", "newhaven", "16:30:00", "Seven Sisters"),
    ("newhaven-1730", "newhaven", "18:30:00", "dieppe", "22:30:00", "Seven Sisters"),
    ("dieppe-1800", "dieppe", "18:00:00", "newhaven", "23:00:00", "Côte d'Albâtre"),
    ("newhaven-2300", "newhaven", "24:00:00", "dieppe", "28:00:00", "Côte d'Albâtre"),
]
"""Reported: Newhaven 10:00, 17:30, 23:00; Dieppe 05:30, and 18:00 with arrival at 22:00. The rest is filled in so that
two ships can sail it, four hours a crossing; the towns are an hour apart."""


def build_gtfs(today: date) -> bytes:
    """The illustrative timetable as a GTFS zip: the festival season of 2018, and from yesterday to 45 days ahead."""
    first, last = FESTIVAL_SEASON
    agency = ("line", "Newhaven - Dieppe, illustrative timetable", "https://example.org/timetable", "Europe/Paris")
    tables: dict[str, list[tuple[Any, ...]]] = {
        "agency.txt": [("agency_id", "agency_name", "agency_url", "agency_timezone"), agency],
        "stops.txt": [
            ("stop_id", "stop_name", "stop_lat", "stop_lon", "stop_timezone"),
            ("newhaven", "Newhaven ferry terminal", 50.794, 0.056, "Europe/London"),
            ("dieppe", "Gare maritime de Dieppe", 49.934, 1.091, "Europe/Paris"),
        ],
        "routes.txt": [
            ("route_id", "agency_id", "route_short_name", "route_long_name", "route_type"),
            ("newhaven-dieppe", "line", "", "Newhaven - Dieppe", 4),
        ],
        "calendar.txt": [
            ("service_id", *WEEKDAYS, "start_date", "end_date"),
            ("daily", *(1,) * 7, f"{first:%Y%m%d}", f"{last:%Y%m%d}"),
        ],
        "calendar_dates.txt": [
            ("service_id", "date", "exception_type"),
            *(("daily", f"{today + timedelta(days=ahead):%Y%m%d}", 1) for ahead in range(-1, DAYS_AHEAD + 1)),
        ],
        "trips.txt": [
            ("route_id", "service_id", "trip_id", "trip_headsign", "trip_short_name", "illustrative"),
            *(("newhaven-dieppe", "daily", trip, there.title(), ship, 1) for trip, _, _, there, _, ship in CROSSINGS),
        ],
        "stop_times.txt": [
            ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"),
            *(
                call
                for trip, here, departs, there, arrives, _ in CROSSINGS
                for call in ((trip, departs, departs, here, 1), (trip, arrives, arrives, there, 2))
            ),
        ],
    }
    return _zipped(tables)


def _zipped(tables: dict[str, list[tuple[Any, ...]]]) -> bytes:
    feed = io.BytesIO()
    with zipfile.ZipFile(feed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            archive.writestr(zipfile.ZipInfo(name), text.getvalue(), zipfile.ZIP_DEFLATED)
    return feed.getvalue()
