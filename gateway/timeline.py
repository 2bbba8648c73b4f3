"""The platform's own history: what is planned, live or past depends on the day one looks from."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Annotated, Literal

import msgspec

from kernel.locality import Locality

PartialDate = Annotated[str, msgspec.Meta(pattern=r"^\d{4}(-\d{2}){0,2}$")]
"""A date as exactly as it is known: year, month or day (ISO 8601 reduced precision)."""

Status = Literal["planned", "live", "past"]
Precision = Literal["year", "month", "day"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of ``[[sections.gateway.timeline]]``. Without ``end`` and not ``lasting``, it happened on its date."""

    slug: str
    text: dict[str, str]
    date: PartialDate | None = None
    end: PartialDate | None = None
    lasting: bool = False
    """It began on its date and has gone on since."""
    every_year: bool = False
    """It is so every year and has no date."""
    link: str | None = None

    def __post_init__(self) -> None:
        if self.every_year == (self.date is not None):
            raise ValueError(f"{self.slug}: needs a date or every_year, not both")
        if self.end is not None and self.date is None:
            raise ValueError(f"{self.slug}: has an end and no date")

    def status(self, as_of: date) -> Status:
        """How it stands as seen from a day: planned before its date, past when it is over, live in between."""
        if self.date is None:
            return "live"
        if as_of < first_day(self.date):
            return "planned"
        return "live" if self.lasting or as_of <= last_day(self.end or self.date) else "past"


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The section ``[sections.gateway]``."""

    timeline_source: dict[str, str] = {}
    """Where the entries were published."""
    timeline: list[Entry] = []


def section_of(locality: Locality) -> Section:
    """What the locality's file says to the gateway. Raises ``msgspec.ValidationError`` naming the wrong field."""
    return msgspec.convert(locality.section("gateway"), Section)


def in_order(entries: list[Entry]) -> list[Entry]:
    """Oldest first; of one date, in the order of the file; what is so every year comes last."""
    return sorted(entries, key=lambda entry: (entry.date is None, first_day(entry.date or "9999")))


def precision(text: PartialDate) -> Precision:
    """How exactly a date is known."""
    return ("year", "month", "day")[text.count("-")]  # type: ignore[return-value]


def first_day(text: PartialDate) -> date:
    """The first day that a date may mean."""
    year, month, day = [*(int(part) for part in text.split("-")), 1, 1][:3]
    return date(year, month, day)


def last_day(text: PartialDate) -> date:
    """The last day that a date may mean."""
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else monthrange(year, month)[1])
