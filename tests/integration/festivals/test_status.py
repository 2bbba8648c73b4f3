"""Rows A4 and A5: what a curator says of whether an event takes place, its first, next and last timing in words."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from contracts.festivals import EventPublished
from services.festivals.domain.lifecycle import SAYABLE, STATUSES
from services.festivals.feed.entry import STATUS
from tests.integration.festivals import conftest
from tests.support.services import published

FEED = "/v1/festivals/newhaven-festival-2018/calendar.ics"
ONLINE = {"online_url": "https://example.org/live"}


def entry(people):
    (found,) = Calendar.from_ical(people.get(FEED).data).walk("VEVENT")
    return found


def test_every_status_has_its_word_in_calendars():
    assert set(STATUS) == set(STATUSES)
    assert set(STATUS.values()) <= {"CONFIRMED", "TENTATIVE", "CANCELLED"}


@pytest.mark.parametrize("said", SAYABLE)
def test_a4_what_the_curator_says_reaches_lists_calendars_and_whoever_listens(people, festival, said):
    event = people.event()
    answer = people.patch(event["url"], {"status": said, **ONLINE}, as_="ada").json
    assert answer["status"] == said
    assert people.titles(f"status={said}") == ["Walk"]
    assert published(people.runtime, EventPublished)[-1].status == said
    assert entry(people)["STATUS"] == {"postponed": "TENTATIVE"}.get(said, "CONFIRMED")
    assert entry(people)["SEQUENCE"] == 1
    assert answer["attendance"] == ("online" if said == "moved-online" else "offline")


def test_a4_a_cancelled_ferry_and_a_cancellation_outrank_what_was_said(people, festival):
    event = people.event(sailing_ids=["s-1"])
    people.patch(event["url"], {"status": "full"}, as_="ada")
    people.hear(conftest.cancelled("s-1"))
    assert people.get(event["url"]).json["status"] == "disrupted"
    assert people.patch(event["url"], {"sailing_ids": []}, as_="ada").json["status"] == "full"
    people.post(f"{event['url']}/cancel", {"reason": {"en": "Storm"}}, as_="ada")
    assert people.get(event["url"]).json["status"] == "cancelled"
    assert entry(people)["STATUS"] == "CANCELLED"


def test_a4_what_cannot_be_said_is_refused_with_what_to_do(people, festival):
    event = people.event()
    answer = people.patch(event["url"], {"status": "cancelled"}, as_="ada")
    assert answer.status_code == 422
    assert "cancel address" in answer.json["errors"]["status"][0]
    answer = people.patch(event["url"], {"status": "moved-online"}, as_="ada")
    assert answer.status_code == 422
    assert "online_url" in answer.json["errors"]
    assert people.get(event["url"]).json["status"] == "scheduled"
    assert people.patch(event["url"], {"status": "full"}, as_="ben").status_code == 403


def test_a5_timings_are_told_in_words_of_both_languages(people, festival):
    days = [
        {"starts_at": f"2018-08-{day}T10:30:00+01:00", "ends_at": f"2018-08-{day}T17:30:00+01:00"}
        for day in range(18, 25)
    ]
    event = people.event("Birdsong", timings=days)
    assert {language: text.replace("\u2009", " ") for language, text in event["date_text"].items()} == {
        "en": "Sat, 18 Aug – Fri, 24 Aug 2018, 10:30–17:30",
        "fr": "sam. 18 – ven. 24 août 2018, 10:30 – 17:30",
    }
    draft = people.post("/v1/events", conftest.listing(timings=[]), as_="ada").json
    assert (draft["date_text"], draft["first_timing"]) == ({}, None)
