"""Promise 32 (8): every answer carries its protections and tells nothing of the inside, whatever went wrong.

OWASP API8:2023, security misconfiguration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.app import create_gateway
from kernel.serve import gunicorn_options
from tests.security.access import access
from tests.security.routes import EVERYWHERE, GATEWAY, Route, routes
from tests.security.world import World
from tests.support.services import settings_for

ELSEWHERE = "https://elsewhere.example"
ALL = [route for route in routes() if route.endpoint != "proxy.forward"]
PAGES = [route for route in ALL if route.endpoint.startswith("pages.") and route.endpoint != "pages.static"]

INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|site-packages|werkzeug|flask|gunicorn|pymongo|mongoengine|mongodb://|marshmallow"
    r"|jinja|CPython|Python/\d|at 0x[0-9a-f]{6}|127\.0\.0\.1:\d+|/tmp/|\bNoneType\b|AttributeError|KeyError",
    re.IGNORECASE,
)
"""What would tell of the software, its version, its files or its network."""


FRAMED = {"GET /embed/events": "made to stand in frames of others: no cookie, no form, nothing that a click could do"}
"""What others may frame, and why that harms nobody."""
WITH_FORMS = (
    "/events/<event_id>/register", "/festivals/<festival_id>/propose", "/operate/parked", "/pass",
    "/pass/offers/<offer_id>", "/plan", "/plans/<plan_id>/<code>", "/registrations/<code>",
)  # fmt: skip
SAME_ORIGIN = dict.fromkeys(
    (
        "GET /events/<event_id>",
        "GET /proposals/<code>",
        *(f"{how} {path}" for path in WITH_FORMS for how in ("GET", "POST")),
    ),
    "a form is taken only from a page of this site, which its origin tells",
)
"""What tells its own site, and nobody else, where a request comes from, and why."""


def label(route: Route) -> str:
    return route.label


def send(world: World, route: Route, *, client: FlaskClient | None = None, **options: Any) -> Any:
    """A request to the process that the route is of, as nobody or with every role."""
    return (client or world.clients[route.owner]).open(route.at(town="newhaven"), method=route.method, **options)


@pytest.mark.parametrize("route", ALL, ids=label)
def test_every_answer_carries_its_protections(world: World, route: Route) -> None:
    line = access().get(route.label)
    who = world.send(route.method, route.at(), roles=line.roles, id="mallory") if line else None
    for answer in [send(world, route), send(world, route, headers={"Accept": "text/html"}), *([who] if who else [])]:
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        # It is older than frame-ancestors and would forbid what that allows.
        assert headers.get("X-Frame-Options") == (None if route.label in FRAMED else "DENY")
        assert headers["Referrer-Policy"] == ("same-origin" if route.label in SAME_ORIGIN else "no-referrer")
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert ("frame-ancestors *" if route.label in FRAMED else "frame-ancestors 'none'") in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert "Cache-Control" in headers
        assert not {"Server", "X-Powered-By", "Via"} & set(headers.keys())
        assert answer.status_code != 500, answer.text[:300]


@pytest.mark.parametrize("route", ALL, ids=label)
def test_no_other_site_may_read_or_send(world: World, route: Route) -> None:
    asked = {"Origin": ELSEWHERE, "Access-Control-Request-Method": route.method}
    preflight = world.clients[route.owner].options(route.at(town="newhaven"), headers=asked)
    assert preflight.status_code == 405
    for answer in (preflight, send(world, route, headers={"Origin": ELSEWHERE})):
        assert [name for name, _ in answer.headers if name.lower().startswith("access-control-")] == []
    for method in ("TRACE", "CONNECT", "PROPFIND", "JUNK"):
        assert world.clients[route.owner].open(route.at(town="newhaven"), method=method).status_code == 405


@pytest.mark.parametrize("route", [route for route in ALL if route.path not in EVERYWHERE], ids=label)
def test_a_refusal_tells_nothing_of_the_inside(world: World, route: Route) -> None:
    for hostile in (
        {"json": {"$where": "1", "a": [[]]}},
        {"data": b"\xff\xfe\x00"},
        {"query_string": {"limit": "'\""}},
    ):
        answer = send(world, route, **hostile)
        if answer.status_code >= 400 and answer.mimetype != "text/html":
            assert answer.mimetype == "application/problem+json"
        if answer.status_code >= 400:
            assert not INSIDE.search(answer.text), INSIDE.search(answer.text)
            assert not INSIDE.search(str(answer.headers))


@contextmanager
def broken(world: World, owner: str) -> Iterator[None]:
    """A process in which everything that asks the database fails in a way that nobody foresaw."""
    app, runtime = world.apps[owner], world.runtimes[owner]
    app.extensions["runtime"] = replace(runtime, db=None, store=None, locality=None)
    try:
        yield
    finally:
        app.extensions["runtime"] = runtime


BREAKABLE = [route for route in routes() if route.operation and not route.writes and route.path not in EVERYWHERE]


def test_an_error_that_nobody_foresaw_tells_nothing_of_the_inside(world: World) -> None:
    seen = 0
    for route in BREAKABLE:
        with broken(world, route.owner):
            line = access()[route.label]
            query = {"town": "newhaven", "date": "2018-08-19", "q": "made", "maker_id": "m"}
            wanted = {name: value for name, value in query.items() if name in route.query()}
            answer = world.send("GET", route.at(), roles=line.roles, id="mallory", query_string=wanted)
        if answer.status_code == 500:
            seen += 1
            assert answer.mimetype == "application/problem+json"
            assert sorted(answer.json) == ["detail", "instance", "request_id", "status", "title", "type"]
            assert not INSIDE.search(answer.text), answer.text
    assert seen >= 30, "too few routes broke: the test has lost its meaning"


@pytest.mark.parametrize("name", ["visitor", "festivals", "marketplace", "media", GATEWAY])
def test_nothing_of_development_is_on(world: World, name: str) -> None:
    app = world.apps[name]
    assert (app.debug, app.testing) == (False, False)
    assert not app.config["PROPAGATE_EXCEPTIONS"]
    assert not app.config["TRAP_HTTP_EXCEPTIONS"]
    for path in ("/console", "/debug", "/admin", "/.env", "/.git/config", "/swagger-ui", "/docs", "/server-status"):
        assert world.clients[name].get(path).status_code == 404


def test_the_server_believes_nobody_about_scheme_and_path() -> None:
    """gunicorn would take X-Forwarded-Proto and SCRIPT_NAME from loopback; who is believed is TRUSTED_PROXIES alone."""
    options = gunicorn_options(settings_for("mongodb://127.0.0.1:1"))
    assert options["forwarded_allow_ips"] == ""
    assert options["control_socket_disable"] is True


@pytest.mark.parametrize("route", PAGES, ids=label)
def test_a_page_runs_nothing_and_sets_no_cookie_unasked(world: World, route: Route) -> None:
    answer = send(world, route, headers={"Accept": "text/html"})
    assert "Set-Cookie" not in answer.headers
    if answer.mimetype != "text/html":
        return
    scripts = re.findall(r"<script[^>]*>", answer.text)
    assert [each for each in scripts if 'type="application/ld+json"' not in each] == []
    assert not re.search(r"\son\w+=|javascript:|<iframe|<object|<embed|style=", answer.text)


def behind(world: World, *proxies: str, **changes: Any) -> FlaskClient:
    settings = world.apps[GATEWAY].extensions["edge"].settings
    trusted = tuple(ip_network(each) for each in proxies)
    return create_gateway(world.runtimes[GATEWAY], replace(settings, trusted_proxies=trusted, **changes)).test_client()


TOLD = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Accept": "text/html"}


def test_tls_is_kept_to_and_cookies_are_for_tls_only(world: World) -> None:
    answer = behind(world, "127.0.0.0/8").get("/?lang=fr", headers=TOLD | {"X-Forwarded-Host": "town.example"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "https://town.example/" in answer.text
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=" in cookie
    assert "Strict-Transport-Security" in behind(world, "127.0.0.0/8").get("/v1/places", headers=TOLD).headers


def test_a_stranger_is_not_believed_about_scheme_and_host(world: World) -> None:
    """Else a visitor could have links to another host written into pages that are kept for others."""
    for proxies in ((), ("192.0.2.0/24",)):
        for path in ("/", "/v1/titles/feed/newhaven.rss", "/timeline"):
            answer = behind(world, *proxies).get(path, headers=TOLD)
            assert answer.status_code == 200
            assert "evil.example" not in answer.text
            assert "Strict-Transport-Security" not in answer.headers


def test_a_host_that_is_not_ours_is_not_answered(world: World) -> None:
    client = behind(world, public_hosts=("town.example", ".dieppe.example"))
    for host in ("town.example", "town.example:8080", "www.dieppe.example"):
        assert client.get("/v1/timeline", headers={"Host": host}).status_code == 200
    for host in ("evil.example", "town.example.evil.example", "a@b"):
        answer = client.get("/v1/timeline", headers={"Host": host})
        assert answer.status_code == 400
        assert answer.mimetype == "application/problem+json"
    page = client.get("/?lang=fr", headers={"Host": "evil.example", "Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (400, "application/problem+json")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "evil.example" not in page.text
    for host in ("127.0.0.1:8000", "gateway:8000"):
        for path in ("/health/live", "/.well-known/jwks.json"):
            assert client.get(path, headers={"Host": host}).status_code == 200, "our own machines know no public name"


@pytest.mark.parametrize("path", ["/", "/search", "/tours", "/missing"])
def test_what_is_asked_for_under_the_names_of_arguments_breaks_no_page(world: World, path: str) -> None:
    """The link to the page in the other language keeps what was asked for."""
    client, html = world.apps[GATEWAY].test_client(), {"Accept": "text/html"}
    usual = client.get(path, headers=html)
    odd = client.get(path + "?endpoint=x&values=1&_external=1&_anchor=a&self=1&filename=x", headers=html)
    assert odd.status_code == usual.status_code
    assert odd.headers["Content-Security-Policy"] == usual.headers["Content-Security-Policy"]
