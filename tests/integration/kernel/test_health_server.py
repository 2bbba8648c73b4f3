"""The small HTTP server of a process without an API."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from kernel import telemetry
from kernel.health import Checks, HealthServer, serve_health


@pytest.fixture
def checks() -> Checks:
    return Checks(patience=0.2)


@pytest.fixture
def server(checks: Checks) -> Iterator[HealthServer]:
    server = serve_health(0, checks)
    yield server
    server.stop()


def get(server: HealthServer, path: str) -> requests.Response:
    return requests.get(f"http://127.0.0.1:{server.port}{path}", timeout=5)


def test_health_and_metrics_are_answered(server: HealthServer, checks: Checks) -> None:
    assert get(server, "/health/ready").json() == {"status": "ready", "checks": {}}
    checks.add("relay", lambda: "no progress for 12 s")
    answer = get(server, "/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"relay": {"ok": False, "reason": "no progress for 12 s"}}
    assert get(server, "/health/live").json() == {"status": "alive"}
    telemetry.count("events_published_total", service="health-test")
    assert 'events_published_total{service="health-test"} 1.0' in get(server, "/metrics").text


def test_nothing_else_is_there(server: HealthServer) -> None:
    answer = get(server, "/v1/counters")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_liveness_is_answered_while_a_check_hangs(server: HealthServer, checks: Checks) -> None:
    release = threading.Event()
    checks.add("stuck", lambda: None if release.wait(10) else "late")
    asking = threading.Thread(target=get, args=(server, "/health/ready"))
    asking.start()
    assert get(server, "/health/live").elapsed.total_seconds() < 1
    release.set()
    asking.join()


def test_a_client_that_says_nothing_keeps_nobody_waiting(server: HealthServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)):
        assert get(server, "/health/live").status_code == 200


def test_a_port_that_is_taken_is_an_error(server: HealthServer, checks: Checks) -> None:
    with pytest.raises(OSError, match="in use"):
        serve_health(server.port, checks)
