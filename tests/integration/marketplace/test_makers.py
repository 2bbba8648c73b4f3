"""Makers and offerings: joined and found the same day, changed by their members alone."""

from __future__ import annotations

from contracts.marketplace import MakerJoined, OfferingListed, OfferingWithdrawn
from services.marketplace.commands import finding
from tests.integration.marketplace.conftest import BUYER, KEEPER, MAKER, OPERATOR, OTHER, maker_body, product_body


def test_a_maker_joins_and_has_a_findable_sellable_offer_the_same_day_with_income_from_day_one(market):
    maker = market.maker()
    assert maker["walk_minutes"] == 12
    product = market.product(maker)
    for query in ("q=tide", "q=MAREE", "q=bol marée", "town=newhaven", "kind=product", f"maker_id={maker['id']}"):
        assert [each["id"] for each in market.shown(f"/offerings?{query}")["items"]] == [product["id"]], query
    for query in ("q=ceram", "q=céramique newhaven", "town=newhaven"):
        assert [each["id"] for each in market.shown(f"/makers?{query}")["items"]] == [maker["id"]], query
    assert market.shown("/makers?q=tidal")["items"] == market.shown("/offerings?town=dieppe")["items"] == []
    assert set(market.income(maker).values()) == {0}
    assert len(market.income(maker)) == 8
    sale = market.made("/sales", {"offering_id": product["id"]})
    assert sale["income"] == {"amount": 2800, "currency": "GBP"}
    assert market.income(maker)["GBP", "studio"] == 2800


def test_joining_and_listing_say_the_whole_listing(market):
    maker = market.maker(address="5 Bridge Street", synthetic=True)
    product = market.product(maker, synthetic=True)
    [joined], [listed] = market.said(MakerJoined), market.said(OfferingListed)
    assert (joined.maker_id, joined.name, joined.point.lat, joined.address) == (
        maker["id"],
        "Salt & Slip",
        50.792,
        "5 Bridge Street",
    )
    assert joined.synthetic
    assert listed.synthetic
    assert (listed.offering_id, listed.price.amount, listed.available, listed.town) == (
        product["id"],
        2800,
        3,
        "newhaven",
    )
    assert [(price.amount, price.currency) for price in listed.prices] == [(2800, "GBP"), (3250, "EUR")]


def test_members_are_known_to_members_only_and_share_the_maker(market):
    maker = market.maker()
    path = f"/makers/{maker['id']}"
    assert "members" not in market.shown(path)
    assert MAKER not in market.get("/makers").text
    market.refused(403, path, {"name": "Mine now"}, by=OTHER, method="PATCH")
    market.refused(403, f"{path}/members", by=OTHER, method="GET")
    market.refused(403, f"{path}/members", {"account_id": OTHER}, by=OTHER)
    market.refused(403, f"{path}/members/{MAKER}", by=OTHER, method="DELETE")
    assert market.made(f"{path}/members", {"account_id": OTHER})["members"] == [MAKER, OTHER]
    assert market.made(f"{path}/members", {"account_id": OTHER})["members"] == [MAKER, OTHER]
    changed = market.send("PATCH", path, {"name": "Salt & Slip & Co", "kind": "firm", "point": None}, by=OTHER)
    assert (changed.json["name"], changed.json["kind"], changed.json["walk_minutes"]) == (
        "Salt & Slip & Co",
        "firm",
        None,
    )
    assert market.said(MakerJoined)[-1].name == "Salt & Slip & Co"
    assert market.shown("/makers?mine=true", by=OTHER)["items"][0]["id"] == maker["id"]
    assert market.shown("/makers?mine=true", by=KEEPER)["items"] == []
    assert market.send("DELETE", f"{path}/members/{MAKER}", by=OTHER).json["members"] == [OTHER]
    market.refused(409, f"{path}/members/{OTHER}", by=OTHER, method="DELETE")
    market.refused(403, path, {"name": "Back"}, by=MAKER, method="PATCH")


