"""One occurrence of an event as a VEVENT."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event as VEvent

from kernel.locality import Locality, pick_text
from services.festivals.domain import texts
from services.festivals.domain.lifecycle import Status
from services.festivals.feed.options import WHOLE, Options, render

Row = Mapping[str, Any]

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


def of(timing: Row, event: Row, locality: Locality, lang: str | None, options: Options, festival: Row) -> VEvent:
    """The entry; ``festival`` is the name of the festival it is in, by language."""
    entry = VEvent()
    entry.add("uid", f"{event['_id']}-{timing['id']}@{locality.slug}")
    entry.add("dtstamp", event["updated_at"])
    entry.add("last-modified", event["updated_at"])
    entry.add("created", event["created_at"])
    entry.add("sequence", event["sequence"])
    _add_times(entry, timing, options)
    entry.add("status", STATUS[event["status"]])
    title, language = pick_text(event["title"], lang or "", locality.languages)
    shown = title if options.title == WHOLE else render(options.title, _values(title, event, locality, lang, festival))
    entry.add("summary", shown, parameters={"LANGUAGE": language})
    _add_description(entry, event, locality, lang)
    if event.get("where"):
        name, language = pick_text(event["where"]["name"], lang or "", locality.languages)
        address = event["where"].get("address")
        entry.add("location", f"{name}, {address}" if address else name, parameters={"LANGUAGE": language})
        if event["where"].get("point"):
            entry.add("geo", (event["where"]["point"]["lat"], event["where"]["point"]["lon"]))
    if event.get("keywords"):
        entry.add("categories", event["keywords"])
    if event.get("online_url") or event.get("website"):
        entry.add("url", event.get("online_url") or event["website"])
    read = (event["title"], event.get("summary"), event.get("description"))
    status = texts.translation_status(locality.languages, *read)
    entry.add("x-translation-status", " ".join(f"{code}={state}" for code, state in status.items()))
    return entry


def _add_times(entry: VEvent, timing: Row, options: Options) -> None:
    zone = ZoneInfo(timing["zone"])
    starts, ends = timing["starts_at"].astimezone(zone), timing["ends_at"].astimezone(zone)
    if not options.all_day:
        entry.add("dtstart", starts)
        entry.add("dtend", ends)
        return
    last = (timing["ends_at"] - timedelta(milliseconds=1)).astimezone(zone).date()
    entry.add("dtstart", starts.date())
    entry.add("dtend", last + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")


def _values(title: str, event: Row, locality: Locality, lang: str | None, festival: Row) -> dict[str, str]:
    town = locality.town(event["town"])
    named = {
        "place": (event.get("where") or {}).get("name"),
        "town": town.name if town else None,
        "festival": festival,
    }
    picked = {name: pick_text(text, lang or "", locality.languages)[0] for name, text in named.items()}
    return picked | {"title": title, "curator": event["curator"]["name"]}


def _add_description(entry: VEvent, event: Row, locality: Locality, lang: str | None) -> None:
    """Why it may not take place comes first, then what it is and what to know before coming."""
    reasons = [event.get("cancellation_reason"), *(one["reason"] for one in event.get("disruptions", []))]
    for reason in reasons:
        text, language = pick_text(reason, lang or "", locality.languages)
        if text:
            entry.add("comment", text, parameters={"LANGUAGE": language})
    read = [*reasons, event.get("summary"), event.get("description"), event.get("conditions")]
    paragraphs = [pick_text(text, lang or "", locality.languages) for text in read]
    paragraphs = [(text, language) for text, language in paragraphs if text]
    if paragraphs:
        same = {language for _, language in paragraphs}
        parameters = {"LANGUAGE": same.pop()} if len(same) == 1 else {}
        entry.add("description", "\n\n".join(text for text, _ in paragraphs), parameters=parameters)
