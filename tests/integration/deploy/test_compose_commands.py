"""Every command and health check of the compose file, run here without docker, in the order it asks for."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from deploy.embedded.processes import Process, free_port
from deploy.embedded.topology import ROOT
from tests.support.compose import load_compose, make_secrets
from tests.support.eventually import eventually
from tests.support.mongod import start_mongod
from tests.support.platform import LOCALITY


class Deployment:
    """The containers of the compose file as processes: host names and paths are replaced, nothing else."""

    def __init__(self, directory: Path, mongod: MongoServer, kafka: ApacheKafka) -> None:
        self.slug = f"compose-{uuid.uuid4().hex[:8]}"
        locality = directory / "locality.toml"
        locality.write_text(LOCALITY.read_text().replace('slug = "newhaven-dieppe"', f'slug = "{self.slug}"', 1))
        self.values = make_secrets(directory) | {"LOCALITY": str(locality)}
        self.services: dict[str, Any] = load_compose(self.values)["services"]
        ours = [name for name, service in self.services.items() if service["image"] == "living-newhaven"]
        self.ports = {name: free_port() for name in ours if name != "init"}
        root = f"root:{self.values['MONGO_ROOT_PASSWORD']}@mongodb:27017/?"
        self._places = {
            **{f"http://{name}:8000": f"http://127.0.0.1:{port}" for name, port in self.ports.items()},
            root: mongod.uri.removeprefix("mongodb://").split("?")[0] + "?",
            "mongodb:27017": f"127.0.0.1:{mongod.port}",
            "kafka:9092": kafka.bootstrap,
            "/run/secrets": str(directory / "deploy/compose/secrets"),
        }
        self.processes = {
            name: Process(name, self.argv(name), env=self.env(name), log=directory / f"{name}.log", cwd=ROOT)
            for name in ours
        }

    def argv(self, name: str) -> list[str]:
        """The image's entry point, then the container's command."""
        return [sys.executable, "-m", *self.services[name]["command"]]

    def env(self, name: str) -> dict[str, str]:
        """What the container is told, on the ports of this machine."""
        told = {key: str(value) for key, value in self.services[name]["environment"].items()}
        for there, here in self._places.items():
            told = {key: value.replace(there, here) for key, value in told.items()}
        return {"PATH": os.environ["PATH"], "HTTP_PORT": str(self.ports.get(name, 0)), **told}

    def healthy(self, name: str) -> bool:
        """What the container's own health check says."""
        program, *arguments = self.services[name]["healthcheck"]["test"][1:]
        assert program == "python"
        asked = subprocess.run(
            [sys.executable, *arguments], env=self.env(name), cwd=ROOT, capture_output=True, check=False
        )
        return asked.returncode == 0

    def well(self, name: str) -> bool:
        """Healthy, or an ``AssertionError`` with the end of its log."""
        assert self.healthy(name), self.processes[name].tail()
        return True

    def start(self, name: str) -> None:
        """Start a container after those it depends on, and wait until it is healthy or, for ``init``, done."""
        process = self.processes[name]
        if process.alive or process.returncode == 0:
            return
        for needed in self.services[name]["depends_on"]:
            if needed in self.processes:
                self.start(needed)
        process.start()
        if name == "init":
            assert process.wait(60)
            assert process.returncode == 0, process.tail()
            return
        eventually(lambda: self.well(name), within=40, every=0.3, describe=f"{name} is healthy")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, apache_kafka: ApacheKafka) -> Iterator[Deployment]:
    directory = tmp_path_factory.mktemp("deployment")
    mongod = start_mongod(directory / "mongod")
    running = Deployment(directory, mongod, apache_kafka)
    try:
        for name in running.processes:
            running.start(name)
        yield running
    finally:
        for process in running.processes.values():
            process.kill()
        mongod.stop()


def test_every_container_becomes_healthy_and_the_gateway_answers_for_all(deployment: Deployment) -> None:
    assert all(deployment.healthy(name) for name in deployment.ports)
    for resource in ("centres", "events", "makers", "titles"):
        url = f"http://127.0.0.1:{deployment.ports['gateway']}/v1/{resource}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.status == 200


def test_a_service_may_not_read_the_database_of_another(deployment: Deployment) -> None:
    prefix = deployment.slug.replace("-", "_")
    with MongoClient(deployment.env("visitor-api")["MONGODB_URI"]) as client:
        assert client[f"{prefix}_visitor"].outbox.count_documents({}) == 0
        with pytest.raises(OperationFailure, match="not authorized"):
            client[f"{prefix}_festivals"].events.find_one()


def test_initialization_may_be_repeated(deployment: Deployment) -> None:
    again = subprocess.run(
        deployment.argv("init"), env=deployment.env("init"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stderr
    assert deployment.healthy("visitor-api")


def test_a_container_that_does_not_work_is_not_healthy(deployment: Deployment) -> None:
    deployment.processes["media-worker"].kill()
    assert not deployment.healthy("media-worker")
