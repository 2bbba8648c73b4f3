"""A19: when two events get in each other's way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.festivals.domain.clashes import Slot, clashes

TEN = datetime(2018, 8, 18, 10, 0, tzinfo=UTC)


def slot(start=0.0, hours=1.0, *, town="newhaven", venue="fort", kind="MusicEvent", keywords=(), more=()):
    spans = [(start, hours), *more]
    timings = tuple((TEN + timedelta(hours=a), TEN + timedelta(hours=a + b)) for a, b in spans)
    return Slot(town, venue, kind, frozenset(keywords), timings)


def reasons(one, other):
    return [reason for reason, _, _ in clashes(one, other)]


def test_one_room_at_one_time():
    assert clashes(slot(0, 2), slot(1, 2, kind="SportsEvent")) == [
        ("venue", TEN + timedelta(hours=1), TEN + timedelta(hours=2))
    ]
    assert reasons(slot(0, 1), slot(1, 1)) == [], "one ends when the other begins"
    assert reasons(slot(0, 24), slot(3, 1)) == ["venue"], "a room is taken for as long as it takes"


def test_one_audience_at_one_time():
    elsewhere = {"venue": "church"}
    assert reasons(slot(), slot(**elsewhere)) == ["audience"]
    assert reasons(slot(), slot(kind="SportsEvent", **elsewhere)) == []
    assert reasons(slot(keywords=["sea"]), slot(kind="SportsEvent", keywords=["sea", "x"], **elsewhere)) == ["audience"]
    assert reasons(slot(kind="Event"), slot(kind="Event", **elsewhere)) == [], "nothing is known of whom they are for"
    assert reasons(slot(0, 8), slot(1, 1, **elsewhere)) == [], "open all day has no slot"
    assert reasons(slot(), slot(town="dieppe")) == []
    assert reasons(slot(venue=None), slot(venue=None, kind="SportsEvent")) == [], "no listed venue is none in common"


def test_every_overlap_of_many_timings_is_found():
    assert reasons(slot(0, 1, more=[(24, 1), (48, 1)]), slot(0, 1, more=[(48, 2)])) == ["venue", "venue"]


slots = st.builds(
    slot,
    st.integers(0, 12),
    st.integers(1, 8),
    town=st.sampled_from(["newhaven", "dieppe"]),
    venue=st.sampled_from([None, "fort", "church"]),
    kind=st.sampled_from(["Event", "MusicEvent", "SportsEvent"]),
    keywords=st.lists(st.sampled_from(["sea", "walk"]), max_size=2),
)


@given(slots, slots)
@settings(max_examples=200, deadline=None)
def test_a_clash_is_mutual_and_lies_within_both(one, other):
    found = clashes(one, other)
    assert found == clashes(other, one)
    for _, begins, stops in found:
        assert begins < stops
        for each in (one, other):
            assert any(starts <= begins and stops <= ends for starts, ends in each.timings)
