"""The iCalendar feed, read back with an iCalendar reader."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from services.festivals import feed
from tests.integration.festivals import conftest

PATH = "/v1/festivals/newhaven-festival-2018/calendar.ics"


@pytest.fixture
def programme(people):
    """A programme for one test."""
    conftest.programme(people)
    return people


def read(people, path=PATH, **more):
    response = people.get(path, **more)
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.data)


def entries(calendar):
    return {str(entry["SUMMARY"]): entry for entry in calendar.walk("VEVENT")}


def test_a_calendar_says_its_name_and_the_rules_of_its_zones(programme):
    calendar = read(programme)
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Newhaven Festival"
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Europe/London"
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    both = read(programme, "/v1/festivals/deux-rives/calendar.ics")
    assert [zone["TZID"] for zone in both.walk("VTIMEZONE")] == ["Europe/Paris"]


def test_every_occurrence_is_there_at_its_local_time(programme):
    calendar = read(programme)
    starts = [
        entry["DTSTART"].dt
        for entry in recurring_ical_events.of(calendar).between((2018, 8, 18), (2018, 8, 25))
        if entry["SUMMARY"] == "Birdsong"
    ]
    london = ZoneInfo("Europe/London")
    assert starts == [datetime(2018, 8, day, 10, 30, tzinfo=london) for day in range(18, 25)]
    assert calendar.walk("VEVENT")[0]["DTSTART"].params["TZID"] == "Europe/London"
    ids = [str(entry["UID"]) for entry in calendar.walk("VEVENT")]
    assert len(ids) == len(set(ids)) == 10


def test_drafts_and_withdrawn_events_are_not_in_it(programme):
    assert set(entries(read(programme))) == {"Birdsong", "Interviews", "Ramble", "Late show"}
    (ramble,) = programme.get("/v1/events?q=ramble").json["items"]
    programme.post(f"{ramble['url']}/withdraw", as_="cas")
    assert set(entries(read(programme))) == {"Birdsong", "Interviews", "Late show"}


def test_a_change_moves_the_entry_instead_of_adding_one(programme):
    before = entries(read(programme))["Ramble"]
    (ramble,) = programme.get("/v1/events?q=ramble").json["items"]
    programme.runtime.clock.advance(timedelta(hours=1))
    moved = conftest.listing(at="2018-08-19T14:00")["timings"]
    programme.patch(ramble["url"], {"timings": moved}, as_="cas")
    after = entries(read(programme))["Ramble"]
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["DTSTART"].dt - before["DTSTART"].dt == timedelta(hours=3)
    assert after["LAST-MODIFIED"].dt - before["LAST-MODIFIED"].dt == timedelta(hours=1)


def test_a_disruption_reaches_the_feed_with_its_reason_and_a_new_sequence(people, festival):
    people.event("By ferry", sailing_ids=["s-1"])
    before = entries(read(people))["By ferry"]
    people.hear(conftest.cancelled("s-1", "Gale in the Channel"))
    after = entries(read(people))["By ferry"]
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "TENTATIVE")
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["COMMENT"] == "Gale in the Channel"
    assert str(after["DESCRIPTION"]).startswith("Gale in the Channel")


def test_a_cancelled_event_stays_in_the_feed_as_cancelled(people, festival):
    event = people.event()
    people.post(f"{event['url']}/cancel", {"reason": {"en": "The guide is ill."}}, as_="ada")
    entry = entries(read(people))["Walk"]
    assert (entry["STATUS"], entry["COMMENT"], entry["SEQUENCE"]) == ("CANCELLED", "The guide is ill.", 1)


@pytest.mark.parametrize(
    ("lang", "summary", "language"), [("fr", "Balade", "fr"), ("en", "Walk", "en"), ("de", "Walk", "en")]
)
def test_texts_come_in_the_language_asked_for_under_the_same_uid(people, festival, lang, summary, language):
    people.event({"en": "Walk", "fr": "Balade"})
    people.event({"fr": "Seulement"}, as_="ben")
    found = entries(read(people, f"{PATH}?lang={lang}"))
    assert found[summary]["SUMMARY"].params["LANGUAGE"] == language
    assert found["Seulement"]["SUMMARY"].params["LANGUAGE"] == "fr"
    assert found[summary]["UID"] == entries(read(people))["Walk"]["UID"]


def test_everything_a_listing_says_is_in_its_entry_and_odd_characters_survive(people, festival):
    where = {"name": {"en": "Fort; gate"}, "address": "Fort Road, Newhaven", "point": {"lat": 50.783, "lon": 0.053}}
    summary = {"en": "Commas, semicolons; back\\slashes\nand lines ✓ " + "long " * 40}
    people.event(
        "Bring & share, éà", where=where, summary=summary, keywords=["food", "a,b"], website="https://example.org/x?y=1"
    )
    entry = entries(read(people))["Bring & share, éà"]
    assert entry["DESCRIPTION"] == summary["en"].strip()
    assert entry["LOCATION"] == "Fort; gate, Fort Road, Newhaven"
    assert [str(one) for one in entry["CATEGORIES"].cats] == ["food", "a,b"]
    assert (entry["GEO"].latitude, entry["GEO"].longitude) == (50.783, 0.053)
    assert entry["URL"] == "https://example.org/x?y=1"


def test_an_unchanged_feed_is_not_sent_twice_and_a_changed_one_is(programme):
    etag = programme.get(PATH).headers["ETag"]
    programme.runtime.clock.advance(timedelta(minutes=5))
    assert programme.get(PATH, headers={"If-None-Match": etag}).status_code == 304
    assert programme.get(f"{PATH}?lang=fr", headers={"If-None-Match": etag}).status_code == 200
    programme.event("New", as_="flo")
    assert programme.get(PATH, headers={"If-None-Match": etag}).status_code == 200


def test_an_empty_programme_is_a_calendar_all_the_same(people, festival):
    calendar = read(people)
    assert calendar.walk("VEVENT") == []
    assert calendar["NAME"] == "Newhaven Festival"


def test_a_feed_of_one_town_has_that_town_only(programme):
    path = "/v1/festivals/deux-rives/calendar.ics?town="
    assert set(entries(read(programme, f"{path}dieppe"))) == {"Sea films"}
    assert entries(read(programme, f"{path}newhaven")) == {}
    assert programme.get(f"{path}paris").status_code == 422


def test_a_feed_that_is_cut_says_so(programme, monkeypatch):
    monkeypatch.setattr(feed, "MAX_ENTRIES", 3)
    calendar = read(programme)
    assert [entry["DTSTART"].dt.day for entry in calendar.walk("VEVENT")] == [18, 18, 19]
    assert calendar["COMMENT"] == "Only the first 3 occurrences are listed."


def test_one_event_is_there_however_many_stand_before_it(programme, monkeypatch):
    last = programme.get("/v1/events?festival_id=newhaven-festival-2018").json["items"][-1]
    monkeypatch.setattr(feed, "MAX_ENTRIES", len(last["timings"]))
    path = f"{last['calendar_url']}?event_id={last['id']}"
    [title] = {str(entry["SUMMARY"]) for entry in read(programme, path).walk("VEVENT")}
    assert title in last["title"].values()
    assert title not in entries(read(programme, last["calendar_url"]))
    assert list(read(programme, f"{last['calendar_url']}?event_id=nobody").walk("VEVENT")) == []


def test_an_unknown_festival_has_no_feed(people):
    assert people.get("/v1/festivals/nobody-knows/calendar.ics").status_code == 404
