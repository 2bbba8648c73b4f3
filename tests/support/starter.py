"""The one-machine start as a person runs it: a process with an output and an exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import requests

from deploy.embedded.processes import LOOPBACK, free_port
from deploy.embedded.topology import ROOT
from tests.support.eventually import eventually

RUNNING = "Ctrl-C stops it."


class RunningStarter:
    """``python -m deploy.embedded up`` on a data directory, without demonstration data."""

    def __init__(self, data: Path, port: int = 0, **environment: str) -> None:
        self.data = data
        self.port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._output = data.with_name(f"{data.name}-output-{self.port}.txt")
        told = {"DATA_DIR": str(data), "GATEWAY_PORT": str(self.port), "DEMO": "0", **environment}
        with self._output.open("ab") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "deploy.embedded", "up"],
                env={name: value for name, value in os.environ.items() if name not in ("MONGODB_URI", "KAFKA")} | told,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        """Everything it has said."""
        return self._output.read_text()

    def wait_running(self, within: float = 90.0) -> RunningStarter:
        """Wait until it says that everything runs; fails with its output when it ends first."""

        def running() -> bool:
            assert self.popen.poll() is None, self.output
            return RUNNING in self.output

        eventually(running, within=within, describe="the platform starts")
        return self

    def children(self) -> list[psutil.Process]:
        """All processes below it."""
        return psutil.Process(self.popen.pid).children(recursive=True)

    def child(self, name: str) -> psutil.Process:
        """The direct child that runs ``name``: ``mongod``, ``broker`` or a role such as ``visitor.worker``."""
        service, _, role = name.partition(".")
        wanted = {
            "mongod": ["--replSet"],
            "broker": ["deploy.embedded.broker"],
            "gateway": ["gateway", "api"],
        }.get(name, [f"services.{service}", role])
        children = psutil.process_iter(["ppid", "cmdline"])
        found = [
            each
            for each in children
            if each.info["ppid"] == self.popen.pid and set(wanted) <= set(each.info["cmdline"] or [])
        ]
        assert len(found) == 1, f"{name}: {found}"
        return found[0]

    def is_ready(self) -> bool:
        """Whether the gateway says that it is ready."""
        try:
            return requests.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def stop(self, number: int = signal.SIGTERM, within: float = 20.0) -> int:
        """Send a signal and return the exit code."""
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        return self.popen.wait(within)

    def end(self) -> None:
        """End it in any case."""
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait(10)


def gone(process: psutil.Process) -> bool:
    """Whether a process has ended, reaped or not."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
