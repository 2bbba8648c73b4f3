"""Promise 32 (6): one visitor cannot take everything: what is set aside for a person has a limit, also all at once.

OWASP API6:2023, unrestricted access to sensitive business flows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from gateway.app import create_gateway
from services.festivals.domain.places import MAX_CLAIMS_OF_ACCOUNT, MAX_CLAIMS_OF_ADDRESS
from services.festivals.team.proposing import MAX_A_DAY
from services.marketplace.commands.orders import MAX_OPEN_ORDERS, MAX_UNITS_SET_ASIDE
from tests.security.access import line_of
from tests.security.codes import shown_pass
from tests.security.routes import GATEWAY, api_routes
from tests.security.story import FESTIVAL, OPEN_EVENT
from tests.security.world import World, signed_in

FLOWS = {
    "POST /v1/accounts": "so many new accounts of one address (RATE_LIMIT_REGISTRATION)",
    "POST /v1/auth/token": "so many failed sign-ins (RATE_LIMIT_LOGIN; module 2)",
    "DELETE /v1/festivals/<festival_id>/members/<account_id>": "only the people of a festival; sets nothing aside",
    "POST /v1/day-plans": "so many worked out at once in a process (day_api.AT_ONCE); sets nothing aside",
    "POST /v1/day-plans/<plan_id>/open": "reads, with a code of 128 bits",
    "POST /v1/day-plans/<plan_id>/replan": "as making one, with its code",
    "POST /v1/events/<event_id>/registrations": "so many of one account, and of one address, for one event",
    "POST /v1/events/<event_id>/scanners/<code>/scans": "with the code of a device, 500 at a time; each scan is once",
    "POST /v1/festivals/<festival_id>/proposals": "so many of one address in a day, and so many that wait",
    "POST /v1/guide/bundle/delta": "reads: only its question is too long for an address",
    "POST /v1/offers/<offer_id>/vouchers": "one for a pass; an offer of few asks for stamps, which cannot be made up",
    "POST /v1/orders": "so many open orders of one account, and units of one offering in them",
    "POST /v1/orders/<order_id>/cancel": "gives back what was set aside",
    "POST /v1/passes": "one for a key, and sets nothing aside",
    "POST /v1/passes/<pass_id>/open": "reads, with a code that the key of the pass signs",
    "POST /v1/passes/<pass_id>/stamps": "only what a stamp point signed for this pass; one a place and day",
    "POST /v1/placements/<placement_id>/click": "counts, and sets nothing aside",
    "POST /v1/plans": "notes a wish, and sets nothing aside",
    "POST /v1/registrations/<code>/accept": "only what was offered to this code",
    "POST /v1/registrations/<code>/cancel": "gives back what was set aside",
    "PUT /v1/festivals/<festival_id>/members/<account_id>": "only the people of a festival, so many (MAX_MEMBERS)",
}
"""Every write that any visitor may send, and what keeps one of them from using it up for all others."""

HOW_MANY = 24
"""Offerings that are made for these tests."""


def test_every_write_of_visitors_has_its_limit() -> None:
    """A flow that sets something aside comes with a limit for each visitor, and with its test below."""
    open_to_visitors = [route.label for route in api_routes() if route.writes and not line_of(route.label).roles]
    assert sorted(FLOWS) == sorted(open_to_visitors)


@pytest.fixture(scope="module")
def offerings(world: World) -> list[str]:
    """Products of one maker, 25 units of each."""
    text = {"en": "Bowl", "fr": "Bol"}
    maker = {"name": "Made for many", "town": "newhaven", "craft": text, "summary": text}
    maker_id = world.made("maker-8", "/v1/makers", maker)["id"]
    body = {"maker_id": maker_id, "kind": "service", "title": text, "summary": text, "capacity": 25}
    priced = {**body, "prices": [{"amount": 100, "currency": "GBP"}]}
    return [world.made("maker-8", "/v1/offerings", priced)["id"] for _ in range(HOW_MANY)]


def order(world: World, who: str, offering: str, quantity: int = 1) -> Any:
    body = {"offering_id": offering, "quantity": quantity}
    return world.send("POST", "/v1/orders", roles=["visitor"], id=who, json=body)


def test_nobody_sets_more_of_one_offering_aside_than_is_fair(world: World, offerings: list[str]) -> None:
    first = order(world, "greedy", offerings[0], MAX_UNITS_SET_ASIDE - 1)
    assert first.status_code == 201
    before = world.digest("marketplace")
    refused = order(world, "greedy", offerings[0], 2)
    assert (refused.status_code, list(refused.json["errors"])) == (409, ["quantity"])
    assert world.digest("marketplace") == before
    assert order(world, "greedy", offerings[0], 1).status_code == 201
    assert order(world, "greedy", offerings[0], 1).status_code == 409
    assert order(world, "modest", offerings[0], 3).status_code == 201
    assert order(world, "greedy", offerings[1], 1).status_code == 201
    cancel = f"/v1/orders/{first.json['id']}/cancel"
    assert world.send("POST", cancel, roles=["visitor"], id="greedy").status_code == 200
    assert order(world, "greedy", offerings[0], 2).status_code == 201


def test_one_order_is_no_larger_than_all_of_ones_orders_may_be(world: World, offerings: list[str]) -> None:
    answer = order(world, "grand", offerings[0], MAX_UNITS_SET_ASIDE + 1)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["quantity"])


def test_nobody_has_more_open_orders_than_is_fair(world: World, offerings: list[str]) -> None:
    statuses = [order(world, "hoarder", offering).status_code for offering in offerings[: MAX_OPEN_ORDERS + 2]]
    assert statuses == [201] * MAX_OPEN_ORDERS + [409, 409]


def at_once(world: World, who: str, wanted: Iterator[str]) -> Counter[int]:
    """How many orders of one account, sent at the same time, were answered how."""
    headers = signed_in(["visitor"], who)

    def send(offering: str) -> int:
        client = world.apps["marketplace"].test_client()
        while True:
            answer = client.post("/v1/orders", json={"offering_id": offering}, headers=headers)
            if answer.status_code != 503:
                return answer.status_code

    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(send, wanted))


def test_asking_at_once_gives_no_more_of_one_offering(world: World, offerings: list[str]) -> None:
    answers = at_once(world, "impatient", iter([offerings[2]] * 16))
    assert answers == {201: MAX_UNITS_SET_ASIDE, 409: 6}
    db = world.runtimes["marketplace"].db
    assert db.orders.count_documents({"buyer_id": "impatient"}) == MAX_UNITS_SET_ASIDE


def test_asking_at_once_gives_no_more_orders(world: World, offerings: list[str]) -> None:
    answers = at_once(world, "hasty", iter(offerings[:HOW_MANY]))
    assert answers == {201: MAX_OPEN_ORDERS, 409: HOW_MANY - MAX_OPEN_ORDERS}


def test_one_address_makes_only_so_many_accounts(world: World) -> None:
    settings = replace(world.apps[GATEWAY].extensions["edge"].settings, registration_rate_limit="2/minute")
    client = create_gateway(world.runtimes[GATEWAY], settings).test_client()
    statuses = []
    for number in range(4):
        body = {"email": f"many-{number}@example.org", "password": "correct horse battery", "name": "Many"}
        statuses.append(client.post("/v1/accounts", json=body).status_code)
    assert statuses == [201, 201, 429, 429]


def test_one_account_registers_only_so_often_for_an_event(world: World) -> None:
    path = f"/v1/events/{OPEN_EVENT}/registrations"
    statuses = []
    for number in range(MAX_CLAIMS_OF_ACCOUNT + 2):
        body = {"name": "Greedy", "email": f"greedy-{number}@example.org"}
        statuses.append(world.send("POST", path, roles=["visitor"], id="greedy", json=body).status_code)
    assert statuses == [201] * MAX_CLAIMS_OF_ACCOUNT + [429, 429]


def from_one_address(world: World, path: str, bodies: list[dict[str, Any]]) -> Counter[int]:
    """How requests without an account, sent at the same time from one address, were answered."""

    def send(body: dict[str, Any]) -> int:
        client = world.apps["festivals"].test_client()
        while True:
            answer = client.post(path, json=body, headers={"X-Forwarded-For": "203.0.113.66"})
            if answer.status_code != 503:
                return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        return Counter(pool.map(send, bodies))


def test_a13_proposing_at_once_from_one_address_gives_no_more(world: World) -> None:
    db, text = world.runtimes["festivals"].db, {"en": "Kites"}
    before = db.proposals.count_documents({})
    timing = db.events.find_one({"_id": OPEN_EVENT})["timings"][0]
    span = {name: timing[name].isoformat() for name in ("starts_at", "ends_at")}
    event = {"title": text, "town": "newhaven", "where": {"name": text}, "timings": [span]}
    body = {"event": event, "name": "Greedy", "email": "greedy@example.org"}
    answers = from_one_address(world, f"/v1/festivals/{FESTIVAL}/proposals", [body] * (MAX_A_DAY + 4))
    assert answers == {201: MAX_A_DAY, 429: 4}
    assert db.proposals.count_documents({}) == before + MAX_A_DAY


def test_a17_registering_at_once_from_one_address_gives_no_more(world: World) -> None:
    db = world.runtimes["festivals"].db
    before = db.registrations.count_documents({"event_id": OPEN_EVENT})
    bodies = [{"name": "Greedy", "email": f"at-once-{n}@example.org"} for n in range(MAX_CLAIMS_OF_ADDRESS + 4)]
    answers = from_one_address(world, f"/v1/events/{OPEN_EVENT}/registrations", bodies)
    assert answers == {201: MAX_CLAIMS_OF_ADDRESS, 429: 4}
    assert db.registrations.count_documents({"event_id": OPEN_EVENT}) == before + MAX_CLAIMS_OF_ADDRESS


def test_one_pass_gets_one_voucher_of_an_offer(world: World) -> None:
    path = f"/v1/offers/{world.known['offer']}"
    body = {"pass_id": world.known["pass"], "code": shown_pass()}
    before = world.send("GET", path).json["left"]
    again = world.send("POST", f"{path}/vouchers", json=body)
    assert (again.status_code, again.json["id"]) == (201, world.known["voucher"])
    assert world.send("GET", path).json["left"] == before
