"""Row A6: an event keeps where it comes from and can be in the programmes of several festivals."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from contracts.festivals import EventPublished
from tests.support.services import published

UMBRELLA = "/v1/festivals/two-towns/programme"


@pytest.fixture
def event(people, festival):
    """Ada's event in the open Newhaven Festival, and an umbrella festival of another host."""
    people.festival("two-towns", as_="una", towns=["newhaven", "dieppe"], open=False)
    return people.event("Walk", keywords=["nature"])


def programme(people, festival_id):
    return people.get(f"/v1/festivals/{festival_id}").json["programme"]


def test_a6_the_host_of_another_festival_lists_it_and_it_stays_where_it_was(people, event):
    answer = people.post(UMBRELLA, {"event_id": event["id"], "featured": True}, as_="una")
    assert answer.status_code == 200, answer.text
    listed = answer.json
    assert (listed["festival_id"], listed["programmes"]) == (
        "newhaven-festival-2018", ["newhaven-festival-2018", "two-towns"],
    )  # fmt: skip
    assert (listed["featured_in"], listed["sequence"], listed["curator"]) == (["two-towns"], 0, event["curator"])
    for festival_id in ("newhaven-festival-2018", "two-towns"):
        assert people.titles(f"festival_id={festival_id}") == ["Walk"]
        assert programme(people, festival_id) == {"events": 1, "curators": 1}
        feed = Calendar.from_ical(people.get(f"/v1/festivals/{festival_id}/calendar.ics").data)
        assert [str(entry["UID"]) for entry in feed.walk("VEVENT")] == [f"{event['id']}-t1@newhaven-dieppe"]
    assert people.titles("featured_in=two-towns") == ["Walk"]
    assert people.titles("featured_in=newhaven-festival-2018") == []
    assert published(people.runtime, EventPublished)[-1].also_in == ["two-towns"]


def test_a6_listing_again_changes_nothing_and_a_change_shows_everywhere(people, event):
    people.post(UMBRELLA, {"event_id": event["id"]}, as_="una")
    said = len(published(people.runtime, EventPublished))
    people.post(UMBRELLA, {"event_id": event["id"]}, as_="una")
    assert len(published(people.runtime, EventPublished)) == said
    people.patch(event["url"], {"title": {"en": "Longer walk"}}, as_="ada")
    assert people.titles("festival_id=two-towns") == ["Longer walk"]
    people.post(f"{event['url']}/withdraw", as_="ada")
    assert people.titles("festival_id=two-towns") == []


def test_a6_it_is_taken_out_of_the_one_and_stays_in_the_other(people, event):
    people.post(UMBRELLA, {"event_id": event["id"], "featured": True}, as_="una")
    assert people.request("DELETE", f"{UMBRELLA}/{event['id']}", as_="una").json["programmes"] == [event["festival_id"]]
    assert people.titles("featured_in=two-towns") == people.titles("festival_id=two-towns") == []
    refused = people.request("DELETE", f"/v1/festivals/{event['festival_id']}/programme/{event['id']}", as_="host")
    assert refused.status_code == 409, "nobody takes an event out of where it comes from"
    assert people.titles() == ["Walk"]


def test_a6_who_may_arrange_a_programme(people, event):
    body = {"event_id": event["id"]}
    assert people.post(UMBRELLA, body, as_="ada").status_code == 403, "not hers, and closed"
    assert people.post(UMBRELLA, body, as_="host").status_code == 403
    people.festival("open-days", as_="una")
    path = "/v1/festivals/open-days/programme"
    assert people.post(path, body, as_="ben").status_code == 403, "not his event"
    assert people.post(path, body | {"featured": True}, as_="ada").status_code == 403, "featuring is for the host"
    assert people.post(path, body, as_="ada").status_code == 200
    assert people.titles("festival_id=open-days") == ["Walk"]


def test_a6_what_does_not_fit_is_refused_by_name(people, event):
    people.festival("dieppe-only", as_="una", towns=["dieppe"])
    people.festival("next-year", as_="una", first_day="2019-08-18", last_day="2019-08-24")
    draft = people.post("/v1/events", {"festival_id": event["festival_id"], "town": "newhaven", "title": {"en": "x"}},
                        as_="ada").json  # fmt: skip
    for festival_id, event_id in (("dieppe-only", event["id"]), ("next-year", event["id"]), ("two-towns", draft["id"])):
        answer = people.post(f"/v1/festivals/{festival_id}/programme", {"event_id": event_id}, as_="una")
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["event_id"])
    assert people.post("/v1/festivals/nowhere/programme", {"event_id": event["id"]}, as_="una").status_code == 404
