"""What one page about an event, a maker, an item's passport or a title needs, fetched in two steps at most."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.aggregate import cards
from gateway.aggregate.sources import Row, Services, composed, items
from gateway.aggregate.walking import nearest_first, terminal_of
from gateway.reader import Reader, reader_of
from kernel.locality import Locality

NEARBY = 4
"""Things of a kind that a page suggests besides its own."""


def event_page(
    services: Services,
    locality: Locality,
    event_id: str,
    *,
    lang: str | None = None,
    app: str | None = None,
    now: datetime,
) -> Row:
    """An event with the crossings it depends on, the next sailings from its town, and what else is near.

    Raises ``NotFound``, and the problem of the festivals service when that one fails: without it there is no page.
    """
    reader = reader_of(locality, app=app, lang=lang)
    raw = services.get("festivals", f"/v1/events/{event_id}")
    town = raw["town"]
    found, failed = services.gather(
        {
            "sailings": (
                "visitor",
                "/v1/sailings",
                {"town": town, "from": now.isoformat(), "direction": "departure", "limit": 4},
            ),
            "places": ("visitor", "/v1/places", {"town": town, "limit": 50}),
            "makers": ("marketplace", "/v1/makers", {"town": town, "limit": 50}),
            "festival": ("festivals", "/v1/events", {"festival_id": raw["festival_id"], "limit": 50}),
        }
    )
    terminal = terminal_of(items(found, "places"))
    others = [row for row in items(found, "festival") if row["id"] != raw["id"]]
    return composed(
        reader,
        failed,
        event={
            **cards.event(reader, locality, raw, terminal=terminal),
            "description": reader.shown(raw.get("description")),
            "curator": raw["curator"],
            "translation_status": raw.get("translation_status", {}),
            "sailings": [_known_sailing(reader, locality, each) for each in raw.get("sailings", [])],
            "ways_home": _ways_home(reader, locality, raw),
            "calendar_url": raw.get("calendar_url"),
            "updated_at": raw.get("updated_at"),
        },
        sailings=[cards.sailing(reader, locality, row) for row in items(found, "sailings")],
        makers=nearest_first([cards.maker(reader, locality, row) for row in items(found, "makers")])[:NEARBY],
        others=[cards.event(reader, locality, row, terminal=terminal) for row in others],
    )


def maker_page(
    services: Services,
    locality: Locality,
    maker_id: str,
    *,
    lang: str | None = None,
    app: str | None = None,
    now: datetime,
) -> Row:
    """A maker with what they offer, and the next sailings from their town.

    Raises ``NotFound``, and the problem of the marketplace service when that one fails.
    """
    reader = reader_of(locality, app=app, lang=lang)
    raw = services.get("marketplace", f"/v1/makers/{maker_id}")
    found, failed = services.gather(
        {
            "offerings": ("marketplace", "/v1/offerings", {"maker_id": maker_id, "limit": 100}),
            "sailings": (
                "visitor",
                "/v1/sailings",
                {"town": raw["town"], "from": now.isoformat(), "direction": "departure", "limit": 4},
            ),
        }
    )
    return composed(
        reader,
        failed,
        maker={**cards.maker(reader, locality, raw), "joined_at": raw["joined_at"]},
        offerings=[cards.offering(reader, row) for row in items(found, "offerings")],
        sailings=[cards.sailing(reader, locality, row) for row in items(found, "sailings")],
    )


def passport_page(
    services: Services, locality: Locality, item_id: str, *, lang: str | None = None, app: str | None = None
) -> Row:
    """An item's public history: who made it, where, of what, and through whose hands it went.

    ``intact`` is whether the signed entries are what they were; ``problems`` says what is not. Raises ``NotFound``,
    and the problem of the marketplace service when that one fails.
    """
    reader = reader_of(locality, app=app, lang=lang)
    raw = services.get("marketplace", f"/v1/passports/{item_id}")
    found, failed = services.gather(
        {"offering": ("marketplace", f"/v1/offerings/{raw['offering_id']}", None)}
        | ({"maker": ("marketplace", f"/v1/makers/{raw['maker']['id']}", None)} if raw["maker"].get("id") else {})
    )
    texts = {name: reader.shown(raw.get(name)) for name in ("title", "made_in", "town_name")}
    offering, maker = found.get("offering"), found.get("maker")
    return composed(
        reader,
        failed,
        passport={
            **raw,
            **texts,
            "materials": [reader.with_texts(each, "name") for each in raw["materials"]],
            "maker": _party(reader, locality, raw["maker"]),
            "hands": [_party(reader, locality, each) for each in raw["hands"]],
        },
        offering=cards.offering(reader, offering) if offering else None,
        maker=cards.maker(reader, locality, maker) if maker else None,
    )


def title_page(
    services: Services, locality: Locality, title_id: str, *, lang: str | None = None, app: str | None = None
) -> Row:
    """A film or series with its episodes and where it can be watched, and what else there is to see.

    Raises ``NotFound``, and the problem of the media service when that one fails.
    """
    reader = reader_of(locality, app=app, lang=lang)
    raw = services.get("media", f"/v1/titles/{title_id}")
    parts: dict[str, Any] = {"others": ("media", "/v1/titles", {"limit": 12})}
    if raw.get("series_id"):
        parts["series"] = ("media", f"/v1/titles/{raw['series_id']}", None)
    found, failed = services.gather(parts)
    series = found.get("series")
    others = [row for row in items(found, "others") if row["id"] not in (title_id, raw.get("series_id"))]
    return composed(
        reader,
        failed,
        title=cards.title(reader, locality, raw),
        episodes=[cards.title(reader, locality, each) for each in raw.get("episodes", [])],
        series=cards.title(reader, locality, series) if series else None,
        others=[cards.title(reader, locality, row) for row in others][:NEARBY],
    )


def _known_sailing(reader: Reader, locality: Locality, raw: Row) -> Row:
    """A crossing as the festivals service knows it: only its id as long as it has heard nothing else of it."""
    if not raw.get("known"):
        return raw
    ends = {
        end: {**raw[end], "town_name": cards.town_name(reader, locality, raw[end]["town"])}
        for end in ("departure", "arrival")
    }
    return {**raw, **ends}


def _ways_home(reader: Reader, locality: Locality, event: Row) -> list[Row]:
    """The last sailing home after an event, and the next one, each on the clocks of both towns."""
    ways = (event.get("getting_home") or {}).get("ways", [])
    return [{**way, "to_name": cards.town_name(reader, locality, way["to"])} for way in ways]


def _party(reader: Reader, locality: Locality, party: Row) -> Row:
    """A maker, a shop or a buyer in an item's history; of a buyer nothing is known."""
    name, town = reader.shown(party.get("name")), cards.town_name(reader, locality, party.get("town"))
    return {**party, "name": name, "town_name": town}
