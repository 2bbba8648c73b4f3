"""The programmes of the demo's festivals: what is published as a fact names its source, all else is marked made up."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

ZONES = {"newhaven": ZoneInfo("Europe/London"), "dieppe": ZoneInfo("Europe/Paris")}
MADE_UP = "Made up for the demonstration."

FRENCH = {
    "art": "art",
    "children": "enfants",
    "cross-channel": "transmanche",
    "drawing": "dessin",
    "film": "film",
    "makers": "artisans",
    "music": "musique",
    "nature": "nature",
    "photography": "photographie",
    "repair": "réparation",
    "sea": "mer",
    "tour": "visite",
    "walk": "balade",
}
"""The keywords of the programmes."""

Listing = dict[str, Any]


def running(town: str, days: list[date], start: str, end: str) -> list[dict[str, str]]:
    """A timing on each of ``days``, from ``start`` to ``end`` on the clocks of ``town``."""
    zone = ZONES[town]

    def at(day: date, clock: str) -> str:
        return datetime.combine(day, time.fromisoformat(clock), tzinfo=zone).isoformat()

    return [{"starts_at": at(day, start), "ends_at": at(day, end)} for day in days]


def text(en: str, fr: str) -> dict[str, str]:
    """The same text in both languages."""
    return {"en": en, "fr": fr}


def keywords(*english: str) -> dict[str, list[str]]:
    """Those keywords in both languages."""
    return {"en": list(english), "fr": [FRENCH[word] for word in english]}
