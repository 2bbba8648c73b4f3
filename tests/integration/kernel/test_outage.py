"""The HTTP edge while its database is away: refusals that may be repeated, in bounded time, and health that says so."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from deploy.embedded.mongod import MongoServer
from kernel.runtime import Runtime
from tests.support.eventually import eventually
from tests.support.mongod import start_mongod
from tests.support.sample_service import Counted, service
from tests.support.services import published, service_app

TIMEOUT = 1.0


@pytest.fixture(scope="module")
def own_mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoServer]:
    """A MongoDB that this module may stop and kill."""
    server = start_mongod(tmp_path_factory.mktemp("outage"))
    yield server
    server.process.signal(signal.SIGCONT)
    server.stop()


@pytest.fixture
def sample(own_mongod: MongoServer) -> Iterator[tuple[FlaskClient, Runtime]]:
    with service_app(service, own_mongod.uri, transaction_timeout=timedelta(seconds=TIMEOUT)) as app:
        yield app


def timed(send: Any) -> tuple[Any, float]:
    started = time.monotonic()
    answer = send()
    return answer, time.monotonic() - started


def assert_away_and_back(client: FlaskClient, runtime: Runtime, leave: Any, come_back: Any) -> None:
    assert client.post("/v1/counters/boats/count", json={}).status_code == 201
    leave()
    try:
        for send in (
            lambda: client.get("/v1/counters"),
            lambda: client.post("/v1/counters/boats/count", json={}),
            lambda: client.post("/v1/counters/boats/count", json={}, headers={"Idempotency-Key": "k1"}),
        ):
            answer, seconds = timed(send)
            assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
            assert answer.json["type"] == "urn:problem:unavailable"
            assert int(answer.headers["Retry-After"]) > 0
            assert seconds < TIMEOUT + 2
        ready, seconds = timed(lambda: client.get("/health/ready"))
        assert (ready.status_code, ready.json["checks"]["mongodb"]["ok"]) == (503, False)
        assert ready.json["checks"]["mongodb"]["reason"]
        assert seconds < 5
        live, seconds = timed(lambda: client.get("/health/live"))
        assert (live.status_code, seconds < 0.5) == (200, True)
    finally:
        come_back()
    eventually(lambda: client.get("/health/ready").status_code == 200, within=20, describe="ready again")
    before = client.get("/v1/counters/boats").json["value"]
    assert client.post("/v1/counters/boats/count", json={}).json["value"] == before + 1
    assert len(published(runtime, Counted)) == before + 1


def test_a_database_that_hangs(sample: tuple[FlaskClient, Runtime], own_mongod: MongoServer) -> None:
    assert_away_and_back(
        *sample,
        lambda: own_mongod.process.signal(signal.SIGSTOP),
        lambda: own_mongod.process.signal(signal.SIGCONT),
    )


def test_a_database_that_died(sample: tuple[FlaskClient, Runtime], own_mongod: MongoServer) -> None:
    assert_away_and_back(*sample, own_mongod.kill, own_mongod.restart)
