"""When to try again: exponential backoff with full jitter.

Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015 ("full jitter").
"""

from __future__ import annotations

import random
from datetime import timedelta

from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

_UNREACHABLE = (
    AutoReconnect,
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)


def full_jitter(attempt: int, base: timedelta, cap: timedelta) -> float:
    """Seconds to wait before attempt ``attempt + 1``: uniform between 0 and min(cap, base x 2^attempt)."""
    ceiling = min(cap.total_seconds(), base.total_seconds() * 2 ** min(attempt, 30))
    return random.uniform(0, ceiling)  # noqa: S311  spreads load, guards nothing


def is_disk_full(error: BaseException) -> bool:
    """Whether the database has no room left: there are several codes for that, with the system's words in each."""
    return isinstance(error, PyMongoError) and "No space left on device" in str(error)


def is_infrastructure(error: BaseException) -> bool:
    """Whether the database, not the work, is what failed: then the work is not to blame and is simply tried again."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, PyMongoError):
            transient = seen.has_error_label("TransientTransactionError") or seen.timeout
            return isinstance(seen, _UNREACHABLE) or transient or is_disk_full(seen)
        seen = seen.__cause__ or seen.__context__
    return False
