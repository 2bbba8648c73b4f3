"""A13: an event proposed by anybody, confirmed by a curator; A3: the people of a festival; A2: refused only by them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.festivals import EventPublished, EventWithdrawn
from services.festivals.team import proposing
from tests.integration.festivals.conftest import listing
from tests.support.services import published

FESTIVAL = "by-invitation"


@pytest.fixture
def people(afresh):
    """A festival that is not open, of a host, a curator, a contributor and a reader."""
    people = afresh
    people.festival(FESTIVAL, open=False)
    for who, role in (("cora", "curator"), ("con", "contributor"), ("ray", "reader")):
        assert put(people, who, role, as_="host").status_code == 200
    return people


def put(people, who, role, *, as_):
    return people.request("PUT", f"/v1/festivals/{FESTIVAL}/members/{who}", {"role": role, "name": who}, as_=as_)


def take_out(people, who, *, as_):
    return people.request("DELETE", f"/v1/festivals/{FESTIVAL}/members/{who}", as_=as_)


def proposal(title="Kites", **more):
    body = listing(title)
    del body["festival_id"]
    return {"event": body, "name": "Pat", "email": "pat@example.org", **more}


def propose(people, *, as_=None, **more):
    answer = people.post(f"/v1/festivals/{FESTIVAL}/proposals", proposal(**more), as_=as_)
    assert answer.status_code == 201, answer.text
    return answer.json


def proposals(people, *, as_, query=""):
    return people.get(f"/v1/festivals/{FESTIVAL}/proposals{query}", as_=as_)


def decide(people, event_id, what, *, as_):
    return people.post(
        f"/v1/events/{event_id}/{what}", {"reason": {"en": "Full."}} if what == "refuse" else None, as_=as_
    )


def test_a_proposal_without_an_account_is_confirmed_by_a_curator_and_then_public(people):
    made = propose(people)
    assert people.get(f"/v1/events/{made['event_id']}").status_code == 404
    assert people.titles() == []
    before = people.get(f"/v1/events/proposals/{made['code']}")
    assert (before.json["state"], before.headers["Cache-Control"]) == ("proposed", "private, no-store")
    assert set(before.json["says"]) == {"en", "fr"}
    [waiting] = proposals(people, as_="cora", query="?open=true").json["items"]
    assert (waiting["name"], waiting["email"], waiting["event"]["title"]) == ("Pat", "pat@example.org", {"en": "Kites"})
    assert decide(people, made["event_id"], "accept", as_="cora").status_code == 200
    event = people.get(f"/v1/events/{made['event_id']}").json
    assert (event["state"], event["curator"]) == ("published", {"id": "cora", "name": "Cora"})
    assert people.titles() == ["Kites"]
    assert people.get(f"/v1/events/proposals/{made['code']}").json["decision"] == "accepted"
    assert proposals(people, as_="cora", query="?open=true").json["items"] == []
    [told] = published(people.runtime, EventPublished)
    assert told.curator_id == "cora"
    assert "pat" not in str(told).lower()
    assert people.patch(f"/v1/events/{made['event_id']}", {"kind": "SportsEvent"}, as_="cora").status_code == 200


def test_a_refusal_has_a_reason_and_the_proposer_reads_it(people):
    made = propose(people)
    assert people.post(f"/v1/events/{made['event_id']}/refuse", {}, as_="cora").status_code == 422
    assert decide(people, made["event_id"], "refuse", as_="host").status_code == 200
    seen = people.get(f"/v1/events/proposals/{made['code']}").json
    assert (seen["state"], seen["reason"]) == ("refused", {"en": "Full."})
    assert decide(people, made["event_id"], "accept", as_="host").status_code == 409
    assert published(people.runtime, EventPublished) == []


@pytest.mark.parametrize("what", ["accept", "refuse"])
def test_only_the_festivals_own_curators_decide(people, what):
    event_id = propose(people, as_="ada")["event_id"]
    assert decide(people, event_id, what, as_=None).status_code == 401
    for who in ("ada", "con", "ray", "stranger"):
        assert decide(people, event_id, what, as_=who).status_code == 403, who
    boss = people.post(f"/v1/events/{event_id}/accept", as_="boss", role="operator")
    assert boss.status_code == 403, "an operator is nobody above"
    assert decide(people, event_id, what, as_="cora").status_code == 200
    assert decide(people, "no-such", what, as_="cora").status_code == 404


def test_whoever_proposed_with_an_account_keeps_the_event_and_can_propose_again(people):
    made = propose(people, as_="ada")
    assert made["code"] is None
    url = f"/v1/events/{made['event_id']}"
    assert people.post(f"{url}/publish", as_="ada").status_code == 409
    decide(people, made["event_id"], "refuse", as_="cora")
    assert people.post(f"{url}/publish", as_="ada").status_code == 409
    assert people.patch(url, {"title": {"en": "Better kites"}}, as_="ada").json["state"] == "refused"
    assert people.post(f"{url}/propose", as_="ada").status_code == 200
    assert people.post(f"{url}/propose", as_="cora").status_code == 404, "it is not hers, nor public"
    decide(people, made["event_id"], "accept", as_="cora")
    shown = people.get(url).json
    assert (shown["title"]["en"], shown["curator"]["id"]) == ("Better kites", "ada")
    people.post(f"{url}/withdraw", as_="ada")
    assert people.post(f"{url}/publish", as_="ada").status_code == 200, "it was accepted once"


def test_taking_a_proposal_back_is_no_way_round_the_curators(people):
    event_id = propose(people, as_="ada")["event_id"]
    assert people.post(f"/v1/events/{event_id}/withdraw", as_="ada").json["state"] == "withdrawn"
    assert published(people.runtime, EventWithdrawn) == [], "nobody had heard of it"
    assert people.post(f"/v1/events/{event_id}/publish", as_="ada").status_code == 409
    assert proposals(people, as_="cora", query="?open=true").json["items"] == []
    assert decide(people, event_id, "accept", as_="cora").status_code == 409
    assert people.post(f"/v1/events/{event_id}/propose", as_="ada").status_code == 200
    assert len(proposals(people, as_="cora", query="?open=true").json["items"]) == 1


def test_what_each_role_may(people):
    body = listing() | {"festival_id": FESTIVAL, "publish": True}
    assert {
        who: people.post("/v1/events", body, as_=who).status_code for who in ("host", "cora", "con", "ray", "ada")
    } == {
        "host": 201,
        "cora": 201,
        "con": 201,
        "ray": 403,
        "ada": 403,
    }
    propose(people)
    [shown] = proposals(people, as_="ray").json["items"]
    assert shown["event"]["title"] == {"en": "Kites"}
    assert "email" not in shown
    assert "name" not in shown
    assert "email" not in proposals(people, as_="con").json["items"][0]
    assert proposals(people, as_="ada").status_code == 403
    assert proposals(people, as_=None).status_code == 401


def test_the_host_gives_every_role_and_curators_the_lesser_ones(people):
    assert put(people, "new", "curator", as_="cora").status_code == 403
    assert put(people, "new", "contributor", as_="cora").status_code == 200
    assert put(people, "new", "reader", as_="con").status_code == 403
    assert put(people, "ray", "contributor", as_="ray").status_code == 403
    assert put(people, "con", "curator", as_="con").status_code == 403
    assert put(people, "cora", "reader", as_="cora").status_code == 403, "not even herself"
    assert put(people, "host", "reader", as_="host").status_code == 409
    assert put(people, "new", "king", as_="host").status_code == 422
    members = people.get(f"/v1/festivals/{FESTIVAL}/members", as_="ray").json["items"]
    assert {one["account_id"]: one["role"] for one in members} == {
        "cora": "curator",
        "con": "contributor",
        "new": "contributor",
        "ray": "reader",
    }
    assert people.get(f"/v1/festivals/{FESTIVAL}/members", as_="ada").status_code == 403


def test_a_role_is_taken_back_or_given_up_and_events_stay_with_their_curators(people):
    event = people.post("/v1/events", listing() | {"festival_id": FESTIVAL, "publish": True}, as_="con").json
    assert take_out(people, "cora", as_="con").status_code == 403
    assert take_out(people, "con", as_="ada").status_code == 404, "outsiders learn nothing"
    assert take_out(people, "con", as_="cora").status_code == 200
    assert take_out(people, "cora", as_="cora").status_code == 200, "one's own is given up"
    assert take_out(people, "cora", as_="host").status_code == 404
    made = propose(people)
    assert decide(people, made["event_id"], "accept", as_="cora").status_code == 403
    assert people.patch(event["url"], {"title": {"en": "Still mine"}}, as_="con").status_code == 200


def test_proposals_are_bounded_and_say_what_is_missing(people):
    path = f"/v1/festivals/{FESTIVAL}/proposals"
    assert "email" in people.post(path, {k: v for k, v in proposal().items() if k != "email"}).json["errors"]
    incomplete = proposal()
    del incomplete["event"]["timings"]
    assert "timings" in people.post(path, incomplete).json["errors"]
    assert people.post("/v1/festivals/none/proposals", proposal()).status_code == 404
    assert [people.post(path, proposal()).status_code for _ in range(11)] == [201] * 10 + [429]
    elsewhere = {"headers": {"X-Forwarded-For": "192.0.2.1"}}
    assert people.post(path, proposal(), **elsewhere).status_code == 201


def test_what_is_known_of_a_proposer_leaves_after_the_decision(people):
    made = propose(people)
    assert made["code"] not in str(list(people.runtime.db.proposals.find()))
    decide(people, made["event_id"], "refuse", as_="cora")
    people.runtime.clock.advance(timedelta(days=29))
    assert proposing.forget_proposers(people.runtime.store) == 0
    people.runtime.clock.advance(timedelta(days=1))
    assert proposing.forget_proposers(people.runtime.store) == 1
    assert proposing.forget_proposers(people.runtime.store) == 0
    db = people.runtime.db
    everything = [str(each) for name in db.list_collection_names() for each in db[name].find()]
    assert not [each for each in everything if "pat@" in each]
    assert people.get(f"/v1/events/proposals/{made['code']}").status_code == 404


def known_of_proposers(people):
    kept = people.runtime.db.proposals.find()
    return [sorted({"name", "email", "code_digest"} & {name for name, value in row.items() if value}) for row in kept]


def test_what_is_known_of_a_proposer_leaves_after_the_event_when_nobody_decides(people):
    propose(people)
    people.runtime.clock.advance(timedelta(days=31))
    assert proposing.forget_proposers(people.runtime.store) == 0, "the event was 29 days ago"
    people.runtime.clock.advance(timedelta(days=2))
    assert proposing.forget_proposers(people.runtime.store) == 1
    assert known_of_proposers(people) == [[]]
    [waiting] = proposals(people, as_="cora").json["items"]
    assert (waiting["name"], waiting["email"]) == (None, None)


def test_a_proposal_that_waits_is_forgotten_after_the_day_that_its_event_was_moved_to(people):
    event_id = propose(people, as_="ada")["event_id"]
    decide(people, event_id, "refuse", as_="cora")
    assert people.post(f"/v1/events/{event_id}/propose", as_="ada").status_code == 200
    moved = people.patch(f"/v1/events/{event_id}", {"timings": listing(at="2018-08-24T11:00")["timings"]}, as_="ada")
    assert moved.status_code == 200, moved.text
    people.runtime.clock.advance(timedelta(days=36))
    assert proposing.forget_proposers(people.runtime.store) == 0
    people.runtime.clock.advance(timedelta(days=1))
    assert proposing.forget_proposers(people.runtime.store) == 1
    assert known_of_proposers(people) == [[]]
