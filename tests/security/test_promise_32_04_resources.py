"""Promise 32 (4): whatever a caller sends or asks for is bounded: bytes, depth, items, pages, requests, time.

OWASP API4:2023, unrestricted resource consumption.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.app import create_gateway
from gateway.limits import UNCOUNTED
from kernel.json import MAX_DEPTH
from kernel.pagination import DEFAULT_LIMIT, MAX_LIMIT
from kernel.serve import gunicorn_options
from kernel.unit_of_work import Store
from tests.security.access import line_of
from tests.security.routes import GATEWAY, Route, api_routes, documents, resolved, routes
from tests.security.shapes import answer_schema, leaves, objects
from tests.security.world import World, signed_in
from tests.support.services import settings_for

WRITES = [route for route in api_routes() if route.writes]
TAKES_JSON = [route for route in WRITES if route.body() is not None]
TAKES_NOTHING = [route for route in WRITES if not route.operation.get("requestBody")]
PAGED = [route for route in api_routes() if "limit" in route.query()]

BOUNDED_OTHERWISE = {
    "GET /v1/centres": "the centres of the locality's file",
    "GET /v1/referrals/summary": "the targets of the days asked for",
    "GET /v1/shifts/cover": "the dockings of one day",
    "GET /v1/shifts/gaps": "the dockings of the days asked for",
    "GET /v1/timeline": "the entries of the locality's file",
}
"""Lists without pages, and what bounds them."""


BY_ITS_BYTES = {
    "POST /v1/desk-sync": ["body $.entries[].record: a map without maxProperties"],
}
"""What only the bytes of its body bound, since one bad entry holds up no other: its own schema reads it afterwards."""

SHORTER = {"GET /v1/sailings/board": 20}
"""Pages that hold less than others: the board of a quay has so many lines."""


def label(route: Route) -> str:
    return route.label


def caller(route: Route) -> dict[str, Any]:
    line = line_of(route.label)
    return {} if line.open else {"roles": line.roles, "id": "mallory"}


def _unbounded(schema: Any, document: Any) -> Iterator[str]:
    for path, leaf in leaves(schema, document):
        kinds = [leaf["type"]] if isinstance(leaf["type"], str) else leaf["type"]
        if "string" in kinds and not ({"maxLength", "enum", "const"} & leaf.keys() or "date" in leaf.get("format", "")):
            yield f"{path}: a text without maxLength"
        if "array" in kinds and "maxItems" not in leaf:
            yield f"{path}: a list without maxItems"
        if {"integer", "number"} & set(kinds) and not {"maximum", "minimum"} <= leaf.keys():
            yield f"{path}: a number without limits"
    for path, each in objects(schema, document):
        if "properties" not in each and "maxProperties" not in each:
            yield f"{path}: a map without maxProperties"


@pytest.mark.parametrize("route", api_routes(), ids=label)
def test_everything_that_is_taken_has_a_documented_bound(route: Route) -> None:
    document = documents()[route.owner]
    taken = {"body": route.body() or {}, **route.query()}
    assert [f"{name} {wrong}" for name, each in taken.items() for wrong in _unbounded(each, document)] == (
        BY_ITS_BYTES.get(route.label, [])
    )


@pytest.mark.parametrize("route", WRITES, ids=label)
def test_a_body_that_is_too_large_or_cannot_be_read_is_refused(world: World, route: Route) -> None:
    limit = world.apps[route.owner].config["MAX_CONTENT_LENGTH"]
    own = getattr(world.apps[route.owner].view_functions[route.endpoint], "body_limit", limit)
    before = world.digest(route.owner)

    def status(body: bytes, content_type: str = "application/json") -> int:
        answer = world.send(route.method, route.at(), data=body, content_type=content_type, **caller(route))
        assert answer.mimetype == "application/problem+json"
        return answer.status_code

    assert status(b'{"a": "' + b"x" * own + b'"}') == 413
    if route.body() is not None:
        depth = MAX_DEPTH + 1
        assert status(b'{"a":' * depth + b"1" + b"}" * depth) == 400
        assert status(b"[" * 100_000) == 400
        assert status(b'{"a": 1') == 400
        assert status(b'{"a": 1e999}') in (400, 422)
        assert status(b'{"a": 99999999999999999999}') == 422
        assert status(b"a=1", "application/x-www-form-urlencoded") == 415
        assert status(b"[]") == 422
    assert world.digest(route.owner) == before


@pytest.mark.parametrize("route", [route for route in WRITES if not line_of(route.label).open], ids=label)
def test_nobodys_body_is_not_even_read(world: World, route: Route) -> None:
    """Who may not write is told so whatever they send, so that large bodies of strangers cost nothing."""
    assert world.send(route.method, route.at(), data=b"x" * 2_000_000).status_code == 401


def _lists(route: Route) -> list[str]:
    schema = answer_schema(route, 200) or {}
    found = resolved(schema, documents()[route.owner]).get("properties", {})
    return [name for name, each in found.items() if each.get("type") == "array" and name in ("items", "entries")]


def test_every_list_is_paged_or_bounded_otherwise() -> None:
    reads = [route for route in api_routes() if not route.writes and _lists(route)]
    unpaged = [route.label for route in reads if route not in PAGED and not route.variables]
    assert sorted(unpaged) == sorted(BOUNDED_OTHERWISE)


@pytest.mark.parametrize("route", PAGED, ids=label)
def test_a_page_has_a_limit(world: World, route: Route) -> None:
    for wrong in (0, -1, MAX_LIMIT + 1, 10**30, "x", "1e3", ""):
        answer = world.send("GET", route.at(), query_string={"limit": wrong}, **caller(route))
        assert answer.status_code == 422, f"limit={wrong}: {answer.status_code}"
        assert "limit" in answer.json["errors"]
    for wrong in ("x" * 3000, "%00", "made-up", "e30"):
        answer = world.send("GET", route.at(), query_string={"cursor": wrong}, **caller(route))
        if answer.status_code != 404:
            assert answer.status_code == 422, f"cursor={wrong[:20]}: {answer.status_code}"
    assert route.query()["limit"]["maximum"] == SHORTER.get(route.label, MAX_LIMIT)


@pytest.mark.parametrize("path", ["/v1/sailings?town=newhaven", "/v1/productions", "/v1/offerings", "/v1/events"])
def test_no_more_than_a_page_is_given(world: World, path: str) -> None:
    few = world.send("GET", path, query_string={"limit": "3"} if "?" not in path else None)
    assert few.status_code == 200
    assert len(few.json["items"]) <= (3 if "?" not in path else DEFAULT_LIMIT)


RATED = [
    route
    for route in routes()
    if route.owner == GATEWAY and not route.path.startswith(UNCOUNTED) and route.endpoint != "proxy.forward"
]


def test_only_what_machines_ask_for_is_not_counted() -> None:
    assert UNCOUNTED == ("/health/", "/metrics", "/.well-known/", "/static/")


@pytest.fixture(scope="module")
def strict(world: World) -> Any:
    """A gateway that gives each address, and each account, one request a minute."""
    settings = world.apps[GATEWAY].extensions["edge"].settings
    once = {"rate_limit": "1/minute", "account_rate_limit": "1/minute", "registration_rate_limit": "1/minute"}
    return create_gateway(world.runtimes[GATEWAY], replace(settings, **once)).test_client()


PROXIED = [route for route in api_routes() if route.owner != GATEWAY]


@pytest.mark.parametrize("route", [*RATED, *PROXIED], ids=label)
def test_every_request_of_an_address_is_counted(strict: Any, route: Route) -> None:
    address = {"REMOTE_ADDR": f"2001:db8::{(RATED + PROXIED).index(route) + 1:x}"}
    path = route.at()
    answers = [strict.open(path, method=route.method, environ_base=address) for _ in range(2)]
    assert answers[0].status_code != 429
    assert (answers[0].headers["RateLimit-Limit"], answers[0].headers["RateLimit-Remaining"]) == ("1", "0")
    assert answers[1].status_code == 429
    assert 1 <= int(answers[1].headers["Retry-After"]) <= 60


def test_an_account_is_counted_wherever_it_comes_from(world: World, strict: Any) -> None:
    headers = signed_in(["visitor"], "mallory")
    statuses = [
        strict.get("/v1/timeline", headers=headers, environ_base={"REMOTE_ADDR": f"2001:db8:1::{n}"}).status_code
        for n in range(1, 3)
    ]
    assert statuses == [200, 429]


IN_MEMORY = {
    "GET /v1/passports/keys",
    "GET /v1/titles/feed/<town>.rss",
}
"""Reads that need no database, or refuse before they ask it."""


@contextmanager
def no_time(world: World, owner: str) -> Iterator[None]:
    """A process whose reads and transactions have no time at all."""
    app, runtime = world.apps[owner], world.runtimes[owner]
    settings = replace(runtime.settings, transaction_timeout=timedelta(microseconds=1))
    hurried = replace(runtime, store=Store(runtime.db, runtime.locality, runtime.clock, settings))
    usual, app.read_timeout = app.read_timeout, 1e-6
    app.extensions["runtime"] = hurried
    try:
        yield
    finally:
        app.read_timeout, app.extensions["runtime"] = usual, runtime


def _required(route: Route) -> dict[str, str]:
    values = {"date": "2018-08-19", "town": "newhaven", "q": "made", "maker_id": "m"}
    wanted = [each["name"] for each in route.operation.get("parameters", []) if each.get("required")]
    values["id"] = "made-up"
    needed = {name: values[name] for name in wanted if name in route.query()}
    return needed | ({"maker_id": "m"} if route.label in ("GET /v1/consignments", "GET /v1/sales") else {})


TIMED = [
    route
    for route in api_routes()
    if route.owner != GATEWAY and (not route.writes or route in TAKES_NOTHING) and route.label not in IN_MEMORY
]


@pytest.mark.parametrize("route", TIMED, ids=label)
def test_a_database_that_is_slow_costs_no_more_than_the_time_allowed(world: World, route: Route) -> None:
    with no_time(world, route.owner):
        started = time.monotonic()
        path = route.at(centre_id="newhaven")
        answer = world.send(route.method, path, query_string=_required(route), **caller(route))
        seconds = time.monotonic() - started
    assert answer.status_code == 503, f"{answer.status_code} {answer.text[:300]}"
    assert int(answer.headers["Retry-After"]) > 0
    assert seconds < 2


def test_what_a_process_reads_of_a_request_is_bounded() -> None:
    options = gunicorn_options(settings_for("mongodb://127.0.0.1:1"))
    assert options["limit_request_line"] <= 4094
    assert options["limit_request_fields"] * options["limit_request_field_size"] <= 500_000
