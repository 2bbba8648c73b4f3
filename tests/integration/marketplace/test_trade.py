"""Shops, consignments, sales and statements: stock, income and passports move together or not at all."""

from __future__ import annotations

from contracts.marketplace import ItemsConsigned, ItemSold, OfferingListed, PopupOpened
from tests.integration.marketplace.conftest import BUYER, KEEPER, MAKER, OPERATOR, OTHER, popup_body


def test_the_dieppe_shop_sells_an_item_its_maker_earns_at_once_and_its_passport_shows_the_hands(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker)
    consigned = market.consigned(product, popup, quantity=2)
    sale = market.made("/sales", {"item_ids": consigned["item_ids"][:1], "popup_id": popup["id"]}, KEEPER)
    assert (sale["price"]["amount"], sale["commission"]["amount"], sale["income"]["amount"]) == (3250, 488, 2762)
    assert market.income(maker)["EUR", "popup"] == 2762
    assert sum(market.income(maker).values()) == 2762
    passport = market.shown(f"/passports/{consigned['item_ids'][0]}")
    assert [hand["kind"] for hand in passport["hands"]] == ["maker", "popup", "buyer"]
    assert [hand.get("name") for hand in passport["hands"]] == [{"en": "Salt & Slip"}, popup["name"], None]
    assert [entry["event"]["bizStep"] for entry in passport["entries"]] == [
        "commissioning",
        "receiving",
        "retail_selling",
    ]
    assert passport["intact"]
    assert passport["sold"]
    assert market.shown(f"/offerings/{product['id']}")["stock"] == {"studio": 1, "dieppe-2018-09": 1}
    assert not market.shown(f"/passports/{consigned['item_ids'][1]}")["sold"]


def test_what_is_said_of_a_consignment_and_a_sale(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker)
    consigned = market.consigned(product, popup)
    market.made("/sales", {"item_ids": consigned["item_ids"], "popup_id": popup["id"]}, KEEPER)
    [opened], [handed], [sold] = market.said(PopupOpened), market.said(ItemsConsigned), market.said(ItemSold)
    assert (opened.popup_id, opened.town, opened.first_day) == ("dieppe-2018-09", "dieppe", "2018-09-01")
    assert (handed.maker_id, handed.quantity, handed.item_ids) == (maker["id"], 1, consigned["item_ids"])
    assert (sold.maker_id, sold.source, sold.popup_id, sold.item_ids) == (
        maker["id"],
        "popup",
        popup["id"],
        consigned["item_ids"],
    )
    assert (sold.price.amount, sold.price.currency, sold.income.amount) == (3250, "EUR", 2762)
    assert [event.available for event in market.said(OfferingListed)] == [3, 3, 2]


def test_sources_and_currencies_are_kept_apart_and_the_statement_adds_up(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker, stock=6)
    market.consigned(product, popup)
    market.made("/sales", {"offering_id": product["id"], "quantity": 2})
    market.made("/sales", {"offering_id": product["id"], "source": "online", "currency": "EUR"})
    market.made("/sales", {"offering_id": product["id"], "popup_id": popup["id"]}, KEEPER)
    order = market.made("/orders", {"offering_id": product["id"]}, BUYER)
    market.made(f"/orders/{order['id']}/collect")
    statement = market.shown(f"/statements?maker_id={maker['id']}", MAKER)
    income = {key: value for key, value in market.income(maker).items() if value}
    assert income == {
        ("GBP", "studio"): 5600,
        ("GBP", "order"): 2800,
        ("EUR", "online"): 3250,
        ("EUR", "popup"): 2762,
    }
    for line in statement["by_currency"]:
        entries = [each for each in statement["entries"] if each["price"]["currency"] == line["currency"]]
        for name in ("price", "commission", "income"):
            assert line[name] == sum(each[name]["amount"] for each in entries)
        assert line["price"] == line["commission"] + line["income"]
    assert len(statement["entries"]) == 4
    page = market.shown(f"/statements?maker_id={maker['id']}&limit=3", MAKER)
    assert (len(page["entries"]), page["totals"]) == (3, statement["totals"])


