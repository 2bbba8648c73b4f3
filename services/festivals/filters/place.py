"""Places that lists are asked for: a box, or a circle around a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Selector = dict[str, Any]

EARTH_RADIUS = 6_378_100.0
"""Metres; the radius that MongoDB reckons distances with."""
RADIUS = 1000
"""Metres around a point when none are named: a walk of twelve minutes."""
MAX_RADIUS = 200_000


def within(query: Mapping[str, Any]) -> Selector:
    """``bbox`` is west, south, east, north in degrees (RFC 7946 section 5); ``near`` latitude and longitude.

    A box whose west is east of its east spans the 180th meridian. What has no position is in no place.
    """
    selector: Selector = {}
    if query.get("bbox"):
        west, south, east, north = query["bbox"]
        selector["where.point.lat"] = {"$gte": south, "$lte": north}
        if west <= east:
            selector["where.point.lon"] = {"$gte": west, "$lte": east}
        else:
            selector["$nor"] = [{"where.point.lon": {"$lt": west, "$gt": east}}]
    if query.get("near"):
        lat, lon = query["near"]
        circle = [[lon, lat], (query.get("radius") or RADIUS) / EARTH_RADIUS]
        selector["spot"] = {"$geoWithin": {"$centerSphere": circle}}
    return selector
