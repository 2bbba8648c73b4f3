"""The API as a process of its own: started by its command line, stopped by SIGTERM without breaking off a request."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.embedded.mongod import MongoServer
from deploy.embedded.processes import Process
from kernel.mongo import database_name
from tests.support.eventually import eventually
from tests.support.sample_processes import fresh_locality, sample_process
from tests.support.sample_service import service
from tests.support.services import jwks_file, settings_for, token


class Api:
    """The running process and where it answers."""

    def __init__(self, process: Process, log: Path, database: str) -> None:
        self.process = process
        self.log = log
        self.database = database
        self.url = f"http://127.0.0.1:{process.env['HTTP_PORT']}"

    def ready(self) -> bool:
        """Whether it answers that it is ready."""
        try:
            return requests.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False


@pytest.fixture
def api(mongod: MongoServer, tmp_path: Path) -> Iterator[Api]:
    file, locality = fresh_locality(tmp_path)
    settings = settings_for(mongod.uri)
    indexes = sample_process("indexes", settings, file, tmp_path / "indexes.log")
    indexes.start()
    assert indexes.wait(20)
    assert indexes.returncode == 0, indexes.tail()
    log = tmp_path / "api.log"
    process = sample_process("api", settings, file, log, AUTH_JWKS=str(jwks_file()))
    process.start()
    running = Api(process, log, database_name(locality, service.name))
    try:
        eventually(running.ready, within=20, describe="the API is ready")
        yield running
    finally:
        process.kill()


def test_it_answers_what_the_service_declares(api: Api) -> None:
    answer = requests.post(f"{api.url}/v1/counters/boats/count", json={"by": 2}, headers=token(id="ada"), timeout=10)
    assert (answer.status_code, answer.json()) == (201, {"id": "boats", "value": 2, "actor": "ada"})
    assert requests.get(f"{api.url}/v1/counters", timeout=10).json()["items"] == [{"id": "boats", "value": 2}]
    metrics = requests.get(f"{api.url}/metrics", timeout=10).text
    assert (
        'http_requests_total{endpoint="counters.count_counter",method="POST",service="sample",status="201"} 1.0'
        in metrics
    )


def test_many_at_once_are_counted_once_each_in_one_process(api: Api) -> None:
    def send() -> None:
        for _ in range(10):
            assert requests.post(f"{api.url}/v1/counters/boats/count", json={}, timeout=20).status_code == 201

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert requests.get(f"{api.url}/v1/counters/boats", timeout=10).json()["value"] == 80
    metrics = requests.get(f"{api.url}/metrics", timeout=10).text
    assert 'endpoint="counters.count_counter",method="POST",service="sample",status="201"} 80.0' in metrics


def test_sigterm_lets_the_request_under_way_finish(api: Api, mongod: MongoServer) -> None:
    from pymongo import MongoClient

    answers: list[requests.Response] = []

    def send() -> None:
        answers.append(requests.post(f"{api.url}/v1/counters/boats/count", json={}, timeout=20))

    requests.post(f"{api.url}/v1/counters/boats/count", json={}, timeout=10)
    with MongoClient(mongod.uri) as client, client.start_session() as session:
        session.start_transaction()
        client[api.database].counters.update_one({"_id": "boats"}, {"$set": {"value": 50}}, session=session)
        sending = threading.Thread(target=send)
        aborted_before = _aborted(client)
        sending.start()
        eventually(lambda: _aborted(client) > aborted_before + 2, describe="the command is tried again and again")
        started = time.monotonic()
        api.process.terminate()
        eventually(lambda: '"Handling signal: term"' in api.log.read_text(), describe="the signal is seen")
        session.commit_transaction()
    sending.join()
    assert [(answer.status_code, answer.json()["value"]) for answer in answers] == [(201, 51)]
    eventually(lambda: not api.process.alive, within=10, describe="the process has ended")
    assert api.process.returncode == 0, api.process.tail()
    assert time.monotonic() - started < 10


def _aborted(client: Any) -> int:
    return int(client.admin.command("serverStatus")["transactions"]["totalAborted"])


def test_its_log_is_json_and_holds_no_token(api: Api) -> None:
    sent = token(["curator"], id="someone-in-particular")
    secret = sent["Authorization"].split()[1]
    requests.patch(f"{api.url}/v1/counters/none?q=private-words", json={"label": "x"}, headers=sent, timeout=10)
    requests.get(f"{api.url}/v1/counters", headers={"Authorization": "Bearer forged-by-hand"}, timeout=10)
    text = api.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"counters.label_counter", "counters.list_counters"} <= {line.get("endpoint") for line in lines}
    assert all(line["service"] == "sample" and line["role"] == "api" for line in lines)
    for withheld in (secret, "someone-in-particular", "private-words", "forged-by-hand"):
        assert withheld not in text


def test_a_port_that_is_taken_ends_it_with_an_error(api: Api, mongod: MongoServer, tmp_path: Path) -> None:
    env = {**api.process.env}
    second = Process("api", api.process.argv, env=env, log=tmp_path / "second.log", cwd=api.process.cwd)
    second.start()
    assert second.wait(20)
    assert second.returncode != 0
    assert "in use" in second.tail()
