"""Row A9: what a list finds follows the clock and the events."""

from __future__ import annotations

from datetime import timedelta

from tests.integration.festivals import conftest
from tests.integration.festivals.test_filters import fill


def test_a9_what_is_over_is_not_upcoming_and_what_runs_is_now(people):
    fill(people)
    people.runtime.clock.advance(timedelta(days=1, hours=7))
    assert people.titles("when=now") == ["Opera"]
    assert people.titles("when=upcoming") == ["Opera", "Ramble", "Stream", "Castle"]
    people.runtime.clock.advance(timedelta(days=2, hours=3, minutes=30))
    assert people.runtime.clock.now().isoformat() == "2018-08-20T22:30:00+00:00", "23:30 here, 00:30 in Dieppe"
    assert people.titles("when=today") == ["Stream", "Castle"], "today is the day on each town's own clocks"
    assert people.titles("when=weekend") == []


def test_a9_whoever_saves_an_event_its_filters_follow(people, festival):
    people.event("By ferry", sailing_ids=["s-1"])
    assert people.titles("status=scheduled") == ["By ferry"]
    people.hear(conftest.cancelled("s-1"))
    assert people.titles("status=disrupted") == ["By ferry"]
