"""How long units stay set aside for someone: nobody keeps them from others for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

AFTER_LANDING = timedelta(days=2)
"""To collect what was ordered for a sailing, from the sailing's arrival on."""
AFTER_ORDERING = timedelta(days=7)
"""To collect what was ordered for no sailing, from the order on."""

NOT_COLLECTED = {
    "en": "It was not collected in time, so what was set aside is for sale again.",
    "fr": "Elle n'a pas été retirée à temps : ce qui était mis de côté est de nouveau en vente.",
}
"""What people read of an order that ended by itself."""


def expires_at(ordered_at: datetime, lands_at: datetime | None = None) -> datetime:
    """From when on an order that nobody collected sets nothing aside any more."""
    return lands_at + AFTER_LANDING if lands_at else ordered_at + AFTER_ORDERING
