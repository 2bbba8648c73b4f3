"""Waiting in tests: for a condition, never for a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], within: float = 10.0, describe: str = "", every: float = 0.05) -> T:
    """Return what ``condition`` gives as soon as that is true.

    ``AssertionError`` raised inside counts as "not yet", so a condition may be written with ``assert``. After
    ``within`` seconds the test fails with ``describe`` and what was seen last.
    """
    deadline = time.monotonic() + within
    pause = threading.Event()
    while True:
        try:
            seen = condition()
            problem = f"last seen: {seen!r}"
            if seen:
                return seen
        except AssertionError as error:
            problem = f"last seen: {error}"
        if time.monotonic() >= deadline:
            raise AssertionError(
                f"not within {within:g} s: {describe or getattr(condition, '__name__', condition)}; {problem}"
            )
        pause.wait(every)
