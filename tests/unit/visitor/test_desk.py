"""Who covers a docking, how the yearly passengers are shared out, and what the desk does not write down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitor.domain.desk import (
    ASHORE,
    Landing,
    Watch,
    covered,
    docking,
    names_someone,
    overlaps,
    percent,
    share_out,
)

NOON = datetime(2018, 8, 19, 12, tzinfo=UTC)
minutes = st.integers(-60, 120)


def watch(first: int, last: int) -> Watch:
    return Watch(NOON + timedelta(minutes=first), NOON + timedelta(minutes=last))


@given(shifts=st.lists(st.tuples(minutes, minutes), max_size=6))
def test_a_docking_is_covered_when_every_minute_of_it_is(shifts):
    needed = docking(NOON)
    whole = int(ASHORE.total_seconds() // 60)
    oracle = all(any(first <= minute and minute + 1 <= last for first, last in shifts) for minute in range(whole))
    assert covered(needed, [watch(first, last) for first, last in shifts if first < last]) is oracle


def test_two_shifts_that_meet_cover_together_and_a_gap_is_seen():
    needed = watch(0, 30)
    assert covered(needed, [watch(-10, 10), watch(10, 40)])
    assert not covered(needed, [watch(-10, 10), watch(11, 40)])
    assert not covered(needed, [])


@given(minutes, minutes, minutes, minutes)
def test_overlap_is_a_moment_in_common(a, b, c, d):
    one, other = sorted((a, b)), sorted((c, d))
    common = any(one[0] <= at < one[1] and other[0] <= at < other[1] for at in range(-60, 121))
    empty = one[0] == one[1] or other[0] == other[1]
    assert empty or overlaps(watch(*one), watch(*other)) is common


def landing(name: str, expected: int | None = None, cancelled: bool = False) -> Landing:
    return Landing(name, expected, cancelled)


def shared(*landings: Landing, year: int | None = 365_000, day: date = date(2018, 8, 19)) -> dict[str, tuple]:
    return {name: (each.passengers, each.source) for name, each in share_out(landings, day, year).items()}


def test_an_average_day_is_shared_by_the_sailings_that_run():
    assert shared(landing("a"), landing("b"), landing("c", cancelled=True)) == {
        "a": (500, "share of the year"),
        "b": (500, "share of the year"),
        "c": (0, "cancelled"),
    }


def test_what_the_timetable_states_stands_and_the_rest_is_shared():
    assert shared(landing("a", 400), landing("b"), landing("c")) == {
        "a": (400, "timetable"),
        "b": (300, "share of the year"),
        "c": (300, "share of the year"),
    }
    assert shared(landing("a", 1200), landing("b"))["b"] == (0, "share of the year")


def test_without_a_yearly_figure_nothing_is_invented():
    assert shared(landing("a"), year=None) == {"a": (None, "unknown")}


def test_a_leap_year_has_another_average_day():
    assert shared(landing("a"), year=366_000, day=date(2020, 2, 29))["a"][0] == 1000


@given(
    stated=st.lists(st.one_of(st.none(), st.integers(0, 2000)), min_size=1, max_size=8),
    year=st.integers(0, 2_000_000),
)
def test_shares_are_equal_never_negative_and_add_up_to_the_day(stated, year):
    landings = [landing(str(n), figure) for n, figure in enumerate(stated)]
    shares = [each.passengers for each in share_out(landings, date(2018, 1, 1), year).values()]
    mine = [share for share, figure in zip(shares, stated, strict=True) if figure is None]
    assert len(set(mine)) <= 1
    assert all(share >= 0 for share in shares)
    known = sum(figure for figure in stated if figure is not None)
    if mine and known <= year / 365:
        assert sum(shares) == pytest.approx(year / 365, abs=len(mine))


def test_a_percentage_needs_something_to_measure_against():
    assert percent(3, 292) == 1.03
    assert percent(3, 0) is None
    assert percent(3, None) is None


@pytest.mark.parametrize(
    "text",
    ["write to ann@example.org", "call 07700 900123", "+33 2 35 06 20 01", "tel. (01273) 290-000"],
)
def test_a_text_that_names_someone_is_noticed(text):
    assert names_someone(text)


@pytest.mark.parametrize(
    "text",
    ["Where is the fort?", "Is there a train at 10:30 or 11:00?", "2018-08-19, party of 4", "£5, 4 hours", "BN9 9BX"],
)
def test_a_question_is_not_taken_for_a_person(text):
    assert not names_someone(text)
