"""Row C6: what is set aside for someone is set aside until a known end, and for sale again after it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from contracts.marketplace import ItemSold, OfferingListed
from contracts.visitor import Call
from services.marketplace.commands.expiring import end_orders
from services.marketplace.domain.orders import NOT_COLLECTED
from services.marketplace.service import service
from tests.integration.marketplace.conftest import BUYER, MAKER, cancellation, reinstatement, sailing
from tests.integration.marketplace.test_stock_race import at_once, conserved, request_of

LEAVES, LANDS = sailing().departure.at, sailing().arrival.at


def ordered(market, product, quantity=1, **body):
    """An order of the buyer's."""
    return market.made("/orders", {"offering_id": product["id"], "quantity": quantity, **body}, BUYER)


def set_clock(market, at):
    market.clock.advance(at - market.clock.now())


def test_an_order_that_nobody_collects_ends_and_its_units_are_for_sale_again(market):
    """Row C6."""
    product = market.product(market.maker())
    order = ordered(market, product, quantity=2)
    assert order["expires_at"] == "2018-09-22T10:00:00Z"
    market.clock.advance(timedelta(days=7, milliseconds=-1))
    assert end_orders(market.runtime.store) == 0
    assert market.shown(f"/orders/{order['id']}", BUYER) == order
    market.clock.advance(timedelta(milliseconds=1))
    said = len(market.said(OfferingListed))
    assert end_orders(market.runtime.store) == 1
    ended = market.shown(f"/orders/{order['id']}", BUYER)
    assert (ended["status"], ended["cancellation"]) == ("cancelled", NOT_COLLECTED)
    assert (ended["closed_at"], set(NOT_COLLECTED)) == (order["expires_at"], {"en", "fr"})
    assert market.shown(f"/orders/{order['id']}", MAKER) == ended
    assert market.shown(f"/offerings/{product['id']}")["available"] == 3
    assert [event.available for event in market.said(OfferingListed)[said:]] == [3]
    before = market.state()
    assert end_orders(market.runtime.store) == 0
    assert market.state() == before, "ending twice changes nothing"
    market.refused(409, f"/orders/{order['id']}/collect")
    conserved(market, product, 3)


def test_only_the_orders_whose_time_is_over_end(market):
    """Row C6."""
    product = market.product(market.maker(), stock=4)
    asked, collected = ordered(market, product), ordered(market, product)
    market.made(f"/orders/{asked['id']}/cancel", by=BUYER)
    market.made(f"/orders/{collected['id']}/collect")
    late = ordered(market, product)
    market.clock.advance(timedelta(hours=1))
    fresh = ordered(market, product)
    market.clock.advance(timedelta(days=6, hours=23))
    assert end_orders(market.runtime.store) == 1
    shown = {each["id"]: (each["status"], each["cancellation"]) for each in market.shown("/orders", BUYER)["items"]}
    assert shown == {
        asked["id"]: ("cancelled", None),
        collected["id"]: ("collected", None),
        late["id"]: ("cancelled", NOT_COLLECTED),
        fresh["id"]: ("placed", None),
    }
    assert market.shown(f"/offerings/{product['id']}")["available"] == 2


def test_an_order_for_a_sailing_ends_two_days_after_it_lands_whether_it_runs_or_not(market):
    product = market.product(market.maker(), stock=4)
    market.hears(sailing("s-1"), sailing("s-2"))
    runs, does_not = (ordered(market, product, collect_sailing_id=each) for each in ("s-1", "s-2"))
    market.hears(cancellation("s-2"))
    assert runs["expires_at"] == does_not["expires_at"] == "2018-09-18T13:00:00Z"
    set_clock(market, LANDS + timedelta(days=2, milliseconds=-1))
    assert end_orders(market.runtime.store) == 0
    market.clock.advance(timedelta(milliseconds=1))
    assert end_orders(market.runtime.store) == 2
    assert {each["status"] for each in market.shown("/orders", BUYER)["items"]} == {"cancelled"}
    assert market.shown(f"/offerings/{product['id']}")["available"] == 4
    market.hears(reinstatement("s-2"))
    assert market.shown(f"/orders/{does_not['id']}", BUYER)["status"] == "cancelled"


