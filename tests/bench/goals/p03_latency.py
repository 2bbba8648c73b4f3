"""P3: how long until what a service has written is seen in another one, beside a bare produce and consume."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from deploy.embedded.processes import Process, free_port
from kernel.broker import closing
from kernel.ids import new_id
from kernel.locality import load_locality
from tests.bench.meter import Effort, Meter
from tests.bench.stage import Stage, counted, wire_of
from tests.bench.stats import Goal, Result, Sample, percentile
from tests.support.event_path import EventPath
from tests.support.eventually import eventually
from tests.support.sample_processes import environment, fresh_locality
from tests.support.services import REPOSITORY

BOUNDS = {50: 1.25, 500: 2.0}
WRITERS = 16
Seen = Callable[[], dict[int, float]]


def goal(rate: int) -> Goal:
    """The goal at ``rate`` writes a second."""
    return Goal(
        id="P3",
        what=f"p99 at {rate}/s: write accepted to effect committed in another service",
        reference="p99 of kafka-python produce to consume in another process",
        unit="write",
        figure="value",
        bound=BOUNDS[rate],
        at_least=False,
    )


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """The writer is this process; the relay, the hearer and the bare consumer are processes of their own."""
    file, _ = fresh_locality(stage.directory)
    with stage.path(locality=load_locality(file)) as path:
        path.broker.ensure_topics([path.topic, f"{path.topic}-raw"])
        with (
            _process(stage, path, file, "teller") as (teller, _),
            _process(stage, path, file, "hearer") as (hearer, heard),
            _process(stage, path, file, "raw", f"{path.topic}-raw") as (raw, arrived),
            closing(path.broker.producer()) as producer,
            ThreadPoolExecutor(WRITERS) as writers,
        ):
            record = wire_of(path.db.outbox.find_one() or _said(path))

            def write(number: int) -> float:
                path.store.transact(lambda uow: uow.publish(counted(number)))
                return time.monotonic()

            def produce(number: int) -> float:
                at = time.monotonic()
                headers = [(name, b"%d" % number if name == "ce_id" else value) for name, value in record[2]]
                producer.send(f"{path.topic}-raw", record[1], record[0], headers)
                return at

            def ours(rate: int, count: int) -> Sample:
                return _timed(stage.meter(teller.pid, hearer.pid), writers, write, heard, rate, count)

            def reference(rate: int, count: int) -> Sample:
                return _timed(stage.meter(raw.pid), None, produce, arrived, rate, count)

            ours(50, 20), reference(50, 20)
            for rate, seconds in ((50, 3), (500, 1)):
                count = rate * (1 if effort.quick else seconds)
                yield effort.compare(
                    goal(rate),
                    lambda rate=rate, count=count: ours(rate, count),
                    lambda rate=rate, count=count: reference(rate, count),
                    seconds=75 if rate == 50 else 40,
                )


def _said(path: EventPath) -> dict[str, Any]:
    path.count("first", -1)
    row = path.db.outbox.find_one()
    assert row is not None
    return row


_numbers = iter(range(sys.maxsize))


def _timed(
    meter: Meter, pool: ThreadPoolExecutor | None, act: Callable[[int], float], seen: Seen, rate: int, count: int
) -> Sample:
    """Act ``count`` times, ``rate`` a second whatever the answers take; the value is the 99th percentile in seconds."""
    numbers = [next(_numbers) for _ in range(count)]
    pause, begin = threading.Event(), time.monotonic()
    accepted: dict[int, Any] = {}
    for position, number in enumerate(numbers):
        pause.wait(max(0.0, begin + position / rate - time.monotonic()))
        accepted[number] = pool.submit(act, number) if pool else act(number)
    at = {number: done.result() if pool else done for number, done in accepted.items()}

    def all_seen() -> bool:
        arrived = seen()
        missing = [number for number in numbers if number not in arrived]
        assert not missing, f"{len(missing)} of {count} are not seen yet"
        return True

    eventually(all_seen, within=30, describe="every write is seen")
    arrived = seen()
    sample = meter.stop(count)
    return msgspec.structs.replace(sample, value=percentile([arrived[each] - at[each] for each in numbers], 0.99))


@contextmanager
def _process(
    stage: Stage, path: EventPath, locality_file: Path, role: str, *arguments: str
) -> Iterator[tuple[Process, Seen]]:
    """A process of ``tests.bench.roles``; with a function that tells what it has seen, and when."""
    stamps = stage.directory / f"{role}-{new_id()}.stamps"
    stamps.touch()
    env = environment(path.runtime.settings, locality_file, HTTP_PORT=str(free_port()))
    argv = [sys.executable, "-m", "tests.bench.roles", role, str(stamps), *arguments]
    process = Process(role, argv, env=env, log=stage.directory / f"{role}.log", cwd=REPOSITORY)
    process.start()

    def seen() -> dict[int, float]:
        pairs = (line.split() for line in stamps.read_text().splitlines() if line.endswith("."))
        return {int(number): float(at) for number, at, _ in pairs}

    try:
        eventually(
            lambda: process.alive and b"ready" in process.log.read_bytes(), within=30, describe=f"{role} is ready"
        )
        yield process, seen
    finally:
        process.stop()
