"""S1: from a question at the desk aboard to the day's figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.walk import Walk

TOWN = "newhaven"
PARTY = 3


def a_passenger_stops(walk: Walk) -> None:
    """A passenger asks aboard, is referred to a maker and stops: the day's count rises by their party."""
    api = walk.api
    today = datetime.now(ZoneInfo("Europe/London")).date().isoformat()
    sailings = api.items("/v1/sailings", town=TOWN, date=today, direction="arrival")
    sailing = next((each for each in sailings if each["status"] == "scheduled"), None)
    walk.sure(f"a sailing lands in Newhaven on {today}", sailing)
    maker = api.get("/v1/makers", town=TOWN, limit=1)["items"][0]
    walk.eventually("the desk has heard of the maker", lambda: _known(walk, maker["id"]))
    before = _figures(walk, today, sailing["id"])
    enquiry = {
        "centre_id": "aboard",
        "topic": "makers",
        "question": "Is there anything worth getting off for?",
        "language": "fr",
        "sailing_id": sailing["id"],
        "synthetic": True,
        "referral": {"target_kind": "maker", "target_id": maker["id"]},
    }
    asked = api.post("/v1/enquiries", enquiry, as_="ambassador-aboard", idempotent=f"s1-enquiry-{walk.tag}")
    walk.did(f"a passenger on {sailing['id']} asks aboard and is referred to {maker['name']}")
    visit = {"town": TOWN, "party_size": PARTY, "referral_id": asked["referral"]["id"], "synthetic": True}
    recorded = api.post("/v1/visits", visit, as_="ambassador", idempotent=f"s1-visit-{walk.tag}")
    walk.did(f"their visit is recorded in Newhaven, a party of {PARTY}")
    walk.same("the visit names the sailing of the referral", recorded["sailing_id"], sailing["id"])
    after = _figures(walk, today, sailing["id"])
    walk.same(f"stopped that day, was {before['stopped']}", after["stopped"], before["stopped"] + PARTY)
    walk.same(f"of that sailing, was {before['of_sailing']}", after["of_sailing"], before["of_sailing"] + PARTY)
    walk.same("passengers a year, the base", after["base"], 320_000)
    walk.sure(f"set against {after['expected']} passengers expected on that sailing", after["expected"])


def _known(walk: Walk, maker_id: str) -> bool:
    return any(each["id"] == maker_id for each in _guide_makers(walk))


def _guide_makers(walk: Walk) -> list[dict[str, Any]]:
    return list(walk.api.get("/v1/guide", town=TOWN, kind="makers", limit=200)["makers"]["items"])


def _figures(walk: Walk, day: str, sailing_id: str) -> dict[str, Any]:
    summary = walk.api.get("/v1/visits/summary", town=TOWN, date=day)
    [figure] = [each for each in summary["sailings"] if each["sailing_id"] == sailing_id]
    return {
        "stopped": summary["stopped"],
        "of_sailing": figure["stopped"],
        "expected": figure["expected_passengers"],
        "base": summary["passengers_per_year"],
    }
