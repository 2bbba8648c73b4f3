"""Texts of an event in several languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from kernel.locality import pick_words

Text = dict[str, str]
Words = Mapping[str, list[str]]
"""Keywords by language."""

READ = ("title", "summary", "description", "conditions")
"""The texts of an event."""

Translation = Literal["complete", "partial", "missing"]


def keywords(given: Iterable[str]) -> list[str]:
    """Keywords as they are stored: trimmed, in lower case, each once, in the order given; blank ones are left out."""
    return list(dict.fromkeys(key for raw in given if (key := " ".join(raw.lower().split()))))


def keywords_by_language(given: Words) -> dict[str, list[str]]:
    """The same for each language; one in which nothing is left is left out."""
    return {code: found for code, words in given.items() if (found := keywords(words))}


def keywords_in(event: Mapping[str, Any], lang: str | None, languages: Iterable[str]) -> list[str]:
    """The keywords to show of an event in ``lang``, or in the first language of the fallback that has some.

    Those that do not say their language stand for every one. ``lang`` None asks for the first of the fallback.
    """
    shown = pick_words(event.get("keywords_by_language"), lang or "", languages)
    return shown or list(event.get("keywords", []))


def read_of(event: Mapping[str, Any]) -> list[Mapping[str, Any] | None]:
    """What people read of an event and what may want a translation."""
    return [event.get(name) for name in (*READ, "keywords_by_language")]


def translation_status(languages: Iterable[str], *texts: Mapping[str, Any] | None) -> dict[str, Translation]:
    """For each language: are all texts that exist there (``complete``), only some (``partial``) or none."""
    existing = [text for text in texts if text]
    status: dict[str, Translation] = {}
    for language in languages:
        there = sum(1 for text in existing if text.get(language))
        status[language] = "missing" if not there else "complete" if there == len(existing) else "partial"
    return status
