"""From the files of a GTFS Schedule feed to crossings between towns, every bad row told.

Source: GTFS Schedule Reference. Read are agency, stops, routes, trips, stop_times, calendar, calendar_dates; in
``trips.txt`` two columns of our own are understood: ``expected_passengers`` and ``illustrative``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from services.visitor.domain.gtfs_archive import MAX_VALUE, Row, RowBudget, WrongLength, refuse, rows_of, unpack
from services.visitor.domain.gtfs_values import (
    MAX_SERVICE_DAYS,
    WEEKDAYS,
    BadValue,
    Stop,
    day_in,
    flag_in,
    needed,
    passengers_in,
    stop_time,
    two_ends,
    weekly_days,
)
from services.visitor.domain.timetable import Call, Crossing, sailing_id, service_instant

MAX_CROSSINGS = 10_000
MAX_SERVICES = 2_000
MAX_ISSUES_TOLD = 200

REQUIRED = {
    "agency.txt": ("agency_timezone",),
    "stops.txt": ("stop_id",),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("route_id", "service_id", "trip_id"),
    "stop_times.txt": ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"),
}
CALENDARS = {
    "calendar.txt": ("service_id", *WEEKDAYS, "start_date", "end_date"),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
}
FREQUENCIES = {"frequencies.txt": ("trip_id",)}

_FERRY_TYPES = {"4", *(str(code) for code in range(1000, 1100)), "1200"}
"""Ferry, and the extended route types of water transport."""


@dataclass(frozen=True)
class Issue:
    """One row that was not imported: where it stands and what would be right."""

    file: str
    line: int
    field: str
    problem: str


@dataclass
class Timetable:
    """What a feed says: its crossings, and what of it could not be used."""

    crossings: list[Crossing] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    issues_total: int = 0
    trips_ignored: int = 0
    """Trips of routes that are no ferries."""
    trips_skipped: int = 0
    """Ferry trips that could not be used because of a row told in ``issues``."""

    def tell(self, file: str, line: int, column: str, problem: str) -> None:
        """Note a bad row; beyond ``MAX_ISSUES_TOLD`` they are counted only."""
        self.issues_total += 1
        if len(self.issues) < MAX_ISSUES_TOLD:
            self.issues.append(Issue(file, line, column, problem))


def read_timetable(feed: bytes, town_of_stop: Callable[[str], str | None], zone_of: Mapping[str, str]) -> Timetable:
    """The crossings of a GTFS zip.

    ``town_of_stop`` tells the town a stop is the port of, ``zone_of`` the zone of each town. A bad row is told with
    file, line, column and what is wrong, and what does not depend on it is still read. Raises ``Invalid`` naming
    ``feed`` when the feed as a whole cannot be read or is over a limit.
    """
    return _Reader(feed, town_of_stop, zone_of).read()


class _Reader:
    def __init__(self, feed: bytes, town_of_stop: Callable[[str], str | None], zone_of: Mapping[str, str]) -> None:
        self._columns = REQUIRED | CALENDARS | FREQUENCIES
        self._files = unpack(feed, self._columns)
        self._town_of_stop = town_of_stop
        self._zone_of = zone_of
        self._budget = RowBudget()
        self._timetable = Timetable()
        self._spoilt: set[str] = set()

    def read(self) -> Timetable:
        for name in REQUIRED:
            if name not in self._files:
                raise refuse(f"{name} is missing")
        if not any(name in self._files for name in CALENDARS):
            raise refuse("calendar.txt or calendar_dates.txt is missing")
        self._zone = self._agency_zone()
        stops = self._stops()
        routes = self._routes()
        services = self._services()
        calls = self._calls(stops)
        self._trips(routes, services, calls)
        return self._timetable

    def _rows(self, name: str) -> Iterator[Row]:
        if name not in self._files:
            return
        for row in rows_of(name, self._files[name], self._columns[name], self._budget):
            if isinstance(row, WrongLength):
                self._timetable.tell(name, row.line, "", row.problem)
            elif too_long := next((column for column, value in row.values.items() if len(value) > MAX_VALUE), None):
                self._timetable.tell(name, row.line, too_long, f"is longer than {MAX_VALUE} characters")
            else:
                yield row

    @contextmanager
    def _telling(self, name: str, row: Row) -> Iterator[None]:
        try:
            yield
        except BadValue as bad:
            self._timetable.tell(name, row.line, bad.column, bad.problem)

    def _agency_zone(self) -> ZoneInfo:
        names = {row.values["agency_timezone"] for row in self._rows("agency.txt")}
        if len(names) != 1:
            raise refuse("agency.txt must give one agency_timezone, the same for every agency")
        name = names.pop()
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise refuse(f"agency_timezone {name[:64]!r} is no IANA zone such as Europe/London") from error

    def _stops(self) -> dict[str, str | None]:
        stops: dict[str, str | None] = {}
        for row in self._rows("stops.txt"):
            with self._telling("stops.txt", row):
                stop_id = needed(row, "stop_id")
                if stop_id in stops:
                    raise BadValue("stop_id", f"{stop_id!r} stands here a second time")
                stops[stop_id] = self._town_of_stop(stop_id)
        return stops

    def _routes(self) -> dict[str, bool]:
        routes: dict[str, bool] = {}
        for row in self._rows("routes.txt"):
            with self._telling("routes.txt", row):
                route_id, route_type = needed(row, "route_id"), needed(row, "route_type")
                if not route_type.isdecimal():
                    raise BadValue("route_type", f"{route_type!r} is no route type; a ferry is 4")
                routes[route_id] = route_type in _FERRY_TYPES
        for row in self._rows("frequencies.txt"):
            with self._telling("frequencies.txt", row):
                self._spoilt.add(row.values["trip_id"])
                raise BadValue("trip_id", "frequencies are not read: write each crossing into stop_times.txt")
        return routes

    def _services(self) -> dict[str, set[date]]:
        services: dict[str, set[date]] = {}
        unreadable: set[str] = set()
        for row in self._rows("calendar.txt"):
            with self._telling("calendar.txt", row):
                service_id = needed(row, "service_id")
                if service_id in services:
                    raise BadValue("service_id", f"{service_id!r} stands here a second time")
                unreadable.add(service_id)
                services[service_id] = weekly_days(row)
                unreadable.discard(service_id)
            _check_services(services)
        for row in self._rows("calendar_dates.txt"):
            with self._telling("calendar_dates.txt", row):
                days = services.setdefault(needed(row, "service_id"), set())
                day, exception = day_in(row, "date"), needed(row, "exception_type")
                if exception not in ("1", "2"):
                    raise BadValue("exception_type", f"{exception!r} must be 1 (added) or 2 (removed)")
                (days.add if exception == "1" else days.discard)(day)
            _check_services(services)
        total = len(set().union(*services.values()))
        if total > MAX_SERVICE_DAYS:
            raise refuse(f"it covers {total} service days, at most {MAX_SERVICE_DAYS} are imported at once")
        return {service_id: days for service_id, days in services.items() if service_id not in unreadable}

    def _calls(self, stops: Mapping[str, str | None]) -> dict[str, list[Stop]]:
        calls: dict[str, list[Stop]] = {}
        for row in self._rows("stop_times.txt"):
            trip_id = row.values["trip_id"]
            told = self._timetable.issues_total
            with self._telling("stop_times.txt", row):
                calls.setdefault(needed(row, "trip_id"), []).append(stop_time(row, stops))
            if self._timetable.issues_total > told:
                self._spoilt.add(trip_id)
        return calls

    def _trips(
        self, routes: Mapping[str, bool], services: Mapping[str, set[date]], calls: Mapping[str, list[Stop]]
    ) -> None:
        seen: set[str] = set()
        ids: set[str] = set()
        for row in self._rows("trips.txt"):
            told = self._timetable.issues_total
            with self._telling("trips.txt", row):
                trip_id, route_id = needed(row, "trip_id"), needed(row, "route_id")
                if trip_id in seen:
                    raise BadValue("trip_id", f"{trip_id!r} stands here a second time")
                seen.add(trip_id)
                if route_id not in routes:
                    raise BadValue("route_id", f"{route_id!r} is not in routes.txt")
                if not routes[route_id]:
                    self._timetable.trips_ignored += 1
                    continue
                if trip_id in self._spoilt:
                    self._timetable.trips_skipped += 1
                    continue
                service_id = needed(row, "service_id")
                if service_id not in services:
                    raise BadValue("service_id", f"{service_id!r} has no readable calendar")
                self._add(row, sorted(services[service_id]), calls.get(trip_id, []), ids)
            if self._timetable.issues_total > told:
                self._timetable.trips_skipped += 1

    def _add(self, row: Row, days: list[date], stops: list[Stop], ids: set[str]) -> None:
        """Add the crossings of one trip, all of its days or none."""
        first, last = two_ends(stops)
        towns = [self._town_of_stop(first.stop_id), self._town_of_stop(last.stop_id)]
        for stop, town in zip((first, last), towns, strict=True):
            if town is None:
                raise BadValue("trip_id", f"its stop {stop.stop_id!r} is the port of no town here")
        if towns[0] == towns[1]:
            raise BadValue("trip_id", "it begins and ends in the same town")
        ship = row.values.get("trip_short_name") or None
        passengers, illustrative = passengers_in(row), flag_in(row, "illustrative")
        crossings = []
        for day in days:
            try:
                identity = sailing_id(row.values["trip_id"], day)
            except ValueError as error:
                raise BadValue("trip_id", str(error)) from error
            if identity in ids:
                raise BadValue("trip_id", f"gives the same sailing id {identity!r} as another trip")
            departs = service_instant(day, first.departs, self._zone)
            arrives = service_instant(day, last.arrives, self._zone)
            crossings.append(
                Crossing(
                    sailing_id=identity,
                    service_date=day,
                    departure=Call(towns[0], departs, self._zone_of[towns[0]]),
                    arrival=Call(towns[1], arrives, self._zone_of[towns[1]]),
                    ship=ship,
                    expected_passengers=passengers,
                    illustrative=illustrative,
                )
            )
        ids.update(crossing.sailing_id for crossing in crossings)
        self._timetable.crossings.extend(crossings)
        if len(self._timetable.crossings) > MAX_CROSSINGS:
            raise refuse(f"it holds more than {MAX_CROSSINGS} sailings; import it in parts")


def _check_services(services: Mapping[str, set[date]]) -> None:
    if len(services) > MAX_SERVICES:
        raise refuse(f"it has more than {MAX_SERVICES} services")
