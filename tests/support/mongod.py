"""A real mongod for tests: replica set of one, with authentication, ended with the test run."""

from __future__ import annotations

from pathlib import Path

from pymongo import MongoClient

from deploy.embedded.mongod import MongoServer


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
