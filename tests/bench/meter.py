"""Measuring on this machine: CPU of processes, cores to pin them to, and the fixed work that calibrates a round."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

import psutil

from tests.bench.stats import Goal, Result, Round, Sample

CALIBRATION_SLICES = 9
WHOLE_SECONDS, QUICK_SECONDS = 560, 100
"""No round is begun after so many seconds: a run takes 10 minutes at most, a quick one 2."""
AVAILABLE = os.sched_getaffinity(0)
"""The cores that this process may use, as it was started."""
_BLOCK = bytes(range(256)) * 1024


def cores() -> tuple[set[int], set[int]]:
    """The cores of the load and those of the servers: halves of what this process may use, the same where it is one."""
    usable = sorted(AVAILABLE)
    half = max(1, len(usable) // 2)
    return set(usable[:half]), set(usable[half:]) or set(usable)


@contextmanager
def pinned(to: set[int]) -> Iterator[None]:
    """Run the block, and whatever it starts, on the cores ``to``."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, to)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def calibrate() -> float:
    """Seconds of a fixed piece of work: the median of several slices on a core of the load and one of the servers."""
    return sum(_slices({min(side)}) for side in cores())


def _slices(core: set[int]) -> float:
    with pinned(core):
        return median([_slice() for _ in range(CALIBRATION_SLICES)])


def _slice() -> float:
    started = time.perf_counter()
    digest = hashlib.sha256()
    for number in range(6):
        digest.update(_BLOCK)
        _ = {str(each): each for each in range(number * 100, number * 100 + 1000)}
    return time.perf_counter() - started


class Meter:
    """Times a run and adds up the CPU of everything that takes part: this process, and ``processes`` with children."""

    def __init__(self, processes: Iterable[int]) -> None:
        self._processes = [psutil.Process(pid) for pid in processes]
        self.start()

    def start(self) -> None:
        """Measure from here on."""
        self._others, self._own, self._at = self._cpu_of_others(), time.process_time(), time.perf_counter()

    def stop(self, units: int, value: float = 0.0) -> Sample:
        """What happened since ``start``; may be called again for a later end."""
        seconds, own = time.perf_counter() - self._at, time.process_time() - self._own
        return Sample(units, seconds, own + self._cpu_of_others() - self._others, own, value)

    def _cpu_of_others(self) -> float:
        return sum(cpu_of(process) for process in self._processes)


def cpu_of(process: psutil.Process) -> float:
    """User and system seconds that a process and its children have taken, those that have ended included."""
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        times = each.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


class Effort:
    """How much is spent on a goal: rounds that have to count, attempts at most, and seconds."""

    def __init__(self, *, quick: bool, say: Callable[[str], None]) -> None:
        self.quick = quick
        self._end = self._goal_end = time.monotonic() + (QUICK_SECONDS if quick else WHOLE_SECONDS)
        self.rounds = 2 if quick else 5
        self.attempts = 3 if quick else 9
        self.say = say

    def begin(self, left: int) -> None:
        """A goal begins, the first of ``left``: it may take twice its share of the time that is left, no more."""
        now = time.monotonic()
        self._goal_end = min(self._end, now + 2 * (self._end - now) / left)

    @property
    def over(self) -> bool:
        """Whether the time for the whole run is used up."""
        return time.monotonic() > self._end

    def sized(self, full: int, quick: int) -> int:
        """The size of a run."""
        return quick if self.quick else full

    def compare(
        self,
        goal: Goal,
        ours: Callable[[], Sample],
        reference: Callable[[], Sample] | None = None,
        *,
        seconds: float,
    ) -> Result:
        """Rounds of A B B A until enough count, at most ``attempts`` of them and none begun after ``seconds``."""
        result = Result(goal, self.rounds, [])
        deadline = min(self._goal_end, time.monotonic() + (seconds / 5 if self.quick else seconds))
        while result.refused and len(result.rounds) < self.attempts and time.monotonic() < deadline:
            before = calibrate()
            first = _maybe(reference)
            own = [ours(), ours()] if reference else [ours()]
            last = _maybe(reference)
            one = Round((before, calibrate()), [*first, *last], own)
            result.rounds.append(one)
            if one.refused:
                self.say(f"{goal.id}: a round is refused, its calibration pair is {one.drift:.0%} apart")
        if result.refused:
            self.say(f"{goal.id}: refused, {len(result.counted)} of {self.rounds} rounds count")
        return result


def _maybe(run: Callable[[], Sample] | None) -> list[Sample]:
    return [run()] if run else []


def machine() -> dict[str, Any]:
    """What this machine is, without its name."""
    model = ""
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as lines:
            model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    memory = round(psutil.virtual_memory().total / 2**30)
    return {"cores": len(AVAILABLE), "processor": model, "memory_gib": memory, "system": os.uname().sysname}
