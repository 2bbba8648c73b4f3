"""Promise 5: retrying a command is safe, on a real MongoDB."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from kernel.runtime import Runtime
from tests.support.sample_service import Counted
from tests.support.services import published, token

Sample = tuple[FlaskClient, Runtime]


def count(client: FlaskClient, key: str | None, by: int = 1, path: str = "boats", **headers: str) -> Any:
    sent = {**({"Idempotency-Key": key} if key else {}), **headers}
    return client.post(f"/v1/counters/{path}/count", json={"by": by}, headers=sent)


def test_a_request_sent_again_happens_once_and_is_answered_the_same(sample: Sample) -> None:
    client, runtime = sample
    first, again = count(client, "k1", 5), count(client, "k1", 5)
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert published(runtime, Counted) == [Counted(counter_id="boats", value=5, by=5)]


def test_fifty_at_once_have_one_effect_and_one_answer(sample: Sample) -> None:
    client, runtime = sample
    together = threading.Barrier(50)

    def send(_: int) -> Any:
        together.wait()
        return count(client.application.test_client(), "k1", 7)

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(send, range(50)))
    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert runtime.db.counters.find_one({"_id": "boats"})["value"] == 7  # type: ignore[index]
    assert len(published(runtime, Counted)) == 1


def test_fifty_at_once_that_touch_nothing_in_common_but_the_key_have_one_effect(sample: Sample) -> None:
    """The insert of the claim alone must keep them apart: each writes a document of its own."""
    from kernel import idempotency
    from kernel.ids import new_id

    _, runtime = sample
    together = threading.Barrier(50)

    def send(_: int) -> tuple[dict[str, Any], bool]:
        together.wait()

        def work(uow: Any) -> dict[str, Any]:
            made = new_id()
            uow.db.made.insert_one({"_id": made})
            return {"id": made}

        return idempotency.once(runtime.store, "claim", "fingerprint", work)

    runtime.db.create_collection("made")
    with ThreadPoolExecutor(50) as pool:
        results = list(pool.map(send, range(50)))
    assert len({result["id"] for result, _ in results}) == 1
    assert sum(not replayed for _, replayed in results) == 1
    assert [row["_id"] for row in runtime.db.made.find()] == [results[0][0]["id"]]


def test_the_same_key_with_another_body_is_refused(sample: Sample) -> None:
    client, runtime = sample
    count(client, "k1", 5)
    other = count(client, "k1", 6)
    assert (other.status_code, other.json["type"]) == (422, "urn:problem:idempotency-key-reused")
    assert list(other.json["errors"]) == ["Idempotency-Key"]
    assert len(published(runtime, Counted)) == 1


def test_a_key_belongs_to_one_account_and_one_resource(sample: Sample) -> None:
    client, runtime = sample
    count(client, "k1")
    assert count(client, "k1", path="trains").json["id"] == "trains"
    assert count(client, "k1", **token(id="ada")).json["actor"] == "ada"
    assert count(client, "k1", **token(id="bob")).json["actor"] == "bob"
    assert len(published(runtime, Counted)) == 4


def test_a_refusal_is_not_kept(sample: Sample) -> None:
    client, _ = sample
    headers = {**token(["curator"]), "Idempotency-Key": "k1"}
    assert client.patch("/v1/counters/boats", json={"label": "x"}, headers=headers).status_code == 404
    count(client, None)
    assert client.patch("/v1/counters/boats", json={"label": "x"}, headers=headers).status_code == 200


def test_a_change_that_was_made_is_told_again_although_its_version_has_passed(sample: Sample) -> None:
    client, _ = sample
    count(client, None)
    headers = {**token(["curator"]), "Idempotency-Key": "k1", "If-Match": '"1"'}
    first = client.patch("/v1/counters/boats", json={"label": "x"}, headers=headers)
    count(client, None)
    again = client.patch("/v1/counters/boats", json={"label": "x"}, headers=headers)
    assert (first.status_code, first.data) == (200, again.data)


def test_without_a_key_every_request_counts(sample: Sample) -> None:
    client, _ = sample
    assert [count(client, None).json["value"] for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("key", ["", "two words", "x" * 201])
def test_a_key_that_cannot_be_used_changes_nothing(sample: Sample, key: str) -> None:
    client, runtime = sample
    answer = client.post("/v1/counters/boats/count", json={}, headers={"Idempotency-Key": key})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["Idempotency-Key"])
    assert published(runtime, Counted) == []


def test_the_answer_and_the_effect_are_one_transaction(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends between the effect and the commit leaves neither."""
    client, runtime = sample

    def end(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("kernel.unit_of_work.UnitOfWork.flush", end)
        with pytest.raises(SystemExit):
            count(client, "k1", 5)
    assert not runtime.db.idempotency.count_documents({})
    assert not runtime.db.counters.count_documents({})
    assert count(client, "k1", 5).json["value"] == 5


def test_answers_leave_after_their_retention(sample: Sample) -> None:
    _, runtime = sample
    index = runtime.db.idempotency.index_information()["at_ttl"]
    assert timedelta(seconds=index["expireAfterSeconds"]) == runtime.settings.idempotency_retention
