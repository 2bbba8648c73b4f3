"""A circuit breaker: a service that does not answer is left alone for a while, then asked once.

``circuitbreaker`` on the package index lets every waiting caller through when half open; here exactly one goes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class CircuitOpen(Exception):
    """The call was not made; ``retry_after`` says in how many seconds one may be."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"not asked again for {retry_after:.1f} s")
        self.retry_after = retry_after


class CircuitBreaker:
    """Opens after ``threshold`` failures in a row; after ``recovery`` seconds one probe decides: closed or open again.

    Thread-safe. Never blocks: a caller that may not go is told so at once.
    """

    def __init__(
        self,
        failure: tuple[type[Exception], ...],
        *,
        threshold: int = 5,
        recovery: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failure = failure
        self._threshold = threshold
        self._recovery = recovery
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> str:
        """``closed``, ``open`` or ``half-open``."""
        with self._lock:
            if self._opened_at is None:
                return "closed"
            return "half-open" if self._remaining() <= 0 else "open"

    @contextmanager
    def call(self) -> Iterator[None]:
        """Make one call inside. Raises ``CircuitOpen`` instead when none may be made now.

        Only the exceptions named at construction count as failures; any other leaves by here as an answer would.
        """
        self._admit()
        try:
            yield
        except self._failure:
            self._failed()
            raise
        except BaseException:
            self._succeeded()
            raise
        else:
            self._succeeded()

    def _admit(self) -> None:
        with self._lock:
            if self._opened_at is None:
                return
            remaining = self._remaining()
            if remaining > 0 or self._probing:
                raise CircuitOpen(max(remaining, 0.1))
            self._probing = True

    def _succeeded(self) -> None:
        with self._lock:
            self._failures, self._opened_at, self._probing = 0, None, False

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._probing = False
            if self._failures >= self._threshold:
                self._opened_at = self._monotonic()

    def _remaining(self) -> float:
        return self._recovery - (self._monotonic() - (self._opened_at or 0.0))
