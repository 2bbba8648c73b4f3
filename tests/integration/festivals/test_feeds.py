"""Rows A14 and GA5: calendars and RSS under the filters of the list, read back by two iCalendar readers."""

from __future__ import annotations

from datetime import date

import pytest
import vobject
from icalendar import Calendar
from lxml import etree

from tests.integration.festivals import conftest
from tests.integration.festivals.test_filters import fill

ICS = "/v1/events/calendar.ics"
RSS = "/v1/events/feed.rss"


@pytest.fixture(scope="module")
def programme(mongod):
    """A programme that these tests only read."""
    with conftest.opened(mongod) as people:
        fill(people)
        yield people


def read(people, query=""):
    """The feed, read by both readers: title, start, end, UID and sequence of each entry have to agree."""
    response = people.get(f"{ICS}?{query}")
    assert response.status_code == 200, response.text
    calendar = Calendar.from_ical(response.data)
    other = vobject.readOne(response.text)
    mine = [
        (str(one["SUMMARY"]), one["DTSTART"].dt, one["DTEND"].dt, str(one["UID"]), one["SEQUENCE"])
        for one in calendar.walk("VEVENT")
    ]
    theirs = [
        (one.summary.value, one.dtstart.value, one.dtend.value, one.uid.value, int(one.sequence.value))
        for one in getattr(other, "vevent_list", [])
    ]
    assert mine == theirs
    return calendar


def titles(people, query=""):
    return list(dict.fromkeys(str(one["SUMMARY"]) for one in read(people, query).walk("VEVENT")))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "accessibility=motor",
        "attendance=online,mixed",
        "admission=free",
        "age=9",
        "when=weekend",
        "when=upcoming",
        "bbox=0.05,50.78,0.06,50.79",
        "near=50.783,0.053&radius=500",
        "time_from=19:30&time_to=19:31",
        "q=stage",
        "town=dieppe",
        "festival_id=deux-rives",
        "language=fr",
        "kind=MusicEvent",
        "keyword=walk",
        "status=scheduled",
        "created_to=2018-08-17T12:30:00Z",
        "date=2018-08-19",
        "from=2018-08-19T00:00:00Z&to=2018-08-21T00:00:00Z",
    ],
)
def test_a14_feeds_take_the_filters_of_the_list(programme, query):
    listed = programme.titles(query)
    assert listed
    assert sorted(titles(programme, f"{query}&lang=en")) == sorted(listed)
    items = etree.fromstring(programme.get(f"{RSS}?{query}&lang=en").data).findall("channel/item/title")
    assert sorted(item.text for item in items) == sorted(listed)


@pytest.mark.parametrize("path", [ICS, RSS, "/v1/festivals/deux-rives/calendar.ics"])
def test_a14_feeds_refuse_what_the_list_refuses(programme, path):
    answer = programme.get(f"{path}?kind=Party")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["kind"])
    assert programme.get(f"{path}?limit=5").status_code == 422


@pytest.mark.parametrize(("query", "name"), [
    ("", "Living Newhaven"), ("lang=fr", "Dieppe Vivant"), ("town=dieppe&lang=fr", "Dieppe Vivant: Dieppe"),
    ("festival_id=deux-rives", "Newhaven Festival"),
])  # fmt: skip
def test_ga5_a_calendar_has_a_name(programme, query, name):
    calendar = read(programme, query)
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == name
    assert etree.fromstring(programme.get(f"{RSS}?{query}").data).findtext("channel/title") == name


def test_ga5_whole_days_for_those_who_want_their_hours_free(programme):
    entries = {str(one["SUMMARY"]): one for one in read(programme, "all_day=true&lang=en").walk("VEVENT")}
    stream = entries["Stream"]
    assert (stream["DTSTART"].dt, stream["DTEND"].dt) == (date(2018, 8, 20), date(2018, 8, 22)), "it runs past midnight"
    assert stream["TRANSP"] == "TRANSPARENT"
    assert (entries["Opera"]["DTSTART"].dt, entries["Opera"]["DTEND"].dt) == (date(2018, 8, 18), date(2018, 8, 19))
    hours = {str(one["UID"]) for one in read(programme).walk("VEVENT")}
    assert {str(one["UID"]) for one in read(programme, "all_day=true").walk("VEVENT")} == hours, "the same entries"


def test_ga5_zones_are_described_and_times_are_right_in_both_towns(programme):
    calendar = read(programme)
    assert {zone["TZID"] for zone in calendar.walk("VTIMEZONE")} == {"Europe/London", "Europe/Paris"}
    starts = {str(one["SUMMARY"]): one["DTSTART"].dt for one in calendar.walk("VEVENT")}
    assert starts["Castle"].isoformat() == "2018-08-21T10:15:00+02:00"
    assert starts["Opera"].isoformat() == "2018-08-18T19:30:00+01:00"


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("{title} ({place})", "Opera (Newhaven Fort)"),
        ("{town}: {title}", "Newhaven: Opera"),
        ("{festival} | {title} | {curator}", "Newhaven Festival | Opera | Ada"),
        ("{title}", "Opera"),
    ],
)
def test_ga5_titles_follow_a_template(programme, template, title):
    query = {"title": template, "kind": "MusicEvent", "lang": "en"}
    calendar = Calendar.from_ical(programme.get(ICS, query_string=query).data)
    assert [str(one["SUMMARY"]) for one in calendar.walk("VEVENT")] == [title]


@pytest.mark.parametrize("template", ["{place}", "{title", "{title.__class__}", "{0}{title}", "{title!r}", "{title:9}"])
def test_ga5_a_template_that_cannot_be_filled_in_is_refused(programme, template):
    answer = programme.get(ICS, query_string={"title": template})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["title"])


def test_ga5_categories_and_everything_else_stand_in_the_entry(programme):
    (entry,) = read(programme, "admission=free").walk("VEVENT")
    assert [str(one) for one in entry["CATEGORIES"].cats] == ["walk", "stage"]
    assert "Good shoes" in entry["DESCRIPTION"]
    (entry,) = read(programme, "attendance=online").walk("VEVENT")
    assert entry["URL"] == "https://example.org/live"


def test_a14_rss_has_one_item_for_each_event_with_its_dates_and_a_link_to_its_page(programme):
    items = etree.fromstring(programme.get(f"{RSS}?kind=ExhibitionEvent&lang=fr").data).findall("channel/item")
    (show,) = items
    assert show.findtext("link").startswith("http://localhost/events/")
    assert "jeu. 16" in show.findtext("description").replace("\u2009", " ")
    assert [each.text for each in show.findall("category")] == ["translation:missing"]
    assert show.find("guid").get("isPermaLink") == "false"
