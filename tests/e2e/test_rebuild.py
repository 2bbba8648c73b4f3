"""Promise 30: each service's projections of the demonstration data equal what a rebuild from the log makes of them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from importlib import import_module

import pytest
from pymongo import MongoClient

from deploy.demo.client import Api
from deploy.embedded.topology import ROOT
from gateway.routes import SERVICES
from kernel.lease import CONSUMING, held
from tests.support.eventually import eventually
from tests.support.platform import Platform

PROJECTING = [name for name in SERVICES if import_module(f"services.{name}.service").service.projections]
"""Services that keep what others said in documents of its own kind; media makes it its own at once."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("service", PROJECTING)
def test_projections_equal_their_rebuild(platform: Platform, demo: Api, service: str) -> None:
    worker = platform.fleet.processes[f"{service}.worker"]
    worker.stop()
    try:
        with closing(MongoClient(platform.mongod.uri)) as client:
            database = client[platform.database(service)]
            eventually(lambda: not held(database, CONSUMING), within=40, describe="no consumer is at work")
        done = subprocess.run(
            [sys.executable, "-m", f"services.{service}", "rebuild", "--compare"],
            env=worker.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    finally:
        platform.restart(f"{service}.worker")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["equal"]
    assert report["events"] > 0
    assert report["digests"]
