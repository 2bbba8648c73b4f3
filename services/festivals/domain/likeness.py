"""Whether two listings are of one event: evidence for and against it, weighed in bits.

After Fellegi and Sunter, "A Theory for Record Linkage" (1969): each thing that two listings can agree in falls into a
level, each level has a weight, the base two logarithm of how much more often it is seen between listings of one event
than between any two events of a day in a town, and the weights are added up. The weights were set on one half of the
labelled pairs and are tested on the other (``docs/decisions/0017-duplicates-by-weighed-evidence.md``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Literal
from urllib.parse import urlsplit

from rapidfuzz.distance import JaroWinkler

from kernel.words import words
from services.festivals.domain.glossary import SILENT, SORT_WORDS, english_of, known

Reason = Literal["title", "time", "place", "link"]
REASONS: tuple[Reason, ...] = ("title", "time", "place", "link")

PRIOR = -7.0
"""Before anything is known: about one in 128 pairs of a day and a town is one event."""
FLAGGED_FROM = 0.0
"""Bits from which two listings are taken to be of one event."""
IMPOSSIBLE = -99.0

Word = tuple[str, str]
"""A folded word as it was said, and in English where the glossary has it."""

_YEAR = re.compile(r"(?:19|20|21)\d\d\Z")
_CLOSE_WORDS = 0.87
"""Likeness (Jaro-Winkler) from which two words are forms or misspellings of one."""
_SORT_WEIGHT = 0.35
_EARTH_METRES = 6_371_000.0


@dataclass(frozen=True)
class Named:
    """A text by language as its telling words, and its numbers."""

    by_language: tuple[tuple[str, tuple[Word, ...]], ...]
    numbers: frozenset[str]


@dataclass(frozen=True)
class Listed:
    """What of a listing is compared; ``who`` and ``their_id`` are its contributor's."""

    title: Named
    town: str
    timings: tuple[tuple[datetime, datetime], ...]
    place: Named
    kind: str
    venue_id: str | None = None
    point: tuple[float, float] | None = None
    links: frozenset[str] = frozenset()
    online: bool = False
    who: str = ""
    their_id: str | None = None


@dataclass(frozen=True)
class Likeness:
    """The sum of the evidence, and what spoke for it."""

    bits: float
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def flagged(self) -> bool:
        """Whether the two are taken to be of one event."""
        return self.bits >= FLAGGED_FROM


def named(text: Mapping[str, str]) -> Named:
    """A text by language, ready to be compared."""
    found = {lang: words(said) for lang, said in text.items()}
    numbers = {word for each in found.values() for word in each if word.isdigit() and not _YEAR.match(word)}
    kept = {lang: tuple(_told(each)) for lang, each in found.items()}
    return Named(tuple(sorted((lang, told) for lang, told in kept.items() if told)), frozenset(numbers))


def _told(found: Iterable[str]) -> Iterable[Word]:
    return ((word, english_of(word)) for word in found if word not in SILENT and not word.isdigit())


def link(address: str | None) -> str | None:
    """A page as it is compared: host and path; None for a front page, which many events have in common."""
    parts = urlsplit(address or "")
    path = parts.path.rstrip("/").lower()
    query = f"?{parts.query}" if parts.query and "utm_" not in parts.query else ""
    return f"{(parts.hostname or '').removeprefix('www.')}{path}{query}" if path or query else None


def likeness(one: Listed, other: Listed) -> Likeness:
    """How much speaks for the two being one event."""
    time = _time(one, other)
    place = _place(one, other)
    if time <= IMPOSSIBLE or (one.town != other.town and place < 2.0):
        return Likeness(IMPOSSIBLE)
    weighed: dict[Reason, float] = {
        "title": _title(one.title, other.title),
        "time": time,
        "place": place,
        "link": 6.0 if one.links & other.links else 0.0,
    }
    bits = PRIOR + sum(weighed.values()) + _kind(one.kind, other.kind) + _contributor(one, other)
    if one.title.numbers != other.title.numbers and one.title.numbers and other.title.numbers:
        bits -= 10.0
    return Likeness(bits, tuple(name for name in REASONS if weighed[name] >= 2.0))


def _title(one: Named, other: Named) -> float:
    """Titles in one language say more, for and against, than across two, where a word may only not be known."""
    same = [alike(left, right) for left, right in _texts(one, other, same=True)]
    if same:
        score = sum(each.score for each in same) / len(same)
        if all(each.apart for each in same):
            return -2.0 if score >= 0.6 else -6.0
        return _level(score, ((0.86, 7.0), (0.74, 4.0), (0.6, -1.0)), -6.0)
    across = [alike(left, right, only_known=True) for left, right in _texts(one, other, same=False)]
    if not across:
        return 0.0
    best = max(across, key=lambda each: each.score)
    if best.apart:
        return -3.0
    return _level(best.score, ((0.7, 6.0), (0.45, 3.0), (0.25, -0.5)), -3.0)


