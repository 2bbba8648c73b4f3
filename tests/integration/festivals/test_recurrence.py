"""Row A15: events that repeat by a rule, round trip: sent, listed, fed to calendars and expanded there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import recurring_ical_events
import vobject
from icalendar import Calendar

from tests.integration.festivals import conftest
from tests.integration.festivals.conftest import listing

FEED = "/v1/events/calendar.ics?festival_id=season&lang=en"
FIRST = {"starts_at": "2018-10-06T19:00:00+01:00", "ends_at": "2018-10-06T21:00:00+01:00"}
RULES = [
    ("FREQ=WEEKLY;BYDAY=SA;COUNT=6", []),
    ("FREQ=WEEKLY", []),
    ("FREQ=WEEKLY;BYDAY=SA,SU;UNTIL=20181104T190000Z", ["2018-10-28T19:00:00+00:00"]),
    ("FREQ=DAILY;INTERVAL=3;COUNT=12", ["2018-10-06T19:00:00+01:00"]),
    ("FREQ=MONTHLY;BYDAY=1SA;UNTIL=20181231", []),
    ("FREQ=MONTHLY;BYMONTHDAY=6,-1", []),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA;BYSETPOS=6;COUNT=3", []),
]


@pytest.fixture(scope="module")
def season(mongod):
    """A festival from October to January, over the end of summer time."""
    with conftest.opened(mongod) as people:
        people.festival("season", first_day="2018-10-01", last_day="2019-01-31")
        yield people


def send(season, rrule, exdates=(), **more):
    body = listing(festival_id="season", publish=True, **more)
    del body["timings"]
    return season.post(
        "/v1/events", body | {"recurrence": {"rrule": rrule, "exdates": list(exdates), **FIRST}}, as_="ada"
    )


def starts(event):
    return [datetime.fromisoformat(one["starts_at"]) for one in event["timings"]]


@pytest.mark.parametrize(("rrule", "exdates"), RULES, ids=[rule for rule, _ in RULES])
def test_a15_a_calendar_that_expands_the_rule_has_the_occurrences_of_the_list(season, rrule, exdates):
    answer = send(season, rrule, exdates, kind="DanceEvent")
    assert answer.status_code == 201, answer.text
    event = answer.json
    try:
        listed = starts(event)
        assert {start.strftime("%H:%M") for start in listed} == {"19:00"}, "the same on the clock, in winter too"
        assert not {datetime.fromisoformat(each) for each in exdates} & set(listed)
        feed = season.get(FEED).text
        (entry,) = Calendar.from_ical(feed).walk("VEVENT")
        assert entry["UID"] == f"{event['id']}-series@newhaven-dieppe"
        window = recurring_ical_events.of(Calendar.from_ical(feed)).between((2018, 9, 1), (2019, 3, 1))
        assert sorted(each["DTSTART"].dt for each in window) == listed
        (other,) = vobject.readOne(feed).vevent_list
        assert [moment.astimezone(UTC) for moment in other.getrruleset()] == [one.astimezone(UTC) for one in listed]
        days = Calendar.from_ical(season.get(f"{FEED}&all_day=true").data)
        window = recurring_ical_events.of(days).between((2018, 9, 1), (2019, 3, 1))
        assert sorted(each["DTSTART"].dt for each in window) == [start.date() for start in listed]
        again = season.patch(event["url"], {"recurrence": event["recurrence"]}, as_="ada").json
        assert (again["sequence"], again["timings"]) == (0, event["timings"]), "what is shown can be sent back"
    finally:
        season.post(f"{event['url']}/withdraw", as_="ada")


def test_a15_leaving_one_out_keeps_the_entry_and_single_times_end_the_rule(season):
    event = send(season, "FREQ=WEEKLY;COUNT=4").json
    rule = event["recurrence"] | {"exdates": ["2018-10-13T19:00:00+01:00"]}
    fewer = season.patch(event["url"], {"recurrence": rule}, as_="ada").json
    assert [one["id"] for one in fewer["timings"]] == ["t1", "t3", "t4"]
    assert fewer["sequence"] == 1
    (entry,) = Calendar.from_ical(season.get(FEED).data).walk("VEVENT")
    assert (entry["UID"], entry["SEQUENCE"]) == (f"{event['id']}-series@newhaven-dieppe", 1)
    single = season.patch(event["url"], {"timings": [FIRST]}, as_="ada").json
    assert (single["recurrence"], len(single["timings"])) == (None, 1)
    season.post(f"{event['url']}/withdraw", as_="ada")


@pytest.mark.parametrize(
    ("rrule", "exdates", "said"),
    [
        ("every saturday", [], "Not a rule"),
        ("FREQ=HOURLY;COUNT=3", [], "FREQ is one of"),
        ("FREQ=DAILY;BYHOUR=1,2,3", [], "Not understood here: BYHOUR"),
        ("FREQ=DAILY;INTERVAL=0", [], "INTERVAL is from 1"),
        ("FREQ=DAILY;COUNT=0", [], "COUNT is from 1"),
        ("FREQ=WEEKLY;COUNT=100", [], "Only 17 of 100"),
        ("FREQ=WEEKLY;UNTIL=20190601", [], "goes on until 2019-06-01"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20181101", [], "either a COUNT or an UNTIL"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", [], "begin on a day that the rule"),
        ("FREQ=WEEKLY;BYDAY=MO", [], "begin on a day that the rule"),
        ("FREQ=WEEKLY;BYDAY=XX", [], "Not a rule"),
        ("FREQ=WEEKLY;COUNT=3", ["2018-10-07T19:00:00+01:00"], "Nothing is on at 2018-10-07T19:00:00+01:00"),
    ],
)
def test_a15_a_rule_that_cannot_be_is_refused_with_what_is_wrong(season, rrule, exdates, said):
    answer = send(season, rrule, exdates)
    assert answer.status_code == 422, answer.text
    assert said in answer.json["errors"]["recurrence"][0]


def test_a15_a_rule_and_single_times_do_not_go_together(season):
    body = listing(festival_id="season") | {"recurrence": {"rrule": "FREQ=DAILY;COUNT=2", **FIRST}}
    answer = season.post("/v1/events", body, as_="ada")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["recurrence"])
