"""B6, B7 through the gateway, in English and French: late and cancelled sailings, live feeds, the board."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deploy.demo.client import Api
from tests.e2e.conftest import Caller
from tests.support.eventually import eventually
from tests.support.gtfs_realtime import cancelled, late, live_feed

FOG = {"en": "Fog in the harbour.", "fr": "Brouillard dans le port."}


def coming(demo: Api, town: str) -> dict:
    """A departure that leaves tomorrow or later."""
    start = (datetime.now(UTC) + timedelta(hours=26)).isoformat()
    return demo.get("/v1/sailings", **{"town": town, "from": start, "direction": "departure"})["items"][0]


@pytest.mark.parametrize(("lang", "words"), [("en", "Expected to leave at"), ("fr", "Départ attendu à")])
def test_b6_a_delay_by_hand_shows_on_the_page_and_is_taken_back(
    demo: Api, caller: Caller, lang: str, words: str
) -> None:
    sailing = coming(demo, "newhaven")
    leaves = datetime.fromisoformat(sailing["departure"]["at"]) + timedelta(minutes=50)
    path, day = f"/v1/sailings/{sailing['id']}/delay", sailing["departure"]["local"][:10]
    body = {"departs_at": leaves.isoformat(), "reason": FOG}
    shown = demo.call("PUT", path, as_="ambassador", json=body)
    assert shown["delay"]["minutes"] == 50
    try:
        page = caller.send("GET", f"/today/newhaven?date={day}&lang={lang}").text
        assert words in page
        assert FOG[lang] in page
    finally:
        demo.call("DELETE", path, as_="ambassador")
    assert demo.get(f"/v1/sailings/{sailing['id']}")["delay"] is None
    caller.refused(403, "PUT", path, as_="maker-1", json=body)


def test_b6_a_live_feed_reports_each_entity_and_a_festival_hears_of_it(demo: Api, caller: Caller) -> None:
    sailing = coming(demo, "dieppe")
    trip, day = sailing["id"][:-11], sailing["service_date"].replace("-", "")
    for fill, status in ((cancelled(trip, day), "cancelled"), (late(trip, day, departure=20), "scheduled")):
        feed = live_feed(datetime.now(UTC), fill, late("no-such-trip", day, departure=5))
        files = {"feed": ("live.pb", feed)}
        answer = caller.send("POST", "/v1/sailings/live", as_="ambassador", files=files)
        assert answer.status_code == 200, answer.text
        assert [issue["entity"] for issue in answer.json()["issues"]] == ["1"]
        shown = demo.get(f"/v1/sailings/{sailing['id']}")
        assert shown["status"] == status
    assert shown["delay"]["minutes"] == 20
    nothing = {"feed": ("live.pb", live_feed(datetime.now(UTC)))}
    assert caller.send("POST", "/v1/sailings/live", as_="operator", files=nothing).json()["sailings"]["ended"] == 1
    caller.refused(422, "POST", "/v1/sailings/live", as_="operator", files={"feed": ("x", b"no protobuf")})
    caller.refused(403, "POST", "/v1/sailings/live", as_="maker-1", files=nothing)


def test_b6_a_cancellation_taken_back_reaches_the_events_that_depend_on_it(demo: Api) -> None:
    event = "harbour-sketching-2018"
    sailing = demo.get(f"/v1/events/{event}")["sailing_ids"][0]
    demo.post(f"/v1/sailings/{sailing}/cancel", {"reason": FOG}, as_="ambassador")
    eventually(lambda: demo.get(f"/v1/events/{event}")["status"] == "disrupted", within=20)
    demo.call("DELETE", f"/v1/sailings/{sailing}/cancel", as_="ambassador")
    eventually(lambda: demo.get(f"/v1/events/{event}")["status"] == "scheduled", within=20)


def test_b7_the_board_of_both_towns(demo: Api) -> None:
    for town in ("newhaven", "dieppe"):
        board = demo.get("/v1/sailings/board", town=town, limit=3)
        assert len(board["departures"]) == len(board["arrivals"]) == 3
        for entry in board["departures"] + board["arrivals"]:
            assert entry["capacity"] == 600
            assert set(entry["says"]) == {"en", "fr"}
    landing = demo.get("/v1/sailings/board", town="newhaven")["arrivals"][0]
    assert landing["expected_source"] == "share of the year"
    assert 0 < landing["percent_full"] <= 100