def test_income_is_nobody_elses_business(market):
    maker, popup = market.maker(), market.popup()
    market.maker(by=OTHER)
    path = f"/statements?maker_id={maker['id']}"
    market.refused(401, path, by="", method="GET")
    for stranger in (OTHER, KEEPER, BUYER):
        market.refused(403, path, by=stranger, method="GET")
    assert market.shown(path, OPERATOR) == market.shown(path, MAKER)
    market.refused(404, "/statements?maker_id=nobody", by=MAKER, method="GET")
    for path in ("/statements", "/sales", "/consignments"):
        assert "maker_id" in market.refused(422, path, by=MAKER, method="GET")["errors"]
    for path in (f"/sales?maker_id={maker['id']}", f"/consignments?maker_id={maker['id']}"):
        market.refused(403, path, by=OTHER, method="GET")
        market.refused(403, path, by=KEEPER, method="GET")
    for path in (f"/sales?popup_id={popup['id']}", f"/consignments?popup_id={popup['id']}"):
        assert market.shown(path, KEEPER)["items"] == []
        market.refused(403, path, by=MAKER, method="GET")


def test_only_who_holds_or_owns_goods_moves_them(market):
    maker, popup = market.maker(), market.popup()
    market.maker(by=OTHER)
    product = market.product(maker)
    handing = {"offering_id": product["id"], "popup_id": popup["id"], "quantity": 1}
    market.refused(403, "/consignments", handing, by=OTHER)
    market.refused(403, "/consignments", handing, by=KEEPER)
    market.refused(403, "/sales", {"offering_id": product["id"]}, by=OTHER)
    market.refused(403, "/sales", {"offering_id": product["id"]}, by=KEEPER)
    consigned = market.consigned(product, popup)
    selling = {"offering_id": product["id"], "popup_id": popup["id"]}
    market.refused(403, "/sales", selling, by=OTHER)
    market.refused(403, "/sales", selling, by=BUYER)
    market.refused(403, f"/consignments/{consigned['id']}/return", {"quantity": 1}, by=OTHER)
    market.made("/sales", selling, by=MAKER)


def test_unsold_units_go_back_and_can_be_sold_in_the_studio(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker)
    consigned = market.consigned(product, popup, quantity=2)
    market.made("/sales", {"item_ids": consigned["item_ids"][:1], "popup_id": popup["id"]}, KEEPER)
    market.refused(409, f"/consignments/{consigned['id']}/return", {"quantity": 2}, by=KEEPER)
    back = market.made(f"/consignments/{consigned['id']}/return", {"quantity": 1}, KEEPER)
    assert back["returned_item_ids"] == consigned["item_ids"][1:]
    assert market.shown(f"/offerings/{product['id']}")["stock"] == {"studio": 2}
    passport = market.shown(f"/passports/{consigned['item_ids'][1]}")
    assert [hand["kind"] for hand in passport["hands"]] == ["maker", "popup", "maker"]
    market.made("/sales", {"item_ids": back["returned_item_ids"]})
    assert market.shown(f"/passports/{consigned['item_ids'][1]}")["intact"]


def test_a_shop_sells_what_it_was_sold_late_but_only_on_its_own_days(market):
    maker, popup = market.maker(), market.popup(first_day="2018-09-01", last_day="2018-09-10")
    product = market.product(maker)
    handing = {"offering_id": product["id"], "popup_id": popup["id"], "quantity": 2}
    market.refused(422, "/consignments", handing)
    market.made("/consignments", handing | {"consigned_at": "2018-08-31T18:00:00+02:00"})
    selling = {"offering_id": product["id"], "popup_id": popup["id"]}
    for wrong in (None, "2018-08-31T23:59:00+02:00", "2018-09-11T00:00:00+02:00", "2018-09-15T12:00:01+02:00"):
        said = selling | ({"sold_at": wrong} if wrong else {})
        assert "sold_at" in market.refused(422, "/sales", said, by=KEEPER)["errors"]
    sale = market.made("/sales", selling | {"sold_at": "2018-09-10T23:59:00+02:00"}, KEEPER)
    assert sale["sold_at"].startswith("2018-09-10T21:59:00")
    event = market.shown(f"/passports/{sale['item_ids'][0]}")["entries"][-1]["event"]
    assert (event["eventTime"], event["eventTimeZoneOffset"]) == ("2018-09-10T23:59:00.000+02:00", "+02:00")


