"""B0: swaps between ambassadors, gaps in cover flagged to the coordinator, an enquiry in one tap, stops by referral."""

from __future__ import annotations

import threading
from datetime import timedelta

from kernel.ids import new_id
from tests.integration.visitor.conftest import BACK, NOW, SAILING, maker
from tests.support.services import token

ASHORE = {"centre_id": "newhaven", "starts_at": "2018-08-19T15:00:00+01:00", "ends_at": "2018-08-19T17:00:00+01:00"}
LATER = {**ASHORE, "starts_at": "2018-08-20T15:00:00+01:00", "ends_at": "2018-08-20T17:00:00+01:00"}


def shift_of(visitors, name, body=ASHORE):
    shift = visitors.done("/shifts", body, as_="olga")["id"]
    visitors.done(f"/shifts/{shift}/signup", as_=name)
    return shift


def offer(visitors, shift, name="ann", **body):
    return visitors.send("PUT", f"/shifts/{shift}/offer", body, as_=name)


def on_duty(visitors, shift):
    return {each["id"]: each["ambassador_ids"] for each in visitors.shown("/shifts", as_="olga")["items"]}[shift]


def test_an_offered_place_stays_taken_until_another_takes_it(sailing):
    shift = shift_of(sailing, "ann")
    assert [each["wants"] for each in offer(sailing, shift).json["offers"]] == [None]
    assert on_duty(sailing, shift) == ["ann"]
    taken = sailing.done(f"/shifts/{shift}/accept", {}, as_="abe")
    assert (taken["ambassador_ids"], taken["offers"]) == (["abe"], [])
    assert sailing.post(f"/shifts/{shift}/accept", {}, as_="ann").status_code == 409


def test_two_ambassadors_exchange_their_shifts_in_one_step(sailing):
    mine, theirs = shift_of(sailing, "ann"), shift_of(sailing, "abe", LATER)
    assert offer(sailing, mine, wants=theirs).status_code == 200
    stranger = sailing.client.post(
        f"/v1/shifts/{mine}/accept", json={}, headers=token(["ambassador"], id="amy", at=NOW)
    )
    assert stranger.status_code == 409, "who has nothing to give cannot take it"
    sailing.done(f"/shifts/{mine}/accept", {"ambassador_id": "ann"}, as_="abe")
    assert (on_duty(sailing, mine), on_duty(sailing, theirs)) == (["abe"], ["ann"])


def test_what_cannot_be_offered_or_taken_is_refused(sailing):
    shift = shift_of(sailing, "ann")
    assert offer(sailing, shift, "abe").status_code == 409
    assert list(offer(sailing, shift, wants=shift).json["errors"]) == ["wants"]
    assert list(offer(sailing, shift, wants="nothing").json["errors"]) == ["wants"]
    assert sailing.post(f"/shifts/{shift}/accept", {}, as_="abe").status_code == 409
    offer(sailing, shift)
    sailing.send("DELETE", f"/shifts/{shift}/offer", as_="ann")
    assert sailing.post(f"/shifts/{shift}/accept", {}, as_="abe").status_code == 409
    offer(sailing, shift)
    sailing.send("DELETE", f"/shifts/{shift}/signup", as_="ann")
    assert sailing.post(f"/shifts/{shift}/accept", {}, as_="abe").status_code == 409, "stepping back ends the offer"
    sailing.done(f"/shifts/{shift}/signup", as_="ann")
    offer(sailing, shift)
    sailing.clock.advance(timedelta(hours=4))
    assert sailing.post(f"/shifts/{shift}/accept", {}, as_="abe").status_code == 409, "it has begun"
    assert offer(sailing, shift, "vic").status_code == 403


