"""Many at once: exactly what there is gets sold, every unit is in one place, and limits hold (promise 32 (6))."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from contracts.marketplace import ItemSold, MakerJoined, OfferingListed, OrderDisrupted
from tests.integration.marketplace.conftest import BUYER, KEEPER, MAKER, cancellation, maker_body, sailing

BUYERS = 50


def at_once(*acts):
    """The results of all acts, begun at the same moment in a thread each."""
    start = Barrier(len(acts))

    def run(act):
        start.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def request_of(market, *args, **options):
    """One request with a client of its own, for clients are not shared between threads."""
    client = market.runtime and market.client.application.test_client()
    return lambda: type(market)(client, market.runtime, market.clock).post(*args, **options)


def conserved(market, product, made):
    """Check that every unit is in exactly one place and that counts, items, ledger and passports agree."""
    offering = market.runtime.db["offerings"].find_one({"_id": product["id"]})
    items = list(market.runtime.db["items"].find({"offering_id": product["id"]}))
    places = Counter(item["place"] for item in items)
    sold = places.pop("sold", 0)
    assert {place: units for place, units in offering["stock"].items() if units} == dict(places)
    assert min(offering["stock"].values()) >= 0
    assert offering["available"] == sum(units for place, units in places.items() if place != "ordered")
    assert len(items) == made == sold + sum(places.values())
    ledger = list(market.runtime.db["ledger"].find({"offering_id": product["id"]}))
    assert sorted(item for entry in ledger for item in entry["item_ids"]) == sorted(
        item["_id"] for item in items if item["place"] == "sold"
    )
    for entry in ledger:
        assert entry["price"] == entry["commission"] + entry["income"]
    for item in items:
        assert market.shown(f"/passports/{item['_id']}")["intact"]


def test_fifty_buyers_of_seven_units_get_seven(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker, stock=9)
    market.consigned(product, popup, quantity=7)
    body = {"offering_id": product["id"], "popup_id": popup["id"]}
    answers = at_once(*(request_of(market, "/sales", body, KEEPER) for _ in range(BUYERS)))
    assert Counter(answer.status_code for answer in answers) == {201: 7, 409: BUYERS - 7}
    sold = [item for answer in answers if answer.status_code == 201 for item in answer.json["item_ids"]]
    assert len(set(sold)) == 7
    assert market.income(maker)["EUR", "popup"] == 7 * 2762
    assert len(market.said(ItemSold)) == 7
    assert [event.available for event in market.said(OfferingListed)] == [9, 9, 8, 7, 6, 5, 4, 3, 2]
    conserved(market, product, 9)


def test_the_same_unit_is_sold_ordered_and_consigned_by_one_of_them(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker, stock=1)
    offering = {"offering_id": product["id"]}
    answers = at_once(
        *(request_of(market, "/sales", offering, MAKER) for _ in range(4)),
        *(request_of(market, "/orders", offering, BUYER) for _ in range(4)),
        *(request_of(market, "/consignments", {**offering, "popup_id": popup["id"], "quantity": 1}) for _ in range(4)),
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 11}
    conserved(market, product, 1)


def test_one_named_item_is_sold_once(market):
    product = market.product(market.maker())
    item = market.shown(f"/offerings/{product['id']}/items")["items"][0]["id"]
    answers = at_once(*(request_of(market, "/sales", {"item_ids": [item]}) for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    conserved(market, product, 3)


@pytest.mark.parametrize("attempt", range(3))
def test_an_order_and_the_cancellation_of_its_sailing_never_miss_each_other(market, attempt):
    product = market.product(market.maker(), stock=20)
    market.hears(sailing("s-1"))
    body = {"offering_id": product["id"], "collect_sailing_id": "s-1"}
    acts = [request_of(market, "/orders", body, BUYER) for _ in range(8)]
    acts.insert(4, lambda: market.hears(cancellation("s-1")))
    at_once(*acts)
    orders = list(market.runtime.db["orders"].find())
    assert {order["status"] for order in orders} == {"disrupted"}
    assert sorted(event.order_id for event in market.said(OrderDisrupted)) == sorted(order["_id"] for order in orders)
    assert len(orders) == 8


def test_any_history_leaves_every_unit_in_one_place(market):
    rng = random.Random(20180915)
    product, popup = market.product(market.maker(), stock=6), market.popup()
    offering, orders, consignments, made, statuses = {"offering_id": product["id"]}, [], [], 6, Counter()
    kept = {"ledger": {}, "passport_entries": {}}
    for _ in range(80):
        act = rng.choice(["sell", "sell", "shop", "order", "collect", "cancel", "consign", "return", "restock"])
        quantity = rng.randint(1, 3)
        if act == "sell":
            answer = market.post("/sales", {**offering, "quantity": quantity})
        elif act == "shop":
            answer = market.post("/sales", {**offering, "quantity": quantity, "popup_id": popup["id"]}, KEEPER)
        elif act == "order":
            answer = market.post("/orders", {**offering, "quantity": quantity}, BUYER)
            orders += [answer.json["id"]] if answer.status_code == 201 else []
        elif act in ("collect", "cancel") and orders:
            answer = market.post(f"/orders/{rng.choice(orders)}/{act}")
        elif act == "consign":
            answer = market.post("/consignments", {**offering, "quantity": quantity, "popup_id": popup["id"]})
            consignments += [answer.json["id"]] if answer.status_code == 201 else []
        elif act == "return" and consignments:
            answer = market.post(f"/consignments/{rng.choice(consignments)}/return", {"quantity": quantity}, KEEPER)
        else:
            answer = market.post(f"/offerings/{product['id']}/stock", {"quantity": quantity})
            made += quantity
        statuses[answer.status_code] += 1
        for name in kept:
            rows = {row["_id"]: row for row in market.runtime.db[name].find()}
            assert all(rows.get(key) == row for key, row in kept[name].items()), f"{name} is only ever added to"
            kept[name] = rows
        assert answer.status_code in (200, 201, 409), answer.json
    assert statuses[201] > 10
    assert statuses[409] > 5
    conserved(market, product, made)


def test_an_account_joins_as_five_makers_and_no_more_also_all_at_once(market):
    answers = at_once(*(request_of(market, "/makers", maker_body(name=f"Maker {n}")) for n in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 5, 409: 3}
    assert len(market.shown("/makers?mine=true", MAKER)["items"]) == len(market.said(MakerJoined)) == 5
    market.refused(409, "/makers", maker_body())
