"""A list of events under any filters of the list, for showing elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.aggregate import cards
from gateway.aggregate.sources import Row, Services, composed
from gateway.reader import reader_of
from kernel.locality import Locality


def listing(services: Services, locality: Locality, filters: Mapping[str, str], *, lang: str | None = None) -> Row:
    """The events that ``filters`` (those of ``/v1/events``) find.

    Raises ``Invalid`` for a filter that is not right, and the problem of the festivals service when that one fails.
    """
    reader = reader_of(locality, lang=lang)
    found = services.get("festivals", "/v1/events", dict(filters))
    events = [cards.event(reader, locality, row) for row in found["items"]]
    return composed(reader, [], events=events, more=found["next_cursor"] is not None)
