"""Made-up festivals of 2031, far from what other tests look at, and how a subscriber sees what is in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from icalendar import Calendar
from lxml import etree, html

from deploy.demo.client import Api

HOST = "curator-1"
FIRST = datetime(2031, 7, 1, 10, tzinfo=UTC)


def festival(demo: Api, name: str, *, as_: str = HOST, **more: Any) -> str:
    """The id of a festival of both towns in July 2031, in the hands of ``as_``; not open."""
    text = {"en": name, "fr": name}
    body = {
        "kind": "cultural", "name": text, "summary": text, "open": False, "towns": ["newhaven", "dieppe"],
        "first_day": "2031-07-01", "last_day": "2031-07-31", "synthetic": True,
    }  # fmt: skip
    return str(demo.post("/v1/festivals", body | more, as_=as_)["id"])


def draft(title: str, /, *, day: int = 0, **more: Any) -> dict[str, Any]:
    """An event of an hour on a day of that July."""
    starts = FIRST + timedelta(days=day)
    timing = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    where = {"name": {"en": "The quay", "fr": "Le quai"}}
    body = {"title": {"en": title, "fr": f"{title} (fr)"}, "town": "newhaven", "where": where, "timings": [timing]}
    return body | {"synthetic": True} | more


def event(demo: Api, festival_id: str, title: str, /, *, as_: str = HOST, **more: Any) -> dict[str, Any]:
    """A public one."""
    body = draft(title, festival_id=festival_id, publish=True, **more)
    return dict(demo.post("/v1/events", body, as_=as_))


def read(demo: Api, path: str, **headers: str) -> requests.Response:
    """What anyone gets at a path of the gateway."""
    return requests.get(demo.url + path, headers=headers, timeout=30)


def entries(demo: Api, query: str) -> list[Any]:
    """The entries of the calendar of what is asked for."""
    return Calendar.from_ical(read(demo, f"/v1/events/calendar.ics?{query}").content).walk("VEVENT")


def news(demo: Api, query: str) -> list[Any]:
    """The items of the feed of what is asked for."""
    return etree.fromstring(read(demo, f"/v1/events/feed.rss?{query}").content).findall("channel/item")


def described(demo: Api, event_id: str, lang: str = "en") -> dict[str, Any]:
    """What the page of an event tells machines (JSON-LD)."""
    page = html.fromstring(read(demo, f"/events/{event_id}?lang={lang}").content)
    [script] = page.xpath("//script[@type='application/ld+json']")
    return dict(json.loads(script.text))
