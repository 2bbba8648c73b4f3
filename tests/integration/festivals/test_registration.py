"""A17: capacity, registration, and a waiting list whose offers end and go on to the next in line."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kernel.http import create_app
from services.festivals.desk import settling
from services.festivals.service import service
from tests.integration.festivals.conftest import listing


@pytest.fixture
def people(afresh):
    """The service with nothing in it."""
    return afresh


@pytest.fixture
def clock(people):
    """The service's clock, to be moved."""
    return people.runtime.clock


@pytest.fixture
def walk(people):
    """A walk with two places, whose offers last an hour."""
    people.festival()
    event = people.event("Walk")
    return opened(people, event["id"], capacity=2, offer_minutes=60)


def opened(people, event_id, **desk):
    answer = people.request("PUT", f"/v1/events/{event_id}/registration", desk, as_="ada")
    assert answer.status_code == 200, answer.text
    return event_id


def register(people, event_id, who, **more):
    body = {"name": who.title(), "email": f"{who}@example.org", **more}
    answer = people.post(f"/v1/events/{event_id}/registrations", body)
    assert answer.status_code == 201, answer.text
    return answer.json


def look(people, registration):
    return people.get(f"/v1/registrations/{registration['code']}").json


def act(people, registration, what):
    return people.post(f"/v1/registrations/{registration['code']}/{what}")


def desk(people, event_id):
    return people.get(f"/v1/events/{event_id}/registration").json


def test_places_then_a_line(people, walk):
    states = [register(people, walk, who) for who in ("ann", "ben", "cleo", "dan")]
    assert [(one["state"], one["number"], one["ahead"]) for one in states] == [
        ("registered", 1, None),
        ("registered", 2, None),
        ("waiting", 3, 0),
        ("waiting", 4, 1),
    ]
    assert set(states[2]["says"]) == {"en", "fr"}
    shown = desk(people, walk)
    assert (shown["capacity"], shown["taken"], shown["free"], shown["waiting"], shown["open"]) == (2, 2, 0, 2, True)


def test_a_place_given_back_is_offered_to_the_next_in_line_and_accepted(people, walk):
    ann, _, cleo, dan = (register(people, walk, who) for who in ("ann", "ben", "cleo", "dan"))
    assert act(people, ann, "cancel").json["state"] == "cancelled"
    offered = look(people, cleo)
    assert offered["state"] == "offered"
    assert offered["offer_expires_at"] == "2018-08-17T13:00:00Z"
    assert look(people, dan)["state"] == "waiting"
    assert act(people, cleo, "accept").json["state"] == "registered"
    assert act(people, cleo, "accept").json["state"] == "registered"
    assert act(people, dan, "accept").status_code == 409
    assert desk(people, walk)["taken"] == 2


def test_an_offer_that_ends_goes_to_the_next_in_line_without_anyone_asking(people, walk, clock):
    ann, _, cleo, dan = (register(people, walk, who) for who in ("ann", "ben", "cleo", "dan"))
    act(people, ann, "cancel")
    clock.advance(timedelta(minutes=59, seconds=59))
    assert settling.settle_what_is_due(people.runtime.store) == 0
    clock.advance(timedelta(seconds=1))
    assert settling.settle_what_is_due(people.runtime.store) == 2
    assert look(people, cleo)["state"] == "expired"
    assert look(people, dan)["state"] == "offered"
    assert act(people, cleo, "accept").status_code == 409
    assert act(people, dan, "accept").status_code == 200
    assert settling.settle_what_is_due(people.runtime.store) == 0


def test_an_offer_that_is_over_cannot_be_accepted_before_the_worker_came_by(people, walk, clock):
    ann, _, cleo, _ = (register(people, walk, who) for who in ("ann", "ben", "cleo", "dan"))
    act(people, ann, "cancel")
    clock.advance(timedelta(minutes=60))
    assert look(people, cleo)["state"] == "expired"
    assert act(people, cleo, "accept").status_code == 409


def test_a_party_waits_until_there_is_room_for_all_of_it_and_nobody_overtakes(people, walk):
    opened(people, walk, capacity=2, max_party=2)
    ann, ben = register(people, walk, "ann"), register(people, walk, "ben")
    pair, single = register(people, walk, "pat", party=2), register(people, walk, "sue")
    act(people, ann, "cancel")
    assert [look(people, one)["state"] for one in (pair, single)] == ["waiting", "waiting"]
    act(people, ben, "cancel")
    assert [look(people, one)["state"] for one in (pair, single)] == ["offered", "waiting"]
    act(people, pair, "cancel")
    assert look(people, single)["state"] == "offered"


