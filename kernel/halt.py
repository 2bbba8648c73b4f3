"""The limit against a bad deploy: a release whose handlers fail must not drain a topic into the parking lot."""

from __future__ import annotations

from collections import deque


class Halted(Exception):
    """Too many handlers failed; consumption stops where it is until another release starts."""


class Outcomes:
    """Counts how handling went, most recent first to be believed."""

    def __init__(self, consecutive: int, ratio: float, window: int) -> None:
        self._limit = consecutive
        self._ratio = ratio
        self._recent: deque[bool] = deque(maxlen=window)
        self._in_a_row = 0

    def succeeded(self, count: int = 1) -> None:
        """``count`` events were handled."""
        self._recent.extend([True] * min(count, self._recent.maxlen or 0))
        if count:
            self._in_a_row = 0

    def failed(self) -> None:
        """An event used up its attempts. Raises ``Halted`` instead of letting it be parked when that is too many."""
        self._recent.append(False)
        self._in_a_row += 1
        failures = self._recent.count(False)
        if self._in_a_row >= self._limit:
            raise Halted(f"{self._in_a_row} events in a row failed in their handlers")
        if len(self._recent) == self._recent.maxlen and failures >= self._ratio * len(self._recent):
            raise Halted(f"{failures} of the last {len(self._recent)} events failed in their handlers")
