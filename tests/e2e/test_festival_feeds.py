"""GA1, GA3, GA5 and GA6 through the gateway: two languages under one UID, cancelled ferries, calendars, the door."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from pymongo import MongoClient

from deploy.demo.client import Api
from services.festivals.desk.codes import digest_of_code
from tests.e2e import season
from tests.integration.festivals.test_one_event_two_languages import EVENTS, LANGUAGES, some, text
from tests.support.eventually import eventually
from tests.support.platform import Platform

SHIP = 12
"""Events that depend on one sailing."""
GALE = {"en": "Gale.", "fr": "Coup de vent."}


@pytest.fixture(scope="module")
def crowd(platform: Platform, demo: Api) -> Iterator[str]:
    """A festival of a thousand made-up events, copies of one with texts of their own, each in some languages."""
    festival, rng = season.festival(demo, "Crowd"), random.Random(1824)
    made = season.event(demo, festival, "Seed")
    with closing(MongoClient(platform.mongod.uri, tz_aware=True)) as client:
        events = client[platform.database("festivals")].events
        seed, rows = events.find_one({"_id": made["id"]}), []
        for n in range(EVENTS):
            start = season.FIRST + timedelta(minutes=n * 7)
            span = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
            texts = {name: text(rng, some(rng, at_least=name == "title")) for name in ("title", "summary")}
            times = {"first_start": start, "last_end": span["ends_at"], "timings": [seed["timings"][0] | span]}
            rows.append(seed | texts | times | {"_id": f"crowd-{n}"})
        demo.post(f"{made['url']}/withdraw", as_=season.HOST)
        events.insert_many(rows)
        yield festival
        events.delete_many({"_id": {"$regex": "^crowd-"}})


def test_ga1_a_thousand_events_have_a_title_in_either_language_and_one_uid(demo: Api, crowd: str) -> None:
    items = demo.items("/v1/events", festival_id=crowd, lang="fr", fields="title,shown,translation_status")
    assert len(items) == len({item["id"] for item in items}) == EVENTS
    assert [item["id"] for item in items if not item["shown"]["title"]["text"].strip()] == []
    assert all((item["shown"]["title"]["lang"] == "fr") == ("fr" in item["title"]) for item in items)
    gaps = sum(item["translation_status"]["fr"] != "complete" for item in items)
    assert gaps > EVENTS / 4, "the made-up events have gaps to show"
    uids = {}
    for lang in LANGUAGES:
        entries = season.entries(demo, f"festival_id={crowd}&lang={lang}")
        uids[lang] = {str(entry["UID"]) for entry in entries}
        assert len(entries) == len(uids[lang]) == EVENTS
        assert [entry["UID"] for entry in entries if not str(entry["SUMMARY"]).strip()] == []
        titles = [item.findtext("title").strip() for item in season.news(demo, f"festival_id={crowd}&lang={lang}")]
        assert len(titles) == 100
        assert all(titles)
    assert uids["en"] == uids["fr"]


def test_ga3_a_cancelled_sailing_reaches_every_event_that_depends_on_it_and_no_other(demo: Api) -> None:
    start = (datetime.now(UTC) + timedelta(days=5)).isoformat()
    sailings = demo.get("/v1/sailings", **{"town": "dieppe", "from": start, "direction": "departure"})["items"]
    doomed, running = (each["id"] for each in sailings[:2])
    festival = season.festival(demo, "Ferry")
    named = [season.event(demo, festival, f"By ferry {n}", sailing_ids=[doomed])["id"] for n in range(SHIP)]
    others = [season.event(demo, festival, "Next ferry", sailing_ids=[running])["id"]]
    demo.post(f"/v1/sailings/{doomed}/cancel", {"reason": GALE}, as_="ambassador")
    try:
        query = f"festival_id={festival}"
        eventually(
            lambda: (
                {each["id"] for each in demo.items("/v1/events", festival_id=festival, status="disrupted")}
                == set(named)
            ),
            within=60,
            describe="events that depend on a cancelled sailing say so",
        )
        for lang in LANGUAGES:
            told = {
                str(entry["UID"]).rpartition("-t")[0]: entry for entry in season.entries(demo, f"{query}&lang={lang}")
            }
            assert {key for key, entry in told.items() if entry["SEQUENCE"] == 1} == set(named)
            assert {key for key, entry in told.items() if entry["STATUS"] == "TENTATIVE"} == set(named)
            assert all(GALE[lang] in str(told[key]["DESCRIPTION"]) for key in named)
            news = {item.findtext("guid").partition("@")[0]: item for item in season.news(demo, f"{query}&lang={lang}")}
            reached = {key for key, item in news.items() if GALE[lang] in item.findtext("description")}
            assert reached == set(named)
        assert demo.get(f"/v1/events/{others[0]}")["status"] == "scheduled"
    finally:
        demo.call("DELETE", f"/v1/sailings/{doomed}/cancel", as_="ambassador")
    eventually(lambda: demo.get(f"/v1/events/{named[0]}")["status"] == "scheduled", within=60)


@pytest.mark.parametrize(("lang", "place"), [("en", "The quay"), ("fr", "Le quai")])
def test_ga5_the_calendar_that_people_ask_for(demo: Api, lang: str, place: str) -> None:
    festival = season.festival(demo, "Calendar")
    made = season.event(demo, festival, "Fair", keywords_by_language={"en": ["market"], "fr": ["marché"]})
    path = f"/v1/festivals/{festival}/calendar.ics?lang={lang}"
    answer = season.read(demo, path)
    feed = Calendar.from_ical(answer.content)
    [entry] = feed.walk("VEVENT")
    assert str(feed["NAME"]) == "Calendar"
    assert entry["CATEGORIES"].to_ical().decode() == {"en": "market", "fr": "marché"}[lang]
    assert [str(zone["TZID"]) for zone in feed.walk("VTIMEZONE")] == ["Europe/London"]
    assert entry["DTSTART"].params["TZID"] == "Europe/London"
    again = season.read(demo, path, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    [days] = Calendar.from_ical(season.read(demo, f"{path}&all_day=true").content).walk("VEVENT")
    assert (str(days["DTSTART"].dt), days["DTSTART"].params["VALUE"]) == ("2031-07-01", "DATE")
    [named] = Calendar.from_ical(season.read(demo, path + "&title={title} ({place})").content).walk("VEVENT")
    assert str(named["SUMMARY"]) == f"{entry['SUMMARY']} ({place})"
    demo.call("PATCH", made["url"], as_=season.HOST, json={"timings": season.draft("x", day=2)["timings"]})
    changed = season.read(demo, path, **{"If-None-Match": answer.headers["ETag"]})
    [moved] = Calendar.from_ical(changed.content).walk("VEVENT")
    assert changed.status_code == 200
    assert {str(each["UID"]) for each in (entry, days, named, moved)} == {str(entry["UID"])}
    assert (entry["SEQUENCE"], moved["SEQUENCE"]) == (0, 1)


def test_ga6_two_devices_without_a_network_for_72_hours_lose_nobody_and_count_nobody_twice(demo: Api) -> None:
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=72)
    days = {"first_day": str(begins.date() - timedelta(days=1)), "last_day": str(begins.date() + timedelta(days=1))}
    span = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}
    made = season.event(demo, season.festival(demo, "Door", **days), "Gate", timings=[span])
    desk, rng = f"/v1/events/{made['id']}/registration", random.Random(72)
    demo.call("PUT", desk, as_=season.HOST, json={"capacity": 30})
    guests = [demo.post(f"{desk}s", {"name": f"G{n}", "email": f"g{n}@example.org"}) for n in range(20)]
    doors, scans = [], []
    for label in ("North", "South"):
        door = demo.post(f"/v1/events/{made['id']}/scanners", {"label": label}, as_=season.HOST)
        path = f"/v1/events/{made['id']}/scanners/{door['code']}"
        doors.append((f"{path}/scans", demo.get(f"{path}/bundle")))
    for n, guest in enumerate(guests):
        for door in rng.sample([0, 1], k=rng.randint(1, 2)):
            scans.append(
                (door, scan(guest, doors[door][1], f"d{door}-{n}", begins + timedelta(minutes=rng.randint(0, 40))))
            )
    for _ in range(3):
        rng.shuffle(scans)
        for door, (path, _bundle) in enumerate(doors):
            mine = [each for whose, each in scans if whose == door]
            for batch in (mine[: len(mine) // 2], mine[len(mine) // 3 :]):
                demo.post(path, {"scans": batch})
    kept = demo.items(doors[0][0])
    assert {each["id"] for each in kept} == {each["id"] for _, each in scans}
    assert len(kept) == len(scans)
    admitted = [each["code_digest"] for each in kept if each["verdict"] == "admitted"]
    assert sorted(admitted) == sorted(digest_of_code(guest["code"]) for guest in guests)
    [counted] = demo.get(f"/v1/events/{made['id']}/checkin", as_=season.HOST)["timings"]
    assert (counted["registrations"], counted["people"]) == (20, 20)


def scan(guest: dict[str, Any], bundle: dict[str, Any], name: str, at: datetime) -> dict[str, Any]:
    """A scan made without a network, by the rules that the device fetched 72 hours before."""
    return {
        "id": name, "code_digest": digest_of_code(guest["code"]), "timing_id": "t1", "at": at.isoformat(),
        "issued_at": bundle["issued_at"], "offline": True,
    }  # fmt: skip
