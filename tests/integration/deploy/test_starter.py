"""``make up`` after its installation: starts, keeps data, heals, refuses what cannot work, leaves nothing behind."""

from __future__ import annotations

import signal
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests
from pymongo import MongoClient

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from tests.support.eventually import eventually
from tests.support.platform import LOCALITY
from tests.support.starter import RunningStarter, gone

EMAIL, PASSWORD = "potter@example.org", "a long enough passphrase"

pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True)
class FirstRun:
    """What was seen of a first start that was stopped again."""

    data: Path
    exit_code: int
    seconds_to_stop: float
    left_over: list[psutil.Process]
    output: str


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    data = tmp_path_factory.mktemp("installation") / "data"
    starter = RunningStarter(data)
    try:
        starter.wait_running()
        draft = {"email": EMAIL, "password": PASSWORD, "name": "Potter", "roles": ["maker"]}
        assert requests.post(f"{starter.url}/v1/accounts", json=draft, timeout=10).status_code == 201
        children = starter.children()
        began = time.monotonic()
        exit_code = starter.stop()
        left_over = [process for process in children if not gone(process)]
        return FirstRun(data, exit_code, time.monotonic() - began, left_over, starter.output)
    finally:
        starter.end()


@pytest.fixture(scope="module")
def starter(first_run: FirstRun) -> Iterator[RunningStarter]:
    """The second start on the same data."""
    running = RunningStarter(first_run.data)
    try:
        yield running.wait_running()
    finally:
        running.stop(signal.SIGINT)
        running.end()


def test_it_tells_the_address_and_stops_cleanly_on_sigterm(first_run: FirstRun) -> None:
    assert "The platform runs: http://127.0.0.1:" in first_run.output
    assert first_run.exit_code == 0
    assert first_run.seconds_to_stop < 10
    assert first_run.left_over == []


def test_keys_and_credentials_are_private(first_run: FirstRun) -> None:
    secrets = [
        *(first_run.data / "keys").iterdir(),
        *first_run.data.glob("mongod/*.json"),
        *first_run.data.glob("mongod/key*"),
    ]
    assert len(secrets) == 5
    assert all(file.stat().st_mode & 0o077 == 0 for file in secrets)


def test_data_is_kept_between_starts(starter: RunningStarter) -> None:
    assert (
        requests.get(f"{starter.url}/v1/accounts/me", headers=signed_in(starter), timeout=10).json()["email"] == EMAIL
    )


def test_a_second_start_on_the_same_data_is_refused(starter: RunningStarter) -> None:
    second = RunningStarter(starter.data)
    try:
        assert second.popen.wait(20) == 1
        assert f"already runs on {starter.data} as process {starter.popen.pid}" in second.output
    finally:
        second.end()
    assert starter.is_ready()


@pytest.mark.parametrize("name", ["gateway", "marketplace.worker", "mongod", "broker"])
def test_whatever_is_killed_runs_again(starter: RunningStarter, name: str) -> None:
    killed = starter.child(name)
    killed.kill()
    eventually(lambda: starter.child(name).pid != killed.pid, within=20, describe=f"{name} is started again")
    maker = f"Maker after {name}"
    eventually(lambda: join_as_maker(starter, maker), within=40, every=0.5, describe="commands work again")
    eventually(lambda: maker in guide(starter), within=60, every=0.5, describe="events travel again")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_start_that_is_killed_leaves_nothing_behind(starter: RunningStarter) -> None:
    children = starter.children()
    starter.end()
    eventually(lambda: all(gone(child) for child in children), within=20, describe="all children end")


@pytest.mark.kafka
@pytest.mark.usefixtures("apache_kafka")  # says so and skips where Java is missing
def test_the_next_start_may_run_on_apache_kafka_with_the_same_data(starter: RunningStarter) -> None:
    starter.end()
    again = RunningStarter(starter.data, KAFKA="apache")
    try:
        again.wait_running()
        assert "Apache Kafka runs" in again.output
        assert any(process.name() == "java" for process in again.children())
        eventually(lambda: join_as_maker(again, "Maker on Apache Kafka"), within=20, describe="commands work")
        eventually(lambda: "Maker on Apache Kafka" in guide(again), within=60, every=0.5, describe="events travel")
        assert again.stop() == 0
    finally:
        again.end()


@pytest.mark.kafka
def test_servers_that_run_already_are_used_and_left_running(
    tmp_path: Path, mongod: MongoServer, apache_kafka: ApacheKafka
) -> None:
    locality = tmp_path / "towns.toml"
    slug = f"elsewhere-{uuid.uuid4().hex[:8]}"
    locality.write_text(LOCALITY.read_text().replace('slug = "newhaven-dieppe"', f'slug = "{slug}"', 1))
    servers = {"MONGODB_URI": mongod.uri, "KAFKA_BOOTSTRAP_SERVERS": apache_kafka.bootstrap}
    running = RunningStarter(tmp_path / "data", LOCALITY=str(locality), **servers)
    try:
        running.wait_running()
        assert {process.name() for process in running.children()}.isdisjoint({"mongod", "java"})
        assert running.stop() == 0
    finally:
        running.end()
    with MongoClient(mongod.uri) as client:
        assert f"{slug.replace('-', '_')}_visitor" in client.list_database_names()


def test_a_taken_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        refused = RunningStarter(tmp_path / "data", port)
        try:
            assert refused.popen.wait(20) == 1
        finally:
            refused.end()
    assert f"Port {port} cannot be used" in refused.output
    assert f"GATEWAY_PORT={port + 1}" in refused.output


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("MONGOD", "/nowhere/mongod", "MONGOD=/nowhere/mongod is not a program that can be run"),
        ("KAFKA", "rabbit", "KAFKA=rabbit is not known"),
        ("LOCALITY", "atlantis.toml", "LOCALITY=atlantis.toml is no file"),
        ("DATA_DIR", "/proc/nothing", "/proc/nothing cannot be written"),
    ],
)
def test_what_cannot_work_is_said_in_one_line(tmp_path: Path, setting: str, value: str, message: str) -> None:
    refused = RunningStarter(tmp_path / "data", **{setting: value})
    try:
        assert refused.popen.wait(20) == 1
    finally:
        refused.end()
    assert message in refused.output
    assert "Traceback" not in refused.output


def signed_in(starter: RunningStarter) -> dict[str, str]:
    credentials = {"email": EMAIL, "password": PASSWORD}
    answer = requests.post(f"{starter.url}/v1/auth/token", json=credentials, timeout=10)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def join_as_maker(starter: RunningStarter, name: str) -> bool:
    draft = {
        "name": name,
        "town": "newhaven",
        "craft": {"en": "pottery"},
        "summary": {"en": "Bowls."},
        "synthetic": True,
    }
    try:
        headers = signed_in(starter) | {"Idempotency-Key": name.replace(" ", "-")}
        answer = requests.post(f"{starter.url}/v1/makers", json=draft, headers=headers, timeout=10)
    except requests.RequestException as error:
        raise AssertionError(str(error)) from error
    assert answer.status_code == 201, answer.text
    return True


def guide(starter: RunningStarter) -> str:
    return requests.get(f"{starter.url}/v1/guide", params={"kind": "makers", "limit": 200}, timeout=10).text
