"""A desk's journal: what a desk without network wrote down, in the order it happened, to be merged later.

Entries are numbered 1, 2, 3, ... without a gap and are never changed. Each is a fact of its own, so the merge of any
number of journals is their union, whatever the order of arrival; only a cause comes before its effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MAX_ENTRIES = 50
"""Entries of one delivery."""
MAX_WAITING = 500
"""Entries of one journal that wait for their cause."""


@dataclass(frozen=True)
class Cause:
    """A record that must be there first."""

    collection: str
    id: str


_CAUSES = {"referral": ("enquiries", "enquiry_id"), "visit": ("referrals", "referral_id")}


def cause_of(kind: str, record: Mapping[str, Any]) -> Cause | None:
    """What an entry follows from, perhaps written at another desk; None for one that stands alone."""
    collection, field = _CAUSES.get(kind, ("", ""))
    return Cause(collection, record[field]) if record.get(field) else None


def happened_at(said: datetime, now: datetime) -> datetime:
    """When an entry happened: as its desk said, but not in the future, whatever a wrong clock aboard shows."""
    return min(said, now)


def as_kept(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record for the database, which knows no calendar days."""
    return {name: value.isoformat() if name == "date" else value for name, value in record.items()}


def as_given(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The record that ``as_kept`` was given."""
    return {name: date.fromisoformat(value) if name == "date" else value for name, value in kept.items()}
