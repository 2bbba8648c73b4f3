"""The processes of the platform on one machine, by name: started, waited for, and stopped in order."""

from __future__ import annotations

import http.client
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.embedded.processes import Process, StartFailed, tail_of, wait_until
from deploy.embedded.topology import GATEWAY, PREPARE, ROOT, Role, Surroundings, env_of

GRACE = 8.0
"""Seconds that requests and events under way have to finish after SIGTERM."""


class Fleet:
    """Services' APIs and workers and the gateway.

    ``surroundings`` is asked at each start of a process, so that one started again is told the broker's address of
    that moment.
    """

    def __init__(self, everyone: list[Role], surroundings: Callable[[], Surroundings], logs: Path) -> None:
        self.roles = {role.name: role for role in everyone}
        self._surroundings = surroundings
        self._logs = logs
        self.processes = {
            role.name: Process(role.name, role.argv, env={}, log=logs / f"{role.name}.log", cwd=ROOT)
            for role in everyone
        }

    @property
    def workers(self) -> list[str]:
        """Names of the processes that talk to the broker."""
        return [name for name, role in self.roles.items() if role.needs_broker]

    def prepare(self, within: float = 120.0) -> None:
        """Make all collections and indexes. Raises ``StartFailed`` with what was wrong."""
        process = self.preparing()
        process.start()
        self.prepared(process, within)

    def preparing(self) -> Process:
        """The process that makes all collections and indexes, not yet started."""
        return Process("prepare", PREPARE, env=self._surroundings().env(), log=self._logs / "prepare.log", cwd=ROOT)

    def prepared(self, process: Process, within: float = 120.0) -> None:
        """Wait until the preparation is done. Raises ``StartFailed`` with what was wrong."""
        if not process.wait(within) or process.returncode != 0:
            raise StartFailed(f"The databases could not be prepared:\n{process.tail()}")

    def launch(self, names: Iterable[str]) -> None:
        """Start processes; does not wait for them."""
        for name in names:
            self.processes[name].env = dict(env_of(self.roles[name], list(self.roles.values()), self._surroundings()))
            self.processes[name].start()

    def wait_ready(self, names: Iterable[str], within: float = 30.0) -> None:
        """Wait until each says it is ready. Raises ``StartFailed`` with its reasons and the end of its log."""
        deadline = time.monotonic() + within
        for name in names:
            remaining = max(1.0, deadline - time.monotonic())
            try:
                wait_until(lambda name=name: self.ready(name), self.processes[name], remaining, f"{name} is not ready")
            except StartFailed as error:
                raise StartFailed(f"{error}\nIt says: {self.readiness(name)[1]}") from None

    def ready(self, name: str) -> bool:
        """Whether a process says that it can do its work."""
        return self.readiness(name)[0]

    def readiness(self, name: str) -> tuple[bool, str]:
        """Whether a process can do its work, and its own words."""
        try:
            with urllib.request.urlopen(self.roles[name].ready_url, timeout=3) as answer:  # noqa: S310  loopback
                return answer.status == 200, answer.read(10_000).decode()
        except urllib.error.HTTPError as error:
            with error:
                return False, error.read(10_000).decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return False, str(error)

    def restart(self, names: Iterable[str]) -> None:
        """Stop processes together and start them again; does not wait until they are ready."""
        names = list(names)
        self._stop(names, GRACE)
        self.launch(names)

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self.processes[name].kill()

    def pause(self, name: str) -> None:
        """SIGSTOP: it holds its connections and says nothing until ``resume``."""
        self.processes[name].signal(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """SIGCONT."""
        self.processes[name].signal(signal.SIGCONT)

    def stop(self, within: float = GRACE) -> None:
        """Stop the gateway first, so that nobody is refused half-way, then everything else."""
        deadline = time.monotonic() + within
        self._stop([GATEWAY], within / 2)
        self._stop([name for name in self.processes if name != GATEWAY], deadline - time.monotonic())

    def _stop(self, names: list[str], within: float) -> None:
        deadline = time.monotonic() + within
        for name in names:
            self.processes[name].signal(signal.SIGCONT)
            self.processes[name].terminate()
        for name in names:
            self.processes[name].wait(deadline - time.monotonic())

    def kill_all(self) -> None:
        """SIGKILL to all, at once."""
        for process in self.processes.values():
            process.kill()

    def tails(self, lines: int = 20) -> str:
        """The last lines of every log, for a failed test."""
        return "\n".join(f"--- {name}\n{tail_of(process.log, lines)}" for name, process in self.processes.items())
