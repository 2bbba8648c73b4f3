"""The instances of a service: which one to ask next, so that one that is being restarted is missed by nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SEPARATOR = "|"
"""Between the addresses of one service in ``SERVICE_URLS``."""

LEFT_ALONE = 1.0
"""Seconds in which an instance that could not be reached is asked only after the others."""


class Instances:
    """Takes the instances of each service in turn. Thread-safe."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._turn = 0
        self._away: dict[str, float] = {}

    def in_turn(self, addresses: str) -> list[str]:
        """All of ``addresses`` in the order to try them: the next in turn first, those that were away last."""
        known = addresses.split(SEPARATOR)
        if len(known) == 1:
            return known
        now = self._monotonic()
        with self._lock:
            self._turn += 1
            start = self._turn % len(known)
            away = {address for address, until in self._away.items() if until > now}
        turned = known[start:] + known[:start]
        return sorted(turned, key=lambda address: address in away)

    def missed(self, address: str) -> None:
        """``address`` could not be reached, or broke off."""
        with self._lock:
            self._away[address] = self._monotonic() + LEFT_ALONE
