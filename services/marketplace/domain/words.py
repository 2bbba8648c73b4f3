"""The words that listings are found by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

MAX_WORDS = 300
"""Words kept for one listing."""

MAX_QUERY_WORDS = 8

_WORD = re.compile(r"[^\W_]{2,40}")


def fold(text: str) -> str:
    """``text`` without accents and case, so that "céramique", "Ceramique" and "CÉRAMIQUE" are one word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """The words of a text in order, folded; single letters are left out."""
    return _WORD.findall(fold(text))


def search_words(*texts: str | Mapping[str, str] | None) -> list[str]:
    """The words of names and of texts in all their languages, each once, in order of first use."""
    found = dict.fromkeys(word for text in texts for each in _languages(text) for word in words_of(each))
    return list(found)[:MAX_WORDS]


def _languages(text: str | Mapping[str, str] | None) -> Iterable[str]:
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else text.values()


def word_filter(query: str) -> dict[str, object]:
    """The MongoDB filter for listings that have, for every word asked for, a word that begins with it.

    Anchored at the beginning, so that the index of ``words`` answers it. Nothing to look for matches nothing.
    """
    asked = words_of(query)[:MAX_QUERY_WORDS]
    if not asked:
        return {"words": {"$in": []}}
    return {"$and": [{"words": {"$regex": f"^{re.escape(word)}"}} for word in asked]}
