"""The demo's programmes, loaded as the demo loads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from deploy.demo import festivals, timetable
from deploy.demo.programmes import coming_weeks
from tests.integration.festivals import conftest

TODAY = datetime.now(UTC).date()


class Api:
    """The demo's client, straight to the service."""

    def __init__(self, people) -> None:
        self.people = people

    def post(self, path, json, *, as_, idempotent):
        answer = self.people.post(path, json, as_=as_, headers={"Idempotency-Key": idempotent})
        assert answer.status_code == 201, f"{path} {idempotent}: {answer.text}"
        return answer.json

    def call(self, method, path, *, as_, json, repeat):
        assert repeat
        answer = self.people.request(method, path, json, as_=as_)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json


@pytest.fixture(scope="module")
def people(mongod):
    """The demo's festivals, loaded."""
    with conftest.opened(mongod) as people:
        festivals.load(Api(people))
        yield people


def items(people, query):
    return people.get(f"/v1/events?limit=200&{query}").json["items"]


def test_eighteen_events_of_2018_by_eighteen_curators(people):
    festival = people.get("/v1/festivals/newhaven-festival-2018").json
    assert festival["programme"] == {"events": 18, "curators": 18}
    assert (festival["first_day"], festival["last_day"], festival["synthetic"]) == ("2018-08-18", "2018-08-24", False)


def test_the_published_day_shows_what_was_published_and_nothing_else(people):
    shown = items(people, "town=newhaven&date=2018-08-19")
    assert {item["id"] for item in shown} == {"birdsong-2018", "newhaven-interviews-2018", "look-up-newhaven-2018"}
    assert [item["id"] for item in shown if len(item["timings"]) > 1] == ["birdsong-2018"]
    assert not any(item["synthetic"] for item in shown)
    assert {item["source"] for item in shown} == {"Sussex Express, 17 August 2018"}
    times = {item["id"]: (item["first_timing"]["starts_at"], item["last_timing"]["ends_at"]) for item in shown}
    assert times["birdsong-2018"] == ("2018-08-18T10:30:00+01:00", "2018-08-24T17:30:00+01:00")
    assert times["newhaven-interviews-2018"] == ("2018-08-19T10:30:00+01:00", "2018-08-19T16:30:00+01:00")
    assert times["look-up-newhaven-2018"][0] == "2018-08-19T11:00:00+01:00"


def test_the_eco_festival_has_tours_in_both_towns_and_one_takes_registrations(people):
    """A20 and A17 in the demo."""
    tours = people.get("/v1/tours").json["items"]
    assert {one["town"] for one in tours} == {"newhaven", "dieppe"}
    for one in tours:
        assert one["festival_id"].startswith("clean-green-marine-")
        assert all({"en", "fr"} <= set(stop["name"]) for stop in one["route"])
    [cliff] = [one for one in tours if one["town"] == "newhaven"]
    assert people.get(f"{cliff['event_url']}/registration").json["capacity"] == 12


def test_the_demo_has_the_festivals_that_were_asked_for(people):
    festivals_shown = people.get("/v1/festivals").json["items"]
    assert [one["id"] for one in festivals_shown if one["id"].startswith("newhaven-festival-")] == [
        "newhaven-festival-2018",
        "newhaven-festival-2019",
    ]
    [films] = [one for one in festivals_shown if one["kind"] == "cross-channel"]
    assert films["towns"] == ["newhaven", "dieppe"]
    screenings = items(people, f"festival_id={films['id']}&kind=ScreeningEvent")
    assert {one["town"] for one in screenings} == {"newhaven", "dieppe"}


def test_whatever_is_made_up_says_so(people):
    facts = {item["id"] for item in items(people, "") if not item["synthetic"]}
    assert facts == {"birdsong-2018", "newhaven-interviews-2018", "look-up-newhaven-2018"}
    assert all(item["source"] for item in items(people, ""))


def test_every_text_is_there_in_english_and_in_french(people):
    for item in items(people, ""):
        assert item["translation_status"] == {"en": "complete", "fr": "complete"}, item["id"]
        assert item["summary"]["en"] != item["summary"]["fr"]


@pytest.mark.parametrize("town", ["newhaven", "dieppe"])
def test_both_towns_have_something_on_every_day_of_the_coming_month(people, town):
    for ahead in range(31):
        day = TODAY + timedelta(days=ahead)
        assert items(people, f"town={town}&date={day}"), f"nothing in {town} on {day}"
    kinds = {item["kind"] for item in items(people, f"town={town}&from={TODAY}T00:00:00Z")}
    assert "ScreeningEvent" in kinds


def test_the_sailings_that_events_depend_on_are_in_the_demo_timetable(people):
    trips = {trip for trip, *_ in timetable.CROSSINGS}
    named = [sailing for item in items(people, "") for sailing in item["sailing_ids"]]
    assert "dieppe-0530-2018-08-21" in named
    first, last = timetable.FESTIVAL_SEASON
    for sailing_id in named:
        trip, day = sailing_id[:-11], date.fromisoformat(sailing_id[-10:])
        assert trip in trips
        assert first <= day <= last or TODAY - timedelta(days=1) <= day <= TODAY + timedelta(days=timetable.DAYS_AHEAD)


def test_loading_again_changes_nothing(people):
    before = people.runtime.db.events.count_documents({})
    festivals.load(Api(people))
    assert people.runtime.db.events.count_documents({}) == before


@pytest.mark.parametrize("today", [date(2026, 12, 28), date(2027, 1, 3), date(2027, 3, 28), date(2024, 2, 29)])
def test_the_coming_weeks_work_around_new_year_and_clock_changes(today):
    monday = coming_weeks.monday_of(today)
    assert monday.weekday() == 0
    assert monday <= today < monday + timedelta(days=7)
    for festival, events in coming_weeks.festivals(today):
        assert date.fromisoformat(festival["last_day"]) >= today + timedelta(days=30)
        for event in events:
            starts = [datetime.fromisoformat(timing["starts_at"]) for timing in event["timings"]]
            assert {start.strftime("%H:%M") for start in starts} == {starts[0].strftime("%H:%M")}
