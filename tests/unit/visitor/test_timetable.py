"""Times of crossings, checked against the clocks of both towns on every kind of day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitor.domain.timetable import (
    Call,
    checkin_closes_at,
    day_bounds,
    local,
    sailing_id,
    service_instant,
)

LONDON, PARIS = ZoneInfo("Europe/London"), ZoneInfo("Europe/Paris")
days = st.dates(date(1971, 1, 1), date(2199, 12, 30))
zones = st.sampled_from([LONDON, PARIS, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
clock_changes = st.sampled_from(
    [date(2018, 3, 25), date(2018, 10, 28), date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28)]
)


def hms(hours: int, minutes: int = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes)


@given(day=days | clock_changes, minutes=st.integers(0, 99 * 60 + 59), zone=zones)
def test_a_service_time_is_noon_of_its_day_plus_what_has_passed_since(day, minutes, zone):
    instant = service_instant(day, timedelta(minutes=minutes), zone)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    assert instant.tzinfo is UTC
    assert (instant - noon).total_seconds() == (minutes - 720) * 60


@given(day=days | clock_changes, minutes=st.integers(12 * 60, 24 * 60 - 1), zone=zones)
def test_in_the_afternoon_a_service_time_is_what_the_clock_shows(day, minutes, zone):
    shown = service_instant(day, timedelta(minutes=minutes), zone).astimezone(zone)
    assert (shown.date(), shown.hour * 60 + shown.minute) == (day, minutes)


@given(at=st.integers(0, 7_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC)), zone=zones)
def test_a_local_time_is_the_same_instant_with_the_offset_of_its_place(at, zone):
    shown = local(at, zone.key)
    assert shown == at
    assert shown.utcoffset() == zone.utcoffset(at.astimezone(zone))
    assert datetime.fromisoformat(shown.isoformat()) == at
    assert Call(town="t", at=at, zone=zone.key).local_date == shown.date()


@given(day=days | clock_changes, zone=zones)
def test_a_day_holds_exactly_the_instants_whose_local_date_it_is(day, zone):
    begins, ends = day_bounds(day, zone)
    moment = timedelta(microseconds=1)
    assert begins.astimezone(zone).date() == day == (ends - moment).astimezone(zone).date()
    assert (begins - moment).astimezone(zone).date() < day < ends.astimezone(zone).date()


@pytest.mark.parametrize(
    ("day", "since", "london", "paris"),
    [
        (date(2018, 8, 19), hms(24), "2018-08-19T23:00:00+01:00", "2018-08-20T00:00:00+02:00"),
        (date(2018, 3, 25), hms(5, 30), "2018-03-25T04:30:00+01:00", "2018-03-25T05:30:00+02:00"),
        (date(2018, 3, 25), hms(2), "2018-03-25T00:00:00+00:00", "2018-03-25T01:00:00+01:00"),
        (date(2018, 10, 28), hms(5, 30), "2018-10-28T04:30:00+00:00", "2018-10-28T05:30:00+01:00"),
        (date(2018, 10, 27), hms(24), "2018-10-27T23:00:00+01:00", "2018-10-28T00:00:00+02:00"),
        (date(2018, 10, 27), hms(28), "2018-10-28T02:00:00+00:00", "2018-10-28T03:00:00+01:00"),
    ],
)
def test_both_towns_read_the_same_instant_on_ordinary_days_and_when_clocks_change(day, since, london, paris):
    instant = service_instant(day, since, PARIS)
    assert local(instant, "Europe/London").isoformat() == london
    assert local(instant, "Europe/Paris").isoformat() == paris


def test_check_in_closes_before_departure_also_across_a_clock_change():
    departs = datetime(2018, 10, 28, 1, 15, tzinfo=UTC)
    assert local(checkin_closes_at(departs, 45), "Europe/London").isoformat() == "2018-10-28T01:30:00+01:00"


@pytest.mark.parametrize(
    ("trip", "slug"),
    [
        ("newhaven-1000", "newhaven-1000"),
        ("N 10:00/A", "n-10-00-a"),
        ("Côte", "cote"),
        ("--x--", "x"),
    ],
)
def test_an_id_is_readable_and_the_same_each_time(trip, slug):
    assert sailing_id(trip, date(2018, 8, 19)) == f"{slug}-2018-08-19"


@pytest.mark.parametrize("trip", ["", "---", "海", "x" * 61])
def test_a_trip_that_gives_no_id_is_refused(trip):
    with pytest.raises(ValueError, match="1 to 60"):
        sailing_id(trip, date(2018, 8, 19))
