"""What is worth stopping for today, in one town or in all."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from gateway.aggregate import cards
from gateway.aggregate.sources import Part, Row, Services, composed, items
from gateway.aggregate.walking import nearest_first, terminal_of
from gateway.reader import Reader, reader_of
from kernel.errors import Invalid
from kernel.locality import Locality, Town

SAILINGS = 12
"""Calls at a quay that are shown."""


def today(
    services: Services,
    locality: Locality,
    *,
    town: str | None = None,
    day: date | None = None,
    lang: str | None = None,
    app: str | None = None,
    now: datetime,
) -> Row:
    """Next sailings, events of the day, makers, places and films of each town; the day is each town's own.

    ``day`` is today when left out: then the sailings are those from now on, otherwise those of that day. Raises
    ``Invalid`` naming the towns or names there are.
    """
    reader = reader_of(locality, app=app, lang=lang)
    towns = _towns(locality, town)
    days = {each.slug: day or now.astimezone(each.tz).date() for each in towns}
    parts = {f"{each.slug} {name}": part for each in towns for name, part in _parts(each, days[each.slug], now).items()}
    found, failed = services.gather(parts)
    return composed(
        reader, failed, towns=[_town(reader, locality, each, days[each.slug], now, found) for each in towns]
    )


def _towns(locality: Locality, slug: str | None) -> list[Town]:
    if slug is None:
        return locality.towns
    town = locality.town(slug)
    if town is None:
        names = ", ".join(each.slug for each in locality.towns)
        raise Invalid("There is no such town here.", errors={"town": [f"One of: {names}."]})
    return [town]


def _parts(town: Town, day: date, now: datetime) -> dict[str, Part]:
    here, on_day = {"town": town.slug}, {"town": town.slug, "date": day.isoformat()}
    is_today = day == now.astimezone(town.tz).date()
    start = {"from": now.isoformat()} if is_today else {"date": day.isoformat()}
    return {
        "sailings": ("visitor", "/v1/sailings", {**here, **start, "limit": SAILINGS}),
        "events": ("festivals", "/v1/events", {**on_day, "limit": 100}),
        "makers": ("marketplace", "/v1/makers", {**here, "limit": 50}),
        "titles": ("media", "/v1/titles", {**here, "as_of": day.isoformat(), "limit": 12}),
        "places": ("visitor", "/v1/places", {**here, "limit": 50}),
    }


def _town(reader: Reader, locality: Locality, town: Town, day: date, now: datetime, found: dict[str, Any]) -> Row:
    rows = {name: items(found, f"{town.slug} {name}") for name in ("sailings", "events", "makers", "titles", "places")}
    terminal = terminal_of(rows["places"])
    sailings = [cards.sailing(reader, locality, row) for row in rows["sailings"]]
    return {
        "town": town.slug,
        "name": reader.shown(town.name),
        "zone": town.zone,
        "date": day.isoformat(),
        "is_today": day == now.astimezone(town.tz).date(),
        "local_time": now.astimezone(town.tz).replace(microsecond=0).isoformat(),
        "sailings": {
            "next": [card for card in sailings if card["direction"] == "departure"],
            "arriving": [card for card in sailings if card["direction"] == "arrival"],
        },
        "events": [
            cards.event(reader, locality, row, terminal=terminal, day=day) for row in _by_hour(rows["events"], day)
        ],
        "makers": nearest_first([cards.maker(reader, locality, row) for row in rows["makers"]]),
        "titles": [cards.title(reader, locality, row) for row in rows["titles"]],
        "places": nearest_first([cards.place(reader, locality, row) for row in rows["places"]]),
    }


def _by_hour(events: list[Row], day: date) -> list[Row]:
    """The day's events by the hour they begin that day; one that began before is there from the start of the day."""

    def begins(event: Row) -> tuple[time, str]:
        starts = [
            datetime.fromisoformat(timing["starts_at"])
            for timing in event.get("timings", [])
            if cards.touches(timing, day)
        ]
        first = min(starts, default=None)
        return (first.time() if first and first.date() == day else time.min, event["id"])

    return sorted(events, key=begins)
