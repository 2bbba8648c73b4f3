"""What happens to the processes and servers in a storm, chosen by the seed; everything is healed again."""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from collections.abc import Callable

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from deploy.embedded.processes import Process
from tests.chaos.conftest import Rig
from tests.support.platform import Platform

PAUSE_BETWEEN = (1.5, 4.0)
"""Seconds from one fault to the next."""
LEASES_ASLEEP = (0.5, 6.0)
"""Seconds that a paused process sleeps: shorter and longer than a lease."""
PLACES = (
    "work.flushed",
    "relay.sent",
    "relay.acknowledged",
    "relay.kept",
    "consumer.handled",
    "consumer.committed",
    "consumer.offsets_saved",
)
"""Named lines at which a worker of the sample service may die."""


class Faults:
    """Kills, stops, restarts and lets die, one fault after the other, until told to stop."""

    def __init__(self, seed: int, platform: Platform, rig: Rig, mongod: MongoServer, kafka: ApacheKafka) -> None:
        self.done: Counter[str] = Counter()
        self._chance = random.Random(f"faults/{seed}")
        self._platform = platform
        self._rig = rig
        self._mongod = mongod
        self._kafka = kafka
        self._workers: dict[str, Process] = {}
        self._pause = threading.Event()

    def begin(self) -> None:
        """Start the two workers of the sample service."""
        for name in ("one", "two"):
            self._start_worker(name)

    def next(self) -> None:
        """One fault, healed before this returns or by the next ``heal``."""
        self._pause.wait(self._chance.uniform(*PAUSE_BETWEEN))
        fault: Callable[[], None] = self._chance.choices(
            [
                self.kill_worker,
                self.kill_api,
                self.kill_gateway,
                self.sleep_worker,
                self.sleep_api,
                self.crash_sample,
                self.sleep_sample,
                self.kill_kafka,
                self.sleep_kafka,
                self.kill_mongod,
                self.sleep_mongod,
            ],
            weights=[4, 3, 1, 2, 1, 5, 3, 1, 1, 1, 1],
        )[0]
        fault()
        self.done[fault.__name__] += 1
        self.heal()

    def heal(self) -> None:
        """Start again what died, as a supervisor would."""
        for name, process in self._platform.fleet.processes.items():
            if not process.alive:
                self._platform.fleet.launch([name])
        for name, process in list(self._workers.items()):
            if not process.alive:
                self._start_worker(name)

    def end(self) -> None:
        """No more crash points; everything runs."""
        for name in list(self._workers):
            self._workers[name].stop()
            self._start_worker(name, calm=True)
        self.heal()

    def _start_worker(self, name: str, *, calm: bool = False) -> None:
        changes = {"WORKER_NAME": name, "RELAY_WINDOW": "200", "CONSUME_BATCH": "100"}
        if not calm and self._chance.random() < 0.5:
            changes["CRASH_AT"] = f"{self._chance.choice(PLACES)}:{self._chance.randint(1, 40)}"
        self._workers[name] = self._rig.process(**changes)

    def _some(self, role: str) -> str:
        return self._chance.choice([name for name in self._platform.fleet.roles if name.endswith(role)])

    def kill_worker(self) -> None:
        """SIGKILL to the worker of a service."""
        self._platform.kill(self._some(".worker"))

    def kill_api(self) -> None:
        """SIGKILL to the API of a service."""
        self._platform.kill(self._some(".api"))

    def kill_gateway(self) -> None:
        """SIGKILL to the gateway."""
        self._platform.kill("gateway")

    def sleep_worker(self) -> None:
        """SIGSTOP and SIGCONT to a worker."""
        self._sleep(self._some(".worker"), LEASES_ASLEEP)

    def sleep_api(self) -> None:
        """SIGSTOP and SIGCONT to an API."""
        self._sleep(self._some(".api"), (0.2, 2.0))

    def crash_sample(self) -> None:
        """SIGKILL to a worker of the sample service; what it runs with next may make it die at a named line."""
        self._chance.choice(list(self._workers.values())).kill()

    def sleep_sample(self) -> None:
        """SIGSTOP and SIGCONT to a worker of the sample service, beyond its lease or not."""
        self._still(self._chance.choice(list(self._workers.values())), LEASES_ASLEEP)

    def kill_kafka(self) -> None:
        """SIGKILL to Kafka, back after a while."""
        self._kafka.kill()
        self._pause.wait(self._chance.uniform(0.2, 4.0))
        self._kafka.restart()

    def sleep_kafka(self) -> None:
        """SIGSTOP and SIGCONT to Kafka."""
        self._still(self._kafka.process, (0.5, 4.0))

    def kill_mongod(self) -> None:
        """SIGKILL to the database, back at once."""
        self._mongod.kill()
        self._mongod.restart()

    def sleep_mongod(self) -> None:
        """SIGSTOP and SIGCONT to the database."""
        self._still(self._mongod.process, (0.5, 3.0))

    def _sleep(self, name: str, span: tuple[float, float]) -> None:
        self._platform.pause(name)
        self._pause.wait(self._chance.uniform(*span))
        self._platform.resume(name)

    def _still(self, process: Process, span: tuple[float, float]) -> None:
        process.signal(signal.SIGSTOP)
        self._pause.wait(self._chance.uniform(*span))
        process.signal(signal.SIGCONT)
