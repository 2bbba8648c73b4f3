"""A real mongod for tests: replica set of one, with authentication, ended with the test run."""

from __future__ import annotations

from pathlib import Path

from deploy.embedded.mongod import MongoServer


def start_mongod(directory: Path) -> MongoServer:
    """Start one on ``directory``: ``uri`` to connect, ``stop()``, ``kill()`` and ``restart()`` on the same data."""
    return MongoServer(directory, cache_gb=0.25, oplog_mb=64).start()
