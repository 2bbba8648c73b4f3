from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from kernel import request_ids
from kernel.logs import configure_logging


@pytest.fixture
def logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level, structlog.get_config())
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    structlog.configure(**before[2])


@pytest.fixture
def lines(logging_restored: None) -> Callable[[], list[dict[str, Any]]]:
    stream = io.StringIO()
    configure_logging("sample", "worker", "info", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_its_origin_and_request(lines: Callable[[], list[dict[str, Any]]]) -> None:
    request_ids.begin("request-7", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    structlog.get_logger("kernel.test").info("parked", key="boat\n2")
    (line,) = lines()
    assert line["event"] == "parked"
    assert line["key"] == "boat\n2"
    assert (line["service"], line["role"], line["level"]) == ("sample", "worker", "info")
    assert (line["request_id"], line["trace_id"]) == ("request-7", "4bf92f3577b34da6a3ce929d0e0e4736")
    assert line["time"].endswith("Z")


def test_the_standard_library_speaks_the_same_way(lines: Callable[[], list[dict[str, Any]]]) -> None:
    logging.getLogger("kafka").warning("lost %s", "broker 1")
    (line,) = lines()
    assert (line["event"], line["level"], line["service"]) == ("lost broker 1", "warning", "sample")


def test_below_the_level_nothing_is_written(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.get_logger("kernel.test").debug("unimportant")
    assert lines() == []


def test_secrets_are_withheld(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.get_logger("kernel.test").info(
        "request", access_token="eyJ", Authorization="Bearer x", email="a@b.example"
    )
    (line,) = lines()
    assert (line["access_token"], line["Authorization"], line["email"]) == ("withheld",) * 3


def test_a_failure_keeps_its_traceback_but_no_local_values(lines: Callable[[], list[dict[str, Any]]]) -> None:
    def fail() -> None:
        password = "correct horse"
        raise RuntimeError(f"length {len(password)}")

    try:
        fail()
    except RuntimeError:
        structlog.get_logger("kernel.test").exception("request failed")
    (line,) = lines()
    text = json.dumps(line)
    assert "RuntimeError" in text
    assert '"fail"' in text
    assert "correct horse" not in text
