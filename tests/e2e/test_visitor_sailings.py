"""B4, B6, B7 through the gateway, in English and French: timetables, late sailings, live feeds, the board."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deploy.demo.client import Api
from kernel.ids import new_id
from tests.e2e.conftest import Caller
from tests.support.eventually import eventually
from tests.support.gtfs import feed, plus
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


def test_b4_a_timetable_is_taken_by_upload_again_without_effect_and_each_bad_row_is_told(
    demo: Api, caller: Caller
) -> None:
    day = datetime.now(UTC).date() + timedelta(days=200)
    trip = f"night-{new_id()[-8:]}"
    text = {
        "calendar": plus("calendar").replace("20180818,20180820", f"{day:%Y%m%d},{day:%Y%m%d}"),
        "trips": f"route_id,service_id,trip_id\nline,daily,{trip}\nline,never,{trip}-bad\n",
        "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        f"{trip},25:10:00,25:10:00,newhaven,1\n{trip},29:10:00,29:10:00,dieppe,2\n",
    }
    for counted in ({"new": 1, "unchanged": 0}, {"new": 0, "unchanged": 1}):
        files = {"feed": ("feed.zip", feed(**text))}
        answer = caller.send("POST", "/v1/sailings/import", as_="ambassador", files=files)
        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert {name: report["sailings"][name] for name in counted} == counted
        assert [(issue["file"], issue["line"]) for issue in report["issues"]] == [("trips.txt", 3)]
    shown = demo.get(f"/v1/sailings/{trip}-{day}")
    locals_ = [datetime.fromisoformat(shown[end]["local"]) for end in ("departure", "arrival")]
    assert [f"{at:%H:%M}" for at in locals_] == ["00:10", "05:10"], "past midnight, an hour apart"
    assert locals_[0].date() == day + timedelta(days=1)
    for lang in ("en", "fr"):
        page = caller.send("GET", f"/today/newhaven?date={locals_[0].date()}&lang={lang}")
        assert "00:10" in page.text
    caller.refused(403, "POST", "/v1/sailings/import", as_="maker-1", files=files)


def test_b4_a_timetable_by_address_is_fetched_from_public_hosts_only(caller: Caller) -> None:
    path = "/v1/sailings/import/address"
    for address in (caller.api.url, "http://169.254.169.254/feed.zip", "file:///feed.zip"):
        problem = caller.refused(422, "POST", path, as_="operator", json={"url": address})
        assert list(problem["errors"]) == ["url"]
    caller.refused(403, "POST", path, as_="maker-1", json={"url": "https://example.org/feed.zip"})


def test_b6_a_live_feed_reports_each_entity_and_a_festival_hears_of_it(demo: Api, caller: Caller) -> None:
    sailing = coming(demo, "dieppe")
    trip, day = sailing["id"][:-11], sailing["service_date"].replace("-", "")
    for fill, status in ((cancelled(trip, day), "cancelled"), (late(trip, day, departure=20), "scheduled")):
        live = live_feed(datetime.now(UTC), fill, late("no-such-trip", day, departure=5))
        files = {"feed": ("live.pb", live)}
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
