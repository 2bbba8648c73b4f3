"""How many of the events that a list finds have each value of a facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kernel.mongo import RawDatabase
from services.festivals import filters
from services.festivals.catalogue import Catalogue
from services.festivals.domain import texts
from services.festivals.domain.terms import FACETS, facets_of

MAX_VALUES = 100
"""Most values told of one facet, those of most events."""

COUNTED = (*FACETS, "day")


def count(
    db: RawDatabase,
    catalogue: Catalogue,
    query: Mapping[str, Any],
    selectors: Sequence[Mapping[str, Any]],
    languages: Sequence[str],
) -> dict[str, Any]:
    """``total`` and, of each facet asked for, its values with their counts: most frequent first, days in order.

    With ``lang`` in the query keywords are counted as each event shows them in it, ``languages`` being the fallback.

    From the catalogue when the query is about terms alone, and then at a cost that hardly grows with the events;
    otherwise from the events that ``selectors`` find.
    """
    groups = filters.as_groups(query)
    wanted = query["facets"]
    order = [query["lang"], *languages] if query.get("lang") else None
    if groups is None:
        total, counts = _by_reading(db, selectors, wanted, order)
    else:
        total, counts = catalogue.count(db, groups, wanted, order)
    return {"total": total, "facets": {facet: _told(facet, found) for facet, found in counts.items()}}


def _by_reading(
    db: RawDatabase,
    selectors: Sequence[Mapping[str, Any]],
    wanted: Sequence[str],
    order: Sequence[str] | None = None,
) -> tuple[int, dict[str, Counter[str]]]:
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in wanted}
    total = 0
    by_language = order is not None and "keyword" in counts
    fields = {"_id": 0, "terms": 1} | ({"days": 1} if "day" in counts else {})
    fields |= {"keywords": 1, "keywords_by_language": 1} if by_language else {}
    for selector in selectors:
        for row in db["events"].find(selector, fields):
            total += 1
            for facet, value in facets_of(row.get("terms", [])):
                if facet in counts and not (by_language and facet == "keyword"):
                    counts[facet][value] += 1
            if by_language:
                counts["keyword"].update(texts.keywords_in(row, None, order or ()))
            if "day" in counts:
                counts["day"].update(row.get("days", []))
    return total, counts


def _told(facet: str, found: Mapping[str, int]) -> list[dict[str, Any]]:
    ordered = sorted(found.items(), key=lambda pair: (pair[0],) if facet == "day" else (-pair[1], pair[0]))
    return [{"value": value, "count": number} for value, number in ordered[:MAX_VALUES]]
