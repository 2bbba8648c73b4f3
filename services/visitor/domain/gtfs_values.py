"""The values in the rows of a GTFS feed: each read strictly, each refusal naming its column and what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.visitor.domain.gtfs_archive import Row

MAX_SERVICE_DAYS = 400
MAX_PASSENGERS = 10_000
LONGEST_CROSSING = timedelta(hours=48)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_TIME = re.compile(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{8}")


class BadValue(Exception):
    """A value that makes its row unusable."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column
        self.problem = problem


@dataclass(frozen=True)
class Stop:
    """A row of ``stop_times.txt``: times count from the start of the service day."""

    sequence: int
    stop_id: str
    arrives: timedelta
    departs: timedelta


def needed(row: Row, column: str) -> str:
    """The value of a column that must not be empty. Like all below, raises ``BadValue``."""
    value = row.values[column]
    if not value:
        raise BadValue(column, "is empty")
    return value


def day_in(row: Row, column: str) -> date:
    """A GTFS Date, ``YYYYMMDD``, between 1970 and 2199."""
    text = needed(row, column)
    try:
        if not _DATE.fullmatch(text):
            raise ValueError(text)
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise BadValue(column, f"{text!r} is no date such as 20180819") from error
    if not 1970 <= day.year <= 2199:
        raise BadValue(column, f"{text!r} must lie between 1970 and 2199")
    return day


def weekly_days(row: Row) -> set[date]:
    """The days a row of ``calendar.txt`` runs on: the ticked weekdays from first to last date."""
    runs = []
    for weekday in WEEKDAYS:
        if row.values[weekday] not in ("0", "1"):
            raise BadValue(weekday, f"{row.values[weekday]!r} must be 0 or 1")
        runs.append(row.values[weekday] == "1")
    first, last = day_in(row, "start_date"), day_in(row, "end_date")
    if last < first:
        raise BadValue("end_date", "is before start_date")
    length = (last - first).days + 1
    if length > MAX_SERVICE_DAYS:
        raise BadValue("end_date", f"{length} days after start_date, at most {MAX_SERVICE_DAYS} are imported at once")
    days = (first + timedelta(days=offset) for offset in range(length))
    return {day for day in days if runs[day.weekday()]}


def time_in(row: Row, column: str) -> timedelta:
    """A GTFS Time: what has passed since the start of the service day; hours may pass 24."""
    text = needed(row, column)
    match = _TIME.fullmatch(text)
    if not match:
        raise BadValue(column, f"{text!r} is no time such as 23:00:00 (hours may pass 24)")
    hours, minutes, seconds = map(int, match.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def stop_time(row: Row, stops: Mapping[str, str | None]) -> Stop:
    """A row of ``stop_times.txt`` whose stop is one of ``stops``."""
    stop_id, sequence = needed(row, "stop_id"), needed(row, "stop_sequence")
    if stop_id not in stops:
        raise BadValue("stop_id", f"{stop_id!r} is not in stops.txt")
    if not (sequence.isascii() and sequence.isdecimal() and len(sequence) <= 9):
        raise BadValue("stop_sequence", f"{sequence!r} must be a number from 0 on")
    return Stop(int(sequence), stop_id, time_in(row, "arrival_time"), time_in(row, "departure_time"))


def two_ends(stops: list[Stop]) -> tuple[Stop, Stop]:
    """Where a crossing begins and ends: exactly two calls, the second within 48 hours of the first."""
    if len(stops) != 2:
        raise BadValue("trip_id", f"has {len(stops)} rows in stop_times.txt, a crossing has two")
    first, last = sorted(stops, key=lambda stop: stop.sequence)
    if first.sequence == last.sequence:
        raise BadValue("trip_id", "both its rows in stop_times.txt have the same stop_sequence")
    if not first.departs < last.arrives <= first.departs + LONGEST_CROSSING:
        raise BadValue("trip_id", "must arrive after it departs, within 48 hours")
    return first, last


def passengers_in(row: Row) -> int | None:
    """The passengers a trip of ``trips.txt`` expects on each of its days; None when the feed does not say."""
    text = row.values.get("expected_passengers", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) <= MAX_PASSENGERS):
        raise BadValue("expected_passengers", f"{text!r} must be a number from 0 to {MAX_PASSENGERS}")
    return int(text)


def flag_in(row: Row, column: str) -> bool:
    """An optional column that is 1 for yes, and 0, empty or absent for no."""
    text = row.values.get(column, "")
    if text not in ("", "0", "1"):
        raise BadValue(column, f"{text!r} must be 0 or 1")
    return text == "1"
