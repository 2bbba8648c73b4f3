"""A3, A13, A17, A18, A19, A20, GA2 through the gateway, on the whole platform."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.demo.client import Api
from services.festivals.checkin import bundles
from services.festivals.desk.codes import digest_of_code
from tests.e2e.conftest import Caller
from tests.support.eventually import eventually
from tests.support.platform import Platform

START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)


@pytest.fixture(scope="module")
def festival(demo: Api) -> str:
    """A festival of both towns, not open, whose host is curator-1."""
    day = START.date()
    body = {
        "kind": "ecological", "name": {"en": "Desk", "fr": "Accueil"}, "summary": {"en": "A test."}, "open": False,
        "towns": ["newhaven", "dieppe"], "first_day": str(day - timedelta(days=2)), "last_day": str(day),
        "synthetic": True,
    }  # fmt: skip
    return str(demo.post("/v1/festivals", body, as_="curator-1")["id"])


def draft(title: str, **more: Any) -> dict[str, Any]:
    timing = {"starts_at": START.isoformat(), "ends_at": (START + timedelta(hours=1)).isoformat()}
    where = {"name": {"en": "The Fort", "fr": "Le fort"}}
    return {"title": {"en": title, "fr": title}, "town": "newhaven", "where": where, "timings": [timing], **more}


def event(demo: Api, festival: str, title: str, **more: Any) -> str:
    body = draft(title, festival_id=festival, publish=True, synthetic=True, **more)
    return str(demo.post("/v1/events", body, as_="curator-1")["id"])


def guest(demo: Api, event_id: str, name: str) -> dict[str, Any]:
    body = {"name": name, "email": f"{name}@example.org"}
    return dict(demo.post(f"/v1/events/{event_id}/registrations", body))


def look(demo: Api, registration: dict[str, Any]) -> str:
    return str(demo.get(f"/v1/registrations/{registration['code']}")["state"])


def test_a17_a18_offers_that_end_go_on_by_themselves_and_guests_are_checked_in_without_a_network(
    demo: Api, festival: str, platform: Platform
) -> None:
    walk = event(demo, festival, "Walk")
    demo.call("PUT", f"/v1/events/{walk}/registration", as_="curator-1", json={"capacity": 1, "offer_minutes": 60})
    ann, ben, cleo = (guest(demo, walk, name) for name in ("ann", "ben", "cleo"))
    assert (ann["state"], ben["state"], cleo["state"]) == ("registered", "waiting", "waiting")
    demo.post(f"/v1/registrations/{ann['code']}/cancel")
    assert look(demo, ben) == "offered"
    past = {"$set": {"offer_expires_at": datetime(2018, 1, 1, tzinfo=UTC)}}
    with closing(MongoClient(platform.mongod.uri)) as client:
        db = client[platform.database("festivals")]
        db.registrations.update_one({"_id": ben["id"]}, past)
        db.desks.update_one({"_id": walk}, {"$set": {"due_at": datetime(2018, 1, 1, tzinfo=UTC)}})
        eventually(lambda: db.registrations.find_one({"_id": cleo["id"]})["state"] == "offered", within=20)
    assert (look(demo, ben), look(demo, cleo)) == ("expired", "offered")
    assert demo.post(f"/v1/registrations/{cleo['code']}/accept")["state"] == "registered"

    scanner = demo.post(f"/v1/events/{walk}/scanners", {"label": "Gate"}, as_="curator-1")
    path = f"/v1/events/{walk}/scanners/{scanner['code']}"
    fetched = demo.get(f"{path}/bundle")
    rules = bundles.read(fetched["bundle"], fetched["keys"])
    assert rules.places == {digest_of_code(cleo["code"]): 1}
    scan = {
        "id": "phone-1", "code_digest": digest_of_code(cleo["code"]), "timing_id": "t1", "at": START.isoformat(),
        "issued_at": fetched["issued_at"], "offline": True,
    }  # fmt: skip
    [kept] = demo.post(f"{path}/scans", {"scans": [scan, scan]})["scans"]
    assert (kept["verdict"], kept["offline"], kept["forced"]) == ("admitted", True, False)
    [counted] = demo.get(f"/v1/events/{walk}/checkin", as_="curator-1")["timings"]
    assert counted["people"] == 1


def test_a3_a13_a_proposal_without_an_account_is_taken_by_a_curator_of_the_festival(
    demo: Api, festival: str, caller: Caller
) -> None:
    two = demo.account_id("curator-2")
    member = f"/v1/festivals/{festival}/members/{two}"
    demo.call("PUT", member, as_="curator-1", json={"role": "curator", "name": "Two"})
    made = demo.post(
        f"/v1/festivals/{festival}/proposals", {"event": draft("Kites"), "name": "Pat", "email": "pat@example.org"}
    )
    caller.refused(404, "GET", f"/v1/events/{made['event_id']}")
    caller.refused(403, "POST", f"/v1/events/{made['event_id']}/accept", as_="curator-3")
    demo.post(f"/v1/events/{made['event_id']}/accept", as_="curator-2")
    assert demo.get(f"/v1/events/{made['event_id']}")["curator"]["id"] == two
    assert set(demo.get(f"/v1/events/proposals/{made['code']}")["says"]) == {"en", "fr"}
    demo.call("DELETE", member, as_="curator-1")
    caller.refused(403, "GET", f"/v1/festivals/{festival}/proposals", as_="curator-2")


def test_a19_curators_are_warned_of_a_clash_in_a_venue_that_tells_whom_it_is_fit_for(demo: Api, festival: str) -> None:
    venue = {"town": "newhaven", "name": {"en": "Hall"}, "accessibility": ["motor"], "capacity": 80, "synthetic": True}
    hall = demo.post("/v1/venues", venue, as_="curator-1")
    assert hall in demo.items("/v1/venues", town="newhaven", accessibility="motor", holds=80)
    bodies = [draft(title, festival_id=festival, publish=True, venue_id=hall["id"]) for title in ("One", "Two")]
    for body in bodies:
        del body["where"]
    first, second = (demo.post("/v1/events", body, as_="curator-1") for body in bodies)
    assert [(one["event_id"], one["reason"]) for one in second["clashes"]] == [(first["id"], "venue")]
    assert second["state"] == "published"


@pytest.mark.parametrize(("lang", "heading"), [("en", "Getting home"), ("fr", "Rentrer")])
def test_a20_ga2_a_tour_tells_the_sailing_it_fits_and_its_page_the_way_home(
    demo: Api, caller: Caller, lang: str, heading: str
) -> None:
    tours = demo.items("/v1/tours")
    assert {one["town"] for one in tours} == {"newhaven", "dieppe"}
    fitting = [timing["fits"] for tour in tours for timing in tour["timings"] if timing["fits"]]
    assert fitting
    found = demo.items("/v1/tours", sailing_id=fitting[0]["sailing_id"])
    ships = [timing["fits"] for one in found for timing in one["timings"]]
    assert fitting[0]["sailing_id"] in {ship["sailing_id"] for ship in ships if ship}
    [way] = demo.get(tours[0]["event_url"])["getting_home"]["ways"]
    assert way["answer"] in ("tonight", "later")
    page = caller.send("GET", f"/events/{tours[0]['id']}", headers={"Accept": "text/html", "Accept-Language": lang})
    assert (page.status_code, heading in page.text) == (200, True)
