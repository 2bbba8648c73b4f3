"""Promise 27: a stop breaks nothing off: no request fails, events are finished or released, ten seconds are enough.

``ROLLING_RESTARTS`` sets how many rounds there are; 2 by default, 100 in the long form.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from deploy.embedded.processes import Process
from deploy.embedded.topology import GATEWAY
from tests.chaos.conftest import Rig, ready
from tests.support.eventually import eventually
from tests.support.faulty_link import FaultyLink
from tests.support.platform import Platform
from tests.support.report import Counts

pytestmark = pytest.mark.timeout(240)

ROUNDS = int(os.environ.get("ROLLING_RESTARTS", "1"))
PROMISED = 10.0
COMMANDS, KEYS = 300, 6
ROLLED = [("visitor.api",), ("visitor.api.2", "visitor.worker")]
"""Processes that are restarted together: never both instances of an API."""


def stops_in_time(*processes: Process) -> float:
    """Ask processes to stop; they end by themselves in time, with exit code 0. How long that took."""
    began = time.monotonic()
    for process in processes:
        process.terminate()
    for process in processes:
        ended = process.wait(PROMISED - (time.monotonic() - began))
        assert (ended, process.returncode) == (True, 0), process.tail()
    return time.monotonic() - began


@pytest.fixture
def two_of_each(
    tmp_path_factory: pytest.TempPathFactory, mongod: MongoServer, apache_kafka: ApacheKafka
) -> Iterator[Platform]:
    """One service of the platform with two instances of its API, its worker, and the gateway."""
    platform = Platform(tmp_path_factory.mktemp("rolling"), mongod, apache_kafka, instances=2)
    names = [GATEWAY, *(name for names in ROLLED for name in names)]
    try:
        platform.fleet.prepare()
        platform.fleet.launch(names)
        platform.fleet.wait_ready(names, within=90)
        yield platform
    finally:
        platform.fleet.kill_all()


class Visitors:
    """People who write and read through the gateway without a pause, and note every answer that is no success."""

    def __init__(self, url: str, authorization: str) -> None:
        self._url = url
        self._authorization = {"Authorization": authorization}
        self._done = threading.Event()
        self.accepted: list[str] = []
        self.failed: list[str] = []
        self.read: list[str] = []

    @contextmanager
    def busy(self, how_many: int) -> Iterator[None]:
        """``how_many`` of them during the block."""
        threads = [threading.Thread(target=self._go_on, args=(number,)) for number in range(how_many)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._done.set()
            for thread in threads:
                thread.join()

    def _go_on(self, number: int) -> None:
        count = 0
        with requests.Session() as session:
            while not self._done.is_set():
                count += 1
                place = f"place-{number}-{count}"
                if self._answered(session, "POST", "/v1/places", json=draft(place), headers=self._authorization):
                    self.accepted.append(place)
                    if self._answered(session, "GET", f"/v1/places/{place}"):
                        self.read.append(place)

    def _answered(self, session: requests.Session, method: str, path: str, **options: Any) -> bool:
        try:
            answer = session.request(method, self._url + path, timeout=30, **options)
        except requests.RequestException as error:
            self.failed.append(f"{method} {path}: {error}")
            return False
        if not answer.ok:
            self.failed.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.ok


def draft(place: str) -> dict[str, Any]:
    return {
        "id": place,
        "town": "newhaven",
        "kind": "Park",
        "name": {"en": place, "fr": place},
        "summary": {"en": "Made up.", "fr": "Inventé."},
        "point": {"lat": 50.79, "lon": 0.05},
        "synthetic": True,
    }


def test_rolling_restarts_under_load_fail_no_request(two_of_each: Platform, counts: Counts) -> None:
    platform = two_of_each
    token = requests.post(f"{platform.url}/v1/auth/token", json=platform.operator, timeout=30).json()["access_token"]
    visitors, slowest, restarts = Visitors(platform.url, f"Bearer {token}"), 0.0, 0
    with visitors.busy(2):
        for _ in range(ROUNDS):
            for names in ROLLED:
                before = len(visitors.accepted)
                slowest = max(slowest, stops_in_time(*(platform.fleet.processes[name] for name in names)))
                platform.fleet.launch(names)
                platform.fleet.wait_ready(names, within=60)
                restarts += len(names)
                eventually(lambda before=before: len(visitors.accepted) > before, describe="work goes on", within=30)
                assert visitors.failed == []
    print(  # noqa: T201
        f"{restarts} restarts, {len(visitors.accepted)} writes and {len(visitors.read)} reads accepted, "
        f"{len(visitors.failed)} failed, slowest exit {slowest:.1f} s"
    )
    with closing(MongoClient(platform.mongod.uri)) as client:
        db = client[platform.database("visitor")]
        assert {row["_id"] for row in db.places.find({}, {"_id": 1})} >= set(visitors.accepted)
        said = [row["key"] for row in db.outbox.find({"type": "visitor.place.listed.v1"}, {"key": 1})]
        assert sorted(said) == sorted(visitors.accepted), "each was done once"

        def all_published() -> bool:
            kept = [event_id for window in db.outbox_windows.find() for event_id in window["ids"]]
            assert len(kept) == len(set(kept)) == db.outbox.count_documents({})
            return True

        eventually(all_published, within=30, describe="every event was published, in one window")
    counts(restarts=restarts, writes=len(visitors.accepted), reads=len(visitors.read), refused=0)


def test_a_worker_that_stops_finishes_or_releases_what_it_holds(rig: Rig) -> None:
    loading = []
    for round_ in range(3):
        worker = rig.process()
        eventually(lambda worker=worker: ready(worker), within=30, describe="the worker is ready")
        before = rig.path.db.inbox.estimated_document_count()
        loading.append(rig.commander(COMMANDS, KEYS, prefix=f"round-{round_}"))
        eventually(
            lambda before=before: rig.path.db.inbox.estimated_document_count() > before + 10,
            within=30,
            describe="it is in the middle of its work",
        )
        stops_in_time(worker)
        assert list(rig.path.db.positions.find({"owner": {"$ne": None}})) == [], "partitions are free at once"
        assert list(rig.path.db.leases.find({"holder": {"$ne": None}})) == [], "and so is everything else"
    rig.process()
    eventually(lambda: not any(each.alive for each in loading), within=60, describe="all commands are accepted")
    for round_ in range(3):
        for key in range(KEYS):
            rig.path.wait_seen(f"round-{round_}-{key}", list(range(key, COMMANDS, KEYS)), within=40)


def test_every_process_ends_in_time_while_database_and_broker_are_away(
    rig: Rig, mongod: MongoServer, apache_kafka: ApacheKafka
) -> None:
    with closing(FaultyLink(mongod.port)) as link:
        through = {"MONGODB_URI": mongod.uri.replace(f":{mongod.port}/", f":{link.port}/"), "LEASE_SECONDS": "10"}
        worker, api = rig.process("worker", **through), rig.process("api", **through)
        rig.path.count("a", 1)
        rig.path.wait_seen("a", [1])
        eventually(lambda: ready(worker) and ready(api), within=30, describe="both are ready")
        apache_kafka.process.signal(signal.SIGSTOP)
        try:
            rig.path.count("a", 2)
            asking = threading.Thread(target=ask, args=(api,))
            link.half_open()
            asking.start()
            seconds = stops_in_time(worker, api)
        finally:
            apache_kafka.process.signal(signal.SIGCONT)
        asking.join()
        print(f"worker and API ended in {seconds:.1f} s")  # noqa: T201
    rig.process()
    rig.path.wait_seen("a", [1, 2], within=40)


def ask(api: Process) -> None:
    """A request that the database will not answer in time: refused, or broken off at the end of the grace."""
    url = f"http://127.0.0.1:{api.env['HTTP_PORT']}/v1/counters/a/count"
    with suppress(requests.ConnectionError):
        assert requests.post(url, json={}, timeout=30).status_code == 503
