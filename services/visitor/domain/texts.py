"""Texts that people look for and texts that people write at the desk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

MAX_WORDS = 8

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"(?:\+|\b)\d(?:[\s().-]{0,2}\d){8,14}\b")


def plain(text: str) -> str:
    """``text`` as it is compared: no accents, no case, single blanks. ``Côte d'Albâtre`` is ``cote d'albatre``."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(bare.casefold().replace("’", "'").replace("œ", "oe").split())


def searchable(*texts: Mapping[str, str] | str | None, keywords: Iterable[str] = ()) -> str:
    """Everything of a listing that is searched, in all its languages, as one plain line."""
    parts: list[str] = []
    for text in texts:
        if isinstance(text, Mapping):
            parts.extend(text.values())
        elif text:
            parts.append(text)
    return plain(" ".join([*parts, *keywords]))


def words(query: str) -> list[str]:
    """The words that must all be in a listing, at most ``MAX_WORDS``, as ``plain`` text."""
    return plain(query).split()[:MAX_WORDS]


def names_someone(text: str) -> bool:
    """Whether a text seems to hold an e-mail address or a telephone number: the desk keeps neither."""
    return bool(_EMAIL.search(text) or _PHONE.search(text))