def test_more_capacity_is_offered_on_and_less_takes_nobodys_place(people, walk):
    ann, ben, cleo = (register(people, walk, who) for who in ("ann", "ben", "cleo"))
    opened(people, walk, capacity=3)
    assert look(people, cleo)["state"] == "offered"
    opened(people, walk, capacity=1)
    assert [look(people, one)["state"] for one in (ann, ben, cleo)] == ["registered", "registered", "offered"]
    assert register(people, walk, "dan")["state"] == "waiting"
    act(people, ann, "cancel")
    act(people, ben, "cancel")
    assert desk(people, walk)["waiting"] == 1
    act(people, cleo, "cancel")
    assert desk(people, walk)["waiting"] == 0


def test_the_same_again_changes_nothing(people, walk, clock):
    before = people.runtime.db.desks.find_one({"_id": walk})
    clock.advance(timedelta(hours=1))
    opened(people, walk, capacity=2, offer_minutes=60)
    assert people.runtime.db.desks.find_one({"_id": walk}) == before


def test_all_places_that_come_free_at_once_are_offered_at_once(people, walk):
    line = [register(people, walk, who) for who in ("ann", "ben", "cleo", "dan", "eli", "fay")]
    opened(people, walk, capacity=5)
    assert [look(people, one)["state"] for one in line] == ["registered"] * 2 + ["offered"] * 3 + ["waiting"]


def test_a_claim_that_a_dead_process_left_is_dealt_with_by_the_worker(people, walk):
    first = register(people, walk, "ann")
    people.runtime.db.registrations.update_one(
        {"_id": first["id"]}, {"$set": {"state": "asked"}, "$unset": {"number": 1}}
    )
    people.runtime.db.desks.update_one({"_id": walk}, {"$set": {"taken": 0}})
    assert settling.settle_what_is_due(people.runtime.store) == 1
    assert look(people, first)["state"] == "registered"


def test_one_email_address_has_one_registration(people, walk):
    ann = register(people, walk, "ann")
    again = people.post(f"/v1/events/{walk}/registrations", {"name": "Ann", "email": "ANN@Example.org"})
    assert again.status_code == 409
    assert "email" in again.json["errors"]
    act(people, ann, "cancel")
    register(people, walk, "ann")


def test_a_network_address_and_an_account_have_limits(people, walk):
    def send(n, **more):
        return people.post(f"/v1/events/{walk}/registrations", {"name": "N", "email": f"n{n}@example.org"}, **more)

    from_one = {"headers": {"X-Forwarded-For": "2001:db8::1"}}
    assert {send(n, **from_one).status_code for n in range(30)} == {201}
    refused = send(31, headers={"X-Forwarded-For": "2001:db8::2"})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert send(32, headers={"X-Forwarded-For": "2001:db8:0:1::1"}).status_code == 201
    assert [send(40 + n, as_="eve", role="visitor").status_code for n in range(6)] == [201] * 5 + [429]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "a@example.org"}, "name"),
        ({"name": "A", "email": "nowhere"}, "email"),
        ({"name": " ", "email": "a@example.org"}, "name"),
        ({"name": "A", "email": "a@example.org", "party": 2}, "party"),
        ({"name": "A", "email": "a@example.org", "party": 0}, "party"),
        ({"name": "A", "email": "a@example.org", "state": "registered"}, "state"),
    ],
)
def test_bad_registrations_name_the_field(people, walk, body, field):
    answer = people.post(f"/v1/events/{walk}/registrations", body)
    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert people.runtime.db.registrations.count_documents({}) == 0


def test_only_the_curator_opens_the_desk_and_sees_who_comes(people, walk):
    register(people, walk, "ann")
    path = f"/v1/events/{walk}/registrations"
    assert [row["email"] for row in people.get(path, as_="ada").json["items"]] == ["ann@example.org"]
    assert people.get(path, as_="bea").status_code == 403
    assert people.get(path, as_="host").status_code == 403
    assert people.get(path).status_code == 401
    assert people.get(f"{path}?state=waiting", as_="ada").json["items"] == []
    refused = people.request("PUT", f"/v1/events/{walk}/registration", {"capacity": 9}, as_="bea")
    assert refused.status_code == 403


def test_nobody_registers_where_the_desk_is_not_open(people, walk, clock):
    plain = people.event("Fair")
    body = {"name": "A", "email": "a@example.org"}
    assert people.post(f"/v1/events/{plain['id']}/registrations", body).status_code == 404
    opened(people, walk, capacity=2, opens_at="2018-08-17T13:00:00Z", closes_at="2018-08-17T14:00:00Z")
    assert people.post(f"/v1/events/{walk}/registrations", body).status_code == 409
    clock.advance(timedelta(hours=1))
    assert people.post(f"/v1/events/{walk}/registrations", body).status_code == 201
    clock.advance(timedelta(hours=1))
    assert people.post(f"/v1/events/{walk}/registrations", body).status_code == 409
    opened(people, walk, capacity=2)
    people.post(f"/v1/events/{walk}/cancel", {"reason": {"en": "Storm."}}, as_="ada")
    cancelled = people.post(f"/v1/events/{walk}/registrations", body | {"email": "b@example.org"})
    assert cancelled.status_code == 409
    assert "cancelled" in cancelled.json["detail"]


