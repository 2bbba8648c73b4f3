"""One module for each goal: ``measure(stage, effort)`` yields its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench.goals import (
    p02_relay,
    p03_latency,
    p04_consume,
    p05_write,
    p06_lists,
    p07_codec,
    p09_rebuild,
    p11_idle,
    p12_boarding,
)
from tests.bench.meter import Effort
from tests.bench.stage import Stage
from tests.bench.stats import Result

GOALS: dict[str, Callable[[Stage, Effort], Iterator[Result]]] = {
    "P7": p07_codec.measure,
    "P6": p06_lists.measure,
    "P5": p05_write.measure,
    "P2": p02_relay.measure,
    "P4": p04_consume.measure,
    "P9": p09_rebuild.measure,
    "P11": p11_idle.measure,
    "P12": p12_boarding.measure,
    "P3": p03_latency.measure,
}
"""In the order they are measured: what takes little time first."""
