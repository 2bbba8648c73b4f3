"""The circuit breaker: opens on failures in a row, lets one probe through, closes itself."""

from __future__ import annotations

import threading

import pytest

from gateway.breaker import CircuitBreaker, CircuitOpen


class Failed(Exception):
    """What counts as a failure here."""


class Clock:
    """Seconds that pass when told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker((Failed,), threshold=3, recovery=5.0, monotonic=clock)


def fail(breaker: CircuitBreaker, error: type[Exception] = Failed) -> None:
    with pytest.raises(error), breaker.call():
        raise error


def succeed(breaker: CircuitBreaker) -> None:
    with breaker.call():
        pass


def test_it_opens_after_failures_in_a_row(breaker: CircuitBreaker) -> None:
    fail(breaker)
    fail(breaker)
    succeed(breaker)
    fail(breaker)
    fail(breaker)
    assert breaker.state == "closed"
    fail(breaker)
    assert breaker.state == "open"
    with pytest.raises(CircuitOpen) as refused:
        succeed(breaker)
    assert refused.value.retry_after == 5.0


def test_other_errors_are_answers(breaker: CircuitBreaker) -> None:
    for _ in range(5):
        fail(breaker, ValueError)
    assert breaker.state == "closed"


def test_one_probe_that_succeeds_closes_it(breaker: CircuitBreaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 5
    assert breaker.state == "half-open"
    with breaker.call(), pytest.raises(CircuitOpen):
        succeed(breaker)
    assert breaker.state == "closed"
    succeed(breaker)


def test_a_probe_that_fails_opens_it_again(breaker: CircuitBreaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 5
    fail(breaker)
    assert breaker.state == "open"
    clock.now += 4.9
    with pytest.raises(CircuitOpen):
        succeed(breaker)
    clock.now += 0.1
    succeed(breaker)
    assert breaker.state == "closed"


def test_of_many_at_once_one_probes(breaker: CircuitBreaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 5
    all_have_tried, admitted, refused = threading.Event(), [], []

    def try_once() -> None:
        try:
            with breaker.call():
                admitted.append(1)
                all_have_tried.wait(10)
        except CircuitOpen:
            refused.append(1)
            if len(refused) == 15:
                all_have_tried.set()

    threads = [threading.Thread(target=try_once) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(admitted), len(refused)) == (1, 15)
