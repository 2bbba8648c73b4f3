"""Festivals and events in the hands of their curators."""

import pytest

from contracts.festivals import EventCancelled, EventPublished, EventWithdrawn, FestivalAnnounced
from tests.integration.festivals.conftest import listing
from tests.support.services import published


def test_a_festival_is_public_the_moment_it_is_announced(people):
    shown = people.festival(towns=["newhaven"], source="A newspaper")
    assert people.get(f"/v1/festivals/{shown['id']}").json == shown
    assert people.get("/v1/festivals?town=newhaven&date=2018-08-24").json["items"] == [shown]
    assert people.get("/v1/festivals?date=2018-08-25").json["items"] == []
    assert people.get("/v1/festivals?town=dieppe").json["items"] == []
    assert shown["host"] == {"id": "host", "name": "Host"}
    assert shown["programme"] == {"events": 0, "curators": 0}
    (told,) = published(people.runtime, FestivalAnnounced)
    assert (told.festival_id, told.first_day, told.last_day) == (shown["id"], "2018-08-18", "2018-08-24")


def test_eighteen_events_by_eighteen_curators_and_one_is_withdrawn(people, festival):
    events = [people.event(f"Event {n}", as_=f"curator-{n}", at=f"2018-08-19T{n:02}:00") for n in range(1, 19)]
    assert people.get(festival["url"]).json["programme"] == {"events": 18, "curators": 18}
    before = {event["id"]: people.get(event["url"]).json for event in events}

    withdrawn = people.post(f"{events[6]['url']}/withdraw", as_="curator-7")

    assert withdrawn.status_code == 200
    assert withdrawn.json["state"] == "withdrawn"
    assert people.get(festival["url"]).json["programme"] == {"events": 17, "curators": 17}
    listed = people.get("/v1/events?festival_id=newhaven-festival-2018").json["items"]
    assert {item["id"]: item for item in listed} == {id: it for id, it in before.items() if id != events[6]["id"]}
    assert people.get(events[6]["url"]).status_code == 404
    assert [told.event_id for told in published(people.runtime, EventWithdrawn)] == [events[6]["id"]]


def test_nobody_but_the_curator_changes_an_event_not_even_the_host_or_an_operator(people, festival):
    event = people.event(as_="ada")
    for who, role in (("ben", "curator"), ("host", "curator"), ("root", "operator")):
        for method, path, body in (
            ("PATCH", event["url"], {"title": {"en": "Mine"}}),
            ("POST", f"{event['url']}/withdraw", None),
            ("POST", f"{event['url']}/cancel", {"reason": {"en": "No"}}),
            ("POST", f"{event['url']}/publish", None),
        ):
            assert people.request(method, path, body, as_=who, role=role).status_code == 403
    assert people.get(event["url"]).json == event


def test_without_an_account_nothing_is_drafted_and_a_visitor_may_not_draft(people, festival):
    assert people.post("/v1/events", listing()).status_code == 401
    assert people.post("/v1/events", listing(), as_="vic", role="visitor").status_code == 403
    assert people.post("/v1/festivals", {}, as_="vic", role="maker").status_code == 403
    assert people.runtime.db.events.count_documents({}) == 0


def test_a_draft_is_its_curators_alone_until_published(people, festival):
    draft = people.post("/v1/events", listing("Secret"), as_="ada").json
    assert (draft["state"], draft["sequence"]) == ("draft", 0)
    assert people.get(draft["url"]).status_code == 404
    assert people.get(draft["url"], as_="ben").status_code == 404
    assert people.patch(draft["url"], {"title": {"en": "Mine"}}, as_="ben").status_code == 404
    assert people.get(draft["url"], as_="ada").json == draft
    assert people.titles() == people.titles("curator_id=ada") == people.titles("curator_id=ada", as_="ben") == []
    assert people.titles("curator_id=ada", as_="ada") == ["Secret"]
    assert published(people.runtime, EventPublished) == []

    shown = people.post(f"{draft['url']}/publish", as_="ada").json
    assert (shown["state"], shown["sequence"]) == ("published", 1)
    assert people.titles("curator_id=ada") == people.titles() == ["Secret"]
    (told,) = published(people.runtime, EventPublished)
    assert told.title == {"en": "Secret"}
    assert told.where.name == {"en": "Newhaven station"}
    assert told.timings[0].starts_at.isoformat() == "2018-08-19T10:00:00+00:00"


def test_a_title_and_a_town_are_enough_for_a_draft_but_not_for_the_public(people, festival):
    body = {"festival_id": festival["id"], "town": "newhaven", "title": {"en": "An idea"}}
    draft = people.post("/v1/events", body, as_="ada")
    assert draft.status_code == 201
    for refused in (
        people.post(f"{draft.json['url']}/publish", as_="ada"),
        people.post("/v1/events", body | {"publish": True}, as_="ada"),
    ):
        assert refused.status_code == 422
        assert set(refused.json["errors"]) == {"timings", "where"}
    assert people.runtime.db.events.count_documents({}) == 1


def test_a_change_of_a_public_event_is_announced_again_as_a_whole(people, festival):
    event = people.event()
    changed = people.patch(event["url"], {"title": {"en": "Ramble", "fr": "Balade"}}, as_="ada").json
    assert (changed["sequence"], changed["title"]) == (1, {"en": "Ramble", "fr": "Balade"})
    assert changed["timings"] == event["timings"]
    assert changed["translation_status"] == {"en": "complete", "fr": "complete"}
    first, second = published(people.runtime, EventPublished)
    assert (first.title, second.title) == ({"en": "Walk"}, {"en": "Ramble", "fr": "Balade"})
    assert second.timings == first.timings


