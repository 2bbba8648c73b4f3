"""Two events that get in each other's way: in one room, or before one audience. A warning, never a refusal.

They clash in *venue* when both are at the same listed venue at the same time, and in *audience* when they want the same
people at the same time: in the same town, of the same kind or with a keyword in common. What is open for longer than an
evening has no slot: people come when they like, so it clashes with nobody's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Reason = Literal["venue", "audience"]
REASONS: tuple[Reason, ...] = ("venue", "audience")

LONGEST_SLOT = timedelta(hours=5)
ANYTHING = "Event"
"""The kind of events that say nothing of their kind."""


@dataclass(frozen=True)
class Slot:
    """When, where and for whom one event is."""

    town: str
    venue_id: str | None
    kind: str
    keywords: frozenset[str]
    timings: tuple[tuple[datetime, datetime], ...]


def clashes(one: Slot, other: Slot) -> list[tuple[Reason, datetime, datetime]]:
    """Where the two overlap, and in what; each overlap once, as a clash of venue if it is one."""
    if one.town != other.town:
        return []
    same_room = one.venue_id is not None and one.venue_id == other.venue_id
    same_people = (one.kind == other.kind != ANYTHING) or bool(one.keywords & other.keywords)
    found: list[tuple[Reason, datetime, datetime]] = []
    for starts, ends in one.timings:
        for other_starts, other_ends in other.timings:
            begins, stops = max(starts, other_starts), min(ends, other_ends)
            if begins >= stops:
                continue
            if same_room:
                found.append(("venue", begins, stops))
            elif same_people and _are_slots([(starts, ends), (other_starts, other_ends)]):
                found.append(("audience", begins, stops))
    return found


def _are_slots(timings: Collection[tuple[datetime, datetime]]) -> bool:
    return all(ends - starts <= LONGEST_SLOT for starts, ends in timings)
