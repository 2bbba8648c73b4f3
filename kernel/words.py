"""Finding texts again whatever their case, accents and ligatures: words are kept folded, and asked for folded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from kernel.errors import Invalid

MAX_WORDS = 400
"""Distinct words kept of one thing; those of its first texts come first."""
MAX_WORD = 40
MAX_ASKED = 10

_WORD = re.compile(r"\w+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})


def fold(text: str) -> str:
    """``text`` as it is compared (``Cœur d'Été`` gives ``coeur d'ete``)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold().translate(_LIGATURES)


def words(*texts: str) -> list[str]:
    """The distinct folded words of ``texts`` in the order they first appear, within bounds an index bears."""
    found = dict.fromkeys(word[:MAX_WORD] for text in texts for word in _WORD.findall(fold(text)))
    return list(found)[:MAX_WORDS]


def words_of(texts: Iterable[Mapping[str, str]]) -> list[str]:
    """``words`` of texts by language."""
    return words(*(text for by_language in texts for text in by_language.values()))


def each_word(asked: str, field: str = "words") -> list[dict[str, Any]]:
    """MongoDB conditions for ``$and``: every word of ``asked`` begins some word kept in ``field``.

    Raises ``Invalid`` naming ``q`` when there is no word in it.
    """
    found = words(asked)[:MAX_ASKED]
    if not found:
        raise Invalid("There is no word to search for.", errors={"q": ["At least one letter or digit."]})
    return [{field: {"$regex": f"^{re.escape(word)}"}} for word in found]
