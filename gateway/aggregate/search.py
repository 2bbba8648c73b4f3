"""One question to all services: both towns answer, whichever name it was asked under."""

from __future__ import annotations

from gateway.aggregate import cards
from gateway.aggregate.sources import Row, Services, composed, items
from gateway.reader import Reader, reader_of
from kernel.errors import Invalid
from kernel.locality import Locality, Town
from kernel.words import words

LIMIT = 50
"""Things of one kind that are found in all towns together."""


def search(services: Services, locality: Locality, q: str, *, lang: str | None = None, app: str | None = None) -> Row:
    """Events, makers, offerings, places and titles that ``q`` finds, town by town.

    Raises ``Invalid`` when there is no word in ``q``.
    """
    reader = reader_of(locality, app=app, lang=lang)
    if not any(len(word) > 1 for word in words(q)):
        raise Invalid("There is no word to search for.", errors={"q": ["At least one word of two letters."]})
    asked = {"q": q, "limit": LIMIT}
    found, failed = services.gather(
        {
            "events": ("festivals", "/v1/events", asked),
            "makers": ("marketplace", "/v1/makers", asked),
            "offerings": ("marketplace", "/v1/offerings", asked),
            "places": ("visitor", "/v1/places", asked),
            "titles": ("media", "/v1/titles", asked),
        }
    )
    rows = {name: items(found, name) for name in ("events", "makers", "offerings", "places", "titles")}
    towns = [_town(reader, locality, town, rows) for town in locality.towns]
    return composed(reader, failed, q=q, towns=towns, total=sum(len(each) for each in rows.values()))


def _town(reader: Reader, locality: Locality, town: Town, rows: dict[str, list[Row]]) -> Row:
    here = {name: [row for row in each if row.get("town") == town.slug] for name, each in rows.items()}
    return {
        "town": town.slug,
        "name": reader.shown(town.name),
        "events": [cards.event(reader, locality, row) for row in here["events"]],
        "makers": [cards.maker(reader, locality, row) for row in here["makers"]],
        "offerings": [cards.offering(reader, row) for row in here["offerings"]],
        "places": [cards.place(reader, locality, row) for row in here["places"]],
        "titles": [cards.title(reader, locality, row) for row in rows["titles"] if town.slug in row["towns"]],
    }
