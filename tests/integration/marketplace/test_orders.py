"""Pre-orders: set aside, collected, cancelled, and disrupted when, and only when, their own sailing is cancelled."""

from __future__ import annotations

from contracts.marketplace import OrderDisrupted, OrderPlaced
from tests.integration.marketplace.conftest import BUYER, MAKER, OTHER, cancellation, sailing


def stock_of(market, product):
    """Units by place, those set aside included."""
    return market.runtime.db["offerings"].find_one({"_id": product["id"]})["stock"]


def test_an_order_sets_units_aside_and_is_collected_as_a_sale(market):
    maker = market.maker()
    product = market.product(maker)
    order = market.made("/orders", {"offering_id": product["id"], "quantity": 2}, BUYER)
    assert (order["status"], order["price"]) == ("placed", {"amount": 5600, "currency": "GBP"})
    assert stock_of(market, product) == {"studio": 1, "ordered": 2}
    assert market.shown(f"/offerings/{product['id']}")["available"] == 1
    market.refused(409, "/orders", {"offering_id": product["id"], "quantity": 2}, by=BUYER)
    market.refused(409, "/sales", {"offering_id": product["id"], "quantity": 2})
    assert market.income(maker)["GBP", "order"] == 0
    market.send("PATCH", f"/offerings/{product['id']}", {"prices": [{"amount": 9900, "currency": "GBP"}]}, by=MAKER)
    collected = market.made(f"/orders/{order['id']}/collect")
    assert (collected["status"], collected["sale"]["source"], collected["sale"]["price"]["amount"]) == (
        "collected",
        "order",
        5600,
    )
    assert market.income(maker)["GBP", "order"] == 5600
    assert market.shown(f"/passports/{collected['sale']['item_ids'][0]}")["sold"]
    for act in ("collect", "cancel"):
        market.refused(409, f"/orders/{order['id']}/{act}")
    assert stock_of(market, product) == {"studio": 1, "ordered": 0}


def test_a_cancelled_order_gives_its_units_back(market):
    product = market.product(market.maker())
    order = market.made("/orders", {"offering_id": product["id"], "quantity": 3}, BUYER)
    assert market.made(f"/orders/{order['id']}/cancel", by=BUYER)["status"] == "cancelled"
    assert market.made(f"/orders/{order['id']}/cancel", by=MAKER)["status"] == "cancelled"
    assert stock_of(market, product) == {"studio": 3, "ordered": 0}
    market.refused(409, f"/orders/{order['id']}/collect")
    market.made("/sales", {"offering_id": product["id"], "quantity": 3})


def test_orders_are_seen_by_their_buyer_and_maker_only(market):
    maker = market.maker()
    market.maker(by=OTHER)
    order = market.made("/orders", {"offering_id": market.product(maker)["id"]}, BUYER)
    path = f"/orders/{order['id']}"
    assert market.shown(path, BUYER) == market.shown(path, MAKER) == order
    assert BUYER not in market.get(path, MAKER).text
    for act, method in (("", "GET"), ("/cancel", "POST"), ("/collect", "POST")):
        market.refused(404, path + act, by=OTHER, method=method)
        market.refused(401, path + act, by="", method=method)
    market.refused(403, f"{path}/collect", by=BUYER)
    assert [each["id"] for each in market.shown("/orders", BUYER)["items"]] == [order["id"]]
    assert market.shown("/orders", OTHER)["items"] == []
    assert [each["id"] for each in market.shown(f"/orders?maker_id={maker['id']}", MAKER)["items"]] == [order["id"]]
    market.refused(403, f"/orders?maker_id={maker['id']}", by=OTHER, method="GET")
    market.refused(401, "/orders", {"offering_id": order["offering_id"]}, by="")


def test_a_cancelled_sailing_disrupts_the_orders_that_name_it_and_only_those(market):
    product = market.product(market.maker(), stock=9)
    market.hears(sailing("s-1"), sailing("s-2"))
    body = {"offering_id": product["id"]}
    mine = market.made("/orders", body | {"collect_sailing_id": "s-1"}, BUYER)
    gone = market.made("/orders", body | {"collect_sailing_id": "s-1"}, BUYER)
    other = market.made("/orders", body | {"collect_sailing_id": "s-2"}, BUYER)
    none = market.made("/orders", body, BUYER)
    market.made(f"/orders/{gone['id']}/cancel", by=BUYER)
    market.hears(cancellation("s-1"))
    market.hears(cancellation("s-1"))
    shown = {each["id"]: each for each in market.shown("/orders", BUYER)["items"]}
    assert shown[mine["id"]]["status"] == "disrupted"
    assert shown[mine["id"]]["disruption"] == {"en": "Gale force 9", "fr": "Coup de vent, force 9"}
    assert [shown[each["id"]]["status"] for each in (gone, other, none)] == ["cancelled", "placed", "placed"]
    [said] = market.said(OrderDisrupted)
    assert (said.order_id, said.sailing_id, said.reason["en"]) == (mine["id"], "s-1", "Gale force 9")
    assert market.made(f"/orders/{mine['id']}/collect")["status"] == "collected"


def test_an_order_for_a_sailing_already_cancelled_is_disrupted_at_once(market):
    product = market.product(market.maker())
    market.hears(cancellation("s-1"))
    order = market.made("/orders", {"offering_id": product["id"], "collect_sailing_id": "s-1"}, BUYER)
    assert (order["status"], order["disruption"]["en"]) == ("disrupted", "Gale force 9")
    assert [event.order_id for event in market.said(OrderDisrupted)] == [order["id"]]
    assert len(market.said(OrderPlaced)) == 1


def test_an_order_stands_again_when_its_sailing_runs_after_all(market):
    product = market.product(market.maker())
    market.hears(sailing("s-1"))
    order = market.made("/orders", {"offering_id": product["id"], "collect_sailing_id": "s-1"}, BUYER)
    market.hears(cancellation("s-1"), sailing("s-1"), sailing("s-1"))
    shown = market.shown(f"/orders/{order['id']}", BUYER)
    assert (shown["status"], shown["disruption"]) == ("placed", None)
    assert [event.order_id for event in market.said(OrderPlaced)] == [order["id"]] * 2


def test_an_order_that_is_not_right_is_refused(market):
    product = market.product(market.maker(), stock=30)
    body = {"offering_id": product["id"]}
    for change, field in (
        ({"collect_sailing_id": "unheard-of"}, "collect_sailing_id"),
        ({"offering_id": "nothing"}, "offering_id"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 11}, "quantity"),
        ({"currency": "USD"}, "currency"),
        ({"buyer_id": OTHER}, "buyer_id"),
    ):
        assert field in market.refused(422, "/orders", body | change, by=BUYER)["errors"]
    for _ in range(10):
        market.made("/orders", body, BUYER)
    market.refused(409, "/orders", body, by=BUYER)
    market.made("/orders", body, OTHER)
