"""What the gateway passes on, what it keeps back, and what callers get when a service fails."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest
from werkzeug.serving import make_server
from werkzeug.test import create_environ, run_wsgi_app

from gateway.routes import SERVICES, route_of
from tests.integration.gateway.conftest import Backend, Gateway, Scripted
from tests.support.eventually import eventually


def test_a_request_reaches_the_owner_as_it_came(gateway: Gateway, backend: Backend) -> None:
    answer = gateway.client.get(
        "/v1/places/caf%C3%A9?q=a%20b&q=c",
        headers={"X-Request-ID": "r-1", "Accept-Language": "fr", "Cookie": "a=b", "X-Forwarded-For": "192.0.2.1"},
    )
    assert answer.status_code == 200
    [asked] = backend.asked
    assert asked["target"] == "/v1/places/caf%C3%A9?q=a%20b&q=c"
    assert asked["headers"]["x-request-id"] == "r-1"
    assert asked["headers"]["accept-language"] == "fr"
    assert "cookie" not in asked["headers"]
    assert asked["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert answer.headers["X-Request-ID"] == "r-1"


def test_the_trace_goes_on(gateway: Gateway, backend: Backend) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    gateway.client.get("/v1/places", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    sent = backend.asked[0]["headers"]["traceparent"]
    assert sent.split("-")[1] == trace
    assert sent.split("-")[2] != "00f067aa0ba902b7"


def test_the_account_is_passed_on(gateway: Gateway, backend: Backend) -> None:
    gateway.register("anna@example.org")
    header = gateway.header_of("anna@example.org")
    gateway.client.post("/v1/orders", json={}, headers=header)
    assert backend.asked[0]["headers"]["authorization"] == header["Authorization"]


def test_a_token_that_is_not_valid_goes_nowhere(gateway: Gateway, backend: Backend) -> None:
    answer = gateway.client.get("/v1/places", headers={"Authorization": "Bearer made-up"})
    assert answer.status_code == 401
    assert backend.asked == []


def test_connections_are_kept(gateway: Gateway, backend: Backend) -> None:
    for _ in range(5):
        gateway.client.get("/v1/places")
    assert len({asked["peer"] for asked in backend.asked}) == 1


def test_headers_of_one_connection_stay_behind(gateway: Gateway, backend: Backend) -> None:
    backend.answers["/v1/places"] = Scripted(headers={"Connection": "X-Hop", "X-Hop": "1", "X-Kept": "2"})
    answer = gateway.client.get("/v1/places")
    assert "X-Hop" not in answer.headers
    assert answer.headers["X-Kept"] == "2"


def test_what_has_not_changed_is_not_sent_again(gateway: Gateway, backend: Backend) -> None:
    backend.answers["/v1/places"] = Scripted(headers={"ETag": '"v1"'})
    assert gateway.client.get("/v1/places").headers["ETag"] == '"v1"'
    assert gateway.client.get("/v1/places", headers={"If-None-Match": '"v1"'}).status_code == 304
    assert backend.asked[1]["headers"]["if-none-match"] == '"v1"'


def test_a_head_says_how_long_the_answer_would_be(gateway: Gateway, backend: Backend) -> None:
    backend.answers["/v1/places"] = Scripted(b"x" * 7)
    answer = gateway.client.head("/v1/places")
    assert (answer.status_code, answer.headers["Content-Length"], answer.data) == (200, "7", b"")
    assert backend.asked[0]["method"] == "HEAD"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/nothing", 404),
        ("/v1/", 404),
        ("/v2/places", 404),
        ("/v1/places/", 400),
        ("/v1//places", 404),
        ("/v1/places/../accounts", 400),
        ("/v1/places/%2e%2e/accounts", 400),
        ("/v1/places/..%2Fmakers", 400),
        ("/v1/places/a%5Cb", 400),
        ("/v1/places/a%00b", 400),
        ("/v1/places/%252e%252e/x", 400),
        ("/v1/places/" + "x" * 1100, 400),
    ],
)
def test_paths_that_lead_nowhere_or_two_ways_are_refused(
    gateway: Gateway, backend: Backend, path: str, status: int
) -> None:
    server = make_server("127.0.0.1", 0, _as_gunicorn(gateway.app), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        assert (answer.status, answer.getheader("Content-Type")) == (status, "application/problem+json"), body
    finally:
        connection.close()
        server.shutdown()
        server.server_close()
    assert backend.asked == []


def _as_gunicorn(app):
    """werkzeug's server keeps the path as it came in REQUEST_URI; gunicorn also in RAW_URI."""

    def wrapped(environ, start_response):
        environ["RAW_URI"] = environ["REQUEST_URI"]
        return app(environ, start_response)

    return wrapped


