"""What is not right is refused with its field named, and changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.integration.festivals import conftest
from tests.integration.festivals.conftest import listing
from tests.support.services import token

TIMING = listing()["timings"][0]
TOO_LONG = "x" * 6000


@pytest.fixture(scope="module")
def service(mongod):
    """A service that these tests cannot change; made with its own festival, venue and two events."""
    with conftest.opened(mongod) as people:
        people.festival()
        people.festival("deux-rives", towns=["newhaven", "dieppe"], kind="cross-channel")
        venue = {"id": "jetty", "town": "dieppe", "name": {"fr": "La jetée"}}
        assert people.post("/v1/venues", venue, as_="ada").status_code == 201
        people.event(id="own-event", as_="ada")
        yield people


@pytest.fixture
def unchanged(service):
    """Fails when the test left anything behind in any collection."""
    before = contents(service)
    yield service
    assert contents(service) == before


def contents(people):
    db = people.runtime.db
    return {name: list(db[name].find()) for name in sorted(db.list_collection_names())}


EVENT_ERRORS = [
    ({"title": None}, "title"),
    ({"title": {}}, "title"),
    ({"title": {"en": ""}}, "title"),
    ({"title": {"en": "  \n "}}, "title"),
    ({"title": {"en": 7}}, "title"),
    ({"title": {"english": "Walk"}}, "title"),
    ({"title": {"en": "x" * 121}}, "title"),
    ({"title": "Walk"}, "title"),
    ({"title": {"en": "bell\x07"}}, "title.en"),
    ({"summary": {"en": TOO_LONG}}, "summary"),
    ({"description": {"en": TOO_LONG}}, "description"),
    ({"town": "paris"}, "town"),
    ({"town": "dieppe"}, "town"),
    ({"town": ""}, "town"),
    ({"kind": "Party"}, "kind"),
    ({"keywords": ["x" * 41]}, "keywords"),
    ({"keywords": [f"k{n}" for n in range(21)]}, "keywords"),
    ({"keywords": "walk"}, "keywords"),
    ({"sailing_ids": [f"s-{n}" for n in range(21)]}, "sailing_ids"),
    ({"sailing_ids": [""]}, "sailing_ids"),
    ({"sailing_ids": ["has space"]}, "sailing_ids"),
    ({"website": "javascript:alert(1)"}, "website"),
    ({"website": "ftp://example.org/"}, "website"),
    ({"website": f"https://example.org/{TOO_LONG}"}, "website"),
    ({"source": "   "}, "source"),
    ({"source": TOO_LONG}, "source"),
    ({"synthetic": "perhaps"}, "synthetic"),
    ({"where": {}}, "where"),
    ({"where": {"name": {"en": "x"}, "point": {"lat": 91, "lon": 0}}}, "where"),
    ({"where": {"name": {"en": "x"}, "capacity": 5}}, "where"),
    ({"where": {"name": {"en": "x"}}, "venue_id": "jetty"}, "where"),
    ({"where": None}, "where"),
    ({"timings": [TIMING | {"ends_at": TIMING["starts_at"]}]}, "timings"),
    ({"timings": [TIMING | {"ends_at": "2018-08-18T10:00:00+01:00"}]}, "timings"),
    ({"timings": [TIMING | {"ends_at": "2018-12-18T10:00:00+00:00"}]}, "timings"),
    ({"timings": [TIMING | {"starts_at": "2018-08-19T11:00:00"}]}, "timings"),
    ({"timings": [TIMING | {"starts_at": "2018-02-30T11:00:00Z"}]}, "timings"),
    ({"timings": [TIMING | {"starts_at": "0001-01-01T00:00:00Z"}]}, "timings"),
    ({"timings": [TIMING | {"ends_at": "9999-12-31T23:59:59Z"}]}, "timings"),
    ({"timings": [TIMING | {"starts_at": "2017-08-19T11:00:00Z"}]}, "timings"),
    ({"timings": [TIMING | {"starts_at": 1534672800}]}, "timings"),
    ({"timings": [TIMING | {"zone": "Europe/Newhaven"}]}, "timings"),
    ({"timings": [TIMING | {"zone": "Europe/Paris"}]}, "timings"),
    ({"timings": [TIMING, TIMING]}, "timings"),
    ({"timings": [TIMING] * 367}, "timings"),
    ({"timings": [{"starts_at": TIMING["starts_at"]}]}, "timings"),
    ({"timings": {}}, "timings"),
    ({"state": "published"}, "state"),
    ({"curator": {"id": "ben"}}, "curator"),
    ({"status": "cancelled"}, "status"),
    ({"sequence": 99}, "sequence"),
]


@pytest.mark.parametrize(("wrong", "field"), EVENT_ERRORS)
def test_an_event_that_is_not_right_is_neither_drafted_nor_changed(unchanged, wrong, field):
    for answer in (
        unchanged.post("/v1/events", listing(publish=True) | wrong, as_="ada"),
        unchanged.patch("/v1/events/own-event", wrong, as_="ada"),
    ):
        refused(answer, 422, field)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"festival_id": "nobody-knows"}, "festival_id"),
        ({"festival_id": None}, "festival_id"),
        ({"id": "No Slug"}, "id"),
        ({"id": "x" * 81}, "id"),
        ({"publish": "perhaps"}, "publish"),
        ({"publish": True, "timings": []}, "timings"),
    ],
)
def test_a_draft_that_is_not_right_is_not_drafted(unchanged, wrong, field):
    refused(unchanged.post("/v1/events", listing() | wrong, as_="ada"), 422, field)


@pytest.mark.parametrize(
    ("venue", "town", "word"), [("nowhere", "newhaven", "No venue"), ("jetty", "newhaven", "dieppe")]
)
def test_a_venue_must_exist_and_be_in_the_town(unchanged, venue, town, word):
    body = {key: value for key, value in listing(venue_id=venue, town=town).items() if key != "where"}
    assert word in refused(unchanged.post("/v1/events", body, as_="ada"), 422, "venue_id")["venue_id"][0]


def test_each_wrong_timing_is_named_by_its_position(unchanged):
    wrong = [TIMING, {"starts_at": "2018-08-20T11:00:00Z", "ends_at": "2018-08-01T00:00:00Z"}]
    errors = refused(unchanged.post("/v1/events", listing() | {"timings": wrong}, as_="ada"), 422, "timings")
    assert list(errors["timings"]) == ["1"]
    assert list(errors["timings"]["1"]) == ["ends_at"]


def test_required_fields_are_all_named_at_once(unchanged):
    assert set(refused(unchanged.post("/v1/events", {}, as_="ada"), 422)) == {"festival_id", "title", "town"}
    festival = {"kind", "name", "summary", "towns", "first_day", "last_day"}
    assert set(refused(unchanged.post("/v1/festivals", {}, as_="ada"), 422)) == festival
    assert set(refused(unchanged.post("/v1/venues", {}, as_="ada"), 422)) == {"town", "name"}
    assert set(refused(unchanged.post("/v1/events/own-event/cancel", {}, as_="ada"), 422)) == {"reason"}


FESTIVAL = {
    "kind": "cultural",
    "name": {"en": "F"},
    "summary": {"en": "S"},
    "towns": ["newhaven"],
    "first_day": "2018-08-18",
    "last_day": "2018-08-24",
}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"kind": "cross-channel"}, "towns"),
        ({"kind": "cross-channel", "towns": ["newhaven", "newhaven"]}, "towns"),
        ({"towns": []}, "towns"),
        ({"towns": ["newhaven", "paris"]}, "towns"),
        ({"towns": ["newhaven"] * 11}, "towns"),
        ({"first_day": "2018-08-25"}, "last_day"),
        ({"last_day": "2020-08-25"}, "last_day"),
        ({"first_day": "2018-02-30"}, "first_day"),
        ({"first_day": "18/08/2018"}, "first_day"),
        ({"first_day": "0001-01-01"}, "first_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"name": {"en": "x" * 121}}, "name"),
        ({"open": "sometimes"}, "open"),
        ({"id": "../etc"}, "id"),
        ({"host": {"id": "ben"}}, "host"),
    ],
)
def test_a_festival_that_is_not_right_is_not_announced(unchanged, wrong, field):
    refused(unchanged.post("/v1/festivals", FESTIVAL | wrong, as_="ada"), 422, field)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("town=paris", "town"),
        ("date=2018-13-01", "date"),
        ("date=yesterday", "date"),
        ("from=2018-08-19T11:00:00", "from"),
        ("from=2018-08-19T11:00:00Z&to=2018-08-19T11:00:00Z", "to"),
        ("status=perhaps", "status"),
        ("kind=Party", "kind"),
        ("q=" + "x" * 101, "q"),
        ("q=%21%3F", "q"),
        ("lang=french", "lang"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=bm90IG9uZQ", "cursor"),
        ("colour=blue", "colour"),
        ("state=draft", "state"),
    ],
)
def test_a_list_says_which_filter_is_not_right(unchanged, query, field):
    refused(unchanged.get(f"/v1/events?{query}"), 422, field)


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("name", ["nobody-knows", "%24ne", "x" * 200, "%00", "' or 1"])
def test_an_event_that_does_not_exist_is_not_found(unchanged, method, name):
    body = {"title": {"en": "Mine"}} if method == "PATCH" else None
    assert unchanged.request(method, f"/v1/events/{name}", body, as_="ada").status_code == 404


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b'{"title": {"en": "\\ud800"}}'])
def test_a_body_that_is_no_object_is_refused(unchanged, raw):
    headers = token(["curator"], id="ada", at=unchanged.runtime.clock.now())
    answer = unchanged.client.post("/v1/events", data=raw, content_type="application/json", headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_operators_in_a_body_are_no_values(unchanged):
    for field in ("town", "festival_id", "kind", "id"):
        refused(unchanged.post("/v1/events", listing() | {field: {"$ne": ""}}, as_="ada"), 422, field)


def test_tokens_that_do_not_count(unchanged):
    now = unchanged.runtime.clock.now()
    for wrong in ({"at": now - timedelta(hours=2)}, {"at": now, "aud": "elsewhere"}, {"at": now, "iss": "me"}):
        headers = token(["curator"], id="ada", **wrong)
        answer = unchanged.client.post("/v1/events", data=json.dumps(listing()), headers=headers)
        assert (answer.status_code, answer.json["type"]) == (401, "urn:problem:unauthenticated")


def refused(answer, status, field=None):
    """The field errors of a problem document with that status, which names ``field``."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["request_id"]
    if field:
        assert field in answer.json["errors"], answer.text
    return answer.json["errors"]
