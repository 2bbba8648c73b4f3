"""Row A9: the terms and classes that an index of events is made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.locality import load_locality
from services.festivals.domain import terms
from services.festivals.domain.timings import Timing
from services.festivals.filters import when
from tests.support.services import LOCALITY_FILE

LOCALITY = load_locality(LOCALITY_FILE)
START = datetime(2018, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("youngest", "oldest", "bands"),
    [(0, 120, 5), (9, 19, 3), (6, 11, 1), (60, 120, 1), (5, 6, 2)],
)
def test_ages_fall_into_the_bands_they_touch(youngest, oldest, bands):
    assert len(list(terms.age_bands(youngest, oldest))) == bands


def test_every_age_is_in_exactly_one_band():
    for age in range(terms.OLDEST + 1):
        assert sum(first <= age <= last for first, last in terms.AGE_BANDS) == 1


def timing(start, hours):
    starts_at = START + timedelta(hours=start)
    return Timing("t", starts_at, starts_at + timedelta(hours=hours), "Europe/London")


@settings(max_examples=200, deadline=None)
@given(
    timings=st.lists(st.tuples(st.integers(0, 24 * 390), st.integers(1, 24 * 31)), min_size=1, max_size=4),
    at=st.integers(-24 * 10, 24 * 450),
    length=st.none() | st.integers(1, 500),
)
def test_one_class_finds_an_event_exactly_when_one_of_its_timings_runs(timings, at, length):
    whole = sorted((timing(*one) for one in timings), key=lambda one: one.starts_at)
    if max(one.ends_at for one in whole) - whole[0].starts_at > terms.REACHES[-1]:
        return
    event = {
        "reach": terms.reach_of(whole),
        "first_start": whole[0].starts_at,
        "last_end": max(one.ends_at for one in whole),
    }
    start = START + timedelta(hours=at)
    end = start + timedelta(hours=length) if length else None
    selectors = when.running({"from": start} | ({"to": end} if end else {}), LOCALITY, START)
    met = sum(meets(selector, event, whole) for selector in selectors)
    assert met == any(one.ends_at > start and (end is None or one.starts_at < end) for one in whole)


def meets(selector, event, timings):
    """Whether MongoDB would find the event by ``selector``."""
    timing_bounds = selector["timings"]["$elemMatch"]
    return all(within(event[name], bound) for name, bound in selector.items() if name != "timings") and any(
        all(within(getattr(one, name), bound) for name, bound in timing_bounds.items()) for one in timings
    )


def within(value, bound):
    if not isinstance(bound, dict):
        return value == bound
    return all(value > limit if operator == "$gt" else value < limit for operator, limit in bound.items())


@pytest.mark.parametrize(
    ("day", "days"),
    [
        ("2018-08-17", ["2018-08-18", "2018-08-19"]),
        ("2018-08-18", ["2018-08-18", "2018-08-19"]),
        ("2018-08-19", ["2018-08-19"]),
        ("2018-08-20", ["2018-08-25", "2018-08-26"]),
    ],
)
def test_the_weekend_is_the_one_that_is_or_the_next(day, days):
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    assert when.running({"when": "weekend"}, LOCALITY, noon) == [{"days": {"$in": days}}]
