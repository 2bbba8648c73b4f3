"""B6: what may be expected of a sailing, and who is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.visitor.domain.running import (
    AS_PLANNED,
    EARLIEST,
    LONGEST_DELAY,
    Expected,
    NotPossible,
    Told,
    expectation,
    feed_may_say,
)

LEAVES = datetime(2018, 8, 19, 10, 30, tzinfo=UTC)
LANDS = LEAVES + timedelta(hours=4)
seconds = st.integers(-20_000, 200_000).map(lambda count: timedelta(seconds=count))


def by(minutes: int) -> Told:
    return Told(delay=timedelta(minutes=minutes))


def test_a_delay_of_the_departure_holds_for_the_landing():
    assert expectation(LEAVES, LANDS, by(40), None) == Expected(
        LEAVES + timedelta(minutes=40), LANDS + timedelta(minutes=40)
    )


def test_a_late_landing_says_nothing_about_the_departure():
    assert expectation(LEAVES, LANDS, None, by(15)) == Expected(LEAVES, LANDS + timedelta(minutes=15))


def test_an_instant_outranks_a_delay():
    told = Told(at=LEAVES + timedelta(minutes=5), delay=timedelta(minutes=50))
    assert expectation(LEAVES, LANDS, told, by(0)) == Expected(LEAVES + timedelta(minutes=5), LANDS)


@pytest.mark.parametrize("told", [(None, None), (by(0), None), (by(0), by(0)), (Told(at=LEAVES), Told(at=LANDS))])
def test_as_planned_is_no_expectation(told):
    assert expectation(LEAVES, LANDS, *told) is None


@settings(max_examples=300)
@given(departure=st.none() | seconds, arrival=st.none() | seconds)
def test_what_is_expected_is_possible_or_refused_for_the_end_that_is_wrong(departure, arrival):
    told = [Told(delay=late) if late is not None else None for late in (departure, arrival)]
    leaves = departure or timedelta(0)
    lands = arrival if arrival is not None else leaves
    try:
        expected = expectation(LEAVES, LANDS, *told)
    except NotPossible as error:
        wrong = {"departure": leaves, "arrival": lands}[error.end]
        assert not -EARLIEST <= wrong <= LONGEST_DELAY or LANDS + lands <= LEAVES + leaves
        return
    if expected is None:
        assert abs(leaves) < AS_PLANNED
        assert abs(lands) < AS_PLANNED
        return
    assert expected == Expected(LEAVES + leaves, LANDS + lands)
    assert expected.departs_at < expected.arrives_at


@pytest.mark.parametrize(
    ("cancels", "now_cancelled", "told_by", "may"),
    [
        (False, False, None, True),
        (False, False, "feed", True),
        (False, True, "feed", True),
        (True, False, "hand", True),
        (False, False, "hand", False),
        (False, True, "hand", False),
        (True, True, "hand", False),
    ],
)
def test_what_a_person_said_stands_but_a_cancellation_outranks_a_delay(cancels, now_cancelled, told_by, may):
    assert feed_may_say(cancels=cancels, now_cancelled=now_cancelled, told_by=told_by) is may
