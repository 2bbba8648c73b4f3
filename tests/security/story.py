"""What the demonstration data has none of: private things of every kind, and what only one account may touch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.security.codes import GUEST, PROPOSER, make_guests, make_visitors_things
from tests.security.world import DirectApi, World

FESTIVAL = "security-festival"
OPEN_EVENT, OWN_EVENT, OWN_TITLE = "security-a-public-event", "security-draft-event", "security-draft-title"
TWIN_EVENT = "security-public-event-again"
"""The open event, listed twice."""


def tell(world: World) -> None:
    """Make them through the public API; what is private is remembered in ``world.private``."""
    api = DirectApi(world)
    today = datetime.now(UTC).date()
    sailing = api.items("/v1/sailings", town="newhaven", direction="departure")[0]["id"]
    text = {"en": "Made to be kept from others."}
    festival = {"id": FESTIVAL, "kind": "cultural", "name": text, "summary": text, "towns": ["newhaven"], "open": False}
    api.post(
        "/v1/festivals",
        {**festival, "first_day": str(today), "last_day": str(today + timedelta(days=3))},
        as_="curator-1",
    )
    draft = {"id": OWN_EVENT, "festival_id": FESTIVAL, "title": text, "town": "newhaven"}
    api.post("/v1/events", draft, as_="curator-1")
    starts = datetime.now(UTC) + timedelta(hours=30)
    timing = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    complete = {**draft, "id": OPEN_EVENT, "where": {"name": text}, "timings": [timing], "publish": True}
    api.post("/v1/events", complete, as_="curator-1")
    api.post("/v1/events", {**complete, "id": TWIN_EVENT}, as_="curator-1")
    make_guests(world, FESTIVAL, OPEN_EVENT)
    make_visitors_things(world)
    title = {"id": OWN_TITLE, "kind": "series", "name": text, "summary": text, "towns": ["newhaven"]}
    api.post("/v1/titles", title, as_="producer")
    subject = api.items("/v1/productions", state="proposed")[0]["id"]
    api.post(f"/v1/productions/{subject}/take-up", as_="producer")
    stops = [{"kind": "place", "id": api.items("/v1/places")[0]["id"]}]
    plan = {"town": "newhaven", "date": str(today), "stops": stops, "return_sailing_id": sailing}
    plan_id = api.post("/v1/plans", plan)["id"]
    enquiry = {"centre_id": "newhaven", "topic": "food", "language": "en"}
    enquiry_id = api.post("/v1/enquiries", enquiry, as_="ambassador")["id"]
    sent = {"enquiry_id": enquiry_id, "target_kind": "place", "target_id": stops[0]["id"]}
    referral_id = api.post("/v1/referrals", sent, as_="ambassador")["id"]
    order_id = api.post("/v1/orders", {"offering_id": product_of(world, "maker-1")["_id"]}, as_="buyer")["id"]
    world.deliver()
    world.private = {
        "a draft event": OWN_EVENT,
        "a draft title": OWN_TITLE,
        "a plan": plan_id,
        "an enquiry": enquiry_id,
        "a referral": referral_id,
        "an order": order_id,
        "a sale": world.ids("marketplace", "ledger")[0],
        "a consignment": world.ids("marketplace", "consignments")[0],
        **{what: value for what, value in world.known.items() if what not in ("offer", "stamp point")},
        "a guest's address": GUEST,
        "a proposer's address": PROPOSER,
        "an ambassador's account": "ambassador-aboard",
        "a buyer's account": '"buyer"',
    }


def product_of(world: World, account: str) -> dict[str, Any]:
    """A product of that account's maker with units in its studio."""
    db = world.runtimes["marketplace"].db
    maker = db.makers.find_one({"members": account})
    assert maker is not None
    query = {"maker_id": maker["_id"], "kind": "product", "status": "listed", "stock.studio": {"$gte": 2}}
    found = db.offerings.find_one(query, sort=[("_id", 1)])
    assert found is not None
    return found


def tomorrow() -> str:
    """A day that has not been yet."""
    return str(datetime.now(UTC).date() + timedelta(days=1))
