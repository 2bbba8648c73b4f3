"""Row A15: an iCalendar file is imported, again without a change, and comes back out of the feed as it went in.

GA4: what is imported is flagged when it is listed already.
"""

from __future__ import annotations

import io

import pytest
import recurring_ical_events
from icalendar import Calendar

from tests.support.services import token

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//somebody//else//EN
BEGIN:VEVENT
UID:choir@example.org
SUMMARY;LANGUAGE=fr:Chorale\\, le samedi
DESCRIPTION:Come and sing
LOCATION:Hillcrest Centre
GEO:50.794;0.043
CATEGORIES:Music,Singing
URL:https://example.org/choir
DTSTART;TZID=Europe/London:20181006T190000
DTEND;TZID=Europe/London:20181006T210000
RRULE:FREQ=WEEKLY;COUNT=6
EXDATE;TZID=Europe/London:20181020T190000
END:VEVENT
BEGIN:VEVENT
UID:fair@example.org
SUMMARY:Fair
LOCATION:Quay
DTSTART;VALUE=DATE:20181110
DTEND;VALUE=DATE:20181112
END:VEVENT
BEGIN:VEVENT
UID:talk one
SUMMARY:Talk
LOCATION:Fort
DTSTART:20181201T180000Z
DURATION:PT90M
END:VEVENT
BEGIN:VEVENT
UID:summer@example.org
SUMMARY:Too early
LOCATION:Fort
DTSTART:20180701T180000Z
END:VEVENT
BEGIN:VEVENT
UID:gone@example.org
SUMMARY:Gone
STATUS:CANCELLED
DTSTART:20181201T180000Z
END:VEVENT
BEGIN:VEVENT
UID:nameless@example.org
DTSTART:20181201T180000Z
LOCATION:Fort
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def season(people):
    """A festival from October to January."""
    people.festival("season", first_day="2018-10-01", last_day="2019-01-31")
    return people


def send(people, text, **form):
    data = {"festival_id": "season", "town": "newhaven", "lang": "en", "publish": "true", **form}
    data["calendar"] = (io.BytesIO(text if isinstance(text, bytes) else text.encode()), "x.ics")
    headers = token(["curator"], id="ada", name="Ada", at=people.runtime.clock.now())
    return people.client.post("/v1/events/import", data=data, headers=headers, content_type="multipart/form-data")


def test_a15_a_file_is_imported_and_what_cannot_be_is_told(season):
    report = send(season, FILE).json
    assert (report["created"], report["changed"], report["unchanged"]) == (3, 0, 0)
    issues = {one["uid"]: list(one["errors"]) for one in report["issues"]}
    assert issues == {
        "summer@example.org": ["timings"], "gone@example.org": ["status"], "nameless@example.org": ["title"],
    }  # fmt: skip
    (choir,) = season.get("/v1/events?q=chorale").json["items"]
    assert choir["title"] == {"fr": "Chorale, le samedi"}
    assert choir["where"]["point"] == {"lat": 50.794, "lon": 0.043}
    assert (choir["keywords"], choir["external_id"]) == (["music", "singing"], "ics:choir@example.org")
    (fair,) = season.get("/v1/events?q=fair").json["items"]
    assert fair["timings"][0]["starts_at"] == "2018-11-10T00:00:00+00:00"
    assert fair["timings"][0]["ends_at"] == "2018-11-12T00:00:00+00:00"
    assert fair["date_text"]["en"].replace("\u2009", " ") == "Sat, 10 Nov – Sun, 11 Nov 2018", (
        "a DTEND is the day behind"
    )
    (talk,) = season.get("/v1/events?q=talk").json["items"]
    assert talk["timings"][0]["ends_at"] == "2018-12-01T19:30:00+00:00"


def test_a15_importing_again_changes_nothing_and_a_new_version_changes_what_is_new(season):
    send(season, FILE)
    again = send(season, FILE).json
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 3)
    later = send(season, FILE.replace("SUMMARY:Talk", "SUMMARY:Long talk")).json
    assert (later["created"], later["changed"], later["unchanged"]) == (0, 1, 2)


def test_a15_importing_again_leaves_what_the_file_does_not_say(season):
    send(season, FILE)
    (talk,) = season.get("/v1/events?q=talk").json["items"]
    season.patch(talk["url"], {"kind": "EducationEvent"}, as_="ada")
    assert send(season, FILE).json["unchanged"] == 3
    assert season.get(talk["url"]).json["kind"] == "EducationEvent"


def test_a15_a_rule_comes_back_out_as_it_went_in(season):
    send(season, FILE)
    went_in = recurring_ical_events.of(Calendar.from_ical(FILE)).between((2018, 9, 1), (2019, 2, 1))
    feed = season.get("/v1/events/calendar.ics?q=chorale").data
    came_out = recurring_ical_events.of(Calendar.from_ical(feed)).between((2018, 9, 1), (2019, 2, 1))
    expected = sorted(each["DTSTART"].dt for each in went_in if each["UID"] == "choir@example.org")
    assert sorted(each["DTSTART"].dt for each in came_out) == expected
    assert len(expected) == 5


@pytest.mark.parametrize(
    ("content", "form", "field"),
    [
        ("hello", {}, "calendar"),
        (b"\xff\xfe\x00", {}, "calendar"),
        ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", {}, "calendar"),
        (FILE, {"town": "paris"}, "town"),
        (FILE, {"lang": "french"}, "lang"),
        ("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nUID:x\nEND:VEVENT\n" * 501 + "END:VCALENDAR\n", {}, "calendar"),
    ],
)
def test_a15_a_file_that_cannot_be_taken_is_refused_whole(season, content, form, field):
    answer = send(season, content, **form)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field]), answer.text
    assert season.get("/v1/events").json["items"] == []


def test_a15_strangers_import_nothing(season):
    answer = season.client.post("/v1/events/import", data={"calendar": (io.BytesIO(FILE.encode()), "x.ics")})
    assert answer.status_code == 401


def test_a15_ga4_each_event_of_the_file_is_reported_with_what_it_clashes_with_and_seems_to_be(season):
    there = {"name": {"en": "The Fort"}}
    talk = season.event("Talk", as_="ben", festival_id="season", timings=[_at("2018-12-01T18:00")], where=there)
    sing = season.event("Sing", as_="ben", festival_id="season", timings=[_at("2018-10-06T18:30")], keywords=["music"])
    events = {each["uid"]: each for each in send(season, FILE).json["events"]}
    assert {uid: each["outcome"] for uid, each in events.items()} == dict.fromkeys(events, "created")
    assert events["talk one"]["duplicates"] == [talk["id"]]
    assert events["choir@example.org"]["clashes"] == [sing["id"]]
    assert events["fair@example.org"]["duplicates"] == events["fair@example.org"]["clashes"] == []
    assert [each["outcome"] for each in send(season, FILE).json["events"]] == ["unchanged"] * 3
    [pair] = season.get("/v1/events/duplicates", as_="ada").json["items"]
    season.post(f"/v1/events/duplicates/{pair['id']}/merge", {"keep": talk["id"]}, as_="ada")
    report = send(season, FILE).json
    assert (report["unchanged"], report["merged"]) == (2, 1)


def _at(start):
    return {"starts_at": f"{start}:00Z", "ends_at": f"{start[:11]}23:00:00Z"}
