"""Texts of an event in several languages, and finding them again whatever the accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

Text = dict[str, str]

MAX_WORDS = 400
"""Distinct words kept of an event to find it by: those of its title come first."""
MAX_WORD = 40

_WORD = re.compile(r"\w+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})

Translation = Literal["complete", "partial", "missing"]


def fold(text: str) -> str:
    """``text`` as it is compared: no case, no accents, ligatures spelt out (``Cœur d'Été`` -> ``coeur d'ete``)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().translate(_LIGATURES)


def words(*texts: str) -> list[str]:
    """The distinct folded words of ``texts`` in the order they first appear, cut to bounds an index bears."""
    found = dict.fromkeys(word[:MAX_WORD] for text in texts for word in _WORD.findall(fold(text)))
    return list(found)[:MAX_WORDS]


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
