"""Rows A6, A7, A8 and A15 through the gateway: own ids, dry runs, shared programmes, rules and files."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from icalendar import Calendar

from deploy.demo.client import Api
from tests.support.platform import Platform

CURATOR = "curator-5"
FESTIVAL = "newhaven-festival-2019"
FIRST = {"starts_at": "2019-08-18T10:00:00+01:00", "ends_at": "2019-08-18T11:00:00+01:00"}
FILE = b"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:e2e@example.org
SUMMARY;LANGUAGE=fr:Essai de fichier
LOCATION:Quay
DTSTART:20190820T090000Z
DTEND:20190820T100000Z
END:VEVENT
END:VCALENDAR
"""


def body(**more: Any) -> dict[str, Any]:
    return {
        "festival_id": FESTIVAL, "town": "newhaven", "title": {"en": "Try-out", "fr": "Essai"}, "synthetic": True,
        "where": {"name": {"en": "Quay", "fr": "Quai"}}, "publish": True, **more,
    }  # fmt: skip


@pytest.fixture
def withdrawn(demo: Api) -> Any:
    """Ids of events that are taken back after the test."""
    made: list[str] = []
    yield made
    for event_id in made:
        demo.post(f"/v1/events/{event_id}/withdraw", as_=CURATOR)


def test_a7_a8_a15_own_ids_dry_runs_and_rules(platform: Platform, demo: Api, withdrawn: list[str]) -> None:
    path, sent = "/v1/events/external/e2e-1", body(recurrence={"rrule": "FREQ=DAILY;COUNT=3", **FIRST})
    tried = demo.call("PUT", f"{path}?dry_run=true", as_=CURATOR, json=sent)
    assert (tried["outcome"], len(tried["event"]["timings"])) == ("created", 3)
    outcomes = [demo.call("PUT", path, as_=CURATOR, json=sent) for _ in range(2)]
    withdrawn.append(outcomes[0]["event"]["id"])
    assert [each["outcome"] for each in outcomes] == ["created", "unchanged"]
    feed = requests.get(f"{platform.url}/v1/events/calendar.ics?q=try-out&lang=fr", timeout=10)
    (entry,) = Calendar.from_ical(feed.content).walk("VEVENT")
    assert (str(entry["SUMMARY"]), entry["RRULE"]["COUNT"]) == ("Essai", [3])
    own = requests.get(f"{platform.url}/events/{outcomes[0]['event']['id']}/calendar.ics", timeout=10)
    assert len(Calendar.from_ical(own.content).walk("VEVENT")) == 1


def test_a6_a_host_puts_an_event_forward(demo: Api) -> None:
    host = demo.get(f"/v1/festivals/{FESTIVAL}")["host"]["id"]
    name = next(f"curator-{n}" for n in range(1, 19) if demo.account_id(f"curator-{n}") == host)
    first = demo.get("/v1/events", festival_id=FESTIVAL, limit=1)["items"][0]["id"]
    listed = demo.post(f"/v1/festivals/{FESTIVAL}/programme", {"event_id": first, "featured": True}, as_=name)
    assert listed["featured_in"] == [FESTIVAL]
    assert [each["id"] for each in demo.get("/v1/events", featured_in=FESTIVAL)["items"]] == [first]
    demo.post(f"/v1/festivals/{FESTIVAL}/programme", {"event_id": first, "featured": False}, as_=name)


def test_a15_a_file_of_events(demo: Api, withdrawn: list[str]) -> None:
    for outcome in ("created", "unchanged"):
        form = {"festival_id": FESTIVAL, "town": "newhaven", "lang": "en", "publish": "true"}
        report = demo.call(
            "POST", "/v1/events/import", as_=CURATOR, data=form, files={"calendar": ("x.ics", FILE, "text/calendar")}
        )
        assert (report[outcome], report["issues"]) == (1, [])
    (event,) = demo.get("/v1/events", q="fichier")["items"]
    withdrawn.append(event["id"])
    assert event["title"] == {"fr": "Essai de fichier"}
