"""The place a platform runs for, from its TOML file: names, languages, towns, and a section for each service.

The kernel reads what every part needs; what only one service understands stands in that service's own section.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec


class Town(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of the towns."""

    slug: str
    name: dict[str, str]
    country: str
    zone: str
    language: str
    currency: str

    @property
    def tz(self) -> ZoneInfo:
        """The zone its clocks show."""
        return ZoneInfo(self.zone)


class App(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A name under which people know the platform: each speaks one of the languages first."""

    slug: str
    name: str
    language: str


class Locality(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A set of towns that share one platform, its databases and its topics."""

    slug: str
    languages: list[str]
    """UI languages in fallback order."""
    towns: list[Town]
    apps: list[App]
    sections: dict[str, dict[str, Any]] = {}

    def town(self, slug: str) -> Town | None:
        """The town of that slug, or None."""
        return next((town for town in self.towns if town.slug == slug), None)

    def section(self, name: str) -> dict[str, Any]:
        """What the file says under ``[sections.<name>]``; empty when it says nothing."""
        return self.sections.get(name, {})


def load_locality(path: str | Path) -> Locality:
    """Read and check a locality file.

    Raises ``ValueError`` that names the file and the field that is not right.
    """
    text = Path(path).read_text(encoding="utf-8")
    try:
        locality = msgspec.convert(tomllib.loads(text), Locality)
        for town in locality.towns:
            town.tz  # noqa: B018  an unknown zone is refused here, not at the first page that shows a time
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError) as error:
        raise ValueError(f"{path}: {error}") from error
    return locality


def pick_words(words: Mapping[str, list[str]] | None, language: str, fallback: Iterable[str]) -> list[str]:
    """The words to show: those of the language asked for, else of the first there is in fallback order, else none."""
    available = {code: several for code, several in (words or {}).items() if several}
    found = (code for code in [language, *fallback, *sorted(available)] if code in available)
    return list(available.get(next(found, ""), []))


def pick_text(text: dict[str, str] | None, language: str, fallback: list[str]) -> tuple[str, str]:
    """The text to show and the language it is in: the one asked for, else the first there is in fallback order.

    An empty map gives ``("", language)``.
    """
    available = {code: value for code, value in (text or {}).items() if value}
    for code in [language, *fallback, *sorted(available)]:
        if code in available:
            return available[code], code
    return "", language
