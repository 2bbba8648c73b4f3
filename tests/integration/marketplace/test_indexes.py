"""Every read is answered by an index: none walks through a collection, and lists come sorted out of it."""

from __future__ import annotations

from tests.integration.marketplace.conftest import KEEPER, MAKER

READS = [
    ("/makers", ""),
    ("/makers?town=newhaven", ""),
    ("/makers?town=newhaven&q=cera%20sal", ""),
    ("/makers?mine=true", MAKER),
    ("/makers/{maker}", ""),
    ("/offerings", ""),
    ("/offerings?available=true", ""),
    ("/offerings?town=newhaven&kind=product&available=true", ""),
    ("/offerings?town=newhaven", ""),
    ("/offerings?kind=class", ""),
    ("/offerings?q=bowl", ""),
    ("/offerings?maker_id={maker}", ""),
    ("/offerings?popup_id={popup}", ""),
    ("/offerings/{product}/items", ""),
    ("/popups", ""),
    ("/popups?town=dieppe&open_on=2018-09-15", ""),
    ("/popups?mine=true", KEEPER),
    ("/consignments?maker_id={maker}", MAKER),
    ("/consignments?popup_id={popup}", KEEPER),
    ("/sales?popup_id={popup}", KEEPER),
    ("/statements?maker_id={maker}", MAKER),
    ("/orders", MAKER),
    ("/orders?maker_id={maker}&status=placed", MAKER),
    ("/passports/{item}", ""),
]


def test_every_read_is_answered_by_an_index(market):
    maker, popup = market.maker(), market.popup()
    product = market.product(maker)
    [item] = market.consigned(product, popup)["item_ids"]
    names = {"maker": maker["id"], "popup": popup["id"], "product": product["id"], "item": item}
    db = market.runtime.db
    for path, by in READS:
        db.command("profile", 2)
        market.shown(path.format(**names), by)
        db.command("profile", 0)
        ran = list(db["system.profile"].find({"op": {"$in": ["query", "command"]}, "planSummary": {"$exists": True}}))
        db["system.profile"].drop()
        assert ran, f"{path} read nothing"
        for each in ran:
            assert "COLLSCAN" not in each["planSummary"], (path, each["command"])
            few = "offerings?popup_id" in path  # what one shop holds is looked up by id, then sorted
            assert few or not each.get("hasSortStage"), (path, each["planSummary"], each["command"])
