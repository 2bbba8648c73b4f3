from __future__ import annotations

import pytest

from kernel import telemetry


def value_of(line: str) -> float:
    lines = telemetry.exposition().decode().splitlines()
    return next((float(each.rsplit(" ", 1)[1]) for each in lines if each.startswith(line)), 0.0)


def test_a_declared_metric_is_counted_under_its_labels() -> None:
    line = 'events_consumed_total{result="applied",service="unit"}'
    before = value_of(line)
    telemetry.count("events_consumed_total", 3, service="unit", result="applied")
    assert value_of(line) == before + 3


def test_a_metric_that_is_not_declared_cannot_be_emitted() -> None:
    with pytest.raises(KeyError):
        telemetry.count("events_dreamt_total", service="unit")  # type: ignore[arg-type]


def test_labels_must_be_the_declared_ones() -> None:
    with pytest.raises(ValueError, match="label"):
        telemetry.count("events_consumed_total", service="unit", town="dieppe")


def test_time_is_recorded_also_when_the_work_fails() -> None:
    line = 'batch_seconds_count{service="failing"}'
    before = value_of(line)
    with pytest.raises(RuntimeError), telemetry.timed("batch_seconds", service="failing"):
        raise RuntimeError
    assert value_of(line) == before + 1


def test_every_metric_says_what_it_means() -> None:
    described = [line for line in telemetry.exposition().decode().splitlines() if line.startswith("# HELP ")]
    assert len(described) > 10
    assert all(len(line.split(" ", 3)) == 4 and line.split(" ", 3)[3].endswith(".") for line in described)