def test_a_code_is_a_secret(people, walk):
    ann = register(people, walk, "ann")
    row = people.runtime.db.registrations.find_one({"_id": ann["id"]})
    assert ann["code"] not in str(row)
    assert people.get(f"/v1/registrations/{ann['id']}").status_code == 404
    assert people.get(f"/v1/registrations/{ann['code']}").headers["Cache-Control"] == "private, no-store"


def test_names_and_addresses_leave_after_the_event_and_are_in_no_event_said(people, walk, clock):
    ann = register(people, walk, "ann")
    clock.advance(timedelta(days=31))
    assert settling.forget_people(people.runtime.store) == 0
    clock.advance(timedelta(days=1, hours=1))
    assert settling.forget_people(people.runtime.store) == 1
    assert settling.forget_people(people.runtime.store) == 0
    [row] = people.runtime.db.registrations.find()
    assert (row["state"], row["party"]) == ("registered", 1)
    everything = [
        str(each) for name in people.runtime.db.list_collection_names() for each in people.runtime.db[name].find()
    ]
    assert not [each for each in everything if "ann@" in each or "Ann" in each]
    assert people.get(f"/v1/registrations/{ann['code']}").status_code == 404


def test_names_leave_sooner_when_an_event_is_moved_to_an_earlier_day(people, walk, clock):
    register(people, walk, "ann")
    timings = listing(at="2018-08-18T11:00")["timings"]
    assert people.patch(f"/v1/events/{walk}", {"timings": timings}, as_="ada").status_code == 200
    clock.advance(timedelta(days=31))
    assert settling.forget_people(people.runtime.store) == 1


def test_an_event_that_is_put_off_keeps_its_people(people, walk, clock):
    register(people, walk, "ann")
    people.runtime.db.events.update_one({"_id": walk}, {"$set": {"last_end": clock.now() + timedelta(days=60)}})
    clock.advance(timedelta(days=35))
    assert settling.forget_people(people.runtime.store) == 0
    [row] = people.runtime.db.registrations.find()
    assert row["name"] == "Ann"
    assert row["forget_at"] > clock.now()


def test_a_registration_sent_twice_under_one_key_is_one(people, walk):
    body, key = {"name": "Ann", "email": "ann@example.org"}, {"Idempotency-Key": "k1"}
    answers = [people.post(f"/v1/events/{walk}/registrations", body, headers=key) for _ in range(3)]
    assert len({answer.json["code"] for answer in answers}) == 1
    assert people.runtime.db.registrations.count_documents({}) == 1


def test_five_hundred_at_once_for_the_last_five_places(people, walk):
    opened(people, walk, capacity=5)
    app, start, answers = create_app(service, people.runtime), threading.Event(), {}

    def ask(n):
        client = app.test_client()
        start.wait()
        began = time.monotonic()
        answer = client.post(
            f"/v1/events/{walk}/registrations",
            json={"name": f"Guest {n}", "email": f"g{n}@example.org"},
            headers={"X-Forwarded-For": f"10.0.{n // 200}.{n % 200}"},
        )
        answers[n] = (began, time.monotonic(), answer.status_code, answer.json)

    with ThreadPoolExecutor(32) as pool:
        asked = [pool.submit(ask, n) for n in range(500)]
        start.set()
        for each in asked:
            each.result()
    assert {status for _, _, status, _ in answers.values()} == {201}
    states = [row["state"] for *_, row in answers.values()]
    assert (states.count("registered"), states.count("waiting")) == (5, 495)
    in_order = sorted(answers.values(), key=lambda answer: answer[3]["number"])
    assert [row["number"] for *_, row in in_order] == list(range(1, 501))
    assert {row["number"] for *_, row in answers.values() if row["state"] == "registered"} == {1, 2, 3, 4, 5}
    earliest_answer_behind = float("inf")
    for began, answered, _, _ in reversed(in_order):
        assert began < earliest_answer_behind, "nobody stands behind one who asked after they had their answer"
        earliest_answer_behind = min(earliest_answer_behind, answered)
    shown = desk(people, walk)
    assert (shown["taken"], shown["waiting"], shown["free"]) == (5, 495, 0)
