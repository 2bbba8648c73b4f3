"""One child process: started with its output in a file, never left behind, ended by its own id."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class StartFailed(Exception):
    """Something did not start; the message says what to do about it."""


class Process:
    """A child process with a name, a log file and a clean end.

    On Linux the kernel kills the child when the thread that started it ends, however that happens: start processes
    from the main thread. Each child leads its own process group, so that a Ctrl-C in the terminal reaches only the
    supervisor, which then decides the order.
    """

    def __init__(self, name: str, argv: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path | None = None):
        self.name = name
        self.argv = list(argv)
        self.env = dict(env)
        self.log = log
        self.cwd = cwd
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The id of the running process, or of the last one. Raises ``RuntimeError`` when it never ran."""
        if self._popen is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether it runs; a process that ended is reaped by asking."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def returncode(self) -> int | None:
        """How it ended: negative for a signal; None while it runs or before it ran."""
        return self._popen.poll() if self._popen else None

    def start(self) -> None:
        """Start it; its output is appended to the log. Raises ``StartFailed`` when the program cannot be run."""
        if self.alive:
            raise RuntimeError(f"{self.name} already runs as {self.pid}")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        parent = os.getpid()
        with self.log.open("ab") as output:
            try:
                self._popen = subprocess.Popen(
                    self.argv,
                    env=self.env,
                    cwd=self.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    preexec_fn=lambda: _lead_group_and_die_with(parent),  # noqa: PLW1509  before any thread of ours
                )
            except OSError as error:
                raise StartFailed(f"{self.name} cannot be started: {error}") from error

    def signal(self, number: int) -> None:
        """Send a signal to the process and everything it started; nothing happens when it has ended."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def terminate(self) -> None:
        """Ask it to stop. Only the process itself is asked: it knows how to stop its own children."""
        if self.alive:
            self._popen.terminate()

    def kill(self) -> None:
        """End it at once with all it started, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        if self._popen is not None:
            self._popen.wait(timeout=10)

    def stop(self, within: float = 10.0) -> bool:
        """Ask it to stop and wait ``within`` seconds, then end it at once. True when it stopped by itself."""
        self.terminate()
        return self.wait(within)

    def wait(self, within: float) -> bool:
        """Wait ``within`` seconds for it to end, then end it at once. True when it ended by itself."""
        if self._popen is None:
            return True
        try:
            self._popen.wait(timeout=max(within, 0.01))
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        self._end_orphans()
        return True

    def _end_orphans(self) -> None:
        """End what the process started and left behind in its group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)

    def tail(self, lines: int = 30) -> str:
        """The last lines of its log, for an error message."""
        return tail_of(self.log, lines)


def _lead_group_and_die_with(parent: int) -> None:
    """Run in the child before the program: a group of its own, and SIGKILL when the parent dies (Linux prctl(2))."""
    os.setpgid(0, 0)
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def tail_of(log: Path, lines: int = 30) -> str:
    """The last lines of a log file; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 64 * 1024))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])


def free_port() -> int:
    """A loopback TCP port that is free now; whoever asks next may get another."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def port_answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether something accepts TCP connections on that port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def wait_until(ready: Callable[[], bool], process: Process, within: float, what: str) -> None:
    """Wait until ``ready`` says yes.

    Raises ``StartFailed`` with the end of the log when the process ends first or time is up.
    """
    deadline = time.monotonic() + within
    while not ready():
        if not process.alive:
            raise StartFailed(f"{what}: {process.name} ended ({process.returncode}). Its last words:\n{process.tail()}")
        if time.monotonic() > deadline:
            raise StartFailed(f"{what}: {process.name} took over {within:g} s. Its last words:\n{process.tail()}")
        time.sleep(0.05)


def require_free_port(port: int, setting: str) -> None:
    """Raise ``StartFailed`` that names who uses ``port`` and which ``setting`` chooses another."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            user = _user_of(port)
            raise StartFailed(
                f"Port {port} cannot be used ({error.strerror}{user}). Stop what uses it, or choose another: "
                f"{setting}={port + 1}"
            ) from error


def _user_of(port: int) -> str:
    """Which process listens on a port, as far as this user may know."""
    try:
        holders = {
            c.pid for c in psutil.net_connections("tcp") if c.laddr.port == port and c.pid and c.status == "LISTEN"
        }
        names = [f"{psutil.Process(pid).name()} with id {pid}" for pid in sorted(holders)]
    except psutil.Error:
        return ""
    return f"; it belongs to {' and '.join(names)}" if names else ""
