"""Walking in a town: how long it takes, for a walker of that pace."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_RADIUS_KM = 6371.0
STREETS = 1.3
"""Streets are longer than the straight line: the usual detour of European towns."""
KM_PER_HOUR = {"slow": 3.0, "normal": 4.5, "brisk": 5.5}


@dataclass(frozen=True)
class Spot:
    """A WGS 84 position; ``from_quay`` is the known walk from the ferry in minutes at the normal pace."""

    lat: float
    lon: float
    from_quay: int | None = None


def distance_km(one: Spot, other: Spot) -> float:
    """The great-circle distance of two positions (haversine formula)."""
    north, east = math.radians(other.lat - one.lat), math.radians(other.lon - one.lon)
    chord = math.sin(north / 2) ** 2
    chord += math.cos(math.radians(one.lat)) * math.cos(math.radians(other.lat)) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))


def walk(one: Spot, other: Spot, pace: str) -> int:
    """Whole minutes from one position to another, rounded up."""
    return math.ceil(60 * STREETS * distance_km(one, other) / KM_PER_HOUR[pace])


def walk_from_quay(quay: Spot, spot: Spot, pace: str) -> int:
    """Whole minutes between the ferry and a place: what is known of it where that is longer, e.g. over bridges."""
    known = math.ceil((spot.from_quay or 0) * KM_PER_HOUR["normal"] / KM_PER_HOUR[pace])
    return max(walk(quay, spot, pace), known)
