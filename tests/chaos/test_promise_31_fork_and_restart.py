"""Promise 31: importing any module opens no socket and starts no thread; processes come and go without an error."""

from __future__ import annotations

import json
import signal

import pytest
import requests

from tests.chaos.conftest import Rig, ready
from tests.support import source_rules
from tests.support.eventually import eventually
from tests.support.services import REPOSITORY

RESTARTS = 4


def test_importing_any_module_opens_no_socket_and_starts_no_thread() -> None:
    modules = [
        str(path.relative_to(REPOSITORY)).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for folder in ("contracts", "kernel", "services", "gateway")
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
    ]
    assert len(modules) > 100
    assert source_rules.loud_imports(modules, REPOSITORY) == []


@pytest.mark.timeout(120)
def test_an_api_and_a_worker_are_stopped_and_started_without_an_error(rig: Rig) -> None:
    for number in range(RESTARTS):
        api, worker = rig.process("api"), rig.process("worker", WORKER_NAME="one")
        eventually(lambda: ready(api) and ready(worker), within=30, describe="both are ready")  # noqa: B023
        answer = requests.post(f"http://127.0.0.1:{api.env['HTTP_PORT']}/v1/counters/a/count", json={}, timeout=10)
        assert answer.status_code == 201, answer.text
        rig.path.wait_seen("a", list(range(1, number + 2)))
        for process in (api, worker):
            process.signal(signal.SIGTERM)
        for process in (api, worker):
            eventually(lambda process=process: not process.alive, within=10, describe=f"{process.name} ends")
            assert process.returncode == 0, process.tail()
            lines = [json.loads(line) for line in process.log.read_text().splitlines() if line.startswith("{")]
            # kafka-python calls its own closing an error.
            errors = [line for line in lines if line["level"] == "error" and not line["logger"].startswith("kafka")]
            assert errors == []