def test_a_passport_tells_its_story_in_order(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker, made_on="2018-09-05")
    handing = {"offering_id": product["id"], "popup_id": popup["id"], "quantity": 1}
    early = market.refused(422, "/consignments", handing | {"consigned_at": "2018-09-04T23:00:00+01:00"})
    assert "consigned_at" in early["errors"]
    [item] = market.made("/consignments", handing | {"consigned_at": "2018-09-06T10:00:00+01:00"})["item_ids"]
    selling = {"item_ids": [item], "popup_id": popup["id"], "sold_at": "2018-09-05T12:00:00+02:00"}
    assert "sold_at" in market.refused(422, "/sales", selling, by=KEEPER)["errors"]
    unnamed = {"offering_id": product["id"], "popup_id": popup["id"], "sold_at": "2018-09-05T12:00:00+02:00"}
    market.refused(409, "/sales", unnamed, by=KEEPER)


def test_goods_move_by_what_was_there_at_the_time_whatever_happened_to_older_ones_since(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker, stock=2)
    older, newer = (each["id"] for each in market.shown(f"/offerings/{product['id']}/items")["items"])
    handing = {"offering_id": product["id"], "popup_id": popup["id"], "quantity": 1}

    def hand(at, quantity=1):
        return market.made("/consignments", handing | {"quantity": quantity, "consigned_at": f"2018-09-{at}:00Z"})

    went = hand("10T09:00")
    assert went["item_ids"] == [older]
    back = market.made(f"/consignments/{went['id']}/return", {"quantity": 1, "returned_at": "2018-09-12T12:00:00Z"})
    assert back["returned_item_ids"] == [older]
    early = market.refused(422, "/consignments", handing | {"quantity": 2, "consigned_at": "2018-09-12T10:00:00Z"})
    assert "2018-09-12T12:00" in early["errors"]["consigned_at"][0]
    assert hand("12T10:00")["item_ids"] == [newer]
    assert hand("12T13:00")["item_ids"] == [older]
    both = market.product(maker, stock=2)
    handing["offering_id"] = both["id"]
    later, sooner = market.shown(f"/offerings/{both['id']}/items")["items"]
    handed = hand("10T09:00", 2)
    market.runtime.db["items"].update_one({"_id": later["id"]}, {"$set": {"last_event_at": market.clock.now()}})
    path = f"/consignments/{handed['id']}/return"
    returned = market.made(path, {"quantity": 1, "returned_at": "2018-09-11T09:00:00Z"})
    assert returned["returned_item_ids"] == [sooner["id"]]
    left = market.refused(422, path, {"quantity": 1, "returned_at": "2018-09-11T10:00:00Z"})
    assert "returned_at" in left["errors"]


def test_a_price_is_needed_in_the_currency_of_the_till(market):
    maker, popup = market.maker(), market.popup()
    pounds = market.product(maker, prices=[{"amount": 100, "currency": "GBP"}])
    handing = {"offering_id": pounds["id"], "popup_id": popup["id"], "quantity": 1}
    assert "EUR" in str(market.refused(422, "/consignments", handing)["errors"]["offering_id"])
    assert "currency" in market.refused(422, "/sales", {"offering_id": pounds["id"], "currency": "EUR"})["errors"]
    assert market.popup(id="pounds-too", currency="GBP")["currency"] == "GBP"


