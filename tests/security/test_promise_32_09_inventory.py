"""Promise 32 (9): what is served is what is documented, route by route, in each process and at the gateway.

OWASP API9:2023, improper inventory management.
"""

from __future__ import annotations

import re

import pytest

from gateway.openapi import OPERATIONS, merge
from gateway.routes import OWNERS, PARKED, SERVICES, route_of
from tests.security.routes import EVERYWHERE, GATEWAY, Route, api_routes, documented, documents, routes
from tests.security.world import World

NOT_IN_THE_DOCUMENT = {
    "GET /": "page",
    "GET /embed/events": "page for the frames of others",
    "GET /events/<event_id>": "page",
    "GET /events/<event_id>/calendar.ics": "page",
    "GET /events/<event_id>/register": "page",
    "POST /events/<event_id>/register": "form of that page",
    "GET /festivals/<festival_id>/propose": "page",
    "POST /festivals/<festival_id>/propose": "form of that page",
    "GET /guide": "page",
    "GET /guide/<town>": "page",
    "GET /makers/<maker_id>": "page",
    "GET /manifest.webmanifest": "page",
    "GET /operate/parked": "page for operators",
    "POST /operate/parked": "form of that page",
    "GET /pass": "page",
    "POST /pass": "form of that page",
    "GET /pass/offers/<offer_id>": "page",
    "POST /pass/offers/<offer_id>": "form of that page",
    "GET /passports/<item_id>": "page",
    "GET /plan": "page",
    "POST /plan": "form of that page",
    "GET /plans/<plan_id>/<code>": "page, for who has its code",
    "POST /plans/<plan_id>/<code>": "form of that page",
    "GET /proposals/<code>": "page, for who has its code",
    "GET /propose": "page",
    "GET /registrations/<code>": "page, for who has its code",
    "POST /registrations/<code>": "form of that page",
    "GET /search": "page",
    "GET /static/<path:filename>": "files of the pages",
    "GET /timeline": "page",
    "GET /titles/<title_id>": "page",
    "GET /today/<town>": "page",
    "GET /tours": "page",
    "GET /tours/<event_id>": "page",
    "DELETE /v1/<path:rest>": "to the owner of the resource",
    "GET /v1/<path:rest>": "to the owner of the resource",
    "PATCH /v1/<path:rest>": "to the owner of the resource",
    "POST /v1/<path:rest>": "to the owner of the resource",
    "PUT /v1/<path:rest>": "to the owner of the resource",
    "GET /v1/openapi.json": "the document itself, under the address of the API",
}
"""What the gateway serves that no program is meant to find in the document, and why."""

METHODS = ("get", "post", "put", "patch", "delete")


def _documented(owner: str) -> set[str]:
    paths = documents()[owner]["paths"]
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in METHODS if method in item}


@pytest.mark.parametrize("owner", [*SERVICES, GATEWAY])
def test_every_route_is_documented_and_every_documented_route_is_served(owner: str) -> None:
    served = {f"{route.method} {documented(route.path)}" for route in routes() if route.owner == owner}
    known = {documented(label) for label in NOT_IN_THE_DOCUMENT} if owner == GATEWAY else set()
    assert served - known == _documented(owner)
    assert known <= served


def test_the_gateways_document_is_all_of_theirs(world: World) -> None:
    merged = world.send("GET", "/v1/openapi.json").json
    assert "x-partial" not in merged
    assert merged["openapi"].startswith("3.1")
    found = {
        f"{method.upper()} {path}" for path, item in merged["paths"].items() for method in METHODS if method in item
    }
    services = {label for name in SERVICES for label in _documented(name) if label.split()[1] not in OPERATIONS}
    assert found == services | _documented(GATEWAY)
    made = merge(documents()[GATEWAY], {name: documents()[name] for name in SERVICES})
    assert merged["paths"] == made["paths"]
    assert merged["components"] == made["components"]


@pytest.mark.parametrize("route", [route for route in api_routes() if route.owner != GATEWAY], ids=lambda r: r.label)
def test_a_documented_route_leads_to_its_owner(route: Route) -> None:
    assert re.fullmatch(r"/v1/[a-z-]+(/.*)?", route.path)
    assert route_of(route.method, route.at()).service == route.owner


@pytest.mark.parametrize("route", api_routes(), ids=lambda route: route.label)
def test_a_route_says_what_it_is_for_and_how_it_can_fail(route: Route) -> None:
    assert route.operation.get("summary")
    assert route.operation["operationId"]
    assert route.operation["responses"]
    assert not route.operation.get("deprecated"), "a route that is not to be used any more is taken away"
    if route.query() or route.body():
        assert "422" in route.operation["responses"]


def test_one_operation_has_one_name() -> None:
    names = [(route.owner, route.operation["operationId"]) for route in api_routes()]
    assert len(names) == len(set(names))


def test_there_is_one_version_and_nothing_beside_it(world: World) -> None:
    served = {route.path.split("/")[1] for route in api_routes()}
    assert served == {"v1", ".well-known"}
    for path in ("/v0/places", "/v2/places", "/api/places", "/v1", "/v1/", "/v1/places/", "/v1/internal", "/V1/places"):
        answer = world.clients[GATEWAY].get(path)
        assert answer.status_code in (400, 404), f"{path}: {answer.status_code}"


def test_no_service_answers_what_the_gateway_owns_or_another_service() -> None:
    for route in routes():
        if route.owner != GATEWAY and route.path not in EVERYWHERE:
            resource, *rest = route.path.split("/")[2:]
            assert (rest[0] if resource == PARKED else OWNERS[resource]) == route.owner
