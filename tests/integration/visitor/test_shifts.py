"""Shifts of ambassadors, and the dockings that nobody covers."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from kernel.ids import new_id
from tests.integration.visitor.conftest import SAILING, Visitors
from tests.support.services import token

ASHORE = {"centre_id": "newhaven", "starts_at": "2018-08-19T15:00:00+01:00", "ends_at": "2018-08-19T17:00:00+01:00"}
ABOARD = {"centre_id": "aboard", "sailing_id": SAILING}


def cover(visitors, query="date=2018-08-19&town=newhaven"):
    shown = visitors.shown(f"/shifts/cover?{query}")
    return {(item["centre_id"], item["sailing"]["id"]): item["covered"] for item in shown["items"]}, shown["uncovered"]


def test_a_docking_is_covered_when_someone_signed_up_for_its_time(sailing):
    nobody = {("newhaven", SAILING): False, ("aboard", SAILING): False}
    assert cover(sailing) == (nobody, 2)
    shift = sailing.done("/shifts", ASHORE, as_="olga")
    assert [each["sailing_id"] for each in shift["sailings"]] == [SAILING]
    assert (shift["starts_local"], shift["places_left"]) == ("2018-08-19T15:00:00+01:00", 2)
    assert cover(sailing) == (nobody, 2)
    sailing.done(f"/shifts/{shift['id']}/signup")
    assert cover(sailing) == ({**nobody, ("newhaven", SAILING): True}, 1)
    sailing.send("DELETE", f"/shifts/{shift['id']}/signup", as_="ann")
    assert cover(sailing) == (nobody, 2)


def test_a_shift_that_ends_while_people_come_ashore_does_not_cover(sailing):
    early = sailing.done("/shifts", {**ASHORE, "ends_at": "2018-08-19T15:45:00+01:00"})
    sailing.done(f"/shifts/{early['id']}/signup")
    assert cover(sailing)[0]["newhaven", SAILING] is False
    late = sailing.done("/shifts", {**ASHORE, "starts_at": "2018-08-19T15:45:00+01:00"})
    sailing.done(f"/shifts/{late['id']}/signup", as_="abe")
    assert cover(sailing)[0]["newhaven", SAILING] is True


def test_a_shift_aboard_lasts_as_long_as_its_sailing_and_covers_that_one(sailing):
    shift = sailing.done("/shifts", ABOARD)
    assert (shift["starts_at"], shift["ends_at"]) == ("2018-08-19T10:30:00Z", "2018-08-19T14:30:00Z")
    sailing.done(f"/shifts/{shift['id']}/signup")
    everywhere = cover(sailing, "date=2018-08-19")[0]
    assert [key for key, covered in everywhere.items() if covered] == [("aboard", SAILING)]
    assert {centre for centre, _ in everywhere} == {"newhaven", "dieppe", "aboard"}


def test_a_cancelled_sailing_needs_no_cover(sailing):
    shift = sailing.done("/shifts", ABOARD)
    sailing.done(f"/sailings/{SAILING}/cancel", {"reason": {"en": "Gale"}})
    assert cover(sailing) == ({}, 0)
    [listed] = sailing.shown("/shifts?centre_id=aboard")["items"]
    assert listed["sailings"] == [{"sailing_id": SAILING, "status": "cancelled", "lands_at": "2018-08-19T14:30:00Z"}]
    assert listed["id"] == shift["id"]


def test_never_more_ambassadors_than_places(sailing):
    shift = sailing.done("/shifts", {**ASHORE, "capacity": 3})
    answers = []

    def sign_up(name):
        client = sailing.client.application.test_client()
        headers = token(["ambassador"], id=name, at=sailing.clock.now())
        answers.append(client.post(f"/v1/shifts/{shift['id']}/signup", headers=headers).status_code)

    threads = [threading.Thread(target=sign_up, args=(f"volunteer-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [200] * 3 + [409] * 5
    [row] = sailing.runtime.db.shifts.find()
    assert len(set(row["ambassador_ids"])) == 3


def test_signing_up_twice_and_stepping_back_twice_are_once(sailing):
    shift = sailing.done("/shifts", {**ASHORE, "capacity": 1})
    for _ in range(2):
        assert sailing.done(f"/shifts/{shift['id']}/signup")["ambassador_ids"] == ["ann"]
    for _ in range(2):
        answer = sailing.send("DELETE", f"/shifts/{shift['id']}/signup", as_="ann")
        assert (answer.status_code, answer.json["signed_up"]) == (200, 0)


def test_names_of_volunteers_are_not_public(sailing):
    shift = sailing.done("/shifts", ASHORE)
    sailing.done(f"/shifts/{shift['id']}/signup")
    for reader, names in ((None, None), ("mara", None), ("abe", ["ann"])):
        [seen] = sailing.shown("/shifts", as_=reader)["items"]
        assert (seen["ambassador_ids"], seen["signed_up"]) == (names, 1)
    assert all("ann" not in str(item) for item in sailing.shown("/shifts/cover?date=2018-08-19")["items"])


def test_a_day_at_a_centre_is_that_town_s_day(sailing):
    sailing.done("/shifts", {**ASHORE, "starts_at": "2018-08-19T22:30:00Z", "ends_at": "2018-08-19T22:59:00Z"})
    there = {**ASHORE, "centre_id": "dieppe"}
    sailing.done("/shifts", {**there, "starts_at": "2018-08-19T22:30:00Z", "ends_at": "2018-08-19T22:59:00Z"})

    def centres(query):
        return [item["centre_id"] for item in sailing.shown(f"/shifts?{query}")["items"]]

    assert centres("date=2018-08-19") == ["newhaven"]
    assert centres("date=2018-08-20") == ["dieppe"]
    assert sorted(centres("")) == ["dieppe", "newhaven"]
    sailing.clock.advance(timedelta(days=1))
    assert centres("") == []
    assert len(centres("from=2018-08-19T22:58:00Z")) == 2


def test_a_shift_sent_again_is_planned_once(sailing):
    body = {**ASHORE, "id": new_id()}
    first = sailing.done("/shifts", body)
    sailing.done(f"/shifts/{first['id']}/signup")
    assert sailing.done("/shifts", body)["id"] == first["id"]
    assert sailing.post("/shifts", {**body, "capacity": 5}, as_="ann").status_code == 409
    assert sailing.runtime.db.shifts.count_documents({}) == 1


WRONG = [
    ({"centre_id": "calais"}, "centre_id"),
    ({"starts_at": None}, "starts_at"),
    ({"starts_at": "2018-08-19T15:00:00"}, "starts_at"),
    ({"ends_at": "2018-08-19T14:00:00Z"}, "ends_at"),
    ({"ends_at": "2018-08-20T14:00:00Z"}, "ends_at"),
    ({"capacity": 0}, "capacity"),
    ({"capacity": 21}, "capacity"),
    ({"sailing_id": SAILING}, "sailing_id"),
    ({"centre_id": "aboard"}, "sailing_id"),
    ({"centre_id": "aboard", "sailing_id": "nowhere"}, "sailing_id"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_wrong_shift_names_its_field(sailing, change, field):
    body = {name: value for name, value in {**ASHORE, **change}.items() if value is not None}
    answer = sailing.post("/shifts", body, as_="ann")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert sailing.runtime.db.shifts.count_documents({}) == 0


def test_a_shift_ashore_needs_both_times(sailing):
    for name in ("starts_at", "ends_at"):
        body = {key: value for key, value in ASHORE.items() if key != name}
        assert list(sailing.post("/shifts", body, as_="ann").json["errors"]) == [name]


def test_who_plans_and_who_signs_up(sailing: Visitors):
    assert sailing.post("/shifts", ASHORE, as_="mara").status_code == 403
    shift = sailing.done("/shifts", ASHORE)
    assert sailing.post(f"/shifts/{shift['id']}/signup", as_="olga").status_code == 403
    assert sailing.post(f"/shifts/{shift['id']}/signup").status_code == 401
    assert sailing.post("/shifts/nowhere/signup", as_="ann").status_code == 404
    assert list(sailing.get("/shifts/cover").json["errors"]) == ["date"]
