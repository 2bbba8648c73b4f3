"""Texts of an event in several languages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Text = dict[str, str]

Translation = Literal["complete", "partial", "missing"]


def keywords(given: Iterable[str]) -> list[str]:
    """Keywords as they are stored: trimmed, in lower case, each once, in the order given; blank ones are left out."""
    return list(dict.fromkeys(key for raw in given if (key := " ".join(raw.lower().split()))))


def translation_status(languages: Iterable[str], *texts: Text | None) -> dict[str, Translation]:
    """For each language: are all texts that exist there (``complete``), only some (``partial``) or none."""
    existing = [text for text in texts if text]
    status: dict[str, Translation] = {}
    for language in languages:
        there = sum(1 for text in existing if text.get(language))
        status[language] = "missing" if not there else "complete" if there == len(existing) else "partial"
    return status
