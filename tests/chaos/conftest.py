"""What every promise is tested with: the sample service on a real MongoDB and a real Apache Kafka."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests
from pymongo import MongoClient

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from deploy.embedded.processes import Process
from kernel.locality import Locality
from tests.support.event_path import EventPath, event_path
from tests.support.sample_processes import commander, fresh_locality, sample_process

ORPHANED_TRANSACTION_SECONDS = 5
"""How long MongoDB keeps the transaction of a process that died; 60 by default, which no test should wait for."""


@pytest.fixture(autouse=True, scope="session")
def _short_transactions(mongod: MongoServer) -> None:
    with closing(MongoClient(mongod.uri)) as client:
        client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=ORPHANED_TRANSACTION_SECONDS)


def ready(worker: Process) -> bool:
    """Whether a worker process says that it is ready."""
    try:
        return requests.get(f"http://127.0.0.1:{worker.env['HTTP_PORT']}/health/ready", timeout=5).ok
    except requests.ConnectionError:
        return False


class Rig:
    """An event path whose service also runs as processes of its own, for those faults that end a process."""

    def __init__(self, path: EventPath, locality_file: Path, directory: Path) -> None:
        self.path = path
        self.locality_file = locality_file
        self._directory = directory
        self._processes: list[Process] = []

    def process(self, role: str = "worker", **changes: str) -> Process:
        """Start a process of the sample service; ``changes`` are environment variables."""
        log = self._directory / f"{role.split()[0]}-{len(self._processes)}.log"
        process = sample_process(role, self.path.runtime.settings, self.locality_file, log, **changes)
        return self._start(process)

    def commander(self, count: int, keys: int, prefix: str = "counter", **changes: str) -> Process:
        """Start a process that runs commands; its log is its ledger."""
        log = self._directory / f"commander-{len(self._processes)}.log"
        settings = self.path.runtime.settings
        return self._start(commander(settings, self.locality_file, log, count, keys, prefix, **changes))

    def stop(self) -> None:
        """End every process that was started."""
        for process in self._processes:
            process.kill()

    def _start(self, process: Process) -> Process:
        process.start()
        self._processes.append(process)
        return process


@pytest.fixture
def locality(tmp_path: Path) -> tuple[Path, Locality]:
    return fresh_locality(tmp_path)


@pytest.fixture
def rig(
    mongod: MongoServer, apache_kafka: ApacheKafka, locality: tuple[Path, Locality], tmp_path: Path
) -> Iterator[Rig]:
    file, place = locality
    with event_path(mongod.uri, apache_kafka, locality=place) as path:
        rig = Rig(path, file, tmp_path)
        try:
            yield rig
        finally:
            rig.stop()


@pytest.fixture
def path(rig: Rig) -> EventPath:
    return rig.path
