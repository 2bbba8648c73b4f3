"""A19: venues with place, accessibility and capacity; a warning, never a refusal, when two events clash."""

from __future__ import annotations

import pytest

from tests.integration.festivals.conftest import listing


@pytest.fixture
def people(afresh):
    afresh.festival()
    return afresh


def venue(people, id, **more):
    body = {"id": id, "town": "newhaven", "name": {"en": id.title(), "fr": id.title()}, **more}
    answer = people.post("/v1/venues", body, as_="ada")
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_venue_has_a_place_accessibility_and_capacity_and_is_found_by_them(people):
    point = {"lat": 50.783, "lon": 0.053}
    fort = venue(people, "fort", point=point, accessibility=["motor", "hearing"], capacity=200, address="Fort Road")
    venue(people, "attic", capacity=20)
    assert (fort["point"], fort["accessibility"], fort["capacity"]) == (point, ["motor", "hearing"], 200)
    assert venue(people, "quay")["capacity"] is None

    def found(query):
        return [one["id"] for one in people.get(f"/v1/venues?{query}").json["items"]]

    assert found("accessibility=motor") == ["fort"]
    assert found("accessibility=visual") == []
    assert found("holds=20") == ["attic", "fort"]
    assert found("town=newhaven&holds=21") == ["fort"]


@pytest.mark.parametrize(
    ("changes", "field"), [({"accessibility": ["wings"]}, "accessibility"), ({"capacity": 0}, "capacity")]
)
def test_a_bad_venue_names_its_field(people, changes, field):
    body = {"id": "hall", "town": "newhaven", "name": {"en": "Hall"}, **changes}
    answer = people.post("/v1/venues", body, as_="ada")
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def at_the_fort(people, title, *, as_, at="2018-08-19T11:00", **more):
    body = listing(title, at=at, publish=True, venue_id="fort", **more)
    del body["where"]
    answer = people.post("/v1/events", body, as_=as_)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_events_in_one_room_are_both_public_and_both_curators_are_told(people):
    venue(people, "fort")
    first = at_the_fort(people, "Choir", as_="ada", hours=2)
    second = at_the_fort(people, "Fencing", as_="ben", at="2018-08-19T12:00", hours=2)
    assert "clashes" not in first
    assert second["state"] == "published"
    [told] = second["clashes"]
    assert (told["event_id"], told["reason"], told["curator"]["id"]) == (first["id"], "venue", "ada")
    assert (told["from"], told["to"]) == ("2018-08-19T12:00:00+01:00", "2018-08-19T13:00:00+01:00")
    [seen] = people.get(f"{first['url']}/clashes", as_="ada").json["items"]
    assert (seen["event_id"], seen["overlaps"]) == (second["id"], 1)
    assert people.get(f"{first['url']}/clashes", as_="ben").status_code == 403
    assert "clashes" not in people.get(first["url"]).json, "it is a word to its curator"


def test_events_for_one_audience_clash_and_drafts_and_cancelled_ones_are_in_nobodys_way(people):
    one = people.event("Jazz", kind="MusicEvent")
    other = people.event("Blues", as_="ben", kind="MusicEvent")
    assert [each["reason"] for each in other["clashes"]] == ["audience"]
    people.post("/v1/events", listing("Draft", kind="MusicEvent"), as_="cas")
    assert len(people.get(f"{one['url']}/clashes", as_="ada").json["items"]) == 1
    people.post(f"{other['url']}/cancel", {"reason": {"en": "Rain."}}, as_="ben")
    assert people.get(f"{one['url']}/clashes", as_="ada").json["items"] == []
    assert people.get(f"{other['url']}/clashes", as_="ben").json["items"] == []


def test_a_change_of_time_is_warned_of_at_once(people):
    one = people.event("Jazz", kind="MusicEvent")
    other = people.event("Blues", as_="ben", kind="MusicEvent", at="2018-08-20T11:00")
    assert "clashes" not in other
    moved = people.patch(other["url"], {"timings": listing(at="2018-08-19T11:30")["timings"]}, as_="ben")
    assert moved.status_code == 200
    assert [each["event_id"] for each in moved.json["clashes"]] == [one["id"]]
