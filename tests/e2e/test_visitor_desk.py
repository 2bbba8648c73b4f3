"""B0 through the gateway: a swap, the gaps of the week in both languages, an enquiry in one tap, stops by referral."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deploy.demo.client import Api
from tests.e2e.conftest import Caller


def test_b0_gaps_of_the_week_are_flagged_in_both_languages(demo: Api) -> None:
    gaps = demo.get("/v1/shifts/gaps", days=7)
    assert gaps["dockings"] > len(gaps["items"]) > 0, "the demo covers some dockings and leaves others"
    for item in gaps["items"]:
        assert "nobody yet" in item["says"]["en"]
        assert "personne encore" in item["says"]["fr"]


def test_b0_one_tap_refers_and_the_stop_is_recorded_with_it(demo: Api, caller: Caller, everyone: str) -> None:
    tap = {
        "centre_id": "newhaven",
        "synthetic": True,
        "referral": {"target_kind": "place", "target_id": "newhaven-fort"},
    }
    logged = demo.post("/v1/enquiries/quick", tap, as_="ambassador")
    assert {"language", "topic"} <= set(logged["assumed"])
    visit = {"town": "newhaven", "party_size": 2, "synthetic": True, "referral_id": logged["referral"]["id"]}
    recorded = demo.post("/v1/visits", visit, as_="ambassador")
    summary = demo.get("/v1/referrals/summary", town="newhaven", date=recorded["date"])
    [figure] = [item for item in summary["items"] if item["target_id"] == "newhaven-fort"]
    assert figure["stopped"] >= 2
    assert figure["referrals"] >= 1
    assert set(summary["statement"]) == {"en", "fr"}
    caller.refused(403, "POST", "/v1/enquiries/quick", as_="maker-1", json=tap)


def test_b0_a_place_on_a_shift_changes_hands(demo: Api, caller: Caller, everyone: str) -> None:
    start = datetime.now(UTC) + timedelta(days=3)
    body = {
        "centre_id": "newhaven",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=2)).isoformat(),
    }
    shift = demo.post("/v1/shifts", {**body, "synthetic": True}, as_="operator")["id"]
    demo.post(f"/v1/shifts/{shift}/signup", as_="ambassador")
    demo.call("PUT", f"/v1/shifts/{shift}/offer", as_="ambassador", json={})
    taken = demo.post(f"/v1/shifts/{shift}/accept", {}, as_=everyone)
    assert taken["ambassador_ids"] == [demo.account_id(everyone)]
    caller.refused(409, "POST", f"/v1/shifts/{shift}/accept", as_="ambassador", json={})
