"""Sailings and the events that depend on them: only those that named a cancelled one are disrupted."""

from __future__ import annotations

import threading

import pytest

from contracts.festivals import EventDisrupted, EventPublished
from kernel.auth import Actor
from kernel.commands import Command
from services.festivals import commands, handlers
from services.festivals.schemas.events import EventDraft
from tests.integration.festivals.conftest import cancelled, listing, reinstated, scheduled
from tests.support.services import published


def disrupted(people):
    return [(told.event_id, told.sailing_id) for told in published(people.runtime, EventDisrupted)]


def test_only_the_events_that_named_the_cancelled_sailing_are_disrupted(people, festival):
    named = people.event("Named", sailing_ids=["s-1", "s-2"])
    other = people.event("Other", as_="ben", sailing_ids=["s-2"])
    free = people.event("Free", as_="cas")
    people.hear(scheduled("s-1"), scheduled("s-2"), cancelled("s-1"))

    shown = people.get(named["url"]).json
    assert (shown["state"], shown["status"], shown["sequence"]) == ("published", "disrupted", 1)
    assert shown["disruptions"] == [{"sailing_id": "s-1", "reason": {"en": "Gale"}}]
    assert disrupted(people) == [(named["id"], "s-1")]
    assert people.get(free["url"]).json == free
    assert people.get(other["url"]).json | {"sailings": []} == other | {"sailings": []}
    assert people.titles("status=disrupted") == ["Named"]


def test_a_sailing_that_runs_after_all_lifts_its_own_disruption_and_no_other(people, festival):
    """B6: a cancellation taken back reaches the events that named the sailing."""
    one = people.event("One", sailing_ids=["s-1"])
    both = people.event("Both", as_="ben", sailing_ids=["s-1", "s-2"])
    people.hear(scheduled("s-1"), scheduled("s-2"), cancelled("s-1"), cancelled("s-2"))
    people.hear(reinstated("s-1"), reinstated("s-1"))
    shown = {each["id"]: people.get(each["url"]).json for each in (one, both)}
    assert (shown[one["id"]]["status"], shown[one["id"]]["disruptions"]) == ("scheduled", [])
    assert shown[both["id"]]["status"] == "disrupted"
    assert [each["sailing_id"] for each in shown[both["id"]]["disruptions"]] == ["s-2"]
    last = {told.event_id: told.status for told in published(people.runtime, EventPublished)}
    assert last == {one["id"]: "scheduled", both["id"]: "disrupted"}
    assert people.event("Later", as_="cas", sailing_ids=["s-1"])["status"] == "scheduled"


def test_what_is_known_of_a_sailing_is_shown_in_the_local_times_of_both_ends(people, festival):
    event = people.event(sailing_ids=["s-1", "s-9"])
    assert event["sailings"] == [{"id": "s-1", "known": False}, {"id": "s-9", "known": False}]
    people.hear(scheduled("s-1"))
    known, unknown = people.get(event["url"]).json["sailings"]
    assert known == {
        "id": "s-1",
        "known": True,
        "cancelled": False,
        "illustrative": False,
        "departure": {"town": "dieppe", "at": "2018-08-19T05:30:00+02:00", "zone": "Europe/Paris"},
        "arrival": {"town": "newhaven", "at": "2018-08-19T08:30:00+01:00", "zone": "Europe/London"},
    }
    assert unknown == {"id": "s-9", "known": False}


@pytest.mark.parametrize("before", ["draft", "publish"])
def test_a_sailing_cancelled_before_the_event_named_it_disrupts_the_event_at_once(people, festival, before):
    people.hear(cancelled("s-1"))
    if before == "draft":
        draft = people.post("/v1/events", listing(sailing_ids=["s-1"]), as_="ada").json
        assert draft["status"] == "disrupted"
        assert disrupted(people) == [], "nobody hears of a draft"
        event = people.post(f"{draft['url']}/publish", as_="ada").json
    else:
        event = people.event(sailing_ids=["s-1"])
    assert event["status"] == "disrupted"
    assert [told.status for told in published(people.runtime, EventPublished)] == ["disrupted"]
    assert disrupted(people) == [(event["id"], "s-1")]


