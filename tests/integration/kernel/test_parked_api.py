"""Promise 20 over HTTP: an operator lists, shows, redrives and discards parked events, and every act is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from deploy.embedded.mongod import MongoServer
from kernel.runtime import Runtime
from tests.support.parked import park
from tests.support.sample_service import Counted, service
from tests.support.services import service_app, token

URL = "/v1/parked/sample"
OPERATOR = {"roles": ["operator"], "id": "olga"}


@pytest.fixture
def sample(mongod: MongoServer) -> Iterator[tuple[FlaskClient, Runtime]]:
    with service_app(service, mongod.uri) as app:
        yield app


@pytest.fixture
def lot(sample: tuple[FlaskClient, Runtime]) -> list[str]:
    """Two keys with two events each, the second key with another fault."""
    _, runtime = sample
    said = [("a", 1, "f1"), ("a", 2, "f1"), ("b", 1, "f2"), ("b", 2, "f2")]
    return [
        park(runtime, n, Counted(counter_id=key, value=value, by=1), mark) for n, (key, value, mark) in enumerate(said)
    ]


def test_they_are_listed_in_the_order_of_their_keys_page_by_page(
    sample: tuple[FlaskClient, Runtime], lot: list[str]
) -> None:
    client, _ = sample
    first = client.get(f"{URL}?limit=3", headers=token(**OPERATOR)).json
    rest = client.get(f"{URL}?limit=3&cursor={first['next_cursor']}", headers=token(**OPERATOR)).json
    assert [row["id"] for row in first["items"] + rest["items"]] == lot
    assert first["items"][0]["key"] == "a"
    assert (first["items"][0]["reason"], first["items"][0]["attempts"]) == ("handler-failed", 3)
    of_a_fault = client.get(f"{URL}?fingerprint=f2", headers=token(**OPERATOR)).json["items"]
    assert [row["id"] for row in of_a_fault] == lot[2:]


def test_one_is_shown_in_full(sample: tuple[FlaskClient, Runtime], lot: list[str]) -> None:
    client, _ = sample
    shown = client.get(f"{URL}/record", query_string={"id": lot[1]}, headers=token(**OPERATOR)).json
    assert shown["value"] == '{"counter_id":"a","value":2,"by":1}'
    assert shown["headers"]["ce_type"] == Counted.TYPE
    missing = client.get(f"{URL}/record", query_string={"id": "none"}, headers=token(**OPERATOR))
    assert missing.status_code == 404


def test_those_of_one_fault_are_redriven_and_it_is_kept_who_did_it(
    sample: tuple[FlaskClient, Runtime], lot: list[str]
) -> None:
    client, runtime = sample
    answer = client.post(f"{URL}/redrive", json={"fingerprint": "f1"}, headers=token(**OPERATOR))
    assert (answer.status_code, answer.json) == (200, {"applied": 2, "left": 0, "stopped": {}})
    assert runtime.db.tallies.find_one({"_id": "a"})["seen"] == [1, 2]
    assert runtime.db.tallies.find_one({"_id": "b"}) is None
    again = client.post(f"{URL}/redrive", json={"fingerprint": "f1"}, headers=token(**OPERATOR))
    assert again.json["applied"] == 0
    acts = list(runtime.db.parked_acts.find())
    assert {(act["act"], act["operator"], act["parked_id"]) for act in acts} == {
        ("redrive", "olga", lot[0]),
        ("redrive", "olga", lot[1]),
    }


def test_one_is_discarded_with_a_reason_and_kept(sample: tuple[FlaskClient, Runtime], lot: list[str]) -> None:
    client, runtime = sample
    order = {"id": lot[0], "reason": "made by a test"}
    assert client.post(f"{URL}/discard", json=order, headers=token(**OPERATOR)).json == {"id": lot[0]}
    assert client.post(f"{URL}/discard", json=order, headers=token(**OPERATOR)).status_code == 404
    without = client.post(f"{URL}/discard", json={"id": lot[1]}, headers=token(**OPERATOR))
    assert (without.status_code, list(without.json["errors"])) == (422, ["reason"])
    [act] = runtime.db.parked_acts.find()
    assert (act["act"], act["operator"], act["reason"]) == ("discard", "olga", "made by a test")
    assert act["record"]["_id"] == lot[0]
    assert client.get(URL, headers=token(**OPERATOR)).json["items"][0]["id"] == lot[1]


def test_a_key_that_cannot_be_one_is_refused_by_every_write(
    sample: tuple[FlaskClient, Runtime], lot: list[str]
) -> None:
    client, runtime = sample
    answer = client.post(f"{URL}/redrive", json={}, headers={**token(**OPERATOR), "Idempotency-Key": "two words"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["Idempotency-Key"])
    assert runtime.db.parked.count_documents({}) == len(lot)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", URL, None),
        ("GET", f"{URL}/record?id=x", None),
        ("POST", f"{URL}/redrive", {}),
        ("POST", f"{URL}/discard", {"id": "x", "reason": "because"}),
    ],
)
def test_nobody_else_may(sample: tuple[FlaskClient, Runtime], method: str, path: str, body: object) -> None:
    client, runtime = sample
    assert client.open(path, method=method, json=body).status_code == 401
    assert client.open(path, method=method, json=body, headers=token(["curator"])).status_code == 403
    assert runtime.db.parked_acts.count_documents({}) == 0
