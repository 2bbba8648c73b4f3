"""The demo data goes through the public API; its day in 2018 is whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from deploy.demo import season
from deploy.demo import visitor as demo
from kernel.clock import SystemClock
from tests.integration.visitor.conftest import Visitors

ACCOUNTS = {
    "ambassador": "ann",
    "ambassador-dieppe": "dora",
    "ambassador-aboard": "abe",
    "ambassador-aboard-2": "bea",
    "operator": "olga",
}


class DirectApi:
    """Sends what the demo data posts straight to the service."""

    accounts = ACCOUNTS

    def __init__(self, visitors: Visitors) -> None:
        self.visitors = visitors

    def items(self, path: str, *, as_: str | None = None, **params: Any) -> list[Any]:
        who = ACCOUNTS[as_] if as_ else None
        page = self.visitors.shown(path.removeprefix("/v1"), as_=who, query_string={"limit": 200, **params})
        assert page["next_cursor"] is None
        return list(page["items"])

    def call(self, method: str, path: str, *, as_: str, json: Any, repeat: bool) -> None:
        answer = self.visitors.send(method, path.removeprefix("/v1"), json, as_=ACCOUNTS[as_])
        assert answer.status_code == 200, (path, answer.text)

    def post(self, path: str, json: Any, as_: str, files: Any = None, idempotent: str = "") -> dict[str, Any]:
        who, headers = ACCOUNTS[as_], {"Idempotency-Key": idempotent}
        if files:
            answer = self.visitors.upload(files["feed"][1], as_=who, headers=headers)
        else:
            answer = self.visitors.post(path.removeprefix("/v1"), json, as_=who, headers=headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json


@pytest.fixture(scope="module")
def loaded(opened: Visitors) -> Visitors:
    """The demo, loaded once: what changes it is the last test, which has the clock go on."""
    opened.clock.advance(SystemClock().now() - opened.clock.now())
    demo.load(DirectApi(opened))
    season.load(DirectApi(opened))
    return opened


def test_the_festival_s_sunday_has_its_sailings_places_centres_and_figures(loaded):
    sailings = loaded.shown("/sailings?town=newhaven&date=2018-08-19")["items"]
    times = [(item["direction"], item[item["direction"]]["local"][11:16]) for item in sailings]
    assert times == [
        ("arrival", "08:30"),
        ("departure", "10:00"),
        ("arrival", "15:30"),
        ("departure", "17:30"),
        ("arrival", "22:00"),
        ("departure", "23:00"),
    ]
    assert all(item["illustrative"] for item in sailings)
    assert {item["ship"] for item in sailings} == {"Côte d'Albâtre", "Seven Sisters"}
    assert len(loaded.shown("/places")["items"]) == 13
    assert {centre["status"] for centre in loaded.shown("/centres")["items"]} == {"open"}
    summary = loaded.shown("/visits/summary?town=newhaven&date=2018-08-19")
    assert (summary["stopped"], summary["stopped_synthetic"], summary["expected_passengers"]) == (6, 6, 876)
    cover = loaded.shown("/shifts/cover?date=2018-08-19&town=newhaven")
    ashore = {item["sailing"]["id"][:11]: item["covered"] for item in cover["items"] if item["centre_id"] == "newhaven"}
    assert ashore == {"dieppe-0530": True, "dieppe-1230": False, "dieppe-1800": False}
    assert all(shift["synthetic"] for shift in loaded.shown("/shifts?date=2018-08-19")["items"])


def test_today_has_sailings_too(loaded):
    today = str(loaded.clock.now().date())
    assert len(loaded.shown(f"/sailings?town=newhaven&date={today}")["items"]) == 6


def test_the_week_has_one_gap_one_open_swap_one_late_and_one_cancelled_sailing(loaded):
    gaps = loaded.shown("/shifts/gaps?days=7")
    assert gaps["dockings"] >= 70, (
        "twelve on each of six whole days but for the cancelled one, and those of today to come"
    )
    [gap] = gaps["items"]
    assert gap["sailing"]["id"].startswith("newhaven-1730")
    shifts = loaded.shown("/shifts?limit=200", as_="ann")["items"]
    assert sum(len(shift["offers"]) for shift in shifts) == 1
    assert all(shift["synthetic"] for shift in shifts)
    assert {shift["centre_id"] for shift in shifts} == {"newhaven", "dieppe", "aboard"}
    sailings = loaded.shown("/sailings?town=newhaven&limit=200")["items"]
    assert [each["delay"]["minutes"] for each in sailings if each["delay"]] == [50]
    [cancelled] = [each for each in sailings if each["status"] == "cancelled"]
    assert set(cancelled["reason"]) == {"en", "fr"}
    assert all(each["illustrative"] for each in sailings)


def test_every_text_is_there_in_both_languages():
    for place in demo.PLACES:
        assert set(place["name"]) == set(place["summary"]) == {"en", "fr"}


def test_loading_again_changes_nothing(loaded):
    before = loaded.runtime.db.outbox.count_documents({})
    demo.load(DirectApi(loaded))
    season.load(DirectApi(loaded))
    assert len(loaded.shown("/offers")["items"]) == 3
    assert loaded.runtime.db.outbox.count_documents({}) == before
    assert loaded.runtime.db.visits.count_documents({}) == 3


def test_passes_are_offered_something_that_is_made_up_and_says_so(loaded):
    offers = loaded.shown("/offers")["items"]
    assert sorted(offer["stamps_needed"] for offer in offers) == [0, 1, 3]
    assert all(offer["synthetic"] and set(offer["title"]) == set(offer["terms"]) == {"en", "fr"} for offer in offers)
    assert {offer["town"] for offer in offers} == {"newhaven", "dieppe"}


def test_a_later_start_finds_a_season_that_goes_on_from_its_day(loaded):
    for days in (1, 20, 100):
        loaded.clock.advance(timedelta(days=days))
        goes_on(loaded)


def goes_on(loaded):
    today = loaded.clock.now().date()
    api = DirectApi(loaded)
    season.load_timetable(api, today)
    season.load_week(api, today)
    for ahead in (0, 1, 45):
        day = today + timedelta(days=ahead)
        assert len(loaded.shown(f"/sailings?town=newhaven&date={day}")["items"]) == 6
    assert len(loaded.shown("/shifts/gaps?days=7")["items"]) == 1
    shifts = loaded.shown("/shifts?limit=200", as_="ann")["items"]
    assert sum(len(shift["offers"]) for shift in shifts) == 1
    sailings = loaded.shown(f"/sailings?town=newhaven&limit=200&from={today}T00:00:00Z")["items"]
    assert [each["delay"]["minutes"] for each in sailings if each["delay"]] == [50]
    assert sum(each["status"] == "cancelled" for each in sailings) == 1
