"""The guide of a town for its page: what the visitor service has put together, the nearest places first."""

from __future__ import annotations

from typing import Any

from gateway.aggregate.sources import Row, Services, composed, items
from gateway.reader import reader_of
from kernel.locality import Locality, Town

ASKED = 100
MOST = {"places": 60, "makers": 24, "events": 24, "titles": 12}
"""Shown on the page, which stays light; searching finds the rest."""


def guide(
    services: Services, locality: Locality, town: Town, *, lang: str | None = None, app: str | None = None
) -> Row:
    """Places with their number on the map, makers with some of what they offer, events to come, and films."""
    reader = reader_of(locality, app=app, lang=lang)
    query = {"town": town.slug, "lang": reader.lang, "limit": ASKED}
    found, failed = services.gather({"guide": ("visitor", "/v1/guide", query)})
    sections: dict[str, Any] = found.get("guide") or {}
    places = sorted(items(sections, "places"), key=_way)[: MOST["places"]]
    return composed(
        reader,
        failed,
        town=town.slug,
        name=reader.shown(town.name),
        places=[{**each, "number": number} for number, each in enumerate(places, 1)],
        **{kind: items(sections, kind)[: MOST[kind]] for kind in ("makers", "events", "titles")},
    )


def _way(place: Row) -> tuple[bool, int, str]:
    """The order of the numbers on the map."""
    return place["walk_minutes"] is None, place["walk_minutes"] or 0, place["id"]
