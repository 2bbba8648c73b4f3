"""What ``docs/outages.md`` tells: a primary that restarts, a disk that is full, a clock that is set back."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pymongo
import pytest
from flask.testing import FlaskClient
from pymongo.errors import PyMongoError

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from deploy.embedded.processes import StartFailed
from kernel.clock import SystemClock
from kernel.http import create_app
from kernel.unit_of_work import Store
from kernel.worker import Worker
from tests.support.event_path import EventPath, event_path
from tests.support.eventually import eventually
from tests.support.ledger import published
from tests.support.mongod import start_mongod

pytestmark = pytest.mark.timeout(180)

MEGABYTE = 1024 * 1024
DISK = 320 * MEGABYTE
REFUSALS = {"urn:problem:unavailable", "urn:problem:outcome-unknown"}


def count(client: FlaskClient, key: str, counter: str = "a", **body: object) -> tuple[int, str]:
    answer = client.post(f"/v1/counters/{counter}/count", json=body, headers={"Idempotency-Key": key})
    return answer.status_code, (answer.json or {}).get("type", "")


@pytest.fixture
def own_path(tmp_path: Path, apache_kafka: ApacheKafka) -> Iterator[tuple[MongoServer, EventPath]]:
    """An event path on a MongoDB of its own, which a test may stop."""
    server = start_mongod(tmp_path / "mongod")
    try:
        with event_path(server.uri, apache_kafka, transaction_timeout=timedelta(seconds=2)) as path:
            yield server, path
    finally:
        server.kill()


@pytest.mark.parametrize("ending", [MongoServer.stop, MongoServer.kill], ids=["stopped", "killed"])
def test_the_primary_restarts_under_load(own_path: tuple[MongoServer, EventPath], ending) -> None:
    server, path = own_path
    client, told = create_app(path.runtime.service, path.runtime).test_client(), Tally[str]()
    path.start_worker()
    done, seen = threading.Event(), []

    def write() -> None:
        number = 0
        while not done.is_set():
            status, problem = count(client, f"key-{number}")
            told[f"{status} {problem}".strip()] += 1
            if status == 201:
                number += 1
            else:
                assert problem in REFUSALS, problem
        seen.append(number)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        eventually(lambda: told["201"] > 20, within=20, describe="writes go on")
        ending(server)
        eventually(lambda: sum(told.values()) > told["201"], within=20, describe="writes are refused")
        server.restart()
        before = told["201"]
        eventually(lambda: told["201"] > before + 20, within=30, describe="writes are accepted again")
    finally:
        done.set()
        writing.join()
    print(dict(told))  # noqa: T201
    path.wait_seen("a", list(range(1, seen[0] + 1)), within=40)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, 320 MB large; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if mounting.returncode:
        pytest.skip(f"no disk can be mounted here: {mounting.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_the_disk_of_the_database_is_full(small_disk: Path, apache_kafka: ApacheKafka) -> None:
    server = start_mongod(small_disk)
    try:
        with event_path(server.uri, apache_kafka, transaction_timeout=timedelta(seconds=2)) as path:
            client = create_app(path.runtime.service, path.runtime).test_client()
            path.start_worker()
            assert count(client, "first")[0] == 201
            path.wait_seen("a", [1])
            ballast = small_disk / "ballast"
            with ballast.open("wb") as file, suppress(OSError):
                while True:
                    file.write(b"\0" * MEGABYTE)
            accepted, answer = 1, (201, "")
            until = time.monotonic() + 60
            while answer[0] == 201 and time.monotonic() < until:
                with suppress(PyMongoError), pymongo.timeout(2):
                    path.db.filling.insert_many([{"x": os.urandom(MEGABYTE)} for _ in range(8)])
                with suppress(PyMongoError), pymongo.timeout(2):
                    path.db.client.admin.command("fsync")
                answer = count(client, f"key-{accepted}")
                accepted += answer[0] == 201
            assert answer[0] == 503, "what cannot be kept is refused"
            assert answer[1] in REFUSALS
            assert client.get("/health/ready").status_code == 503
            assert client.get("/health/live").status_code == 200
            assert shutil.disk_usage(small_disk).free < MEGABYTE
            ballast.unlink()
            server.kill()
            server.restart()
            eventually(lambda: count(client, f"key-{accepted}")[0] == 201, within=30, describe="writes are accepted")
            print(f"{accepted} accepted before the disk was full")  # noqa: T201
            path.wait_seen("a", list(range(1, accepted + 2)), within=40)
    finally:
        with suppress(StartFailed):
            server.kill()


class WrongClock:
    """The system's clock, moved."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def now(self) -> datetime:
        """The time as this machine believes it to be."""
        return SystemClock().now() + self.by


def test_the_clock_is_set_back_an_hour(path: EventPath) -> None:
    clock = WrongClock()
    runtime = path.runtime
    store = Store(runtime.db, runtime.locality, clock, runtime.settings)
    path.runtime = replace(runtime, clock=clock, store=store)
    path.store = store

    def say(first: int) -> None:
        for value in range(first, first + 10):
            path.count("a", value)

    say(0)
    clock.by = timedelta(hours=-1)
    say(10)
    times = [row["time"] for row in path.db.outbox.find().sort("stamp", 1)]
    assert max(times[10:]) < min(times[:10]), "the wall clock tells the wrong order"
    # No checkpoint yet: the relay drains the outbox, which has only the order of the stamps.
    first = path.start_worker()
    path.wait_seen("a", list(range(20)))
    clock.by = timedelta(hours=-2)
    say(20)
    path.wait_seen("a", list(range(30)))
    assert published(path.records()).first["a"] == list(range(30))
    ready, report = first.checks.report()
    assert ready, report
    assert leads_alone(path, first)
    assert path.db.leases.find_one({"_id": "relay"})["expires"] > datetime.now(UTC), "leases are in the server's time"


def leads_alone(path: EventPath, first: Worker) -> bool:
    """A second worker, whose clock is right, does not take over what the first holds."""
    holder = path.db.leases.find_one({"_id": "relay"})["holder"]
    second = path.start_worker()
    eventually(lambda: second.relay.state == "standby", describe="the second stands by")
    return path.db.leases.find_one({"_id": "relay"})["holder"] == holder and first.relay.state == "leading"
