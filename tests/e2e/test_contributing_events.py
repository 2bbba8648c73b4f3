"""Rows A6, A7, A8, A15 and GA4 through the gateway: own ids, dry runs, programmes, rules, files and duplicates."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from icalendar import Calendar

from deploy.demo.client import Api
from tests.e2e.conftest import Caller
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


def test_a15_a_calendar_by_address_is_fetched_from_nowhere_inside(caller: Caller) -> None:
    form = {"festival_id": FESTIVAL, "town": "newhaven", "lang": "en", "publish": True}
    for inside in (f"{caller.api.url}/v1/events/calendar.ics", "http://169.254.169.254/x.ics", "http://[::1]/x.ics"):
        problem = caller.refused(422, "POST", "/v1/events/import/address", json={**form, "url": inside}, as_=CURATOR)
        assert list(problem["errors"]) == ["url"]
    caller.refused(403, "POST", "/v1/events/import/address", json={**form, "url": "https://example.org/"}, as_="buyer")


def test_ga4_a_file_that_tells_of_a_listed_event_is_flagged_and_merged(
    demo: Api, caller: Caller, withdrawn: list[str]
) -> None:
    span = {"starts_at": "2019-08-21T10:00:00+01:00", "ends_at": "2019-08-21T11:00:00+01:00"}
    english = body(title={"en": "Herring fair by the sea"}, website="https://example.org/herring", timings=[span])
    kept = demo.post("/v1/events", english, as_=CURATOR)
    withdrawn.append(kept["id"])
    file = FILE.replace(b"e2e@", b"ga4@").replace(b"Essai de fichier", b"La foire aux harengs au bord de la mer")
    file = file.replace(b"20190820", b"20190821").replace(b"LOCATION:Quay", b"LOCATION;LANGUAGE=fr:Le quai")
    form = {"festival_id": FESTIVAL, "town": "newhaven", "lang": "fr", "publish": "true"}

    def sent() -> dict[str, Any]:
        files = {"calendar": ("x.ics", file, "text/calendar")}
        report = demo.call("POST", "/v1/events/import", as_="curator-6", data=form, files=files)
        [row] = report["events"]
        return dict(row)

    row = sent()
    assert (row["outcome"], row["duplicates"]) == ("created", [kept["id"]])
    caller.refused(403, "GET", f"/v1/events/duplicates?festival_id={FESTIVAL}", as_=CURATOR)
    [pair] = [pair for pair in demo.items("/v1/events/duplicates", as_=CURATOR) if pair["state"] == "open"]
    assert {each["id"] for each in pair["events"]} == {kept["id"], row["event_id"]}
    assert [set(text) for text in pair["says"]] == [{"en", "fr"}] * len(pair["reasons"])
    path = f"/v1/events/duplicates/{pair['id']}/merge"
    caller.refused(403, "POST", path, json={"keep": kept["id"]}, as_=CURATOR)
    demo.post(path, {"keep": kept["id"]}, as_="curator-6")
    there = demo.get(f"/v1/events/{row['event_id']}")
    assert (there["id"], there["website"]) == (kept["id"], "https://example.org/herring")
    assert [each["external_id"] for each in there["origins"]] == ["ics:ga4@example.org"]
    page = caller.send("GET", f"/events/{row['event_id']}", headers={"Accept": "text/html"})
    assert (page.status_code, "Herring fair by the sea" in page.text) == (200, True)
    ics = caller.send("GET", f"/events/{row['event_id']}/calendar.ics")
    assert len(Calendar.from_ical(ics.content).walk("VEVENT")) == 1
    assert sent()["outcome"] == "merged"
    assert kept["id"] in {each["id"] for each in demo.get("/v1/events", festival_id=FESTIVAL, q="herring")["items"]}
    assert demo.get("/v1/events", festival_id=FESTIVAL, q="harengs")["items"] == []
