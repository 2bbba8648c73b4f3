"""The desk: what is asked, where people are sent, and how many stopped (story S1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.marketplace import OfferingWithdrawn
from contracts.visitor import ReferralMade, VisitRecorded
from kernel.ids import new_id
from tests.integration.visitor.conftest import NOW, SAILING, event, maker

ENQUIRY = {"centre_id": "aboard", "topic": "makers", "language": "en", "sailing_id": SAILING}
TO_MAKER = {"target_kind": "maker", "target_id": "maker-1"}


def summary(visitors, town="newhaven", date="2018-08-19"):
    return visitors.shown(f"/visits/summary?town={town}&date={date}")


def figure(visitors, sailing_id=SAILING):
    return next(each for each in summary(visitors)["sailings"] if each["sailing_id"] == sailing_id)


def test_a_question_aboard_becomes_a_visit_that_is_counted_with_its_sailing(sailing):
    sailing.hears(maker())
    before = figure(sailing)
    assert (before["stopped"], before["expected_passengers"]) == (0, 877)
    assert before["expected_source"] == "share of the year"
    enquiry = sailing.done("/enquiries", {**ENQUIRY, "question": "Where is pottery made?", "referral": TO_MAKER})
    referral = enquiry["referral"]
    assert (referral["target_id"], referral["sailing_id"], referral["centre_id"]) == ("maker-1", SAILING, "aboard")
    visit = sailing.done("/visits", {"town": "newhaven", "party_size": 3, "referral_id": referral["id"]}, as_="mara")
    assert (visit["sailing_id"], visit["target_id"], visit["date"]) == (SAILING, "maker-1", "2018-08-19")
    after = figure(sailing)
    assert (after["stopped"], after["percent"]) == (3, 0.34)
    whole = summary(sailing)
    assert (whole["stopped"], whole["visits"], whole["passengers_per_year"]) == (3, 1, 320_000)
    assert (whole["expected_passengers"], whole["stopped_synthetic"]) == (877, 0)
    assert "never caused" in whole["statement"]["en"]
    [made] = sailing.said(ReferralMade)
    assert (made.referral_id, made.enquiry_id, made.target_kind, made.made_at) == (
        referral["id"],
        enquiry["id"],
        "maker",
        NOW,
    )
    [recorded] = sailing.said(VisitRecorded)
    assert (recorded.party_size, recorded.sailing_id, recorded.referral_id) == (3, SAILING, referral["id"])


def test_visits_count_in_their_own_town_on_their_own_day_only(sailing):
    sailing.done("/visits", {"town": "newhaven", "party_size": 2, "date": "2018-08-18", "synthetic": True})
    sailing.done("/visits", {"town": "dieppe", "party_size": 4})
    assert summary(sailing)["stopped"] == 0
    eve = summary(sailing, date="2018-08-18")
    assert (eve["stopped"], eve["stopped_without_sailing"], eve["stopped_synthetic"]) == (2, 2, 2)
    dieppe = summary(sailing, town="dieppe")
    assert (dieppe["stopped"], dieppe["passengers_per_year"], dieppe["percent"]) == (4, None, None)
    assert {each["expected_source"] for each in dieppe["sailings"]} == {"unknown"}


def test_a_visit_with_a_sailing_of_another_day_is_shown_with_that_sailing(sailing):
    sailing.done("/visits", {"town": "newhaven", "party_size": 1, "sailing_id": "newhaven-2300-2018-08-18"})
    shown = figure(sailing, "newhaven-2300-2018-08-18")
    assert (shown["stopped"], shown["expected_source"], shown["sailing"]["direction"]) == (1, "unknown", "departure")


def test_a_cancelled_sailing_brings_nobody(sailing):
    sailing.done(f"/sailings/{SAILING}/cancel", {"reason": {"en": "Gale"}})
    assert (figure(sailing)["expected_passengers"], figure(sailing)["expected_source"]) == (0, "cancelled")


@pytest.mark.parametrize("path", ["/enquiries", "/referrals", "/visits"])
def test_what_a_desk_sends_again_happens_once(sailing, path):
    sailing.hears(maker())
    enquiry = sailing.done("/enquiries", ENQUIRY)
    body = {
        "/enquiries": {**ENQUIRY, "question": "Pots?", "referral": TO_MAKER},
        "/referrals": {**TO_MAKER, "enquiry_id": enquiry["id"]},
        "/visits": {"town": "newhaven", "party_size": 2, **TO_MAKER},
    }[path] | {"id": new_id()}
    first = sailing.done(path, body)
    assert sailing.done(path, body) == first
    other = {"/enquiries": {"topic": "food"}, "/referrals": {"target_id": "x"}, "/visits": {"party_size": 9}}[path]
    assert sailing.post(path, {**body, **other}, as_="ann").status_code == 409
    assert sailing.post(path, body, as_="abe").status_code == 409
    said = {"/enquiries": ReferralMade, "/referrals": ReferralMade, "/visits": VisitRecorded}[path]
    assert len(sailing.said(said)) == 1


def test_a_visit_sent_again_after_midnight_is_still_the_same_visit(sailing):
    body = {"id": new_id(), "town": "newhaven", "party_size": 2}
    first = sailing.done("/visits", body)
    sailing.clock.advance(timedelta(days=1))
    assert sailing.done("/visits", body) == first


def test_an_enquiry_whose_referral_fails_is_not_logged(sailing):
    answer = sailing.post("/enquiries", {**ENQUIRY, "referral": TO_MAKER}, as_="ann")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["target_id"])
    assert sailing.runtime.db.enquiries.count_documents({}) == 0


def test_nobody_is_sent_to_what_is_not_in_the_guide(sailing):
    sailing.hears(event())
    enquiry = sailing.done("/enquiries", {**ENQUIRY, "referral": {"target_kind": "event", "target_id": "birdsong"}})
    for kind in ("maker", "place", "event"):
        body = {"enquiry_id": enquiry["id"], "target_kind": kind, "target_id": "nowhere"}
        answer = sailing.post("/referrals", body, as_="ann")
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["target_id"])


WRONG_ENQUIRIES = [
    ({"centre_id": "calais"}, "centre_id"),
    ({"topic": "weather"}, "topic"),
    ({"language": "english"}, "language"),
    ({"question": "x" * 501}, "question"),
    ({"question": "call me on 07700 900123"}, "question"),
    ({"question": ""}, "question"),
    ({"question": "a\x00b"}, "question"),
    ({"sailing_id": "nowhere"}, "sailing_id"),
    ({"id": "1"}, "id"),
    ({"name": "Ann"}, "name"),
    ({"referral": {"target_kind": "film", "target_id": "x"}}, "referral"),
    ({"synthetic": "perhaps"}, "synthetic"),
]


@pytest.mark.parametrize(("change", "field"), WRONG_ENQUIRIES)
def test_a_wrong_enquiry_names_its_field_and_leaves_nothing(sailing, change, field):
    answer = sailing.post("/enquiries", {**ENQUIRY, **change}, as_="ann")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert sailing.runtime.db.enquiries.count_documents({}) == 0


WRONG_VISITS = [
    ({"party_size": 0}, "party_size"),
    ({"party_size": 21}, "party_size"),
    ({"party_size": "3"}, "party_size"),
    ({"party_size": True}, "party_size"),
    ({"town": "atlantis"}, "town"),
    ({"date": "2018-08-20"}, "date"),
    ({"date": "2018-02-30"}, "date"),
    ({"sailing_id": "nowhere"}, "sailing_id"),
    ({"referral_id": "nowhere"}, "referral_id"),
    ({"target_kind": "maker"}, "target_id"),
    ({"target_id": "maker-1"}, "target_kind"),
    ({"target_kind": "maker", "target_id": "nowhere"}, "target_id"),
]


@pytest.mark.parametrize(("change", "field"), WRONG_VISITS)
def test_a_wrong_visit_names_its_field_and_is_not_counted(sailing, change, field):
    answer = sailing.post("/visits", {"town": "newhaven", "party_size": 1, **change}, as_="ann")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert summary(sailing)["stopped"] == 0


def test_who_works_at_the_desk(sailing):
    assert sailing.post("/enquiries", ENQUIRY).status_code == 401
    assert sailing.post("/enquiries", ENQUIRY, as_="mara").status_code == 403
    assert sailing.get("/enquiries", as_="mara").status_code == 403
    assert sailing.get("/referrals").status_code == 401
    visit = {"town": "newhaven", "party_size": 1}
    assert sailing.post("/visits", visit, as_="vic").status_code == 403
    assert sailing.post("/visits", visit, as_="mara").status_code == 403
    sailing.hears(maker(), event())
    elsewhere = {**visit, "target_kind": "event", "target_id": "birdsong"}
    assert sailing.post("/visits", elsewhere, as_="mara").status_code == 403
    assert sailing.post("/visits", {**visit, **TO_MAKER}, as_="mara").status_code == 201


def test_the_lists_of_the_desk_are_latest_first_and_filtered(sailing):
    sailing.hears(maker())
    first = sailing.done("/enquiries", {**ENQUIRY, "referral": TO_MAKER})
    sailing.clock.advance(timedelta(minutes=5))
    second = sailing.done("/enquiries", {**ENQUIRY, "centre_id": "newhaven", "topic": "food"})

    def ids(path):
        return [each["id"] for each in sailing.shown(path, as_="ann")["items"]]

    assert ids("/enquiries") == [second["id"], first["id"]]
    assert ids("/enquiries?centre_id=aboard") == [first["id"]]
    assert ids("/enquiries?topic=food") == [second["id"]]
    assert ids("/referrals?target_kind=maker&target_id=maker-1") == [first["referral"]["id"]]
    assert ids(f"/referrals?enquiry_id={second['id']}") == []


def test_an_offering_that_is_not_known_yet_may_be_withdrawn(sailing):
    sailing.hears(OfferingWithdrawn(offering_id="bowl", maker_id="maker-1", withdrawn_at=NOW))
    assert sailing.shown("/guide")["offerings"]["items"] == []
