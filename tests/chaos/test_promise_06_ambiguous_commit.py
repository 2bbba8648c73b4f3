"""Promise 6: a commit whose answer was lost is resolved, not guessed: what is reported is what the database holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pymongo import MongoClient

from deploy.embedded.mongod import MongoServer
from kernel.runtime import Runtime
from tests.support.eventually import eventually
from tests.support.faulty_link import FaultyLink, containing
from tests.support.report import Counts
from tests.support.sample_service import Counted, service
from tests.support.services import published, service_app

COMMIT = containing(b"commitTransaction")
UNKNOWN = "urn:problem:outcome-unknown"


@pytest.fixture(autouse=True, scope="module")
def _shorter_transactions(mongod: MongoServer) -> Iterator[None]:
    with closing(MongoClient(mongod.uri)) as client:
        before = client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=2)["was"]
        yield
        client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=before)


@pytest.fixture
def link(mongod: MongoServer) -> Iterator[FaultyLink]:
    with closing(FaultyLink(mongod.port)) as link:
        yield link


@pytest.fixture
def sample(mongod: MongoServer, link: FaultyLink) -> Iterator[tuple[FlaskClient, Runtime]]:
    uri = mongod.uri.replace(f":{mongod.port}/", f":{link.port}/")
    with service_app(service, uri, transaction_timeout=timedelta(seconds=1.5)) as app:
        try:
            yield app
        finally:
            link.mend()


def count(client: FlaskClient, key: str) -> tuple[int, str]:
    answer = client.post("/v1/counters/boats/count", json={}, headers={"Idempotency-Key": key})
    return answer.status_code, answer.json.get("type", "")


@pytest.mark.parametrize("delivered", [True, False], ids=["answer-lost", "commit-lost"])
def test_a_cut_that_heals_is_resolved_within_the_request(
    sample: tuple[FlaskClient, Runtime], link: FaultyLink, delivered: bool
) -> None:
    client, runtime = sample
    for number in range(5):
        link.cut_at(COMMIT, delivered=delivered)
        assert count(client, f"key-{number}") == (201, "")
        assert link.cuts == number + 1, "the commit was cut"
        assert len(published(runtime, Counted)) == number + 1
    assert client.get("/v1/counters/boats").json["value"] == 5


@pytest.mark.parametrize("delivered", [True, False], ids=["answer-lost", "commit-lost"])
def test_a_cut_that_outlasts_the_request_is_told_as_unknown_and_the_same_key_finds_out(
    sample: tuple[FlaskClient, Runtime], link: FaultyLink, delivered: bool
) -> None:
    client, runtime = sample
    assert count(client, "before") == (201, "")
    link.cut_at(COMMIT, delivered=delivered, refuse=True)
    assert count(client, "cut") == (503, UNKNOWN)
    link.mend()
    # A transaction whose commit never arrived holds its documents until the server ends it.
    eventually(lambda: count(client, "cut") == (201, ""), within=15, describe="the same key finds out")
    assert client.get("/v1/counters/boats").json["value"] == 2
    assert [event.value for event in published(runtime, Counted)] == [1, 2]


def test_what_never_began_to_commit_is_told_as_not_done(sample: tuple[FlaskClient, Runtime], link: FaultyLink) -> None:
    client, runtime = sample
    assert count(client, "before") == (201, "")
    link.cut_at(containing(b"outbox"), delivered=True, refuse=True)
    assert count(client, "cut") == (503, "urn:problem:unavailable")
    link.mend()
    assert len(published(runtime, Counted)) == 1


@pytest.mark.parametrize("seed", [6, 60])
def test_a_ledger_of_many_cuts_equals_the_database(
    sample: tuple[FlaskClient, Runtime], link: FaultyLink, seed: int, counts: Counts
) -> None:
    client, runtime = sample
    chance = random.Random(seed)
    for number in range(40):
        fault = chance.choice(["none", "answer lost", "commit lost", "write lost"])
        if fault == "write lost":
            link.cut_at(containing(b"outbox"), delivered=chance.random() < 0.5)
        elif fault != "none":
            link.cut_at(COMMIT, delivered=fault == "answer lost")
        status, _ = count(client, f"key-{number}")
        assert status == 201, f"{fault} at command {number} heals within the request"
        link.mend()
    values = [event.value for event in published(runtime, Counted)]
    assert values == list(range(1, 41)), "accepted == in the database, each once"
    eventually(lambda: client.get("/v1/counters/boats").json["value"] == 40, describe="the counter agrees")
    counts(seed=seed, commands=40, cuts=link.cuts, wrong=0)