def test_a_change_that_changes_nothing_is_no_new_revision(people, festival):
    event = people.event(keywords=["Walk"], sailing_ids=["s-1"], summary={"en": "Up."}, website="https://example.org/")
    names = ("title", "summary", "description", "keywords", "sailing_ids", "town", "kind", "website")
    same = {name: event[name] for name in names} | {"timings": listing()["timings"], "where": listing()["where"]}
    assert people.patch(event["url"], same, as_="ada").json == event
    assert len(published(people.runtime, EventPublished)) == 1


def test_a_public_event_cannot_lose_what_makes_it_complete(people, festival):
    event = people.event()
    refused = people.patch(event["url"], {"timings": []}, as_="ada")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["timings"])
    assert people.get(event["url"]).json == event


def test_a_cancelled_event_stays_listed_and_is_final(people, festival):
    event = people.event()
    reason = {"en": "The guide is ill.", "fr": "Le guide est malade."}
    gone = people.post(f"{event['url']}/cancel", {"reason": reason}, as_="ada").json
    assert (gone["state"], gone["status"], gone["sequence"]) == ("published", "cancelled", 1)
    assert gone["cancellation"] == {"cancelled_at": "2018-08-17T12:00:00Z", "reason": reason}
    assert people.titles("status=cancelled") == ["Walk"]
    assert people.titles("status=scheduled") == []
    for path, body in (("/withdraw", None), ("/publish", None), ("/cancel", {"reason": reason})):
        assert people.post(event["url"] + path, body, as_="ada").status_code == 409
    assert people.patch(event["url"], {"title": {"en": "Back"}}, as_="ada").status_code == 409
    (told,) = published(people.runtime, EventCancelled)
    assert told.reason == reason


def test_a_withdrawn_event_can_come_back(people, festival):
    event = people.event()
    assert people.post(f"{event['url']}/publish", as_="ada").status_code == 409
    people.post(f"{event['url']}/withdraw", as_="ada")
    assert people.post(f"{event['url']}/withdraw", as_="ada").status_code == 409
    again = people.post(f"{event['url']}/publish", as_="ada").json
    assert (again["state"], again["sequence"]) == ("published", 2)
    assert people.titles() == ["Walk"]


def test_a_closed_festival_takes_events_only_from_its_host(people):
    people.festival("by-invitation", open=False)
    body = listing() | {"festival_id": "by-invitation"}
    assert people.post("/v1/events", body, as_="ada").status_code == 403
    assert people.post("/v1/events", body, as_="host").status_code == 201


def test_a_listed_venue_is_copied_into_the_event(people, festival):
    venue = {"id": "hillcrest", "town": "newhaven", "name": {"en": "Hillcrest Centre"}, "address": "Hillcrest Road"}
    listed = people.post("/v1/venues", venue | {"point": {"lat": 50.794, "lon": 0.043}}, as_="ben").json
    assert people.get("/v1/venues?town=newhaven").json["items"] == [listed]
    assert people.get("/v1/venues?town=dieppe").json["items"] == []
    body = listing() | {"venue_id": "hillcrest", "publish": True}
    del body["where"]
    event = people.post("/v1/events", body, as_="ada").json
    assert event["where"] == {
        "name": {"en": "Hillcrest Centre"},
        "address": "Hillcrest Road",
        "point": {"lat": 50.794, "lon": 0.043},
        "town": "newhaven",
        "venue_id": "hillcrest",
    }
    (told,) = published(people.runtime, EventPublished)
    assert (told.where.address, told.where.point.lat) == ("Hillcrest Road", 50.794)


def test_a_readable_id_is_kept_and_given_once(people, festival):
    assert people.event(id="look-up-newhaven")["url"] == "/v1/events/look-up-newhaven"
    taken = people.post("/v1/events", listing(id="look-up-newhaven"), as_="ben")
    assert (taken.status_code, list(taken.json["errors"])) == (409, ["id"])
    assert people.post("/v1/festivals", {**_festival(), "id": festival["id"]}, as_="ben").status_code == 409


def test_a_repeated_request_with_its_key_drafts_one_event(people, festival):
    answers = [people.post("/v1/events", listing(), as_="ada", headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert people.runtime.db.events.count_documents({}) == 1
    other = people.post("/v1/events", listing("Other"), as_="ada", headers={"Idempotency-Key": "k1"})
    assert other.status_code == 422


def test_a_moved_event_keeps_the_identity_of_its_timing(people, festival):
    event = people.event()
    moved = people.patch(event["url"], {"timings": listing(at="2018-08-19T12:00")["timings"]}, as_="ada").json
    assert moved["timings"][0]["id"] == event["timings"][0]["id"]
    assert moved["timings"][0]["starts_at"] == "2018-08-19T12:00:00+01:00"


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_texts_are_picked_for_a_language_and_say_which_one_they_are_in(people, festival, language):
    event = people.event(title={"en": "Walk", "fr": "Balade"}, summary={"fr": "Une balade."})
    shown = people.get(f"{event['url']}?lang={language}").json["shown"]
    title = {"text": "Balade", "lang": "fr"} if language == "fr" else {"text": "Walk", "lang": "en"}
    summary = {"text": "Une balade.", "lang": "fr"}
    assert shown == {"title": title, "summary": summary, "description": None, "conditions": None}
    assert event["translation_status"] == {"en": "partial", "fr": "complete"}


def _festival():
    return {
        "kind": "cultural",
        "name": {"en": "F"},
        "summary": {"en": "S"},
        "towns": ["newhaven"],
        "first_day": "2018-08-18",
        "last_day": "2018-08-24",
    }