def test_offerings_are_found_by_what_their_maker_is_called_now(market):
    maker = market.maker()
    listed, withdrawn = market.product(maker), market.product(maker)
    market.made(f"/offerings/{withdrawn['id']}/withdraw")
    path, change = f"/makers/{maker['id']}", {"name": "Driftwood Lane", "craft": {"en": "Joinery"}}

    def found(words):
        return [each["id"] for each in market.shown(f"/offerings?q={words}")["items"]]

    assert found("slip") == found("ceramics") == [listed["id"]]
    assert market.send("PATCH", path, change, by=MAKER).status_code == 200
    assert found("driftwood") == found("joinery tide") == [listed["id"]]
    assert found("slip") == found("ceramics") == []
    market.made(f"/offerings/{withdrawn['id']}/relist")
    assert set(found("driftwood")) == {listed["id"], withdrawn["id"]}
    assert found("slip") == []


def test_a_maker_lists_so_many_offerings_and_withdraws_one_for_another(market, monkeypatch):
    monkeypatch.setattr(finding, "MAX_LISTED", 2)
    maker = market.maker()
    first, _ = market.product(maker), market.product(maker)
    assert "at most 2" in market.refused(409, "/offerings", product_body(maker["id"]))["detail"]
    market.made(f"/offerings/{first['id']}/withdraw")
    market.product(maker)
    market.refused(409, f"/offerings/{first['id']}/relist")


def test_roles(market):
    market.refused(401, "/makers", maker_body(), by="")
    market.refused(403, "/makers", maker_body(), by=BUYER)
    maker = market.maker()
    market.refused(403, "/offerings", product_body(maker["id"]), by=OTHER)
    market.refused(403, "/offerings", product_body(maker["id"]), by=OPERATOR)
    market.refused(401, "/makers?mine=true", by="", method="GET")


def test_an_offering_is_changed_restocked_and_withdrawn_by_its_maker(market):
    maker = market.maker()
    product = market.product(maker)
    path = f"/offerings/{product['id']}"
    changed = market.send("PATCH", path, {"prices": [{"amount": 3000, "currency": "GBP"}]}, by=MAKER).json
    assert (changed["price"]["amount"], changed["available"]) == (3000, 3)
    more = market.made(f"{path}/stock", {"quantity": 2, "made_on": "2018-09-14"})
    assert (more["available"], more["stock"], len(set(more["item_ids"]))) == (5, {"studio": 5}, 2)
    assert market.shown(f"/passports/{more['item_ids'][0]}")["made_on"] == "2018-09-14"
    assert len(market.shown(f"{path}/items")["items"]) == 5
    for act in ("withdraw", "relist", "stock"):
        market.refused(403, f"{path}/{act}", {"quantity": 1} if act == "stock" else None, by=OTHER)
    assert market.made(f"{path}/withdraw")["status"] == "withdrawn"
    assert market.made(f"{path}/withdraw")["status"] == "withdrawn"
    assert len(market.said(OfferingWithdrawn)) == 1
    assert market.shown("/offerings")["items"] == []
    assert market.shown(path)["status"] == "withdrawn"
    market.refused(409, "/sales", {"offering_id": product["id"]})
    said = len(market.said(OfferingListed))
    market.made(f"{path}/stock", {"quantity": 1})
    assert len(market.said(OfferingListed)) == said, "a withdrawn offering must not come back by being restocked"
    assert market.made(f"{path}/relist")["status"] == "listed"
    assert market.said(OfferingListed)[-1].available == 6
    assert market.shown("/offerings")["items"][0]["withdrawn_at"] is None


