"""The demo's makers and shops, loaded through the service's own routes."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deploy.demo import marketplace as demo
from services.marketplace.service import service
from tests.integration.marketplace.conftest import Market
from tests.support.services import service_app, token

ROLES = {"keeper": ["maker", "curator"], "buyer": ["visitor"]}


class Api:
    """The demo's client, straight to the service."""

    def __init__(self, market: Market) -> None:
        self.client = market.client

    def post(self, path: str, json: Any, *, as_: str, idempotent: str) -> dict[str, Any]:
        headers = token(ROLES.get(as_, ["maker"]), as_) | {"Idempotency-Key": idempotent}
        answer = self.client.post(path, json=json, headers=headers)
        assert answer.status_code in (200, 201), (path, json, answer.json)
        return answer.json


@pytest.fixture(scope="module")
def loaded(mongod, signing_key):
    """The service after the demo was loaded, today."""
    with pytest.MonkeyPatch.context() as patch, service_app(service, mongod.uri) as (client, runtime):
        patch.setenv("PASSPORT_SIGNING_KEY", str(signing_key))
        market = Market(client, runtime, runtime.clock)
        demo.load(Api(market))
        yield market


def every(market, path):
    return market.shown(f"{path}?limit=200")["items"]


def test_both_towns_have_makers_with_offers_in_both_languages_and_currencies(loaded):
    makers, offerings, popups = (every(loaded, path) for path in ("/makers", "/offerings", "/popups"))
    assert sorted(maker["town"] for maker in makers) == ["dieppe"] * 3 + ["newhaven"] * 5
    assert {offering["kind"] for offering in offerings} == {"product", "service", "class"}
    for maker in makers:
        own = [each for each in offerings if each["maker_id"] == maker["id"]]
        assert 2 <= len(own) <= 3
        assert 1 <= maker["walk_minutes"] <= 30
    for thing in [*makers, *offerings, *popups]:
        texts = [
            value for name, value in thing.items() if name in ("title", "summary", "craft", "opening_hours") and value
        ]
        assert all(set(text) == {"en", "fr"} for text in texts)
        assert thing["synthetic"] or thing["id"] == "dieppe-2018-09"
    for offering in offerings:
        assert {price["currency"] for price in offering["prices"]} == {"GBP", "EUR"}
        assert offering["available"] is None or offering["available"] > 0


def test_a_shop_is_open_today_and_sells(loaded):
    today = loaded.clock.now().astimezone(ZoneInfo("Europe/Paris")).date().isoformat()
    [shop] = loaded.shown(f"/popups?town=dieppe&open_on={today}")["items"]
    assert len(loaded.shown(f"/offerings?popup_id={shop['id']}")["items"]) == len(demo.SHIPPED)
    assert loaded.shown("/offerings?popup_id=dieppe-2018-09")["items"] == []


def test_its_passports_are_intact_and_tell_where_things_went(loaded):
    items = list(loaded.runtime.db["items"].find())
    passports = [loaded.shown(f"/passports/{item['_id']}") for item in items]
    assert all(passport["intact"] for passport in passports)
    ways = {tuple(hand["kind"] for hand in passport["hands"]) for passport in passports}
    assert {("maker",), ("maker", "popup"), ("maker", "popup", "buyer"), ("maker", "buyer")} <= ways
    assert any(way[:3] == ("maker", "popup", "maker") for way in ways), "what was not sold in 2018 came home"
    assert all("buyer" not in way[:-1] for way in ways)


def test_income_of_every_source_is_on_record(loaded):
    sources = {entry["source"] for entry in loaded.runtime.db["ledger"].find()}
    assert sources == {"studio", "popup", "online", "order"}


def test_loading_again_changes_nothing(loaded):
    before = loaded.state()
    demo.load(Api(loaded))
    assert loaded.state() == before
