"""One question to all services: both towns answer, whichever name it was asked under."""

from __future__ import annotations

import re
import unicodedata

from gateway.aggregate import cards
from gateway.aggregate.sources import Row, Services, composed, items
from gateway.reader import Reader, reader_of
from kernel.errors import Invalid
from kernel.locality import Locality, Town

LIMIT = 50
"""Things of one kind that are found in all towns together."""


def search(services: Services, locality: Locality, q: str, *, lang: str | None = None, app: str | None = None) -> Row:
    """Events, makers, offerings, places and titles that ``q`` finds, town by town.

    Raises ``Invalid`` when there is no word in ``q``.
    """
    reader = reader_of(locality, app=app, lang=lang)
    if not words_of(q):
        raise Invalid("There is no word to search for.", errors={"q": ["At least one word of two letters."]})
    asked = {"q": q, "limit": LIMIT}
    found, failed = services.gather(
        {
            "events": ("festivals", "/v1/events", asked),
            "makers": ("marketplace", "/v1/makers", asked),
            "offerings": ("marketplace", "/v1/offerings", asked),
            "places": ("visitor", "/v1/places", asked),
            "titles": ("media", "/v1/titles", {"limit": 200}),
        }
    )
    rows = {name: items(found, name) for name in ("events", "makers", "offerings", "places")}
    rows["titles"] = [title for title in items(found, "titles") if has_words(title, q)][:LIMIT]
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


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: no case, no accents; single letters are left out."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]{2,}", "".join(char for char in folded if not unicodedata.combining(char)))


def has_words(title: Row, q: str) -> bool:
    """Whether every word of ``q`` begins some word of a title's texts, as the services find their own."""
    texts = [text for name in ("name", "summary") for text in (title.get(name) or {}).values()]
    known = [word for text in texts for word in words_of(text)]
    return all(any(word.startswith(asked) for word in known) for asked in words_of(q))
