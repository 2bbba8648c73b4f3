"""The platform's own history, as seen from a day."""

from __future__ import annotations

from datetime import date, datetime

from gateway.aggregate.sources import Row, composed
from gateway.reader import reader_of
from gateway.timeline import in_order, precision, section_of
from kernel.locality import Locality


def timeline(
    locality: Locality, *, as_of: date | None = None, lang: str | None = None, app: str | None = None, now: datetime
) -> Row:
    """The entries in order, each ``planned``, ``live`` or ``past`` as seen from ``as_of`` (today when left out)."""
    reader = reader_of(locality, app=app, lang=lang)
    day = as_of or now.astimezone(locality.towns[0].tz).date()
    section = section_of(locality)
    items = [
        {
            "id": entry.slug,
            "date": entry.date,
            "precision": precision(entry.date) if entry.date else None,
            "end": entry.end,
            "every_year": entry.every_year,
            "text": reader.shown(entry.text),
            "status": entry.status(day),
            "link": entry.link,
        }
        for entry in in_order(section.timeline)
    ]
    source = reader.shown(section.timeline_source)
    return composed(reader, [], as_of=day.isoformat(), source=source, items=items)
