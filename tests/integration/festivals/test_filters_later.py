"""Rows A9 and GA5: what lists and feeds give follows the clock and the events."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from lxml import etree

from tests.integration.festivals import conftest
from tests.integration.festivals.test_feeds import ICS, RSS
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


@pytest.mark.parametrize("path", [f"{ICS}?all_day=true&lang=fr", f"{RSS}?lang=fr&kind=Event"])
def test_ga5_what_did_not_change_is_not_sent_again(people, path):
    fill(people)
    first = people.get(path)
    people.runtime.clock.advance(timedelta(days=20))
    again = people.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    (ramble,) = people.get("/v1/events?q=ramble").json["items"]
    people.patch(ramble["url"], {"status": "postponed"}, as_="ben")
    changed = people.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert b"Ramble" in changed.data
    if path.startswith(RSS):
        (item,) = etree.fromstring(changed.data).xpath("//item[contains(title, 'Ramble')]")
        assert item.findtext("title") == "Reporté: Ramble"
        assert datetime.strptime(item.findtext("pubDate"), "%a, %d %b %Y %H:%M:%S %z") == people.runtime.clock.now()
        return
    (entry,) = (one for one in Calendar.from_ical(changed.data).walk("VEVENT") if one["SUMMARY"] == "Ramble")
    assert (entry["SEQUENCE"], entry["STATUS"]) == (1, "TENTATIVE")
