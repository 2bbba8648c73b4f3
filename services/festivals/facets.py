"""How many of the events that a list finds have each value of a facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kernel.mongo import RawDatabase
from services.festivals.domain.terms import FACETS, facets_of

MAX_VALUES = 100
"""Most values told of one facet, those of most events."""

COUNTED = (*FACETS, "day")


def count(db: RawDatabase, selectors: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> dict[str, Any]:
    """``total`` and, of each facet ``wanted``, its values with their counts: most frequent first, days in order."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in wanted}
    total = 0
    fields = {"_id": 0, "terms": 1} | ({"days": 1} if "day" in counts else {})
    for selector in selectors:
        for row in db["events"].find(selector, fields):
            total += 1
            for facet, value in facets_of(row.get("terms", [])):
                if facet in counts:
                    counts[facet][value] += 1
            if "day" in counts:
                counts["day"].update(row.get("days", []))
    return {"total": total, "facets": {facet: _told(facet, found) for facet, found in counts.items()}}


def _told(facet: str, found: Counter[str]) -> list[dict[str, Any]]:
    ordered = sorted(found.items(), key=lambda pair: (pair[0],) if facet == "day" else (-pair[1], pair[0]))
    return [{"value": value, "count": number} for value, number in ordered[:MAX_VALUES]]
