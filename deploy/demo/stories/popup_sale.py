"""S3: an item is sold across the water; its maker's income and its passport say so."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.walk import Walk

MAKER = "maker-1"


def the_popup_shop_sells(walk: Walk) -> None:
    """The Dieppe pop-up shop sells an item: its maker's income shows it at once, its page shows whose hands it took."""
    api = walk.api
    today = datetime.now(ZoneInfo("Europe/Paris")).date().isoformat()
    shops = api.get("/v1/popups", town="dieppe", open_on=today, mine="true", as_="keeper")["items"]
    walk.sure(f"a pop-up shop is open in Dieppe on {today}", shops)
    shop = shops[0]
    maker = api.get("/v1/makers", as_=MAKER, mine="true")["items"][0]
    offering = next(each for each in api.items("/v1/offerings", maker_id=maker["id"]) if each["kind"] == "product")
    path = f"/v1/offerings/{offering['id']}/stock"
    [item] = api.post(path, {"quantity": 1}, as_=MAKER, idempotent=f"s3-make-{walk.tag}")["item_ids"]
    walk.did(f"{maker['name']} in Newhaven makes one more: {offering['title']['en']}")
    item = _consigned(walk, offering["id"], shop["id"])
    walk.did(f"it goes over to {shop['name']['fr']}, {shop['town']}")
    before = _income(walk, maker["id"], shop["currency"])
    sold = api.post(
        "/v1/sales", {"item_ids": [item], "popup_id": shop["id"]}, as_="keeper", idempotent=f"s3-sale-{walk.tag}"
    )
    price, income = sold["price"]["amount"], sold["income"]["amount"]
    walk.did(f"the shop sells it for {price / 100:.2f} {sold['price']['currency']}")
    walk.same("price = commission + income", sold["commission"]["amount"] + income, price)
    after = _income(walk, maker["id"], shop["currency"])
    walk.same(f"the maker's income from pop-up shops, was {before}", after, before + income)
    passport = api.get(f"/v1/passports/{item}")
    hands = [hand["kind"] for hand in passport["hands"]]
    walk.same("through whose hands it went", hands, ["maker", "popup", "buyer"])
    walk.sure("every entry is signed and none is missing", passport["intact"] and not passport["problems"])
    walk.same("its page says where it was made", passport["made_in"]["en"], "Made in Newhaven")
    walk.sure("and says nothing about the buyer", not set(passport["hands"][-1]) - {"kind", "since"})


def _consigned(walk: Walk, offering_id: str, popup_id: str) -> str:
    handing = {"offering_id": offering_id, "popup_id": popup_id, "quantity": 1}
    answer: dict[str, Any] = walk.api.post("/v1/consignments", handing, as_=MAKER, idempotent=f"s3-hand-{walk.tag}")
    return str(answer["item_ids"][0])


def _income(walk: Walk, maker_id: str, currency: str) -> int:
    """What a maker has earned in pop-up shops in a currency, in minor units."""
    totals = walk.api.get("/v1/statements", as_=MAKER, maker_id=maker_id)["totals"]
    return sum(row["income"] for row in totals if (row["source"], row["currency"]) == ("popup", currency))
