"""Which sailing a tour fits: somebody who lands by it can take part."""

from __future__ import annotations

from datetime import datetime, timedelta

TO_LEAVE_THE_SHIP = timedelta(minutes=45)
"""From the ship's arrival until foot passengers are out of the terminal and at the meeting point."""
TO_WAIT = timedelta(hours=12)
"""Who landed earlier than this did not come for the tour."""
MOST_LATE = timedelta(hours=24)
"""How late a ship is looked for that lands in time all the same."""


def lands_between(starts_at: datetime) -> tuple[datetime, datetime]:
    """When a ship lands that a tour fits which begins at ``starts_at``: both ends included."""
    return starts_at - TO_WAIT, starts_at - TO_LEAVE_THE_SHIP


def begins_between(lands_at: datetime) -> tuple[datetime, datetime]:
    """When a tour begins that fits a ship which lands at ``lands_at``: both ends included."""
    return lands_at + TO_LEAVE_THE_SHIP, lands_at + TO_WAIT


def lands(planned: datetime, expected: datetime | None) -> datetime:
    """When people land at the latest that is known: one that is expected early may still be as planned."""
    return max(planned, expected or planned)
