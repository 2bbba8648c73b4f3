"""Walks the acceptance stories through the gateway with real accounts, and says of each step what it saw.

Every story makes what it needs anew and leaves the demo as it found it, so the walk can be repeated on the same data.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from deploy.demo.client import Api, CallFailed

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds an event may take to have its effect in another service."""
INTERVAL = 0.1
"""Seconds between two looks at something that is awaited."""


class Differs(Exception):
    """A story does not go as it should; the message says what was seen and what was expected."""


class Walk:
    """One walk: the accounts it acts as, and how it tells what it does."""

    def __init__(self, api: Api, *, patience: float = PATIENCE) -> None:
        self.api = api
        self.tag = secrets.token_hex(4)
        """Marks what this walk makes, so that no two walks meet."""
        self._patience = patience

    def did(self, what: str) -> None:
        """Tell a step that was taken."""
        _print(f"    . {what}")

    def same(self, what: str, seen: object, wanted: object) -> None:
        """Tell what was seen. Raises ``Differs`` when it is not what was wanted."""
        if seen != wanted:
            raise Differs(f"{what}: expected {wanted!r}, saw {seen!r}")
        _print(f"    = {what}: {seen}")

    def sure(self, what: str, holds: object) -> None:
        """Tell something that holds. Raises ``Differs`` when it does not."""
        if not holds:
            raise Differs(f"this does not hold: {what}")
        _print(f"    = {what}")

    def eventually(self, what: str, look: Callable[[], T]) -> T:
        """What ``look`` finds once it finds something; raises ``Differs`` when it has not in time."""
        started = time.monotonic()
        while True:
            found = look()
            if found:
                _print(f"    = {what} (after {time.monotonic() - started:.1f} s)")
                return found
            if time.monotonic() - started > self._patience:
                raise Differs(f"after {self._patience:g} s still not so: {what} (last seen: {found!r})")
            time.sleep(INTERVAL)


Story = Callable[[Walk], None]


def walk(api: Api, *, patience: float = PATIENCE) -> int:
    """Walk all stories; each is walked whatever became of the others. The number of those that differ."""
    from deploy.demo.stories import STORIES

    differing = [name for name, story in STORIES.items() if not _walk_one(Walk(api, patience=patience), name, story)]
    _print("")
    _print(f"{len(STORIES) - len(differing)} of {len(STORIES)} stories as told")
    if differing:
        _print(f"differing: {', '.join(differing)}")
    return len(differing)


def _walk_one(walk: Walk, name: str, story: Story) -> bool:
    _print(f"\n{name}  {(story.__doc__ or '').strip()}")
    try:
        story(walk)
    except (Differs, CallFailed) as error:
        _print(f"    ! {error}")
        return False
    except (LookupError, StopIteration) as error:
        _print(f"    ! an answer lacks something: {type(error).__name__}: {error}")
        return False
    return True


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
