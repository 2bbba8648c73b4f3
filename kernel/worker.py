"""The worker process: relay, consumer and chores of one service, each on a thread of its own, and their health."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable

import pymongo
import structlog

from kernel import inbox
from kernel.broker import Broker
from kernel.chores import Chores
from kernel.config import Settings
from kernel.consumer import EventConsumer
from kernel.health import Checks, mongodb_answers, outbox_is_bounded, serve_health
from kernel.ids import new_id
from kernel.logs import configure_logging
from kernel.relay import Relay
from kernel.runtime import Runtime, open_runtime
from kernel.service import Service

log = structlog.get_logger()

GRACE = 7.0
"""Seconds that what is in hand has to finish after SIGTERM, so that the process ends within ten."""
YIELDS = 5
"""How much a worker yields to other processes (nice): one that catches up must not slow the APIs beside it down."""
FAREWELL = 1.0
"""Seconds for the database to hear that its client leaves."""


class Worker:
    """Relay, consumer and chores of one service; ``start`` and ``stop`` may be called once each."""

    def __init__(self, runtime: Runtime) -> None:
        inbox.check_retention(runtime.settings)
        name = f"{runtime.locality.slug}.{runtime.service.name}"
        self._broker = Broker(runtime.settings, client_id=name)
        holder = f"{socket.gethostname()}/{new_id()}"
        self.relay = Relay(runtime.service.name, runtime.store, runtime.settings, self._broker, holder)
        self.consumer = EventConsumer(runtime.service, runtime.store, runtime.settings, self._broker)
        self.chores = Chores(runtime.service.chores, runtime.store)
        self._stop = threading.Event()
        self._died: str | None = None
        self.finished = True
        """Whether ``stop`` left nothing unfinished."""
        self._threads: list[threading.Thread] = []
        self.checks = Checks()
        self.checks.add("database", mongodb_answers(runtime.db))
        self.checks.add("broker", self._broker.answers)
        self.checks.add("relay", self.relay.health)
        self.checks.add("consumer", self.consumer.health)
        most = runtime.settings.outbox_alarm_rows
        self.checks.add("outbox", outbox_is_bounded(runtime.db, runtime.service.name, most))
        self.checks.add("chores", self.chores.health)

    def start(self) -> None:
        """Start relaying, consuming and doing what is due."""
        for name, run in (("relay", self.relay.run), ("consumer", self.consumer.run), ("chores", self.chores.run)):
            thread = threading.Thread(target=self._guarded, args=(name, run), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, within: float = GRACE) -> bool:
        """Finish what is in hand, give partitions and lease back. True when that was done ``within`` seconds.

        What a database or broker that hangs keeps from finishing is left: it is not committed, so it is done again.
        """
        self._stop.set()
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        left = [thread.name for thread in self._threads if thread.is_alive()]
        if left:
            log.warning("left_unfinished", threads=left)
        self.finished = not left
        return self.finished

    def wait(self) -> int:
        """Block until the worker is to end; the exit code. A thread that died ends the process: it is started anew."""
        self._stop.wait()
        self.stop()
        return 1 if self._died else 0

    def end(self) -> None:
        """Ask for the end from a signal handler."""
        self._stop.set()

    def _guarded(self, name: str, run: Callable[[threading.Event], None]) -> None:
        try:
            run(self._stop)
        except Exception as error:
            self._died = f"{name}: {type(error).__name__}: {error}"
            log.exception("worker_thread_died", thread=name)
            self._stop.set()


def run_worker(service: Service, settings: Settings) -> int:
    """Run a worker until SIGTERM or SIGINT; returns the exit code."""
    configure_logging(service.name, "worker", settings.log_level)
    os.nice(YIELDS)
    runtime = open_runtime(service, settings)
    worker = Worker(runtime)
    health = serve_health(settings.http_port, worker.checks, settings.http_host)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.end())
    worker.start()
    try:
        code = worker.wait()
    finally:
        health.stop()
        with pymongo.timeout(FAREWELL):
            runtime.close()
    if not worker.finished:
        # The exit handlers of a Kafka client that hangs would wait for the broker.
        sys.stderr.flush()
        os._exit(code)
    return code
