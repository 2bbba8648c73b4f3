"""Walking times for what its own service knows none of: from the ferry terminal, the way everyone arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Any

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""

DETOUR = 1.3
"""Streets are longer than the straight line; 1.2 to 1.4 is usual in European towns."""

METRES_PER_MINUTE = 75.0
"""4.5 km/h: a walker with luggage."""

FURTHEST = 180
"""Minutes beyond which nobody walks from a ferry."""

TERMINAL_KINDS = ("BoatTerminal", "FerryTerminal")


def terminal_of(places: Iterable[Mapping[str, Any]]) -> Mapping[str, float] | None:
    """The position of the ferry terminal among a town's places, or None when none is listed."""
    return next((place["point"] for place in places if place["kind"] in TERMINAL_KINDS), None)


def walk_minutes(start: Mapping[str, float] | None, end: Mapping[str, float] | None) -> int | None:
    """Minutes on foot between two positions in degrees, rounded up (haversine formula); None when not known or far."""
    if start is None or end is None:
        return None
    lat_a, lat_b = radians(start["lat"]), radians(end["lat"])
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(end["lon"] - start["lon"]) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    metres = 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))
    minutes = ceil(metres * DETOUR / METRES_PER_MINUTE)
    return minutes if minutes <= FURTHEST else None


def nearest_first(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By walking time, what has none last; otherwise as they came. Nothing else ever ranks a place."""
    return sorted(cards, key=lambda card: (card["walk_minutes"] is None, card["walk_minutes"] or 0))
