"""Rules on timings, in both zones and across clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from kernel.locality import Town
from services.festivals.domain import timings
from services.festivals.domain.timings import Timing

NEWHAVEN = Town(
    slug="newhaven", name={"en": "Newhaven"}, country="GB", zone="Europe/London", language="en", currency="GBP"
)
DIEPPE = Town(slug="dieppe", name={"fr": "Dieppe"}, country="FR", zone="Europe/Paris", language="fr", currency="EUR")
WEEK = {"first_day": date(2018, 8, 18), "last_day": date(2018, 8, 24)}


def local(text, zone="Europe/London"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def wanted(start, end, **more):
    return {"starts_at": local(start), "ends_at": local(end), **more}


def test_timings_come_out_in_order_of_time_in_utc_and_in_the_zone_of_the_town():
    planned = timings.plan(
        [wanted("2018-08-20T10:30", "2018-08-20T17:30"), wanted("2018-08-19T10:30", "2018-08-19T17:30")],
        town=NEWHAVEN,
        **WEEK,
    )
    assert [timing.starts_at for timing in planned] == [
        datetime(2018, 8, 19, 9, 30, tzinfo=UTC),
        datetime(2018, 8, 20, 9, 30, tzinfo=UTC),
    ]
    assert {timing.zone for timing in planned} == {"Europe/London"}


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (wanted("2018-08-19T11:00", "2018-08-19T11:00"), "ends_at"),
        (wanted("2018-08-19T11:00", "2018-08-19T10:59"), "ends_at"),
        (wanted("2018-08-19T11:00", "2018-09-19T11:01"), "ends_at"),
        (wanted("2018-08-17T23:59", "2018-08-18T10:00"), "starts_at"),
        (wanted("2018-08-25T00:00", "2018-08-25T10:00"), "starts_at"),
        (wanted("2018-08-19T11:00", "2018-08-19T12:00", zone="Europe/Paris"), "zone"),
    ],
)
def test_a_timing_that_cannot_be_is_named_by_its_position_and_field(one, field):
    good = wanted("2018-08-18T11:00", "2018-08-18T12:00")
    with pytest.raises(Invalid) as refused:
        timings.plan([good, one], town=NEWHAVEN, **WEEK)
    assert list(refused.value.errors["timings"]) == ["1"]
    assert list(refused.value.errors["timings"]["1"]) == [field]


def test_the_day_of_a_festival_is_the_day_on_the_clocks_of_the_town():
    just_after_midnight_in_dieppe = {
        "starts_at": datetime(2018, 8, 17, 22, 30, tzinfo=UTC),
        "ends_at": datetime(2018, 8, 17, 23, 30, tzinfo=UTC),
    }
    assert timings.plan([just_after_midnight_in_dieppe], town=DIEPPE, **WEEK)[0].days() == ["2018-08-18"]
    with pytest.raises(Invalid):
        timings.plan(
            [just_after_midnight_in_dieppe], town=NEWHAVEN, first_day=date(2018, 8, 19), last_day=WEEK["last_day"]
        )


def test_two_timings_of_one_event_cannot_start_together():
    one = wanted("2018-08-19T11:00", "2018-08-19T12:00")
    with pytest.raises(Invalid) as refused:
        timings.plan([one, {**one, "ends_at": local("2018-08-19T13:00")}], town=NEWHAVEN, **WEEK)
    assert list(refused.value.errors["timings"]["1"]) == ["starts_at"]


def test_a_year_of_days_is_accepted_and_one_more_is_not():
    first = date(2020, 1, 1)
    days = [first + timedelta(days=n) for n in range(367)]
    each = [wanted(f"{day}T10:00", f"{day}T11:00") for day in days]
    span = {"first_day": first, "last_day": days[-1]}
    assert len(timings.plan(each[:366], town=NEWHAVEN, **span)) == 366
    with pytest.raises(Invalid, match="Too many"):
        timings.plan(each, town=NEWHAVEN, **span)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2018-08-19T20:00", "2018-08-20T00:00", ["2018-08-19"]),
        ("2018-08-19T20:00", "2018-08-20T02:00", ["2018-08-19", "2018-08-20"]),
        ("2018-08-18T00:00", "2018-08-21T00:00", ["2018-08-18", "2018-08-19", "2018-08-20"]),
        ("2019-03-31T00:30", "2019-03-31T02:30", ["2019-03-31"]),
        ("2019-10-27T00:30", "2019-10-27T23:30", ["2019-10-27"]),
    ],
)
def test_the_local_days_a_timing_touches(start, end, days):
    timing = Timing("t1", local(start).astimezone(UTC), local(end).astimezone(UTC), "Europe/London")
    assert timing.days() == days


@pytest.mark.parametrize(
    ("first", "last"), [(date(2018, 8, 18), date(2018, 8, 17)), (date(2018, 1, 1), date(2019, 1, 2))]
)
def test_a_festival_ends_after_it_begins_and_within_a_year(first, last):
    with pytest.raises(Invalid) as refused:
        timings.festival_days(first, last)
    assert "last_day" in refused.value.errors


def test_a_festival_may_last_one_day_or_a_whole_year():
    timings.festival_days(date(2018, 8, 18), date(2018, 8, 18))
    timings.festival_days(date(2018, 1, 1), date(2018, 12, 31))


def hours(*starts):
    day = datetime(2018, 8, 19, tzinfo=UTC)
    return [
        Timing("", day + timedelta(hours=h), day + timedelta(hours=h, minutes=30), "Europe/London")
        for h in sorted(starts)
    ]


def test_an_occurrence_that_moves_keeps_its_id_and_a_new_one_gets_a_new_number():
    first, used = timings.keep_ids([], hours(9, 11), used=0)
    assert [timing.id for timing in first] == ["t1", "t2"]
    moved, used = timings.keep_ids(first, hours(9, 12, 15), used=used)
    assert [timing.id for timing in moved] == ["t1", "t2", "t3"]
    fewer, used = timings.keep_ids(moved, hours(15), used=used)
    more, used = timings.keep_ids(fewer, hours(9, 15), used=used)
    assert [timing.id for timing in more] == ["t4", "t3"], "an id that was given up is never given again"


@given(changes=st.lists(st.sets(st.integers(0, 23), max_size=8), max_size=6))
def test_ids_are_unique_in_every_version_and_stay_with_a_start_that_stays(changes):
    before, used = [], 0
    for starts in changes:
        following, used = timings.keep_ids(before, hours(*starts), used=used)
        ids = [timing.id for timing in following]
        assert len(set(ids)) == len(ids) == len(starts)
        was = {timing.starts_at: timing.id for timing in before}
        for timing in following:
            if timing.starts_at in was:
                assert timing.id == was[timing.starts_at]
        before = following


@given(
    offset=st.integers(0, 3 * 365 * 24 * 60),
    minutes=st.integers(1, 3 * 24 * 60),
    zone=st.sampled_from(["Europe/London", "Europe/Paris", "Pacific/Auckland"]),
)
def test_a_timing_touches_exactly_the_days_its_minutes_fall_on(offset, minutes, zone):
    start = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(minutes=offset)
    timing = Timing("t1", start, start + timedelta(minutes=minutes), zone)
    counted = {
        (start + timedelta(minutes=n)).astimezone(ZoneInfo(zone)).date().isoformat() for n in range(0, minutes, 7)
    } | {(start + timedelta(minutes=minutes - 1)).astimezone(ZoneInfo(zone)).date().isoformat()}
    assert timing.days() == sorted(counted)


def test_next_is_the_running_one_then_the_coming_one_then_none():
    nine, eleven = hours(9, 11)
    assert timings.next_of([nine, eleven], nine.starts_at) == nine
    assert timings.next_of([nine, eleven], nine.ends_at) == eleven
    assert timings.next_of([nine, eleven], eleven.ends_at) is None