def test_only_the_timetable_may_be_large(gateway: Gateway, backend: Backend) -> None:
    two_megabytes = b"x" * (2 * 1024 * 1024)
    refused = gateway.client.post("/v1/places", data=two_megabytes)
    assert (refused.status_code, refused.json["type"]) == (413, "urn:problem:too-large")
    assert backend.asked == []
    assert gateway.client.post("/v1/sailings/import", data=two_megabytes).status_code == 200
    assert backend.asked[0]["bytes"] == len(two_megabytes)
    refused = gateway.client.post("/v1/sailings/import", data=b"x" * (20 * 1024 * 1024 + 1))
    assert refused.status_code == 413
    assert len(backend.asked) == 1


def test_a_body_without_a_length_is_bounded_too(gateway: Gateway, backend: Backend) -> None:
    class Endless:
        def read(self, size: int = -1) -> bytes:
            return b"x" * (size if size > 0 else 1024)

    environ = create_environ("/v1/places", method="POST")
    environ.update({"wsgi.input": Endless(), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"})
    _, status, _ = run_wsgi_app(gateway.app, environ, buffered=True)
    assert status.startswith("413")
    assert backend.asked == []


def test_an_answer_that_is_too_large_is_not_passed_on(gateway: Gateway, backend: Backend) -> None:
    backend.answers["/v1/places"] = Scripted(b"x" * 200_000)
    answer = gateway.client.get("/v1/places")
    assert (answer.status_code, answer.json["service"]) == (502, "visitor")


def test_a_slow_service_is_named(gateway: Gateway, backend: Backend) -> None:
    answer = gateway.client.get("/v1/makers/slow")
    assert (answer.status_code, answer.json["service"]) == (504, "marketplace")
    assert answer.json["type"] == "urn:problem:service-slow"


def test_a_service_that_is_away_is_named_then_left_alone_then_found_again(
    gateway: Gateway, backend: Backend, refusing_port: int
) -> None:
    urls = {**dict.fromkeys(SERVICES, backend.url), "media": f"http://127.0.0.1:{refusing_port}"}
    gateway = gateway.with_settings(service_urls=urls)
    upstream = gateway.app.extensions["edge"].upstream
    for _ in range(5):
        answer = gateway.client.get("/v1/titles")
        assert (answer.status_code, answer.json["service"]) == (503, "media")
        assert int(answer.headers["Retry-After"]) >= 1
    assert upstream.states() == {**dict.fromkeys(SERVICES, "closed"), "media": "open"}
    assert gateway.client.get("/v1/places").status_code == 200
    urls["media"] = backend.url
    eventually(lambda: upstream.states()["media"] == "half-open", within=10)
    assert gateway.client.get("/v1/titles").status_code == 200
    assert upstream.states()["media"] == "closed"


@pytest.fixture
def breaking() -> Iterator[tuple[int, list[bytes]]]:
    """A server that reads a request and hangs up; the port, and what it was sent."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)

        def hang_up() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    received.append(connection.recv(65536))

        threading.Thread(target=hang_up, daemon=True).start()
        yield listener.getsockname()[1], received


@pytest.mark.parametrize(
    ("method", "path", "headers", "keys"),
    [
        ("GET", "/v1/places/x", {}, 0),
        ("DELETE", "/v1/places/x", {}, 0),
        ("POST", "/v1/places/x", {}, 1),
        ("POST", "/v1/places/x", {"Idempotency-Key": "k"}, 1),
        ("PATCH", "/v1/places/x", {}, 1),
        ("GET", "/v1/placements/x/out", {}, 1),
    ],
)
def test_what_broke_off_is_sent_once_more_under_the_same_key(
    gateway: Gateway, breaking: tuple[int, list[bytes]], method: str, path: str, headers: dict[str, str], keys: int
) -> None:
    port, received = breaking
    gateway = gateway.with_settings(service_urls=dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}"))
    answer = gateway.client.open(path, method=method, headers=headers, data=b"{}")
    assert (answer.status_code, answer.json["service"]) == (502, route_of(method, path).service)
    assert len(received) == 2
    assert all(sent.startswith(method.encode()) for sent in received)
    found = {line for sent in received for line in sent.split(b"\r\n") if line.lower().startswith(b"idempotency-key:")}
    assert len(found) == keys


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_second_instance_is_asked_when_one_cannot_be_reached(
    gateway: Gateway, backend: Backend, refusing_port: int, method: str
) -> None:
    urls = dict.fromkeys(SERVICES, f"http://127.0.0.1:{refusing_port}|{backend.url}")
    gateway = gateway.with_settings(service_urls=urls)
    body = b"x" * 1_500_000 if method == "POST" else b""
    for _ in range(6):
        path = "/v1/sailings/import" if method == "POST" else "/v1/places?q=a%20b"
        assert gateway.client.open(path, method=method, data=body).status_code == 200
    assert {asked["bytes"] for asked in backend.asked} == {len(body)}
    assert gateway.app.extensions["edge"].upstream.states()["visitor"] == "closed"


def test_instances_are_asked_in_turn_over_connections_that_are_kept(gateway: Gateway, backend: Backend) -> None:
    other = backend.url.replace("127.0.0.1", "localhost")
    gateway = gateway.with_settings(service_urls=dict.fromkeys(SERVICES, f"{backend.url}|{other}"))
    for _ in range(8):
        assert gateway.client.get("/v1/places").status_code == 200
    hosts = [asked["headers"]["host"].split(":")[0] for asked in backend.asked]
    assert {hosts.count("127.0.0.1"), hosts.count("localhost")} == {4}
    assert len({asked["peer"] for asked in backend.asked}) == 2


def test_callers_are_told_how_they_stand_and_stopped_at_the_limit(gateway: Gateway) -> None:
    gateway = gateway.with_settings(rate_limit="3/minute")
    first = gateway.client.get("/v1/places")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("3", "2")
    gateway.client.get("/v1/places")
    gateway.client.get("/v1/places")
    refused = gateway.client.get("/v1/places")
    assert (refused.status_code, refused.json["type"]) == (429, "urn:problem:too-many")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert gateway.client.get("/health/live").status_code == 200
    assert gateway.client.get("/v1/places", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_who_is_not_who_they_say_is_counted_too(gateway: Gateway) -> None:
    gateway = gateway.with_settings(rate_limit="3/minute")
    wrong = {"Authorization": "Bearer made-up"}
    answers = [gateway.client.get("/v1/places", headers=wrong) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]


def test_an_account_is_limited_wherever_it_comes_from(gateway: Gateway) -> None:
    gateway.register("anna@example.org")
    header = gateway.header_of("anna@example.org")
    gateway = Gateway(gateway.runtime, replace(gateway.settings, account_rate_limit="2/minute"))
    statuses = [
        gateway.client.get("/v1/places", headers=header, environ_base={"REMOTE_ADDR": f"192.0.2.{n}"}).status_code
        for n in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_a_forwarded_address_is_believed_only_from_our_own_proxies(gateway: Gateway, backend: Backend) -> None:
    trusting = gateway.with_settings(trusted_proxies=(ip_network("127.0.0.0/8"),))
    for each in (gateway, trusting):
        each.client.get("/v1/places", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.4"})
    assert [asked["headers"]["x-forwarded-for"] for asked in backend.asked] == ["127.0.0.1", "198.51.100.4"]
