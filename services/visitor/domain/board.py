"""The board of the next sailings: how full a ship will be, and the line that people read about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

Text = dict[str, str]

FULLNESS = ("quiet", "fair", "busy", "full", "unknown")
_FROM = ((95, "full"), (70, "busy"), (35, "fair"), (0, "quiet"))
"""Percent of what the ship may carry, from which on it is called so."""

_FULLNESS_TEXT: Mapping[str, Text] = {
    "quiet": {"en": "Plenty of room.", "fr": "Beaucoup de place."},
    "fair": {"en": "Comfortably filled.", "fr": "Bien rempli, sans plus."},
    "busy": {"en": "Busy: be early for a seat.", "fr": "Très fréquenté : venez tôt pour être assis."},
    "full": {"en": "Full or nearly so.", "fr": "Complet, ou presque."},
    "unknown": {"en": "", "fr": ""},
}


def percent_full(passengers: int | None, capacity: int | None) -> int | None:
    """Expected passengers in percent of what the ship may carry, at most 100; None where either is not known."""
    if passengers is None or not capacity:
        return None
    return min(100, round(100 * passengers / capacity))


def fullness(percent: int | None) -> str:
    """The word of ``FULLNESS`` for a percentage."""
    if percent is None:
        return "unknown"
    return next(word for least, word in _FROM if percent >= least)


def says(*, cancelled: bool, planned: datetime, expected: datetime | None, how_full: str) -> Text:
    """The line of a sailing: whether it runs, when (local times of the quay it is told at), how full it will be."""
    if cancelled:
        return {"en": "Cancelled.", "fr": "Annulée."}
    if expected is None:
        runs = {"en": "On time.", "fr": "À l'heure."}
    else:
        en, fr = f"{expected:%H:%M}", f"{expected:%H h %M}"
        day = expected.date() - planned.date()
        later = {1: (" the next day", " le lendemain"), -1: (" the day before", " la veille")}.get(day.days, ("", ""))
        runs = {"en": f"Expected at {en}{later[0]}.", "fr": f"Attendue à {fr}{later[1]}."}
    return {lang: f"{runs[lang]} {_FULLNESS_TEXT[how_full][lang]}".strip() for lang in ("en", "fr")}