WRONG_SALES = [
    ({"quantity": 0}, 422, "quantity"),
    ({"quantity": -1}, 422, "quantity"),
    ({"quantity": 101}, 422, "quantity"),
    ({"quantity": 1.5}, 422, "quantity"),
    ({"offering_id": "nothing"}, 422, "offering_id"),
    ({"offering_id": None}, 422, "offering_id"),
    ({"popup_id": "nowhere"}, 422, "popup_id"),
    ({"source": "order"}, 422, "source"),
    ({"source": "popup"}, 422, "source"),
    ({"currency": "USD"}, 422, "currency"),
    ({"sold_at": "2018-09-15T12:00:00"}, 422, "sold_at"),
    ({"item_ids": []}, 422, "item_ids"),
    ({"item_ids": ["x"] * 101}, 422, "item_ids"),
    ({"item_ids": ["unknown"]}, 409, None),
    ({"item_ids": ["unknown", "unknown"]}, 422, "item_ids"),
    ({"item_ids": ["unknown"], "quantity": 2}, 422, "quantity"),
    ({"quantity": 4}, 409, None),
    ({"price": {"amount": 1, "currency": "GBP"}}, 422, "price"),
]


def test_a_sale_that_is_not_right_changes_nothing(market):
    product = market.product(market.maker())
    for change, status, field in WRONG_SALES:
        problem = market.refused(status, "/sales", {"offering_id": product["id"]} | change)
        assert field is None or field in problem["errors"], change


def test_neither_item_nor_offering_named(market):
    assert "offering_id" in market.refused(422, "/sales", {})["errors"]
    assert "item_ids" in market.refused(422, "/sales", {"item_ids": ["unknown"]})["errors"]


WRONG_SHOPS = [
    ({"id": "studio"}, 422, "id"),
    ({"id": "A"}, 422, "id"),
    ({"id": "a.b"}, 422, "id"),
    ({"id": "$where"}, 422, "id"),
    ({"town": "atlantis"}, 422, "town"),
    ({"last_day": "2018-08-31"}, 422, "last_day"),
    ({"last_day": "2020-08-31"}, 422, "last_day"),
    ({"commission_basis_points": -1}, 422, "commission_basis_points"),
    ({"commission_basis_points": 10001}, 422, "commission_basis_points"),
    ({"commission_basis_points": "15%"}, 422, "commission_basis_points"),
    ({"currency": "USD"}, 422, "currency"),
    ({"keeper_id": OTHER}, 422, "keeper_id"),
]


def test_a_shop_that_is_not_right_is_refused(market):
    for change, status, field in WRONG_SHOPS:
        assert field in market.refused(status, "/popups", popup_body() | change, by=KEEPER)["errors"], change


def test_shops_are_listed_with_what_they_hold(market):
    maker, popup = market.maker(), market.popup()
    held, kept = market.product(maker), market.product(maker)
    market.consigned(held, popup)
    market.refused(409, "/popups", popup_body(), by=KEEPER)
    market.refused(403, "/popups", popup_body(id="another"), by=BUYER)
    assert KEEPER not in market.get("/popups").text
    assert market.shown("/popups?town=dieppe&open_on=2018-09-15")["items"][0]["id"] == popup["id"]
    assert market.shown("/popups?open_on=2018-10-01")["items"] == []
    assert market.shown("/popups?mine=true", KEEPER)["items"][0]["id"] == popup["id"]
    assert market.shown("/popups?mine=true", MAKER)["items"] == []
    here = market.shown(f"/offerings?popup_id={popup['id']}")["items"]
    assert [each["id"] for each in here] == [held["id"]] != [kept["id"]]


def test_a_repeated_sale_with_one_key_happens_once(market):
    product = market.product(market.maker())
    key = {"Idempotency-Key": "till-1-0001"}
    first = market.post("/sales", {"offering_id": product["id"]}, headers=key)
    again = market.post("/sales", {"offering_id": product["id"]}, headers=key)
    other = market.post("/sales", {"offering_id": product["id"], "quantity": 2}, headers=key)
    assert (first.status_code, again.json, other.status_code) == (201, first.json, 422)
    assert market.shown(f"/offerings/{product['id']}")["available"] == 2
