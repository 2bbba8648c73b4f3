"""A real mongod for tests: replica set of one, with authentication, ended with the test run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from pymongo import MongoClient

from deploy.embedded.mongod import MongoServer

IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes that must be free there, and in memory beside it."""


@contextmanager
def data_directory(on_disk: Path) -> Iterator[Path]:
    """Where the data of a test run lies: in memory where there is plenty, else ``on_disk``.

    No test cuts the power, so none learns anything from waiting for a disk, which every write does. What a run that
    was killed has left behind goes with the next one.
    """
    if not IN_MEMORY.is_dir() or min(shutil.disk_usage(IN_MEMORY).free, psutil.virtual_memory().available / 2) < ROOM:
        yield on_disk
        return
    for left in IN_MEMORY.glob("mongod-of-tests-*"):
        if not psutil.pid_exists(int(left.name.rsplit("-", 1)[1])):
            shutil.rmtree(left, ignore_errors=True)
    directory = IN_MEMORY / f"mongod-of-tests-{os.getpid()}"
    directory.mkdir()
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def start_mongod(directory: Path) -> MongoServer:
    """Start one on ``directory``: ``uri`` to connect, ``stop()``, ``kill()`` and ``restart()`` on the same data.

    It removes nothing by age: rows of a test that plays in 2018 would go by the clock on the wall, once a minute. It
    keeps the files of dropped databases open for seconds, not for the five minutes that history is kept by default: a
    run drops thousands, and a process may have only so many files.
    """
    server = MongoServer(directory, cache_gb=0.25, oplog_mb=64).start()
    with MongoClient[dict[str, object]](server.uri) as client:
        client.admin.command(
            "setParameter", 1, ttlMonitorEnabled=False, minSnapshotHistoryWindowInSeconds=5, syncdelay=20
        )
    return server
