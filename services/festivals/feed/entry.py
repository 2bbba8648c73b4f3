"""One occurrence of an event as a VEVENT."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event as VEvent
from icalendar import vRecur

from kernel.locality import Locality, pick_text
from services.festivals.domain import texts
from services.festivals.domain.lifecycle import Status
from services.festivals.domain.recurrence import as_days
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


SERIES = "series"
"""What stands in the UID of an event that repeats by a rule; it stays whatever is left out of it."""


def spans_of(event: Row) -> list[Row]:
    """What an event has entries for: each of its timings, or the first occurrence of its rule."""
    rule, timings = event.get("recurrence"), event.get("timings", [])
    if not rule or not timings:
        return list(timings)
    return [{"id": SERIES, "starts_at": rule["starts_at"], "ends_at": rule["ends_at"], "zone": timings[0]["zone"]}]


def of(timing: Row, event: Row, locality: Locality, lang: str | None, options: Options, festival: Row) -> VEvent:
    """The entry; ``festival`` is the name of the festival it is in, by language."""
    entry = VEvent()
    entry.add("uid", f"{event['_id']}-{timing['id']}@{locality.slug}")
    if timing["id"] == SERIES:
        _add_rule(entry, event, locality, options)
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
    keywords = texts.keywords_in(event, lang, locality.languages)
    if keywords:
        entry.add("categories", keywords)
    if event.get("online_url") or event.get("website"):
        entry.add("url", event.get("online_url") or event["website"])
    status = texts.translation_status(locality.languages, *texts.read_of(event))
    entry.add("x-translation-status", " ".join(f"{code}={state}" for code, state in status.items()))
    return entry


def _add_times(entry: VEvent, timing: Row, options: Options) -> None:
    zone = ZoneInfo(timing["zone"])
    starts, ends = timing["starts_at"].astimezone(zone), timing["ends_at"].astimezone(zone)
    if not options.all_day:
        by_rule = timing["id"] == SERIES
        entry.add("dtstart", starts if by_rule else _said(starts))
        entry.add("dtend", ends if by_rule else _said(ends))
        return
    last = (timing["ends_at"] - timedelta(milliseconds=1)).astimezone(zone).date()
    entry.add("dtstart", starts.date())
    entry.add("dtend", last + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")


def _said(local: datetime) -> datetime:
    """A local time as an entry says it: the one that comes back when clocks are put back is said in UTC.

    A local time that occurs twice means the first one (RFC 5545 section 3.3.5).
    """
    return local.astimezone(UTC) if local.fold else local


def _add_rule(entry: VEvent, event: Row, locality: Locality, options: Options) -> None:
    """RRULE and EXDATE, of days where the entry is of days (RFC 5545 section 3.3.10)."""
    rule, zone = event["recurrence"], ZoneInfo(event["timings"][0]["zone"])
    left_out = [moment.astimezone(zone) for moment in rule.get("exdates", [])]
    town = locality.town(event["town"])
    if options.all_day and town:
        entry.add("rrule", as_days(rule["rrule"], town))
        for moment in left_out:
            entry.add("exdate", moment.date())
        return
    entry.add("rrule", vRecur.from_ical(rule["rrule"]))
    if left_out:
        entry.add("exdate", left_out)


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
