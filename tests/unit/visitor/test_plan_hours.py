"""Rows B3 and B10: a day plan keeps to structured hours: seasons, closed days, exceptions and times past midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.visitor.domain.day_plans import MINUTE, Candidate, Day, plan
from services.visitor.domain.hours import DAY, Hours, Otherwise, Season, Span
from services.visitor.domain.walking import Spot
from services.visitor.domain.windows import assumed_hours, hours_told, opening_windows, stays
from tests.support.opening import hours

ZONES = st.sampled_from([ZoneInfo("Europe/London"), ZoneInfo("Europe/Paris")])
STARTS = st.integers(0, 12 * 365 * DAY).map(lambda minutes: datetime(2018, 1, 1, tzinfo=UTC) + minutes * MINUTE)
QUAY = Spot(50.794, 0.056)


@settings(max_examples=200, deadline=None)
@given(known=hours, starts_at=STARTS, minutes=st.integers(60, 2 * DAY), zone=ZONES)
def test_windows_are_the_minutes_at_which_a_clock_in_the_town_finds_it_open(known, starts_at, minutes, zone):
    ends_at = starts_at + minutes * MINUTE
    assume(_one_offset(starts_at, ends_at, zone))
    windows = opening_windows(known.on, starts_at, ends_at, zone)
    for late in range(0, minutes, 23):
        at = starts_at + late * MINUTE
        assert any(opens <= at < closes for opens, closes in windows) == known.open_at(at.astimezone(zone))


@settings(max_examples=150, deadline=None)
@given(known=hours, starts_at=STARTS, minutes=st.integers(60, 900), stay=st.integers(10, 90), zone=ZONES)
def test_nobody_is_sent_to_a_closed_door(known, starts_at, minutes, stay, zone):
    closes_at = starts_at + minutes * MINUTE
    assume(_one_offset(starts_at, closes_at, zone))
    chances = stays(opening_windows(known.on, starts_at, closes_at, zone), stay)
    made = plan(Day(starts_at, closes_at, QUAY, "normal"), [Candidate("place", "it", QUAY, 10, chances, known)])
    for stop in made.stops if made else ():
        for late in range(stay):
            assert known.open_at((stop.begins_at + late * MINUTE).astimezone(zone))


def _one_offset(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks stay as they are from the day before to the day after: changes have a test of their own."""
    around = (starts_at - timedelta(days=2), ends_at + timedelta(days=2))
    return len({at.astimezone(zone).utcoffset() for at in around}) == 1


def test_the_hours_that_a_visit_relies_on_are_told_for_its_day():
    zone, night = ZoneInfo("Europe/Paris"), date(2018, 8, 19)
    known = Hours((Season(((Span(600, 1020),),) * 7),), (Otherwise(night, night, (Span(20 * 60, 26 * 60),)),))
    noon, past_midnight = datetime(2018, 8, 20, 10, tzinfo=UTC), datetime(2018, 8, 19, 23, tzinfo=UTC)
    assert hours_told(known, noon, zone, assumed=False)["en"] == "On 20 August 2018: open 10:00 to 17:00."
    told = hours_told(known, past_midnight, zone, assumed=False)
    assert told["en"] == "On 19 August 2018: open 20:00 to 2:00 the next day."
    assert told["fr"].startswith("Le 19 août 2018\N{SPACE}: ouvert de 20")
    for lang, words in (("en", "Assumed: Open every day, 8:00 to 20:00."), ("fr", "Supposés : Ouvert tous les jours")):
        assert words in hours_told(assumed_hours("Park"), noon, zone, assumed=True)[lang]


def test_open_round_the_clock_is_one_window_over_midnight():
    always = Hours((Season(((Span(0, DAY),),) * 7),))
    start = datetime(2018, 8, 19, 20, tzinfo=UTC)
    [[opens, closes]] = opening_windows(always.on, start, start + timedelta(hours=8), ZoneInfo("Europe/London"))
    assert opens < start
    assert closes > start + timedelta(hours=8)