def test_a_class_counts_its_places_and_a_service_need_not(market):
    maker = market.maker()
    base = {
        key: value for key, value in product_body(maker["id"]).items() if key not in ("materials", "made_on", "stock")
    }
    lesson = market.made("/offerings", base | {"kind": "class", "capacity": 1, "schedule": {"en": "Saturdays at ten"}})
    repair = market.made("/offerings", base | {"kind": "service"})
    assert (lesson["available"], lesson["stock"]) == (1, {"studio": 1})
    assert (repair["available"], repair["stock"]) == (None, None)
    assert market.made("/sales", {"offering_id": repair["id"], "quantity": 4})["item_ids"] == []
    market.made("/sales", {"offering_id": lesson["id"]})
    market.refused(409, "/sales", {"offering_id": lesson["id"]})
    market.refused(409, f"/offerings/{repair['id']}/stock", {"quantity": 1})
    available = market.shown("/offerings?available=true")["items"]
    assert [each["id"] for each in available] == [repair["id"]]
    assert len(market.shown("/offerings")["items"]) == 2


def test_pages_follow_each_other(market):
    maker = market.maker()
    made = [market.product(maker, title={"en": f"Bowl {number}"}, stock=0)["id"] for number in range(5)]
    seen, path = [], "/offerings?limit=2"
    while path:
        page = market.shown(path)
        seen += [each["id"] for each in page["items"]]
        path = page["next_cursor"] and f"/offerings?limit=2&cursor={page['next_cursor']}"
    assert seen == made[::-1]
    assert market.refused(422, "/offerings?cursor=nonsense", method="GET")["errors"]["cursor"]


WRONG_MAKERS = [
    ({"town": "brighton"}, "town"),
    ({"name": ""}, "name"),
    ({"name": "  "}, "name"),
    ({"name": "x" * 121}, "name"),
    ({"craft": {}}, "craft"),
    ({"craft": {"english": "Pots"}}, "craft"),
    ({"summary": {"en": "x" * 2001}}, "summary"),
    ({"point": {"lat": 91, "lon": 0}}, "point"),
    ({"kind": "guild"}, "kind"),
    ({"members": [OTHER]}, "members"),
    ({"visitors_welcome": "maybe"}, "visitors_welcome"),
]


def test_a_maker_that_is_not_right_is_refused_naming_the_field(market):
    for change, field in WRONG_MAKERS:
        assert field in market.refused(422, "/makers", maker_body() | change)["errors"], change


WRONG_OFFERINGS = [
    ({"maker_id": "nobody"}, "maker_id"),
    ({"prices": []}, "prices"),
    ({"prices": [{"amount": 0, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": -1, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": 10**9, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": 2**62, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": 9.5, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": 900, "currency": "USD"}]}, "prices"),
    ({"prices": [{"amount": 900, "currency": "gbp"}]}, "prices"),
    ({"prices": [{"amount": 900, "currency": "GBP"}] * 2}, "prices"),
    ({"stock": -1}, "stock"),
    ({"stock": 501}, "stock"),
    ({"stock": "3"}, "stock"),
    ({"capacity": 3}, "capacity"),
    ({"kind": "class"}, "made_on"),
    ({"kind": "class", "made_on": None}, "made_on"),
    ({"made_on": "2018-09-16"}, "made_on"),
    ({"made_on": "1066-10-14"}, "made_on"),
    ({"made_on": "yesterday"}, "made_on"),
    ({"materials": [{"name": {"en": "Clay"}}]}, "materials"),
    ({"status": "listed"}, "status"),
]


def test_an_offering_that_is_not_right_is_refused_naming_the_field(market):
    maker = market.maker()
    for change, field in WRONG_OFFERINGS:
        assert field in market.refused(422, "/offerings", product_body(maker["id"]) | change)["errors"], change


def test_what_is_not_there_is_not_found(market):
    market.maker()
    for path in ("/makers/nobody", "/offerings/nothing", "/popups/nowhere", "/passports/nothing"):
        market.refused(404, path, method="GET")
    market.refused(404, "/makers/nobody", {"name": "New name"}, method="PATCH")
    market.refused(404, "/offerings/nothing/withdraw")
    market.refused(422, "/makers?town=brighton", method="GET")
    market.refused(422, "/makers?colour=blue", method="GET")
