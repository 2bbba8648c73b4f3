"""What stands in the printed guide: the live listings of a town, in one language, as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

import segno
from babel.dates import format_date, format_time
from babel.numbers import format_currency
from markupsafe import Markup

from kernel.locality import Locality, Town, pick_text
from kernel.mongo import RawDatabase
from services.visitor.domain import hours, hours_text
from services.visitor.domain.timetable import local
from services.visitor.line import known_town, line_of
from services.visitor.printed.chart import Mark, draw
from services.visitor.printed.words import ALARMS, WORDS, word
from services.visitor.views import bundle
from services.visitor.views.sailings import last_checkin

Row = dict[str, Any]

MOST = {"places": 60, "makers": 60, "events": 60, "films": 20, "boats": 5}
"""What is printed of each kind: a guide to take along, the rest stands online."""
OFFERS = 3
TERMINAL = "BoatTerminal"
CHART = (370.0, 300.0)
"""Width and height of the map in points, for the width of an A5 page."""
_LOCALES = {"en": "en_GB", "fr": "fr_FR"}


@dataclass(frozen=True)
class Guide:
    """The guide of a town in a language; texts are rows of ``text`` and the ``lang`` they are really in."""

    lang: str
    town: str
    brand: str
    link: str
    today: str
    boats: Row
    places: list[Row]
    makers: list[Row]
    events: list[Row]
    films: list[Row]
    more: dict[str, int]
    chart: Markup
    code: Markup
    sources: str


class _Reader:
    """Who reads, and how they write days, times and money."""

    def __init__(self, locality: Locality, town: Town, lang: str, root: str) -> None:
        self.locality = locality
        self.town = town
        self.lang = lang
        self.root = root.rstrip("/")
        self.locale = _LOCALES.get(lang, "en_GB")

    def text(self, value: Row | str | None) -> Row:
        if isinstance(value, str):
            return {"text": value, "lang": "und"}
        text, lang = pick_text(value, self.lang, self.locality.languages)
        return {"text": text, "lang": lang}

    def name_of(self, town: str) -> str:
        known = self.locality.town(town)
        return self.text(known.name)["text"] if known else town

    def day(self, day: date, form: str = "EEEE d MMMM") -> str:
        said = format_date(day, form, locale=self.locale)
        return said[0].upper() + said[1:]

    def time(self, at: datetime, zone: str) -> str:
        there = local(at, zone)
        if self.lang == "fr":
            return f"{there.hour}\u00a0h" + (f"\u00a0{there.minute:02}" if there.minute else "")
        return format_time(there.replace(tzinfo=None), "HH:mm", locale=self.locale)

    def money(self, price: Row) -> str:
        return (
            format_currency(price["amount"] / 100, price["currency"], locale=self.locale)
            .replace(".00", "")
            .replace(",00", "")
        )

    def word(self, key: str, **values: object) -> str:
        return word(self.lang, key, **values)


def gather(db: RawDatabase, locality: Locality, now: datetime, town_slug: str, lang: str | None, root: str) -> Guide:
    """The guide of a town at ``now``; ``root`` is the address codes lead to. Raises ``Invalid`` naming ``town``."""
    town = known_town(locality, town_slug)
    lang = lang if lang in WORDS else town.language if town.language in WORDS else "en"
    reader = _Reader(locality, town, lang, root)
    counted: dict[str, int] = {}
    rows = {kind: _some(kind, found, counted) for kind, found in _listed(db, now, town)}
    places = [_place(reader, number, row) for number, row in enumerate(rows["places"], 1)]
    terminal = next((row["point"] for row in rows["places"] if row["kind"] == TERMINAL), None)
    marks = [Mark(number, row["point"]) for number, row in enumerate(rows["places"], 1)]
    sketch = line_of(locality).sketch(town.slug)
    link = f"{reader.root}/guide/{town.slug}"
    return Guide(
        lang=lang,
        town=reader.name_of(town.slug),
        brand=next((app.name for app in locality.apps if app.language == lang), locality.apps[0].name),
        link=link,
        today=reader.day(now.astimezone(town.tz).date(), "d MMMM y"),
        boats=_boats(reader, rows["boats"]),
        places=places,
        makers=[_maker(db, reader, row) for row in rows["makers"]],
        events=[
            _event(reader, row, _next(row, now))
            for row in sorted(rows["events"], key=lambda row: _next(row, now)["starts_at"])
        ],
        films=[_film(reader, row) for row in rows["films"]],
        more=counted,
        chart=Markup(draw(marks, terminal, sketch, reader.word("minutes"), reader.word("sea"), *CHART)),  # noqa: S704  numbers only
        code=_code(link),
        sources=_sources(rows["places"]),
    )


def _listed(db: RawDatabase, now: datetime, town: Town) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "boats", bundle.sailings(db, now, town)
    yield "places", bundle.places(db, town)
    yield "makers", bundle.makers(db, now, town)
    yield "events", bundle.events(db, now, town)
    yield "films", (row for row in bundle.titles(db, now, town) if row["listing"]["kind"] != "episode")


def _some(kind: str, rows: Iterable[Row], counted: dict[str, int]) -> list[Row]:
    found = list(rows)
    most = MOST[kind] * (2 if kind == "boats" else 1)
    counted[kind] = max(0, len(found) - most)
    return list(islice(found, most))


def _boats(reader: _Reader, rows: list[Row]) -> Row:
    by_end: Row = {"illustrative": any(row.get("illustrative") for row in rows)}
    for end, other in (("departure", "arrival"), ("arrival", "departure")):
        here = [row for row in rows if row[end]["town"] == reader.town.slug]
        here.sort(key=lambda row: row[end]["at"])
        told = [(date.fromisoformat(row[end]["date"]), _boat(reader, row, end, other)) for row in here[: MOST["boats"]]]
        days = groupby(told, key=lambda pair: pair[0])
        by_end[end] = [(reader.day(day), [boat for _, boat in those]) for day, those in days]
    return by_end


def _boat(reader: _Reader, row: Row, end: str, other: str) -> Row:
    expected = (row.get("expected") or {}).get("departs_at" if end == "departure" else "arrives_at")
    closes = last_checkin(row)
    return {
        "time": reader.time(row[end]["at"], row[end]["zone"]),
        "other": reader.name_of(row[other]["town"]),
        "other_time": reader.time(row[other]["at"], row[other]["zone"]),
        "checkin": reader.time(closes, row["departure"]["zone"]) if end == "departure" else None,
        "cancelled": row["status"] == "cancelled",
        "late": reader.time(expected, row[end]["zone"]) if expected else None,
    }


def _place(reader: _Reader, number: int, row: Row) -> Row:
    minutes = row.get("walk_minutes")
    far = "" if minutes is None else reader.word("here") if minutes == 0 else f"{minutes} {reader.word('minutes')}"
    walk = far if not minutes else reader.word("walk", n=minutes)
    known = hours.from_builtins(row["hours"]) if row.get("hours") else None
    checked = row.get("verified_on")
    return {
        "number": number,
        "name": reader.text(row["name"]),
        "summary": reader.text(row.get("summary")),
        "far": far,
        "walk": walk,
        "address": row.get("address"),
        "hours": reader.text(hours_text.texts(known)) if known else None,
        "verified": reader.word("verified", day=reader.day(date.fromisoformat(checked), "d MMM y")) if checked else "",
        "made_up": row.get("synthetic", False),
    }


def _maker(db: RawDatabase, reader: _Reader, row: Row) -> Row:
    listing = row["listing"]
    offered = {"listing.maker_id": row["_id"], "withdrawn": {"$ne": True}}
    offers = db["known_offerings"].find(offered).sort("_id", 1).limit(OFFERS)
    return {
        "name": reader.text(listing["name"]),
        "craft": reader.text(listing["craft"]),
        "summary": reader.text(listing.get("summary")),
        "address": listing.get("address"),
        "welcome": listing.get("visitors_welcome", False),
        "made_up": listing.get("synthetic", False),
        "offers": [
            {"title": reader.text(each["listing"]["title"]), "price": reader.money(each["listing"]["price"])}
            for each in offers
            if each["listing"].get("price")
        ],
    }


def _next(row: Row, now: datetime) -> Row:
    """The occurrence of an event that is on or comes next."""
    timing: Row = min(
        (each for each in row["listing"]["timings"] if each["ends_at"] > now), key=lambda each: each["starts_at"]
    )
    return timing


def _event(reader: _Reader, row: Row, timing: Row) -> Row:
    listing, status = row["listing"], row.get("status")
    starts = local(timing["starts_at"], timing["zone"])
    return {
        "title": reader.text(listing["title"]),
        "summary": reader.text(listing.get("summary")),
        "where": reader.text(listing["where"]["name"]),
        "day": reader.day(starts.date(), "EEE d MMM"),
        "clock": reader.time(timing["starts_at"], timing["zone"]),
        "alarm": reader.word(status).capitalize() if status in ALARMS else None,
        "made_up": listing.get("synthetic", False),
        "code": _code(f"{reader.root}/events/{row['_id']}"),
    }


def _film(reader: _Reader, row: Row) -> Row:
    listing = row["listing"]
    return {
        "name": reader.text(listing["name"]),
        "summary": reader.text(listing.get("summary")),
        "minutes": listing.get("runtime_minutes"),
        "watch": sorted({each["channel_name"] for each in row["watch"]}),
    }


def _code(link: str) -> Markup:
    """A QR code as inline SVG."""
    made = segno.make(link, error="m", micro=False).svg_inline(border=1, dark="#0a2440", omitsize=True, lineclass=None)
    return Markup(made)  # noqa: S704  modules only


def _sources(places: list[Row]) -> str:
    """The sources of the places, each once, with the licence where it has one."""
    told = {sentence.rstrip(".") for row in places if row.get("source") for sentence in row["source"].split(". ")}
    told |= {f"{each['source']} ({each['licence']})" for row in places for each in row.get("origins", {}).values()}
    return " ".join(f"{text}." for text in sorted(told))