@pytest.mark.parametrize(("moved", "end"), [(5, "2018-09-18T18:00:00Z"), (-5, "2018-09-18T13:00:00Z")])
def test_a_sailing_that_lands_later_gives_more_time_and_one_that_lands_earlier_no_less(market, moved, end):
    product = market.product(market.maker())
    market.hears(sailing("s-1"))
    order = ordered(market, product, collect_sailing_id="s-1")
    arrival = Call(town="dieppe", at=LANDS + timedelta(hours=moved), zone="Europe/Paris")
    market.hears(sailing("s-1", arrival=arrival))
    assert market.shown(f"/orders/{order['id']}", BUYER)["expires_at"] == end


def test_nothing_is_ordered_for_a_sailing_that_has_left(market):
    product = market.product(market.maker())
    market.hears(sailing("s-1"), sailing("s-2"), cancellation("s-2"))
    set_clock(market, LEAVES - timedelta(milliseconds=1))
    ordered(market, product, collect_sailing_id="s-1")
    for later in (timedelta(milliseconds=1), timedelta(days=1)):
        market.clock.advance(later)
        for gone in ("s-1", "s-2"):
            body = {"offering_id": product["id"], "collect_sailing_id": gone}
            assert "collect_sailing_id" in market.refused(422, "/orders", body, by=BUYER)["errors"]


@pytest.mark.parametrize("attempt", range(2))
def test_an_order_is_collected_or_ends_and_never_both(market, attempt):
    """Row C6, many at once: workers that end orders, and a maker who hands them over at that moment."""
    product = market.product(market.maker(), stock=8)
    orders = [ordered(market, product)["id"] for _ in range(8)]
    market.clock.advance(timedelta(days=8))
    hand_over = [request_of(market, f"/orders/{order}/collect") for order in orders]
    answers = at_once(*[lambda: end_orders(market.runtime.store)] * 2, *hand_over)
    statuses = Counter(row["status"] for row in market.runtime.db["orders"].find())
    assert set(statuses) <= {"collected", "cancelled"}
    assert sum(answers[:2]) == statuses["cancelled"]
    assert Counter(answer.status_code for answer in answers[2:]) == Counter(
        {200: statuses["collected"], 409: statuses["cancelled"]}
    )
    assert len(market.said(ItemSold)) == statuses["collected"]
    assert market.shown(f"/offerings/{product['id']}")["available"] == statuses["cancelled"]
    conserved(market, product, 8)


def test_an_order_of_before_there_was_an_end_gets_one(market):
    product = market.product(market.maker())
    order = ordered(market, product)
    market.runtime.db["orders"].update_one({"_id": order["id"]}, {"$unset": {"expires_at": ""}})
    assert market.shown(f"/orders/{order['id']}", BUYER)["expires_at"] is None
    market.clock.advance(timedelta(days=30))
    assert end_orders(market.runtime.store) == 0
    assert market.shown(f"/orders/{order['id']}", BUYER)["expires_at"] == "2018-10-22T10:00:00Z"
    market.clock.advance(timedelta(days=7))
    assert end_orders(market.runtime.store) == 1


def test_the_worker_ends_orders_within_a_minute_and_finds_them_by_an_index(market):
    """GC1: nothing stays set aside for 60 seconds after its end."""
    [chore] = service.chores
    assert (chore.run, chore.every <= timedelta(seconds=60)) == (end_orders, True)
    product = market.product(market.maker())
    ordered(market, product)
    market.clock.advance(timedelta(days=7))
    db = market.runtime.db
    db.command("profile", 2)
    chore.run(market.runtime.store)
    db.command("profile", 0)
    ran = list(db["system.profile"].find({"ns": f"{db.name}.orders", "planSummary": {"$exists": True}}))
    db["system.profile"].drop()
    assert len(ran) >= 4
    for each in ran:
        assert "COLLSCAN" not in each["planSummary"], each["command"]
        assert not each.get("hasSortStage"), each["command"]
