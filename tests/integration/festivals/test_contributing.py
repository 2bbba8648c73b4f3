"""Rows A7 and A8: events under their contributor's own ids, sent as often as one likes; checking without doing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.festivals import EventPublished
from tests.integration.festivals import conftest
from tests.integration.festivals.conftest import listing
from tests.integration.festivals.test_bad_input import contents
from tests.support.services import published

PATH = "/v1/events/external/box-office:17"


def put(people, body, *, as_="ada", path=PATH):
    response = people.request("PUT", path, body, as_=as_)
    assert response.status_code == 200, response.text
    return response.json


def test_a7_the_same_again_is_the_same_event_and_changes_nothing(people, festival):
    first = put(people, listing(publish=True))
    assert first["outcome"] == "created"
    before = contents(people)
    again = put(people, listing(publish=True))
    assert (again["outcome"], again["event"]["id"]) == ("unchanged", first["event"]["id"])
    assert contents(people) == before
    assert first["event"]["external_id"] == "box-office:17"
    assert people.titles() == ["Walk"]


def test_a7_what_is_sent_later_brings_it_up_to_date(people, festival):
    event = put(people, listing())["event"]
    assert event["state"] == "draft"
    assert put(people, listing(publish=True))["event"]["state"] == "published"
    moved = put(people, listing("Longer walk", at="2018-08-19T14:00"))
    assert (moved["outcome"], moved["event"]["state"]) == ("changed", "published")
    assert moved["event"]["id"] == event["id"]
    assert moved["event"]["timings"][0]["id"] == "t1"
    assert published(people.runtime, EventPublished)[-1].title == {"en": "Longer walk"}
    assert people.titles() == ["Longer walk"]


def test_a7_a_field_that_is_left_out_stays_as_it_is(people, festival):
    assert put(people, listing())["event"]["kind"] == "Event"
    assert put(people, listing(kind="MusicEvent"))["outcome"] == "changed"
    again = put(people, listing())
    assert (again["outcome"], again["event"]["kind"]) == ("unchanged", "MusicEvent")


def test_a7_another_contributors_id_is_another_event(people, festival):
    put(people, listing(publish=True))
    put(people, listing("Other", publish=True), as_="ben")
    assert people.titles("sort=-created") == ["Other", "Walk"]


def test_a7_an_event_stays_in_its_festival(people, festival):
    put(people, listing(publish=True))
    people.festival("other")
    answer = people.request("PUT", PATH, listing(festival_id="other"), as_="ada")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["festival_id"])


def test_a7_sent_many_times_at_once_it_is_created_once(people, festival):
    def send(_):
        somebody = conftest.People(people.client.application.test_client(), people.runtime)
        return put(somebody, listing(publish=True))

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert sorted(answer["outcome"] for answer in answers) == ["created"] + ["unchanged"] * 15
    assert len({answer["event"]["id"] for answer in answers}) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a8_a_dry_run_answers_what_would_be_and_does_nothing(people, festival, method):
    event = people.event("Known")
    path = {"POST": "/v1/events", "PUT": PATH, "PATCH": event["url"]}[method]
    body = {"title": {"en": "Rehearsed"}} if method == "PATCH" else listing("Rehearsed", publish=True)
    before = contents(people)
    answer = people.request(method, f"{path}?dry_run=true", body, as_="ada")
    assert answer.status_code == 200, answer.text
    shown = answer.json["event"] if method == "PUT" else answer.json
    assert (shown["title"], shown["state"]) == ({"en": "Rehearsed"}, "published")
    assert contents(people) == before
    assert people.titles() == ["Known"]


@pytest.mark.parametrize(
    ("more", "field"),
    [({"town": "dieppe"}, "town"), ({"timings": [], "publish": True}, "timings"), ({"title": {}}, "title")],
)
def test_a8_a_dry_run_refuses_what_the_real_one_would(people, festival, more, field):
    before = contents(people)
    for query in ("?dry_run=true", ""):
        answer = people.post(f"/v1/events{query}", listing(**more), as_="ada")
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert contents(people) == before
    assert people.post("/v1/events?dry_run=true", listing()).status_code == 401
