"""A festival's programme as an iCalendar feed (RFC 5545, with NAME and REFRESH-INTERVAL of RFC 7986)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as VEvent

from kernel.locality import Locality, pick_text
from kernel.mongo import RawDatabase
from services.festivals import filters, views
from services.festivals.domain.lifecycle import Status

Row = Mapping[str, Any]

CONTENT_TYPE = "text/calendar; charset=utf-8"
MAX_ENTRIES = 2000
"""Most occurrences in one feed, the first in time; a feed that is cut says so in its COMMENT."""

STATUS: dict[Status, str] = {
    "scheduled": "CONFIRMED",
    "rescheduled": "CONFIRMED",
    "moved-online": "CONFIRMED",
    "full": "CONFIRMED",
    "postponed": "TENTATIVE",
    "disrupted": "TENTATIVE",
    "cancelled": "CANCELLED",
}
"""RFC 5545 section 3.8.1.11 knows three: an event that is postponed or one may not reach is tentative."""


def of_festival(
    db: RawDatabase, festival_id: str, locality: Locality, *, town: str | None = None, lang: str | None = None
) -> bytes:
    """The public events of a festival, of one town or of all. Raises NotFound and Invalid."""
    festival = views.festival_row(db, festival_id)
    selector = filters.in_town({"town": town}, locality) | {"festival_id": festival_id, "state": "published"}
    # Each event has an occurrence at least, and its first one counts here: so many events hold all that is shown.
    events = db["events"].find(selector, views.HIDDEN).sort([("first_start", 1), ("_id", 1)]).limit(MAX_ENTRIES + 1)
    return calendar(festival, events, locality, lang)


def calendar(festival: Row, events: Iterable[Row], locality: Locality, lang: str | None) -> bytes:
    """The feed: a VEVENT for each occurrence, texts in ``lang`` where they exist and marked with their language.

    The same programme gives the same bytes. An occurrence keeps its UID in every version and language; its SEQUENCE
    rises with every change to the event.
    """
    feed = Calendar()
    feed.add("prodid", f"-//{locality.slug}//festivals//{(lang or locality.languages[0]).upper()}")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    name, language = pick_text(festival["name"], lang or "", locality.languages)
    for key in ("name", "x-wr-calname"):
        feed.add(key, name, parameters={"LANGUAGE": language})
    summary, language = pick_text(festival["summary"], lang or "", locality.languages)
    if summary:
        feed.add("description", summary, parameters={"LANGUAGE": language})
    feed.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", "PT1H")
    occurrences = sorted(
        ((timing, event) for event in events for timing in event.get("timings", [])),
        key=lambda pair: (pair[0]["starts_at"], pair[1]["_id"]),
    )
    if len(occurrences) > MAX_ENTRIES:
        feed.add("comment", f"Only the first {MAX_ENTRIES} occurrences are listed.")
    for timing, event in occurrences[:MAX_ENTRIES]:
        feed.add_component(_entry(timing, event, locality, lang))
    if occurrences:
        _add_zones(feed, [timing for timing, _ in occurrences[:MAX_ENTRIES]])
    return feed.to_ical()


def _entry(timing: Row, event: Row, locality: Locality, lang: str | None) -> VEvent:
    zone = ZoneInfo(timing["zone"])
    entry = VEvent()
    entry.add("uid", f"{event['_id']}-{timing['id']}@{locality.slug}")
    entry.add("dtstamp", event["updated_at"])
    entry.add("last-modified", event["updated_at"])
    entry.add("created", event["created_at"])
    entry.add("sequence", event["sequence"])
    entry.add("dtstart", timing["starts_at"].astimezone(zone))
    entry.add("dtend", timing["ends_at"].astimezone(zone))
    entry.add("status", STATUS[event["status"]])
    title, language = pick_text(event["title"], lang or "", locality.languages)
    entry.add("summary", title, parameters={"LANGUAGE": language})
    _add_description(entry, event, locality, lang)
    if event.get("where"):
        name, language = pick_text(event["where"]["name"], lang or "", locality.languages)
        address = event["where"].get("address")
        entry.add("location", f"{name}, {address}" if address else name, parameters={"LANGUAGE": language})
        if event["where"].get("point"):
            entry.add("geo", (event["where"]["point"]["lat"], event["where"]["point"]["lon"]))
    if event.get("keywords"):
        entry.add("categories", event["keywords"])
    if event.get("website"):
        entry.add("url", event["website"])
    return entry


def _add_description(entry: VEvent, event: Row, locality: Locality, lang: str | None) -> None:
    """Why it may not take place comes first, then what it is."""
    reasons = [event.get("cancellation_reason"), *(one["reason"] for one in event.get("disruptions", []))]
    for reason in reasons:
        text, language = pick_text(reason, lang or "", locality.languages)
        if text:
            entry.add("comment", text, parameters={"LANGUAGE": language})
    read = [*reasons, event.get("summary"), event.get("description")]
    paragraphs = [pick_text(text, lang or "", locality.languages) for text in read]
    paragraphs = [(text, language) for text, language in paragraphs if text]
    if paragraphs:
        same = {language for _, language in paragraphs}
        parameters = {"LANGUAGE": same.pop()} if len(same) == 1 else {}
        entry.add("description", "\n\n".join(text for text, _ in paragraphs), parameters=parameters)


def _add_zones(feed: Calendar, timings: list[Row]) -> None:
    """A VTIMEZONE for each zone named, with the clock changes of the years the feed is about."""
    first: datetime = min(timing["starts_at"] for timing in timings)
    last: datetime = max(timing["ends_at"] for timing in timings)
    feed.add_missing_timezones(first_date=date(first.year - 1, 1, 1), last_date=date(last.year + 2, 1, 1))
