"""How things that are on stand, and many occurrences told in few lines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web import days

DAY = date(2018, 8, 19)
NOON = datetime(2018, 8, 19, 11, 0, tzinfo=UTC)
"""Noon in Newhaven."""


def timing(starts: str, ends: str) -> dict[str, Any]:
    return {"starts_at": f"2018-08-{starts}:00+01:00", "ends_at": f"2018-08-{ends}:00+01:00"}


def clocks(hours: days.Hours | None) -> tuple[str | None, str | None, str]:
    assert hours is not None
    starts, ends = ((each.strftime("%H:%M") if each else None) for each in (hours.starts, hours.ends))
    return starts, ends, hours.state


def test_the_hours_that_matter_are_those_on_now_or_next() -> None:
    three = [timing("19T09:00", "19T10:00"), timing("19T11:30", "19T12:30"), timing("19T15:00", "19T16:00")]
    assert clocks(days.hours_on(three, DAY, NOON)) == ("11:30", "12:30", "now")
    assert clocks(days.hours_on(three, DAY, NOON + timedelta(hours=1))) == ("15:00", "16:00", "ahead")
    assert clocks(days.hours_on(three, DAY, NOON + timedelta(hours=9))) == ("09:00", "10:00", "over")
    assert days.hours_on(three, DAY + timedelta(days=1), NOON) is None


def test_what_runs_past_midnight_has_no_beginning_or_no_end_on_a_day() -> None:
    long = [timing("18T20:00", "20T02:00")]
    assert clocks(days.hours_on(long, date(2018, 8, 18), NOON)) == ("20:00", None, "now")
    assert clocks(days.hours_on(long, DAY, NOON)) == (None, None, "now")
    assert clocks(days.hours_on(long, date(2018, 8, 20), NOON)) == (None, "02:00", "now")


def test_what_is_over_comes_last_and_the_rest_as_it_came() -> None:
    events = [
        {"id": "over", "timings": [timing("19T08:00", "19T09:00")]},
        {"id": "next", "timings": [timing("19T14:00", "19T15:00")]},
        {"id": "now", "timings": [timing("19T11:00", "19T13:00")]},
    ]
    told = days.on_first(events, DAY, NOON)
    assert [event["id"] for event, _ in told] == ["next", "now", "over"]
    assert not days.all_over(told)
    assert days.all_over(days.on_first(events[:1], DAY, NOON))
    assert not days.all_over([])
    assert [event["id"] for event, _ in days.coming_first(events, NOON)] == ["next", "now", "over"]


def test_an_event_stands_by_its_next_occurrence() -> None:
    three = [timing("25T15:00", "25T16:00"), timing("19T11:30", "19T12:30"), timing("18T09:00", "18T10:00")]
    assert days.standing(three, NOON) == ("now", three[1])
    assert days.standing(three, NOON + timedelta(hours=2)) == ("ahead", three[0])
    assert days.standing(three, NOON + timedelta(days=30)) == ("over", three[0])
    assert days.standing([], NOON) is None


def test_days_that_follow_each_other_at_the_same_hours_are_one_run() -> None:
    week = [timing(f"{day}T10:30", f"{day}T17:30") for day in (18, 19, 20)]
    told = days.runs([*week, timing("22T10:30", "22T17:30"), timing("21T10:30", "21T18:00")])
    assert [(run.first.day, run.last.day, run.days) for run in told] == [(18, 20, 3), (21, 21, 1), (22, 22, 1)]


def test_a_night_is_a_run_of_its_own() -> None:
    nights = [timing("18T20:00", "19T02:00"), timing("19T20:00", "20T02:00")]
    assert [run.days for run in days.runs(nights)] == [1, 1]


@given(st.lists(st.tuples(st.integers(1, 27), st.integers(0, 22)), max_size=40, unique=True))
def test_runs_tell_every_occurrence_once(chosen: list[tuple[int, int]]) -> None:
    timings = [timing(f"{day:02}T{hour:02}:00", f"{day:02}T{hour + 1:02}:00") for day, hour in chosen]
    told = [(run.first + timedelta(days=n), run.starts_at.hour) for run in days.runs(timings) for n in range(run.days)]
    assert sorted((day.day, hour) for day, hour in told) == sorted(chosen)


@pytest.mark.parametrize("text", ["2018-02-30", "1899-12-31", "2200-01-02", "20180819", "2018-W34-7", "x", "０" * 10])
def test_a_day_that_cannot_be_looked_at_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a day|isoformat|day is out of range"):
        days.day_of(text)


def test_a_day_and_its_neighbours() -> None:
    assert days.day_of("2018-08-19") == DAY
    assert days.day_of("") is days.day_of(None) is None
    assert days.neighbours(DAY) == (date(2018, 8, 18), date(2018, 8, 20))
    assert days.neighbours(days.FIRST) == (None, date(1900, 1, 2))
    assert days.neighbours(days.LAST)[1] is None
