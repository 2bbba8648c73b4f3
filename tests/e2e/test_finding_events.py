"""Rows A4, A5, A9 to A12, A14 through the gateway, on the demo's programmes, in English and French."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from icalendar import Calendar
from lxml import etree, html

from deploy.demo.client import Api
from tests.support.platform import Platform

OPERA = "make-your-own-opera-2019"


def found(demo: Api, **query: Any) -> set[str]:
    return {item["id"] for item in demo.get("/v1/events", limit=200, fields="title", **query)["items"]}


@pytest.mark.parametrize(
    "query",
    [
        {"q": "oprea", "festival_id": "newhaven-festival-2019"},
        {"age": 12, "q": "opéra"},
        {"keyword": "children", "from": "2019-08-01T00:00:00Z", "to": "2019-09-01T00:00:00Z"},
        {"near": "50.794,0.043", "radius": 200, "festival_id": "newhaven-festival-2019", "keyword": "children"},
    ],
)
def test_a9_filters(demo: Api, query: dict[str, Any]) -> None:
    assert found(demo, **query) == {OPERA}


def test_a9_an_age_that_it_is_not_for(demo: Api) -> None:
    assert OPERA not in found(demo, age=8, festival_id="newhaven-festival-2019")


def test_a10_facets_and_a12_fields(demo: Api) -> None:
    page = demo.get("/v1/events", limit=1, festival_id="newhaven-festival-2018", facets="town,keyword", fields="title")
    assert page["total"] == page["facets"]["town"][0]["count"] == 18
    assert set(page["items"][0]) == {"id", "title"}


def test_a5_dates_in_words(demo: Api) -> None:
    text = demo.get("/v1/events/birdsong-2018")["date_text"]
    assert text["en"].replace("\u2009", " ").startswith("Sat, 18 Aug – Fri, 24 Aug 2018")
    assert text["fr"].replace("\u2009", " ").startswith("sam. 18 – ven. 24 août 2018")


def test_a14_feeds_and_frame_in_both_languages(platform: Platform, demo: Api) -> None:
    query = "festival_id=newhaven-festival-2019&kind=MusicEvent"
    listed = found(demo, festival_id="newhaven-festival-2019", kind="MusicEvent")
    for lang in ("en", "fr"):
        feed = requests.get(f"{platform.url}/v1/events/calendar.ics?{query}&lang={lang}", timeout=10)
        entries = Calendar.from_ical(feed.content).walk("VEVENT")
        assert {str(entry["UID"]).rpartition("-t")[0] for entry in entries} == listed
        rss = requests.get(f"{platform.url}/v1/events/feed.rss?{query}&lang={lang}", timeout=10)
        links = etree.fromstring(rss.content).xpath("//item/link/text()")
        assert set(links) == {f"{platform.url}/events/{one}" for one in listed}
        frame = requests.get(f"{platform.url}/embed/events?{query}&lang={lang}", timeout=10)
        assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
        assert len(html.fromstring(frame.text).xpath("//h2")) == len(listed)
        again = requests.get(feed.url, headers={"If-None-Match": feed.headers["ETag"]}, timeout=10)
        assert again.status_code == 304


def test_a4_a_page_says_that_an_event_is_full(platform: Platform, demo: Api) -> None:
    curator = demo.get(f"/v1/events/{OPERA}")["curator"]
    name = next(f"curator-{n}" for n in range(1, 19) if demo.account_id(f"curator-{n}") == curator["id"])
    path = f"/v1/events/{OPERA}"
    try:
        assert demo.call("PATCH", path, as_=name, json={"status": "full"})["status"] == "full"
        assert "Complet." in requests.get(f"{platform.url}/events/{OPERA}?lang=fr", timeout=10).text
    finally:
        demo.call("PATCH", path, as_=name, json={"status": "scheduled"})
