"""The demo data goes through the public API; its day in 2018 is whole."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.demo import visitor as demo
from kernel.clock import SystemClock
from tests.integration.visitor.conftest import Visitors

ACCOUNTS = {"ambassador": "ann", "operator": "olga"}


class DirectApi:
    """Sends what the demo data posts straight to the service."""

    def __init__(self, visitors: Visitors) -> None:
        self.visitors = visitors

    def post(self, path: str, json: Any, as_: str, files: Any = None, idempotent: str = "") -> dict[str, Any]:
        who, headers = ACCOUNTS[as_], {"Idempotency-Key": idempotent}
        if files:
            answer = self.visitors.upload(files["feed"][1], as_=who, headers=headers)
        else:
            answer = self.visitors.post(path.removeprefix("/v1"), json, as_=who, headers=headers)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json


@pytest.fixture
def loaded(visitors: Visitors) -> Visitors:
    visitors.clock.advance(SystemClock().now() - visitors.clock.now())
    demo.load(DirectApi(visitors))
    return visitors


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


def test_every_text_is_there_in_both_languages():
    for place in demo.PLACES:
        assert set(place["name"]) == set(place["summary"]) == {"en", "fr"}


def test_loading_again_changes_nothing(loaded):
    before = loaded.runtime.db.outbox.count_documents({})
    demo.load(DirectApi(loaded))
    assert loaded.runtime.db.outbox.count_documents({}) == before
    assert loaded.runtime.db.visits.count_documents({}) == 3
