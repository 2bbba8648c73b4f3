"""Row A4: an event is full while its desk has no place left, and a rescheduled one keeps when it was to start."""

from __future__ import annotations

import pytest

from contracts.festivals import EventPublished
from tests.integration.festivals import conftest
from tests.integration.festivals.test_registration import act, opened, register
from tests.support.services import published


@pytest.fixture
def people(afresh):
    """The people of one module, with nothing kept between its tests."""
    afresh.festival()
    return afresh


@pytest.fixture
def walk(people):
    """A walk with two places."""
    event = people.event("Walk", sailing_ids=["s-1"])
    opened(people, event["id"], capacity=2, max_party=2)
    return event


def now(people, walk):
    """Status and revision, and whether lists and listeners know the same."""
    event = people.get(walk["url"]).json
    assert people.titles(f"status={event['status']}") == ["Walk"]
    assert published(people.runtime, EventPublished)[-1].status == event["status"]
    return event["status"], event["sequence"]


def test_a4_the_last_place_makes_it_full_and_a_place_given_back_undoes_that(people, walk):
    register(people, walk["id"], "ann")
    assert now(people, walk) == ("scheduled", 0)
    ben = register(people, walk["id"], "ben")
    assert now(people, walk) == ("full", 1)
    facets = people.get("/v1/events?facets=status&limit=1").json["facets"]["status"]
    assert facets == [{"value": "full", "count": 1}]
    act(people, ben, "cancel")
    assert now(people, walk) == ("scheduled", 2)
    assert len(published(people.runtime, EventPublished)) == 3


def test_a4_it_stays_full_while_somebody_waits_and_when_a_place_is_only_offered_on(people, walk):
    ann = register(people, walk["id"], "ann", party=2)
    cleo = register(people, walk["id"], "cleo")
    assert (cleo["state"], now(people, walk)) == ("waiting", ("full", 1))
    act(people, ann, "cancel")
    assert now(people, walk) == ("scheduled", 2), "one place is offered to cleo, one is free"
    opened(people, walk["id"], capacity=1)
    assert now(people, walk) == ("full", 3)
    opened(people, walk["id"], capacity=5)
    assert now(people, walk) == ("scheduled", 4)


@pytest.mark.parametrize("said", ["postponed", "rescheduled", "moved-online", "full"])
def test_a4_what_the_curator_said_stays(people, walk, said):
    people.patch(walk["url"], {"status": said, "online_url": "https://example.org/live"}, as_="ada")
    ann = register(people, walk["id"], "ann", party=2)
    assert now(people, walk) == (said, 1)
    if said != "full":
        back = people.patch(walk["url"], {"status": "scheduled"}, as_="ada").json
        assert (back["status"], back["sequence"]) == ("full", 2)
    act(people, ann, "cancel")
    assert people.get(walk["url"]).json["status"] == ("full" if said == "full" else "scheduled")


def test_a4_a_ferry_that_runs_again_leaves_a_full_event_full_and_what_was_said(people, walk):
    register(people, walk["id"], "ann", party=2)
    people.hear(conftest.cancelled("s-1"))
    assert people.get(walk["url"]).json["status"] == "disrupted"
    people.hear(conftest.reinstated("s-1"))
    assert now(people, walk)[0] == "full"
    people.patch(walk["url"], {"status": "postponed"}, as_="ada")
    people.hear(conftest.cancelled("s-1"))
    people.hear(conftest.reinstated("s-1"))
    assert now(people, walk)[0] == "postponed"


def test_a4_a_draft_fills_up_silently(people):
    draft = people.post("/v1/events", conftest.listing("Draft"), as_="ada").json
    opened(people, draft["id"], capacity=0)
    assert people.get(draft["url"], as_="ada").json["status"] == "full"
    assert published(people.runtime, EventPublished) == []


def moved(people, walk, at, **more):
    timings = conftest.listing(at=at)["timings"]
    return people.patch(walk["url"], {"timings": timings, **more}, as_="ada").json["timings"][0]


def test_a4_a_rescheduled_event_keeps_when_people_were_told_it_starts(people, walk):
    assert moved(people, walk, "2018-08-19T12:00")["previous_starts"] == [], "a correction is no rescheduling"
    first = moved(people, walk, "2018-08-20T11:00", status="rescheduled")
    assert first["previous_starts"] == ["2018-08-19T12:00:00+01:00"]
    again = moved(people, walk, "2018-08-21T11:00")
    assert again["previous_starts"] == ["2018-08-20T11:00:00+01:00", "2018-08-19T12:00:00+01:00"]
    assert again["id"] == walk["timings"][0]["id"]
    people.patch(walk["url"], {"status": "postponed"}, as_="ada")
    assert people.get(walk["url"]).json["timings"][0] == again
    back = people.patch(walk["url"], {"status": "scheduled"}, as_="ada").json["timings"][0]
    assert back["previous_starts"] == []


def test_a4_of_many_moves_the_last_few_are_kept_and_none_is_the_present_start(people, walk):
    for hour in (8, 9, 10, 11, 12, 13, 14, 15, 9):
        timing = moved(people, walk, f"2018-08-20T{hour:02}:00", status="rescheduled")
    assert [start[11:13] for start in timing["previous_starts"]] == ["15", "14", "13", "12", "11"]
