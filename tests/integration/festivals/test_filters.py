"""Rows A9, A10, A11, A12: every filter, facets counted over the same filters, chosen fields and orders."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.festivals import conftest

FORT = {"name": {"en": "Newhaven Fort"}, "point": {"lat": 50.783, "lon": 0.053}}
STATION = {"name": {"en": "Newhaven station"}, "point": {"lat": 50.795, "lon": 0.055}}
CASTLE = {"name": {"fr": "Château"}, "point": {"lat": 49.924, "lon": 1.070}}


@pytest.fixture(scope="module")
def programme(mongod):
    """A programme that these tests only read, seen on Friday 17 August 2018 at 13:00 in Newhaven."""
    with conftest.opened(mongod) as people:
        fill(people)
        yield people


def fill(people):
    """Five events, each with something that the others have not."""
    people.festival()
    people.festival("deux-rives", towns=["newhaven", "dieppe"], kind="cross-channel")
    people.festival("earlier", first_day="2018-08-16", last_day="2018-08-18")
    people.event(
        {"en": "Opera", "fr": "Opéra"}, as_="ada", at="2018-08-18T19:30", kind="MusicEvent", where=FORT,
        ages={"min": 9, "max": 19}, admission="ticketed", accessibility=["hearing", "motor"], keywords=["Stage"],
    )  # fmt: skip
    people.runtime.clock.advance(timedelta(hours=1))
    people.event(
        "Ramble", as_="ben", at="2018-08-19T11:00", where=STATION, admission="free", accessibility=["motor"],
        keywords=["walk", "stage"], conditions={"en": "Good shoes"},
    )  # fmt: skip
    people.event(
        "Stream", as_="cas", at="2018-08-20T23:30", hours=2, where=STATION, attendance="online",
        online_url="https://example.org/live", kind="ScreeningEvent", ages={"max": 5},
    )  # fmt: skip
    people.event(
        {"en": "Castle", "fr": "Château"}, as_="eve", at="2018-08-21T09:15", where=CASTLE, town="dieppe",
        festival_id="deux-rives", attendance="mixed",
    )  # fmt: skip
    days = [
        {"starts_at": f"2018-08-{day}T10:00:00+01:00", "ends_at": f"2018-08-{day}T17:00:00+01:00"}
        for day in (16, 17, 18)
    ]
    people.event("Show", as_="dan", timings=days, kind="ExhibitionEvent", where=FORT, festival_id="earlier")
    people.runtime.clock.advance(timedelta(hours=-1))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("accessibility=motor", ["Opera", "Ramble"]),
        ("accessibility=motor,hearing", ["Opera"]),
        ("accessibility=visual", []),
        ("attendance=online", ["Stream"]),
        ("attendance=online,mixed", ["Stream", "Castle"]),
        ("admission=free", ["Ramble"]),
        ("admission=free,ticketed", ["Opera", "Ramble"]),
        ("language=fr", ["Opera", "Castle"]),
        ("language=de", []),
        ("kind=MusicEvent,ScreeningEvent", ["Opera", "Stream"]),
        ("keyword=stage", ["Opera", "Ramble"]),
        ("keyword=WALK,nothing", ["Ramble"]),
        ("status=cancelled", []),
        ("age=8", ["Show", "Ramble", "Castle"]),
        ("age=9", ["Show", "Opera", "Ramble", "Castle"]),
        ("age=5", ["Show", "Ramble", "Stream", "Castle"]),
        ("age=20", ["Show", "Ramble", "Castle"]),
        ("bbox=0.05,50.78,0.06,50.79", ["Show", "Opera"]),
        ("bbox=1,49.9,1.1,50", ["Castle"]),
        ("bbox=179,-90,-179,90", []),
        ("near=50.783,0.053&radius=500", ["Show", "Opera"]),
        ("near=50.783,0.053&radius=2000", ["Show", "Opera", "Ramble", "Stream"]),
        ("near=49.924,1.07", ["Castle"]),
        ("when=now", ["Show"]),
        ("when=today", ["Show"]),
        ("when=weekend", ["Show", "Opera", "Ramble"]),
        ("when=upcoming", ["Show", "Opera", "Ramble", "Stream", "Castle"]),
        ("time_from=19:30&time_to=19:31", ["Opera"]),
        ("time_from=19:31&time_to=20:00", []),
        ("time_from=23:00&time_to=02:00", ["Stream"]),
        ("time_from=10:15&time_to=10:16", ["Castle"]),
        ("time_to=10:01", ["Show"]),
        ("created_from=2018-08-17T12:30:00Z", ["Show", "Ramble", "Stream", "Castle"]),
        ("created_to=2018-08-17T12:30:00Z", ["Opera"]),
        ("updated_from=2018-08-17T13:00:00.001Z", []),
        ("sort=-created&limit=1", ["Show"]),
        ("when=upcoming&town=newhaven&kind=MusicEvent&age=9&accessibility=motor&near=50.783,0.053", ["Opera"]),
        ("festival_id=deux-rives&when=upcoming", ["Castle"]),
    ],
)
def test_a9_every_filter(programme, query, titles):
    assert programme.titles(query) == titles


def test_a9_a_list_in_several_parts_goes_on_where_it_ended(programme):
    seen, cursor = [], ""
    while cursor is not None:
        page = programme.get(f"/v1/events?when=upcoming&limit=2{cursor and '&cursor=' + cursor}").json
        seen += [item["title"]["en"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["Show", "Opera", "Ramble", "Stream", "Castle"]


def test_a10_facets_count_what_the_same_filters_find(programme):
    asked = "facets=kind,town,accessibility,age,day,language,attendance,admission,festival"
    page = programme.get(f"/v1/events?limit=1&when=upcoming&{asked}").json
    assert (len(page["items"]), page["total"]) == (1, 5)
    facets = {name: {one["value"]: one["count"] for one in values} for name, values in page["facets"].items()}
    assert facets["kind"] == {"Event": 2, "ExhibitionEvent": 1, "MusicEvent": 1, "ScreeningEvent": 1}
    assert facets["town"] == {"newhaven": 4, "dieppe": 1}
    assert facets["accessibility"] == {"motor": 2, "hearing": 1}
    assert facets["age"] == {"0-5": 4, "6-11": 4, "12-17": 4, "18-59": 4, "60-120": 3}
    assert facets["attendance"] == {"offline": 3, "mixed": 1, "online": 1}
    assert facets["admission"] == {"free": 1, "ticketed": 1}
    assert [one["value"] for one in page["facets"]["day"]] == [f"2018-08-{day}" for day in (16, 17, 18, 19, 20, 21)]


@pytest.mark.parametrize("query", ["", "town=newhaven", "accessibility=motor", "when=weekend", "q=stage", "age=9"])
def test_a10_a_count_is_what_the_list_has_when_one_asks_for_that_value_too(programme, query):
    facets = programme.get(f"/v1/events?{query}&facets=kind,keyword,attendance").json["facets"]
    assert facets["attendance"]
    for name, values in facets.items():
        for one in values:
            found = programme.get(f"/v1/events?{query}&{name}={one['value']}&facets=town").json
            assert found["total"] == len(found["items"]) == one["count"], (name, one)


def test_a11_who_is_provided_for_and_other_things_to_know_are_shown(programme):
    (ramble,) = programme.get("/v1/events?admission=free").json["items"]
    assert ramble["accessibility"] == ["motor"]
    assert ramble["conditions"] == {"en": "Good shoes"}
    assert (ramble["ages"], ramble["attendance"], ramble["online_url"]) == (None, "offline", None)
    (opera,) = programme.get("/v1/events?q=opera").json["items"]
    assert opera["ages"] == {"min": 9, "max": 19}


def test_a12_only_the_fields_asked_for_and_the_id(programme):
    items = programme.get("/v1/events?fields=title,next_timing&lang=fr").json["items"]
    assert all(set(item) == {"id", "title", "next_timing"} for item in items)
    one = programme.get(f"/v1/events/{items[0]['id']}?fields=where").json
    assert set(one) == {"id", "where"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("accessibility=deaf", "accessibility"),
        ("kind=Party", "kind"),
        ("when=someday", "when"),
        ("when=now&from=2018-08-17T12:00:00Z", "when"),
        ("time_from=25:00", "time_from"),
        ("time_from=7", "time_from"),
        ("age=121", "age"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=0,51,1,50", "bbox"),
        ("bbox=0,50,181,51", "bbox"),
        ("near=91,0", "near"),
        ("near=nan,0", "near"),
        ("near=50,0&radius=200001", "radius"),
        ("radius=10", "radius"),
        ("facets=curator", "facets"),
        ("fields=words", "fields"),
        ("sort=title", "sort"),
        ("updated_from=2018-08-17T12:00:00Z&updated_to=2018-08-16T12:00:00Z", "updated_to"),
        ("language=french", "language"),
    ],
)
def test_a9_what_cannot_be_asked_is_refused_by_name(programme, query, field):
    answer = programme.get(f"/v1/events?{query}")
    assert answer.status_code == 422, answer.text
    assert field in answer.json["errors"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"accessibility": ["deaf"]}, "accessibility"),
        ({"attendance": "both"}, "attendance"),
        ({"admission": "cheap"}, "admission"),
        ({"ages": {"min": 9, "max": 8}}, "ages"),
        ({"ages": {"min": -1}}, "ages"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
        ({"conditions": {"en": "x" * 501}}, "conditions"),
    ],
)
def test_a11_attributes_that_are_not_right_are_refused_by_name(programme, more, field):
    answer = programme.post("/v1/events", conftest.listing(**more), as_="ada")
    assert answer.status_code == 422
    assert field in answer.json["errors"]
