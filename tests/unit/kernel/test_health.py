from __future__ import annotations

import threading
import time

import pytest

from kernel.health import Checks


def failing() -> str | None:
    raise OSError("no route to host")


def test_ready_when_every_check_is_content() -> None:
    checks = Checks()
    checks.add("mongodb", lambda: None)
    assert checks.report() == (True, {"status": "ready", "checks": {"mongodb": {"ok": True}}})


def test_a_reason_or_an_exception_makes_it_unready_and_is_told() -> None:
    checks = Checks()
    checks.add("fine", lambda: None)
    checks.add("lag", lambda: "70 s behind")
    checks.add("broker", failing)
    ready, document = checks.report()
    assert not ready
    assert document["checks"] == {
        "fine": {"ok": True},
        "lag": {"ok": False, "reason": "70 s behind"},
        "broker": {"ok": False, "reason": "OSError: no route to host"},
    }


def test_a_check_that_hangs_is_given_up_on_and_not_started_twice() -> None:
    started: list[int] = []
    release = threading.Event()

    def hang() -> str | None:
        started.append(1)
        release.wait(20)
        return None

    checks = Checks(patience=0.05)
    checks.add("stuck", hang)
    checks.add("stuck too", hang)
    checks.add("fine", lambda: None)
    before = time.monotonic()
    for _ in range(3):
        ready, document = checks.report()
        assert not ready
        assert document["checks"]["stuck"] == {"ok": False, "reason": "no answer within 0.05 s"}
        assert document["checks"]["fine"] == {"ok": True}
    assert time.monotonic() - before < 5
    assert len(started) == 2
    release.set()
    while not checks.report()[0]:
        assert time.monotonic() - before < 5
    assert checks.report()[0]
    assert len(started) == 4


def test_two_checks_of_one_name_are_refused() -> None:
    checks = Checks()
    checks.add("mongodb", lambda: None)
    with pytest.raises(ValueError, match="mongodb"):
        checks.add("mongodb", lambda: None)


def test_all_checks_share_one_patience() -> None:
    release = threading.Event()
    checks = Checks(patience=0.3)
    for name in "abcdefghij":
        checks.add(name, lambda: None if release.wait(20) else "late")
    before = time.monotonic()
    assert not checks.report()[0]
    assert time.monotonic() - before < 2
    release.set()