def test_a_place_is_taken_once_however_many_want_it(sailing):
    shift = shift_of(sailing, "ann")
    offer(sailing, shift)
    answers = []

    def take(name):
        client = sailing.client.application.test_client()
        headers = token(["ambassador"], id=name, at=NOW)
        answers.append(client.post(f"/v1/shifts/{shift}/accept", json={}, headers=headers).status_code)

    threads = [threading.Thread(target=take, args=(f"volunteer-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [200] + [409] * 5
    assert len(on_duty(sailing, shift)) == 1


def test_the_coordinator_sees_which_dockings_of_the_week_have_nobody(sailing):
    before = sailing.shown("/shifts/gaps?town=newhaven")
    assert (before["first_day"], before["dockings"], len(before["items"])) == ("2018-08-19", 4, 4)
    shift_of(sailing, "ann")
    after = sailing.shown("/shifts/gaps?town=newhaven")
    gone = {(each["centre_id"], each["sailing"]["id"]) for each in before["items"]} - {
        (each["centre_id"], each["sailing"]["id"]) for each in after["items"]
    }
    assert gone == {("newhaven", SAILING)}
    aboard = next(each for each in after["items"] if each["sailing"]["id"] == SAILING)
    assert aboard["says"]["en"] == "The desk aboard, 19/08/2018: nobody yet from 11:30 to 15:30 for the Côte d'Albâtre."
    assert "personne encore de 11 h 30 à 15 h 30" in aboard["says"]["fr"]
    sailing.done(f"/sailings/{SAILING}/cancel", {"reason": {"en": "Gale"}})
    assert sailing.shown("/shifts/gaps?town=newhaven")["dockings"] == 2
    assert sailing.get("/shifts/gaps?days=15").status_code == 422


def test_nobody_is_asked_for_a_docking_that_is_over(sailing):
    sailing.clock.advance(timedelta(hours=8))
    gaps = sailing.shown("/shifts/gaps?town=newhaven")
    assert SAILING not in {each["sailing"]["id"] for each in gaps["items"]}
    assert gaps["dockings"] == len(gaps["items"]) == 2


def test_who_is_aboard_a_late_ship_covers_it(sailing):
    aboard = {"centre_id": "aboard", "sailing_id": SAILING, "starts_at": "2018-08-19T10:30:00Z"}
    shift_of(sailing, "abe", aboard | {"ends_at": "2018-08-19T14:30:00Z"})
    late = {"departs_at": "2018-08-19T11:30:00Z", "reason": {"en": "Fog"}}
    assert sailing.send("PUT", f"/sailings/{SAILING}/delay", late, as_="ann").status_code == 200
    cover = sailing.shown("/shifts/cover?date=2018-08-19&town=newhaven")["items"]
    [desk] = [each for each in cover if each["centre_id"] == "aboard" and each["sailing"]["id"] == SAILING]
    assert (desk["covered"], desk["needed_until"]) == (True, "2018-08-19T15:30:00Z")


def test_one_tap_logs_the_enquiry_and_refers_with_what_the_desk_knows(sailing):
    """The ambassador sends a place and nothing else, half an hour after the ship from Dieppe has landed."""
    sailing.place("fort")
    shift_of(sailing, "ann")
    sailing.clock.advance(timedelta(hours=4))
    tap = {"referral": {"target_kind": "place", "target_id": "fort"}}
    logged = sailing.done("/enquiries/quick", tap)
    assert (logged["centre_id"], logged["sailing_id"]) == ("newhaven", SAILING)
    assert (logged["language"], logged["topic"]) == ("fr", "things-to-do"), "off the ship from Dieppe"
    assert logged["referral"]["target_id"] == "fort"
    assert logged["assumed"] == ["centre_id", "language", "sailing_id", "topic"]
    told = sailing.done("/enquiries/quick", {**tap, "language": "en", "topic": "access"})
    assert (told["language"], told["topic"], told["assumed"]) == ("en", "access", ["centre_id", "sailing_id"])


def test_one_tap_aboard_is_about_the_ship_itself(sailing):
    sailing.hears(maker())
    shift = sailing.done("/shifts", {"centre_id": "aboard", "sailing_id": SAILING})["id"]
    sailing.done(f"/shifts/{shift}/signup")
    logged = sailing.done("/enquiries/quick", {"referral": {"target_kind": "maker", "target_id": "maker-1"}})
    assert (logged["centre_id"], logged["sailing_id"], logged["topic"]) == ("aboard", SAILING, "makers")


def test_one_tap_sent_twice_is_one_record_even_when_another_ship_has_landed(sailing):
    sailing.place("fort")
    shift_of(sailing, "ann")
    sailing.clock.advance(timedelta(hours=4))
    tap = {"id": new_id(), "referral": {"target_kind": "place", "target_id": "fort"}}
    first = sailing.done("/enquiries/quick", tap)
    sailing.clock.advance(timedelta(hours=6))
    again = sailing.done("/enquiries/quick", tap)
    assert again == first
    assert sailing.runtime.db.enquiries.count_documents({}) == 1


def test_someone_who_is_nowhere_is_asked_where_and_then_remembered(sailing):
    answer = sailing.post("/enquiries/quick", {}, as_="abe")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["centre_id"])
    assert sailing.done("/enquiries/quick", {"centre_id": "dieppe"}, as_="abe")["topic"] == "other"
    assert sailing.done("/enquiries/quick", {}, as_="abe")["centre_id"] == "dieppe"
    assert sailing.post("/enquiries/quick", {"question": "Call +44 1273 555 0100"}, as_="abe").status_code == 422


def test_stops_are_recorded_with_referrals_by_target(sailing):
    sailing.place("fort")
    sailing.place("park", kind="Park")
    sailing.place("castle", town="dieppe")
    for target in ("fort", "fort", "park", "castle"):
        tap = {"centre_id": "newhaven", "sailing_id": SAILING}
        logged = sailing.done("/enquiries/quick", {**tap, "referral": {"target_kind": "place", "target_id": target}})
        if target == "fort":
            sailing.done("/visits", {"town": "newhaven", "party_size": 2, "referral_id": logged["referral"]["id"]})
    sailing.done("/visits", {"town": "newhaven", "party_size": 9, "sailing_id": BACK})
    shown = sailing.shown("/referrals/summary?town=newhaven&date=2018-08-19")
    figures = [(each["target_id"], each["referrals"], each["visits"], each["stopped"]) for each in shown["items"]]
    assert figures == [("fort", 2, 2, 4), ("park", 1, 0, 0)]
    assert shown["items"][0]["name"] == {"en": "Newhaven Fort", "fr": "Fort de Newhaven"}
    assert "never caused by" in shown["statement"]["en"]
    assert sailing.shown("/referrals/summary?town=newhaven&date=2018-08-18")["items"] == []
    assert sailing.get("/referrals/summary?town=newhaven&date=2018-08-19&until=2018-08-18").status_code == 422