def test_a_draft_is_marked_without_a_word_and_says_so_when_it_is_published(people, festival):
    draft = people.post("/v1/events", listing(sailing_ids=["s-1"]), as_="ada").json
    people.hear(cancelled("s-1"))
    assert people.get(draft["url"], as_="ada").json["status"] == "disrupted"
    assert disrupted(people) == []
    people.post(f"{draft['url']}/publish", as_="ada")
    assert disrupted(people) == [(draft["id"], "s-1")]


def test_hearing_of_it_again_changes_nothing(people, festival):
    event = people.event(sailing_ids=["s-1"])
    people.hear(cancelled("s-1"))
    first = people.get(event["url"]).json
    people.hear(cancelled("s-1"), scheduled("s-1"))
    assert people.get(event["url"]).json == first
    assert disrupted(people) == [(event["id"], "s-1")]


def test_a_change_keeps_the_disruption_and_naming_another_sailing_ends_it(people, festival):
    event = people.event(sailing_ids=["s-1"])
    people.hear(cancelled("s-1"))
    kept = people.patch(event["url"], {"title": {"en": "Stroll"}}, as_="ada").json
    assert kept["status"] == "disrupted"
    ended = people.patch(event["url"], {"sailing_ids": ["s-2"]}, as_="ada").json
    assert (ended["status"], ended["disruptions"]) == ("scheduled", [])
    assert disrupted(people) == [(event["id"], "s-1")], "said once, not with every change"
    assert [told.status for told in published(people.runtime, EventPublished)] == [
        "scheduled",
        "disrupted",
        "scheduled",
    ]


def test_a_cancelled_event_is_not_disrupted_on_top(people, festival):
    event = people.event(sailing_ids=["s-1"])
    gone = people.post(f"{event['url']}/cancel", {"reason": {"en": "Ill"}}, as_="ada").json
    people.hear(cancelled("s-1"))
    after = people.get(event["url"]).json
    assert (after["status"], after["sequence"]) == ("cancelled", gone["sequence"])
    assert disrupted(people) == []


def in_the_middle(runtime, work, interruption):
    """Run ``work`` in a unit of work whose snapshot is older than ``interruption``; returns how often it was run."""
    runs = []

    def interrupted(uow):
        uow.db["festivals"].find_one({})  # the transaction's snapshot is taken here
        runs.append(1)
        if len(runs) == 1:
            thread = threading.Thread(target=interruption)
            thread.start()
            thread.join()
        work(uow)

    runtime.store.transact(interrupted)
    return len(runs)


def publishing(sailing_id):
    """The unit of work that publishes an event which names a sailing."""
    body = EventDraft().load(listing(sailing_ids=[sailing_id], publish=True))
    cmd = Command(actor=Actor(id="ada", roles=frozenset({"curator"}), name="Ada"), body=body)
    return lambda uow: commands.draft_event(cmd, uow)


def test_a_cancellation_in_the_middle_of_publishing_is_not_missed(people, festival):
    runs = in_the_middle(people.runtime, publishing("s-1"), lambda: people.hear(cancelled("s-1")))
    assert runs == 2
    assert people.titles("status=disrupted") == ["Walk"]
    assert len(disrupted(people)) == 1


def test_an_event_published_in_the_middle_of_a_cancellation_is_not_missed(people, festival):
    def publish():
        people.runtime.store.transact(publishing("s-1"))

    runs = in_the_middle(people.runtime, lambda uow: handlers.on_sailing_cancelled(cancelled("s-1"), uow), publish)
    assert runs == 2
    assert people.titles("status=disrupted") == ["Walk"]
    assert len(disrupted(people)) == 1
