"""Prometheus metrics. Each is declared here with what it means; one that is not declared cannot be emitted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, get_args

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

CounterName = Literal[
    "http_requests_total",
    "events_published_total",
    "events_republished_total",
    "events_consumed_total",
    "events_parked_total",
]
GaugeName = Literal[
    "outbox_rows",
    "consumer_lag_age_seconds",
]
HistogramName = Literal["http_request_seconds", "batch_seconds"]

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)


def _counter(name: str, what: str, *labels: str) -> Counter:
    return Counter(name, what, ["service", *labels], registry=REGISTRY)


def _gauge(name: str, what: str, *labels: str) -> Gauge:
    return Gauge(name, what, ["service", *labels], registry=REGISTRY)


def _histogram(name: str, what: str, *labels: str) -> Histogram:
    return Histogram(name, what, ["service", *labels], registry=REGISTRY)


_COUNTERS: dict[CounterName, Counter] = {
    "http_requests_total": _counter("http_requests_total", "Requests answered.", "method", "endpoint", "status"),
    "events_published_total": _counter("events_published_total", "Outbox rows that the broker has acknowledged."),
    "events_republished_total": _counter(
        "events_republished_total", "Outbox rows sent again, because the broker lost them or on demand."
    ),
    "events_consumed_total": _counter("events_consumed_total", "Records that were done with, by how.", "result"),
    "events_parked_total": _counter("events_parked_total", "Records put aside until a redrive, by reason.", "reason"),
}
_GAUGES: dict[GaugeName, Gauge] = {
    "outbox_rows": _gauge("outbox_rows", "Rows kept in the outbox, published ones included."),
    "consumer_lag_age_seconds": _gauge("consumer_lag_age_seconds", "Age of the oldest record not yet done with."),
}
_HISTOGRAMS: dict[HistogramName, Histogram] = {
    "http_request_seconds": _histogram(
        "http_request_seconds", "Time from a request's arrival to its response.", "method", "endpoint"
    ),
    "batch_seconds": _histogram("batch_seconds", "Time of one consumed batch, its commit included."),
}

for _literal, _declared in ((CounterName, _COUNTERS), (GaugeName, _GAUGES), (HistogramName, _HISTOGRAMS)):
    if set(get_args(_literal)) != set(_declared):
        raise TypeError(f"names and declarations of {_literal} differ")


def count(name: CounterName, amount: float = 1, **labels: str) -> None:
    """Add ``amount`` to a counter. ``labels`` are all of its labels, ``service`` among them."""
    _COUNTERS[name].labels(**labels).inc(amount)


def gauge(name: GaugeName, value: float, **labels: str) -> None:
    """Set a gauge."""
    _GAUGES[name].labels(**labels).set(value)


def observe(name: HistogramName, value: float, **labels: str) -> None:
    """Record one value of a histogram, in the unit of its name."""
    _HISTOGRAMS[name].labels(**labels).observe(value)


@contextmanager
def timed(name: HistogramName, **labels: str) -> Iterator[None]:
    """Record the seconds that the block takes, also when it raises."""
    started = start_timer()
    try:
        yield
    finally:
        observe(name, elapsed(started), **labels)


def exposition() -> bytes:
    """All metrics of this process in the Prometheus text format."""
    return generate_latest(REGISTRY)


def start_timer() -> float:
    """A point to measure from with ``elapsed``."""
    return time.perf_counter()


def elapsed(started: float) -> float:
    """Seconds since ``start_timer``."""
    return time.perf_counter() - started
