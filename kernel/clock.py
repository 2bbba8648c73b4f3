"""The time, injected: nothing else in the platform asks the operating system for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the current instant."""

    def now(self) -> datetime:
        """The current instant in UTC, to the millisecond (what BSON keeps)."""


class SystemClock:
    """The operating system's clock."""

    def now(self) -> datetime:
        """The current instant in UTC, to the millisecond."""
        return to_millisecond(datetime.now(UTC))


class ManualClock:
    """A clock that stands still until told: for tests and for seeing the platform as of a date."""

    def __init__(self, instant: datetime) -> None:
        self._instant = to_millisecond(instant)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._instant

    def advance(self, by: timedelta) -> None:
        """Move it forward, or back when negative."""
        self._instant = to_millisecond(self._instant + by)


def to_millisecond(instant: datetime) -> datetime:
    """``instant`` cut to whole milliseconds, so that it is the same before and after MongoDB."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
