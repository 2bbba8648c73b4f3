"""Which public events have which term, held in memory by each API process, so that counting does not read them.

A term's events are the bits of one whole number: to meet several terms is to AND them, to count is to count bits. That
takes microseconds for tens of thousands of events. The events remain what is in the database: before every count the
catalogue reads those that changed since it last looked, by the index on ``updated_at``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from kernel.mongo import RawDatabase
from services.festivals.domain.lifecycle import STATES
from services.festivals.domain.terms import facets_of, term

OVERLAP = timedelta(seconds=60)
"""How far behind the last change seen it looks again: a transaction is visible up to ten seconds after the time it
wrote, and clocks of several machines differ."""

IN_LANGUAGE = "keyword."
"""Stands before the language of a keyword that says its own: ``keyword.fr:mer``."""
READ = dict.fromkeys(("state", "terms", "days", "keywords_by_language", "updated_at"), 1)


class Catalogue:
    """The terms of all public events of one database. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: datetime | None = None
        self._position: dict[str, int] = {}
        self._terms: list[frozenset[str]] = []
        self._bits: dict[str, int] = defaultdict(int)
        self._public = 0

    def count(
        self,
        db: RawDatabase,
        groups: Sequence[Iterable[str]],
        wanted: Iterable[str],
        order: Sequence[str] | None = None,
    ) -> tuple[int, dict[str, dict[str, int]]]:
        """How many public events have a term of each group, and how many of those have each value of the facets.

        With an ``order`` of languages each event counts with its keywords in the first of them that it has some in.
        """
        with self._lock:
            self._refresh(db)
            met = self._public
            for group in groups:
                any_of = 0
                for each in group:
                    any_of |= self._bits.get(each, 0)
                met &= any_of
            counts: dict[str, dict[str, int]] = {facet: {} for facet in wanted}
            for (facet, value), bits in zip(facets_of(self._bits), self._bits.values(), strict=True):
                if facet in counts and (number := (bits & met).bit_count()):
                    counts[facet][value] = number
            if order is not None and "keyword" in counts:
                counts["keyword"] = self._keywords(met, order)
            return met.bit_count(), counts

    def _keywords(self, met: int, order: Sequence[str]) -> dict[str, int]:
        by_language: dict[str, dict[str, int]] = defaultdict(dict)
        for (facet, value), bits in zip(facets_of(self._bits), self._bits.values(), strict=True):
            if facet.startswith(IN_LANGUAGE):
                by_language[facet.removeprefix(IN_LANGUAGE)][value] = bits
            elif facet == "keyword":
                by_language[""][value] = bits
        counts: Counter[str] = Counter()
        left = met
        for code in [*dict.fromkeys([*order, *sorted(by_language.keys() - {""})]), ""]:
            having = 0
            for value, bits in by_language.get(code, {}).items():
                counts[value] += (bits & left).bit_count()
                having |= bits
            left &= ~having
        return dict(+counts)

    def _refresh(self, db: RawDatabase) -> None:
        changed: dict[str, Any] = {"state": {"$in": list(STATES)}}
        if self._seen is not None:
            changed["updated_at"] = {"$gte": self._seen - OVERLAP}
        for row in db["events"].find(changed, READ):
            self._take(row)
            self._seen = max(self._seen or row["updated_at"], row["updated_at"])

    def _take(self, row: Mapping[str, Any]) -> None:
        position = self._position.setdefault(row["_id"], len(self._terms))
        if position == len(self._terms):
            self._terms.append(frozenset())
        bit, public = 1 << position, row["state"] == "published"
        spoken = row.get("keywords_by_language", {}).items()
        by_language = (term(f"{IN_LANGUAGE}{code}", word) for code, words in spoken for word in words)
        now = frozenset([*row.get("terms", []), *by_language, *(term("day", day) for day in row.get("days", []))])
        now = now if public else frozenset()
        self._public = self._public | bit if public else self._public & ~bit
        for gone in self._terms[position] - now:
            self._bits[gone] &= ~bit
        for new in now - self._terms[position]:
            self._bits[new] |= bit
        self._terms[position] = now
