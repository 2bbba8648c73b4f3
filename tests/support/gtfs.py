"""Small GTFS feeds for tests: a good one, with any file of it replaced."""

from __future__ import annotations

import io
import zipfile

GOOD = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nline,Line,https://example.org,Europe/Paris\n",
    "stops.txt": "stop_id,stop_name\nnewhaven,Newhaven\ndieppe,Dieppe\n",
    "routes.txt": "route_id,route_long_name,route_type\nline,Newhaven - Dieppe,4\n",
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "daily,1,1,1,1,1,1,1,20180818,20180820\n"
    ),
    "trips.txt": (
        "route_id,service_id,trip_id,trip_short_name\n"
        "line,daily,newhaven-1000,Seven Sisters\n"
        "line,daily,newhaven-2300,Seven Sisters\n"
        "line,daily,dieppe-1230,Côte d'Albâtre\n"
    ),
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "newhaven-1000,11:00:00,11:00:00,newhaven,1\n"
        "newhaven-1000,15:00:00,15:00:00,dieppe,2\n"
        "newhaven-2300,24:00:00,24:00:00,newhaven,1\n"
        "newhaven-2300,28:00:00,28:00:00,dieppe,2\n"
        "dieppe-1230,12:30:00,12:30:00,dieppe,1\n"
        "dieppe-1230,16:30:00,16:30:00,newhaven,2\n"
    ),
}
"""Three crossings a day on 18, 19 and 20 August 2018."""


def feed(**files: str | bytes | None) -> bytes:
    """The good feed as a zip; ``stops="..."`` replaces ``stops.txt``, ``stops=None`` leaves it out."""
    wanted: dict[str, str | bytes | None] = {**GOOD, **{f"{name}.txt": text for name, text in files.items()}}
    return zipped({name: text for name, text in wanted.items() if text is not None})


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip of those files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def plus(name: str, *lines: str) -> str:
    """A file of the good feed with more lines at its end."""
    return GOOD[f"{name}.txt"] + "".join(f"{line}\n" for line in lines)
