"""Events as RSS 2.0 (https://www.rssboard.org/rss-specification): one item for each event, whatever its occurrences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from kernel.locality import Locality, pick_text
from services.festivals.domain import texts
from services.festivals.domain.date_text import date_texts
from services.festivals.domain.timings import Timing

Row = Mapping[str, Any]

STATUS = {
    "en": {
        "rescheduled": "New date", "moved-online": "Moved online", "postponed": "Postponed", "full": "Full",
        "disrupted": "Its ferry is cancelled", "cancelled": "Cancelled",
    },
    "fr": {
        "rescheduled": "Nouvelle date", "moved-online": "En ligne", "postponed": "Reporté", "full": "Complet",
        "disrupted": "Son ferry est annulé", "cancelled": "Annulé",
    },
}  # fmt: skip
"""What stands before a title, where anything stands; readers of a feed see little more than titles."""


def feed(about: Row, events: Sequence[Row], locality: Locality, lang: str, base: str) -> bytes:
    """The feed in ``lang``, texts in another language where there is none in it. The same events give the same bytes.

    An item's ``guid`` is the event's in every language; its category ``translation:missing`` or ``:partial`` says
    that not all of it is in ``lang``.
    """
    channel = FeedGenerator()
    name, _ = pick_text(about["name"], lang, locality.languages)
    summary, _ = pick_text(about["summary"], lang, locality.languages)
    channel.title(name)
    channel.link(href=base)
    channel.description(summary or name)
    channel.language(lang)
    channel.docs(None)
    channel.generator(locality.slug)
    channel.lastBuildDate(max((row["updated_at"] for row in events), default=datetime(1970, 1, 1, tzinfo=UTC)))
    for row in events:
        _fill(channel.add_entry(order="append"), row, locality, lang, base)
    return bytes(channel.rss_str(pretty=True))


def _fill(item: FeedEntry, row: Row, locality: Locality, lang: str, base: str) -> None:
    title, _ = pick_text(row["title"], lang, locality.languages)
    mark = STATUS.get(lang, STATUS["en"]).get(row["status"])
    item.title(f"{mark}: {title}" if mark else title)
    item.guid(f"{row['_id']}@{locality.slug}", permalink=False)
    item.link(href=urljoin(base, f"/events/{row['_id']}"))
    item.pubDate(row["updated_at"])
    timings = [Timing(one["id"], one["starts_at"], one["ends_at"], one["zone"]) for one in row.get("timings", [])]
    dates = date_texts(timings, {*locality.languages, lang}, locality.towns)
    place = (row.get("where") or {}).get("name")
    reasons = [row.get("cancellation_reason"), *(one["reason"] for one in row.get("disruptions", []))]
    read = [*reasons, dates, place, row.get("summary"), row.get("conditions")]
    item.description("\n".join(text for each in read if (text := pick_text(each, lang, locality.languages)[0])))
    for keyword in texts.keywords_in(row, lang, locality.languages):
        item.category(term=keyword)
    status = texts.translation_status([lang], *texts.read_of(row))[lang]
    if status != "complete":
        item.category(term=f"translation:{status}")
