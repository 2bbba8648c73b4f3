"""Where and when two listings of one event would meet: keys that an index finds candidates by.

An event keeps a key for each day it starts on with its town, with the square of about two kilometres that it is in,
with the words of its place and with its page online. Two listings that have no key in common are never compared; what
is in the next square is asked for as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import floor

from services.festivals.domain.likeness import link, named
from services.festivals.domain.timings import Timing

KEPT_DAYS = 31
ASKED_DAYS = 14
"""Days of a long run that are kept, and asked for, from its first."""
SQUARE = 0.02
"""Degrees."""


def kept(
    timings: Iterable[Timing],
    town: str,
    place: Mapping[str, str] | None,
    point: tuple[float, float] | None,
    page: str | None,
) -> list[str]:
    """The keys of one listing."""
    days = sorted({one.days()[0] for one in timings})[:KEPT_DAYS]
    return [f"{day}{spot}" for day in days for spot in _spots(town, place, point, page)]


def asked(keys: Iterable[str]) -> list[str]:
    """The keys of listings that may be of the same event as one that keeps ``keys``."""
    keys = list(keys)
    first = set(sorted({key[:10] for key in keys})[:ASKED_DAYS])
    return sorted({near for key in keys if key[:10] in first for near in _near(key)})


def _spots(
    town: str, place: Mapping[str, str] | None, point: tuple[float, float] | None, page: str | None
) -> Iterator[str]:
    yield f"@{town}"
    if point:
        yield f"~{floor(point[0] / SQUARE)}~{floor(point[1] / SQUARE)}"
    texts = {"+".join(sorted(english for _, english in words)) for _, words in named(place or {}).by_language}
    yield from sorted(f"={text[:80]}" for text in texts)
    online = link(page)
    if online:
        yield f">{online[:120]}"


def _near(key: str) -> Iterator[str]:
    if key[10] != "~":
        yield key
        return
    day, lat, lon = key.split("~")
    for north in (-1, 0, 1):
        for east in (-1, 0, 1):
            yield f"{day}~{int(lat) + north}~{int(lon) + east}"
