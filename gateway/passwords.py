"""Passwords: argon2id, a bounded number at a time."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kernel.errors import Unavailable

PATIENCE = 5.0
"""Seconds a sign-in waits for its turn."""

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 iterations, 1 degree of parallelism."""


class Passwords:
    """Hashes and checks passwords. Thread-safe; each hash takes a core and 19 MiB, so few run at a time."""

    def __init__(self, at_once: int) -> None:
        self._turns = threading.BoundedSemaphore(at_once)
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        """The encoded hash to keep. Raises ``Unavailable`` when too many wait for theirs."""
        with self._turn():
            return HASHER.hash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether ``password`` is the one that was hashed.

        Without a kept hash (nobody has that e-mail address) it takes as long and is false, so that the time of an
        answer tells nobody who has an account. Raises ``Unavailable`` when too many wait.
        """
        with self._turn():
            if kept is None:
                self._nobodys = self._nobodys or HASHER.hash(secrets.token_urlsafe())
            try:
                return HASHER.verify(kept or str(self._nobodys), password) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=PATIENCE):
            raise Unavailable("Many people are signing in; try again in a moment.", headers={"Retry-After": "5"})
        try:
            yield
        finally:
            self._turns.release()
