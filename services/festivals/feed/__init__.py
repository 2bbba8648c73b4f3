"""Public events as feeds to subscribe to: iCalendar (RFC 5545, RFC 7986) and RSS 2.0, under the filters of the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from kernel.auth import ANONYMOUS
from kernel.locality import Locality, pick_text
from kernel.mongo import RawDatabase
from services.festivals import filters, views
from services.festivals.feed import entry, rss
from services.festivals.feed.options import PLAIN, Options

Row = Mapping[str, Any]

CONTENT_TYPE = "text/calendar; charset=utf-8"
RSS_TYPE = "application/rss+xml; charset=utf-8"
MAX_ENTRIES = 2000
"""Most occurrences in one feed, the first in time; a feed that is cut says so in its COMMENT."""
MAX_ITEMS = 100
"""Most events in an RSS feed, those changed last."""


def of_selection(
    db: RawDatabase, query: Mapping[str, Any], locality: Locality, now: datetime, options: Options = PLAIN
) -> bytes:
    """The public events that meet ``query``, as a calendar. Raises NotFound for a festival, Invalid for a filter."""
    named = query.get("festival_id")
    festival = views.festival_row(db, named) if named else _everything(locality, query.get("town"))
    found: list[Row] = []
    for selected in filters.events(db, query, ANONYMOUS, locality, now):
        one = query.get("event_id")
        selector = {"$and": [selected, {"_id": one}]} if one else selected
        # Each event has an occurrence at least, and its first one counts here: so many events hold all that is shown.
        found += db["events"].find(selector, views.HIDDEN).sort([("first_start", 1), ("_id", 1)]).limit(MAX_ENTRIES + 1)
    return calendar(festival, found, locality, options.lang, options, names_of(db, found))


def news(db: RawDatabase, query: Mapping[str, Any], locality: Locality, now: datetime, lang: str, base: str) -> bytes:
    """The public events that meet ``query`` as RSS, those changed last first; ``base`` is the platform's address."""
    found: list[Row] = []
    for selector in filters.events(db, query, ANONYMOUS, locality, now):
        found += db["events"].find(selector, views.HIDDEN).sort([("updated_at", -1), ("_id", -1)]).limit(MAX_ITEMS)
    found.sort(key=lambda row: (row["updated_at"], row["_id"]), reverse=True)
    named = query.get("festival_id")
    about = views.festival_row(db, named) if named else _everything(locality, query.get("town"))
    return rss.feed(about, found[:MAX_ITEMS], locality, lang, base)


def names_of(db: RawDatabase, rows: Iterable[Row]) -> dict[str, Row]:
    """The names of the festivals that events are in, by id."""
    wanted = sorted({row["festival_id"] for row in rows})
    return {row["_id"]: row["name"] for row in db["festivals"].find({"_id": {"$in": wanted}}, {"name": 1})}


def _everything(locality: Locality, slug: str | None) -> Row:
    """What a feed that is not of one festival is called: by the name people know the platform under, and the town."""
    town = locality.town(slug) if slug else None
    names = {app.language: app.name for app in locality.apps}
    if town:
        names = {code: f"{name}: {pick_text(town.name, code, locality.languages)[0]}" for code, name in names.items()}
    return {"name": names, "summary": {}}


def calendar(
    festival: Row,
    events: Iterable[Row],
    locality: Locality,
    lang: str | None,
    options: Options = PLAIN,
    festivals: Mapping[str, Row] | None = None,
) -> bytes:
    """The feed: a VEVENT for each occurrence, or one for an event that repeats by a rule.

    Texts are in ``lang`` where they exist and marked with their language. The same programme gives the same bytes. An
    entry keeps its UID in every version, language and form; its SEQUENCE rises with every change to the event.
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
        ((timing, event) for event in events for timing in entry.spans_of(event)),
        key=lambda pair: (pair[0]["starts_at"], pair[1]["_id"]),
    )
    if len(occurrences) > MAX_ENTRIES:
        feed.add("comment", f"Only the first {MAX_ENTRIES} occurrences are listed.")
    for timing, event in occurrences[:MAX_ENTRIES]:
        about = (festivals or {}).get(event.get("festival_id", ""), festival["name"])
        feed.add_component(entry.of(timing, event, locality, lang, options, about))
    if occurrences and not options.all_day:
        _add_zones(feed, [timing for timing, _ in occurrences[:MAX_ENTRIES]])
    return feed.to_ical()


def _add_zones(feed: Calendar, timings: list[Row]) -> None:
    """A VTIMEZONE for each zone named, with the clock changes of the years the feed is about."""
    first: datetime = min(timing["starts_at"] for timing in timings)
    last: datetime = max(timing["ends_at"] for timing in timings)
    feed.add_missing_timezones(first_date=date(first.year - 1, 1, 1), last_date=date(last.year + 2, 1, 1))
