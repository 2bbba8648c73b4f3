"""GA3: cancelled sailings reach the API and the calendar feed of what depends on them: 0 missed of 500, p95 <= 60 s.

The way is the real one: the visitor service's outbox and relay, Apache Kafka, the festivals service's consumer.
"""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from contracts.visitor import Call, SailingCancelled, SailingScheduled
from kernel.http import create_app
from services.festivals.service import service as festivals
from services.visitor.service import service as visitor
from tests.integration.festivals.conftest import People
from tests.support.event_path import event_path
from tests.support.eventually import eventually

COUNT = 500
OTHERS = 50
P95_SECONDS = 60
FIRST = datetime(2018, 8, 18, 20, 0, tzinfo=UTC)
GALE = {"en": "Gale", "fr": "Coup de vent"}


@pytest.fixture
def paths(mongod, apache_kafka):
    """Both services of one locality, each with a worker."""
    with (
        event_path(mongod.uri, apache_kafka, visitor) as told,
        event_path(mongod.uri, apache_kafka, festivals, locality=told.runtime.locality) as hears,
    ):
        told.start_worker()
        hears.start_worker()
        yield told, hears


def ends(n):
    departs = FIRST + timedelta(minutes=n)
    return {
        "departure": Call(town="newhaven", at=departs, zone="Europe/London"),
        "arrival": Call(town="dieppe", at=departs + timedelta(hours=4), zone="Europe/Paris"),
    }


def programme(people):
    """An event for each sailing, each naming one, and others that name none; the ids of both.

    One of each is made as a curator makes it; the others are copies.
    """
    people.festival()
    made = [people.event("One", sailing_ids=["s-0"])["id"], people.event("Other")["id"]]
    rows = {row["_id"]: row for row in people.runtime.db.events.find()}
    copies = [
        rows[like] | {"_id": f"{like}-{n}", "sailing_ids": named}
        for like, n, named in (
            *((made[0], n, [f"s-{n}"]) for n in range(1, COUNT)),
            *((made[1], n, []) for n in range(OTHERS)),
        )
    ]
    people.runtime.db.events.insert_many(copies)
    depending = [made[0], *(f"{made[0]}-{n}" for n in range(1, COUNT))]
    return depending, [made[1], *(f"{made[1]}-{n}" for n in range(OTHERS))]


def disrupted_in_the_api(people):
    found, cursor = {}, ""
    while cursor is not None:
        page = people.get(f"/v1/events?status=disrupted&limit=200{cursor and '&cursor=' + cursor}").json
        found |= {item["id"]: item["sequence"] for item in page["items"]}
        cursor = page["next_cursor"]
    return found


def calendar_of(people):
    return people.get("/v1/festivals/newhaven-festival-2018/calendar.ics").data


def in_the_calendar(people):
    """Status, sequence and comment of each event, as a calendar program reads them."""
    return {
        id_in(str(entry["UID"])): (str(entry["STATUS"]), int(entry["SEQUENCE"]), str(entry.get("COMMENT", "")))
        for entry in Calendar.from_ical(calendar_of(people)).walk("VEVENT")
    }


def tentative_in_the_calendar(people):
    """The events that are tentative now, read quickly."""
    entries = calendar_of(people).replace(b"\r\n ", b"").decode().split("BEGIN:VEVENT")[1:]
    return {id_in(re.search("^UID:(.*?)\r?$", one, re.MULTILINE)[1]) for one in entries if "STATUS:TENTATIVE" in one}


def id_in(uid):
    return uid.rsplit("-t1@", 1)[0]


def test_five_hundred_cancelled_sailings(paths):
    told, hears = paths
    people = People(create_app(festivals, hears.runtime).test_client(), hears.runtime)
    timetable = [
        SailingScheduled(sailing_id=f"s-{n}", service_date="2018-08-18", checkin_minutes=45, **ends(n))
        for n in range(COUNT)
    ]
    told.publish(*timetable)
    depending, others = programme(people)
    eventually(lambda: hears.db.sailings.count_documents({}) == COUNT, within=60)
    before = in_the_calendar(people)
    cancelled_at: dict[str, float] = {}

    def cancel_all():
        for n in range(COUNT):
            now = datetime.now(UTC)
            cancelled_at[depending[n]] = time.monotonic()
            told.publish(SailingCancelled(sailing_id=f"s-{n}", cancelled_at=now, reason=GALE, **ends(n)))

    cancelling = threading.Thread(target=cancel_all)
    cancelling.start()
    seen: dict[str, dict[str, float]] = {"api": {}, "calendar": {}}

    def all_seen():
        for where, found in (("api", disrupted_in_the_api(people)), ("calendar", tentative_in_the_calendar(people))):
            for event_id in found:
                seen[where].setdefault(event_id, time.monotonic())
        return all(len(where) >= COUNT for where in seen.values())

    eventually(all_seen, within=90, every=0.5, describe="every cancellation is seen everywhere")
    cancelling.join()
    for where, instants in seen.items():
        assert set(instants) == set(depending), f"missed or too many in {where}"
        delays = sorted(instants[event_id] - cancelled_at[event_id] for event_id in depending)
        assert delays[int(COUNT * 0.95)] <= P95_SECONDS, where
    after = in_the_calendar(people)
    for event_id in depending:
        assert after[event_id] == ("TENTATIVE", before[event_id][1] + 1, "Gale")
    assert {event_id: after[event_id] for event_id in others} == {event_id: before[event_id] for event_id in others}
    assert {before[event_id][0] for event_id in depending} == {"CONFIRMED"}
