"""P11: what the whole platform takes while nobody asks for anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psutil

from tests.bench.meter import Effort, cpu_of
from tests.bench.stage import Stage
from tests.bench.stats import Goal, Result, Sample
from tests.support.platform import Platform

CPU = Goal(
    id="P11",
    what="idle: all nine processes, of one core",
    reference="",
    unit="second",
    figure="value",
    bound=2.0,
    at_least=False,
    shown="%",
)
MEMORY = Goal(
    id="P11",
    what="idle: resident memory of the largest process",
    reference="",
    unit="process",
    figure="value",
    bound=60.0,
    at_least=False,
    shown="MB",
)
SETTLING_SECONDS = 5


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """APIs, workers and the gateway, ready and left alone; the two servers are not counted."""
    directory = stage.directory / "platform"
    directory.mkdir()
    platform = Platform(directory, stage.mongod, stage.kafka).start()
    pause = threading.Event()
    try:
        pause.wait(SETTLING_SECONDS)
        processes = [psutil.Process(each.pid) for each in platform.fleet.processes.values()]
        seconds = effort.sized(10, 4)

        def idle() -> Sample:
            before = sum(map(cpu_of, processes))
            pause.wait(seconds)
            taken = sum(map(cpu_of, processes)) - before
            return Sample(seconds, seconds, taken, taken, value=taken / seconds * 100)

        def largest() -> Sample:
            return Sample(1, 1.0, 0.0, 0.0, value=max(map(_resident, processes)) / 1e6)

        yield effort.compare(CPU, idle, seconds=90)
        yield effort.compare(MEMORY, largest, seconds=20)
    finally:
        platform.stop()


def _resident(process: psutil.Process) -> int:
    """Bytes of a process's own memory, that of a child of it where that is larger (gunicorn's worker)."""
    return max(each.memory_info().rss for each in [process, *process.children(recursive=True)])
