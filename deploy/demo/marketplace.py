"""Makers, offerings, pop-up shops and sales of the demo.

Fact as published: there was a pop-up shop in Dieppe in September 2018. Made up and marked so: every maker, product,
price and sale, the present shop, and the shop's days and commission.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deploy.demo.makers_dieppe import DIEPPE
from deploy.demo.makers_newhaven import NEWHAVEN

KEYNOTE = "keynote on the innovation promotion platform, 2018"

POPUP_2018: dict[str, Any] = {
    "id": "dieppe-2018-09",
    "town": "dieppe",
    "name": {"en": "Newhaven in Dieppe", "fr": "Newhaven à Dieppe"},
    "summary": {
        "en": "The first pop-up shop of Newhaven's makers on the other shore, in September 2018. The month is on "
        "record; the days, the commission and the goods shown here are made up.",
        "fr": "La première boutique éphémère des créateurs de Newhaven sur l'autre rive, en septembre 2018. Le mois "
        "est attesté ; les jours, la commission et les objets montrés ici sont inventés.",
    },
    "first_day": "2018-09-01",
    "last_day": "2018-09-30",
    "commission_basis_points": 1500,
    "source": f"{KEYNOTE}: pop-up shop in Dieppe, September 2018",
}

POPUP_NOW: dict[str, Any] = {
    "town": "dieppe",
    "name": {"en": "Both Shores", "fr": "Les Deux Rives"},
    "summary": {
        "en": "Bowls, bags and tide tables from across the water, on the quay of the old harbour. Everything here was "
        "made within a walk of Newhaven harbour. Ask who made it: the tag knows.",
        "fr": "Bols, sacs et tables des marées venus d'en face, sur le quai du vieux port. Tout a été fait à quelques "
        "pas du port de Newhaven. Demandez qui l'a fait : l'étiquette le sait.",
    },
    "address": "Quai Henri IV, Dieppe",
    "point": {"lat": 49.93, "lon": 1.083},
    "opening_hours": {
        "en": "Daily 10:00 to 13:00 and 14:30 to 19:00",
        "fr": "Tous les jours, 10 h - 13 h et 14 h 30 - 19 h",
    },
    "commission_basis_points": 1800,
    "synthetic": True,
}

SHIPPED = ("tide-bowl", "deck-bag", "tide-print", "seaweed-soap", "ferry-mug")
"""Products that go to both shops: three of the first batch in 2018, four of a new one now."""

SOLD_2018 = {"tide-bowl": 3, "deck-bag": 2, "tide-print": 3, "seaweed-soap": 3, "ferry-mug": 1}

Ids = dict[str, str]


def load(api: Any) -> None:
    """Make it all through the public API, as the makers and the shop's keeper would.

    Repeating it in the same month changes nothing; the present shop runs from this month's first day to the end of
    the next.
    """
    month = datetime.now(ZoneInfo("Europe/Paris")).date().replace(day=1)
    offerings = _join_and_list(api)
    _shop_of_2018(api, offerings)
    _present_shop(api, offerings, month)
    _first_income(api, offerings)


def _join_and_list(api: Any) -> Ids:
    """Offering ids by their short names here."""
    ids = {}
    for account, (maker, offerings) in {**NEWHAVEN, **DIEPPE}.items():
        joined = api.post("/v1/makers", {**maker, "synthetic": True}, as_=account, idempotent=f"maker-{account}")
        for name, offering in offerings.items():
            body = {**offering, "maker_id": joined["id"], "synthetic": True}
            ids[name] = api.post("/v1/offerings", body, as_=account, idempotent=f"offering-{name}")["id"]
    return ids


def _shop_of_2018(api: Any, offerings: Ids) -> None:
    """Goods went over on the first of September; most were sold, the rest came home in October."""
    popup = api.post("/v1/popups", POPUP_2018, as_="keeper", idempotent="popup-2018")["id"]
    for name in SHIPPED:
        handing = {"offering_id": offerings[name], "popup_id": popup, "quantity": 3}
        handing["consigned_at"] = "2018-09-01T09:00:00+02:00"
        handed = api.post("/v1/consignments", handing, as_=_maker_of(name), idempotent=f"consign-2018-{name}")
        for number, item in enumerate(handed["item_ids"][: SOLD_2018[name]]):
            sale = {"item_ids": [item], "popup_id": popup, "sold_at": f"2018-09-{5 + 7 * number:02d}T15:40:00+02:00"}
            api.post("/v1/sales", sale, as_="keeper", idempotent=f"sale-2018-{name}-{number}")
        if left := 3 - SOLD_2018[name]:
            back = {"quantity": left, "returned_at": "2018-10-02T11:00:00+02:00"}
            path = f"/v1/consignments/{handed['id']}/return"
            api.post(path, back, as_="keeper", idempotent=f"return-2018-{name}")


def _present_shop(api: Any, offerings: Ids, month: date) -> None:
    """A shop that is open whenever the demo is started."""
    following = month + timedelta(days=31)
    last = following.replace(day=monthrange(following.year, following.month)[1])
    days = {"id": f"dieppe-{month:%Y-%m}", "first_day": month.isoformat(), "last_day": last.isoformat()}
    popup = api.post("/v1/popups", {**POPUP_NOW, **days}, as_="keeper", idempotent=f"popup-{month:%Y-%m}")["id"]
    made_on = (month - timedelta(days=9)).isoformat()
    for name in SHIPPED:
        maker, path = _maker_of(name), f"/v1/offerings/{offerings[name]}/stock"
        batch = {"quantity": 8, "made_on": made_on}
        api.post(path, batch, as_=maker, idempotent=f"batch-{month:%Y-%m}-{name}")
        handing = {"offering_id": offerings[name], "popup_id": popup, "quantity": 4}
        api.post("/v1/consignments", handing, as_=maker, idempotent=f"consign-{month:%Y-%m}-{name}")


def _first_income(api: Any, offerings: Ids) -> None:
    """One sale in a studio of each town, one online, and one order that was collected."""
    for name, source in (("tide-bowl", "studio"), ("vegetable-ivory-whale", "studio"), ("deck-bag", "online")):
        sale = {"offering_id": offerings[name], "source": source}
        api.post("/v1/sales", sale, as_=_maker_of(name), idempotent=f"sale-{source}-{name}")
    order = {"offering_id": offerings["tide-print"]}
    placed = api.post("/v1/orders", order, as_="buyer", idempotent="order-tide-print")
    api.post(f"/v1/orders/{placed['id']}/collect", {}, as_=_maker_of("tide-print"), idempotent="collect-tide-print")


def _maker_of(name: str) -> str:
    """The account of the maker who offers something."""
    return next(account for account, (_, offered) in {**NEWHAVEN, **DIEPPE}.items() if name in offered)