def _texts(one: Named, other: Named, *, same: bool) -> list[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """The texts in one language, or those across two."""
    pairs = ((mine, theirs) for mine in one.by_language for theirs in other.by_language)
    return [(left, right) for (lang, left), (another, right) in pairs if (lang == another) is same]


@dataclass(frozen=True)
class Alike:
    """How far the words of two texts are the same, 0 to 1, and whether each has a telling one that the other lacks."""

    score: float
    apart: bool


def alike(left: tuple[Word, ...], right: tuple[Word, ...], *, only_known: bool = False) -> Alike:
    """Compare the words of two texts: forms and slips count, words for sorts of events little.

    The score is between the share of both that they have in common (Dice) and the share of the shorter one, so that a
    title with an addition is still like the one without. With ``only_known`` a word sets them ``apart`` only when the
    glossary has it.
    """
    here, there = _found(left, right), _found(right, left)
    mine, theirs = sum(map(_weight, left)), sum(map(_weight, right))
    common = sum(_weight(word) * near for word, near in here)
    back = sum(_weight(word) * near for word, near in there)
    score = 0.6 * (common + back) / (mine + theirs) + 0.4 * max(common / mine, back / theirs)
    apart = all(
        any(not near and _weight(word) == 1.0 and (known(word[0]) or not only_known) for word, near in each)
        for each in (here, there)
    )
    return Alike(score, apart)


def _found(these: tuple[Word, ...], those: tuple[Word, ...]) -> list[tuple[Word, float]]:
    """Each word with how near it comes to one of those others: as they were said, or in English."""
    return [(word, max(_same_word(word, other) for other in those)) for word in these]


def _same_word(one: Word, other: Word) -> float:
    pairs = zip(one, other, strict=True)
    return max(JaroWinkler.similarity(mine, theirs, score_cutoff=_CLOSE_WORDS) for mine, theirs in pairs)


def _weight(word: Word) -> float:
    return _SORT_WEIGHT if word[1] in SORT_WORDS else 1.0


def _time(one: Listed, other: Listed) -> float:
    return max((_moments(mine, theirs) for mine in one.timings for theirs in other.timings), default=IMPOSSIBLE)


def _moments(mine: tuple[datetime, datetime], theirs: tuple[datetime, datetime]) -> float:
    apart = abs(mine[0] - theirs[0])
    overlap = mine[0] < theirs[1] and theirs[0] < mine[1]
    if apart <= timedelta(minutes=5):
        return 4.0
    if apart <= timedelta(minutes=35):
        return 3.0
    if apart == timedelta(hours=1):
        return 2.0
    if overlap and any(ends - starts >= timedelta(hours=20) for starts, ends in (mine, theirs)):
        return 1.0
    if overlap:
        return 0.0
    return -5.0 if apart <= timedelta(hours=12) else IMPOSSIBLE


def _place(one: Listed, other: Listed) -> float:
    if one.venue_id and one.venue_id == other.venue_id:
        return 3.0
    metres = _metres(one.point, other.point) if one.point and other.point else None
    if metres is not None and metres > 1000:
        return -5.0
    if one.online and other.online:
        return 0.0
    pairs = [*_texts(one.place, other.place, same=True), *_texts(one.place, other.place, same=False)]
    best = max((alike(left, right).score for left, right in pairs), default=None)
    if best is not None and best >= 0.75:
        return 3.0
    if metres is not None:
        return _level(-metres, ((-120.0, 3.0), (-400.0, 2.0)), -1.0)
    if best is None:
        return 0.0
    return _level(best, ((0.5, 2.0), (0.3, 0.0)), -2.0)


def _level(value: float, levels: tuple[tuple[float, float], ...], otherwise: float) -> float:
    """The weight of the first level that ``value`` reaches."""
    return next((bits for least, bits in levels if value >= least), otherwise)


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two points of latitude and longitude (haversine)."""
    (lat, lon), (lat2, lon2) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_METRES * asin(sqrt(half))


def _kind(one: str, other: str) -> float:
    if "Event" in (one, other):
        return 0.0
    return 1.0 if one == other else -2.0


def _contributor(one: Listed, other: Listed) -> float:
    """One system that has two ids for them says that they are two."""
    two_ids = one.their_id and other.their_id and one.their_id != other.their_id
    return -3.0 if one.who and one.who == other.who and two_ids else 0.0
