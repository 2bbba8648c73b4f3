"""What lists, filters and facets of one festival cost at 2,000 and at 20,000 events, each with 20,000 registrations.

``python -m tests.bench.festival_scale`` asks each question over the routes of the service on a real MongoDB, ``ROUNDS``
times in turn with the others; the same number of events is shown at both sizes. Told for each: the median at both sizes
in milliseconds and their ratio, which is to be 1.5 at most. Exit status 1 when one is above.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from services.festivals import listing
from services.festivals.models import FestivalEvent
from tests.integration.festivals.conftest import People, opened
from tests.support.mongod import start_mongod

SIZES = (2_000, 20_000)
ROUNDS = 25
WARM = 5
"""Rounds that are not counted."""
MOST = 1.5
REGISTRATIONS = 20_000
WAIT_EVERY = 20
"""One event in so many is full, and the last of its people wait."""
START = datetime(2018, 1, 1, 8, tzinfo=UTC)
KINDS = ("MusicEvent", "FoodEvent", "SaleEvent", "DanceEvent", "Event", "ScreeningEvent", "TheaterEvent", "SportsEvent")

QUESTIONS = {
    "list": "",
    "by kind": "kind=MusicEvent",
    "by keyword and kind": "kind=FoodEvent&keyword=k9",
    "accessible, with tickets": "accessibility=motor,visual&admission=ticketed",
    "for an age": "age=9",
    "a day": "date=2018-08-19&limit=5",
    "upcoming": "when=upcoming",
    "a week": "from=2018-08-01T00:00:00Z&to=2018-08-08T00:00:00Z",
    "evenings": "time_from=19:00&time_to=21:00",
    "words": "q=harbour",
    "a slip of the finger": "q=harbuor",
    "near": "near=50.785,0.05&radius=2000",
    "newest first": "sort=-updated",
    "full": "status=full",
    "facets of status": "facets=status,kind&limit=1",
    "facets": "facets=kind,town,keyword,accessibility,age,admission,language&limit=1",
    "facets of a kind": "kind=MusicEvent&facets=kind,town,keyword,accessibility,age,admission&limit=1",
    "facets of free and accessible": "admission=free&accessibility=motor&facets=kind,keyword,day&limit=1",
}


def fill(people: People, many: int) -> None:
    """A festival of ``many`` made-up events over a year, whatever their number."""
    people.festival("big", first_day="2018-01-01", last_day="2018-12-31")
    where = {"name": {"en": "x"}, "point": {"lat": 50.79, "lon": 0.05}}
    seed = people.event("Seed", festival_id="big", where=where, summary={"en": "Harbour and sea"})
    event = FestivalEvent.objects.get(id=seed["id"])
    rows = []
    for n in range(many):
        start = START + timedelta(minutes=n * (360 * 24 * 60 // many))
        (timing,) = event.timings
        timing.starts_at, timing.ends_at = start, start + timedelta(hours=2, days=30 if n % 50 == 0 else 0)
        event.kind, event.keywords = KINDS[n % 8], [f"k{n % 40}", f"l{n % 7}"]
        event.accessibility, event.admission = ["motor", "visual"][: n % 3], (None, "free", "ticketed")[n % 3]
        event.title = {("en", "fr")[n % 4 == 0]: f"Event {n}"}
        event.where.point.lat, event.where.point.lon = 50.77 + n % 997 / 30000, 0.04 + n % 499 / 20000
        event.full = n % WAIT_EVERY == 0
        listing.set_status(event)
        event.clean()
        days = sorted({start.date().isoformat(), timing.ends_at.date().isoformat()})
        rows.append(
            event.to_mongo().to_dict()
            | {"_id": f"e-{n:05}", "first_start": start, "last_end": timing.ends_at, "days": days}
            | {"created_at": start - timedelta(days=400), "updated_at": start - timedelta(days=400)}
            | {"words": ["event", f"n{n}", *(["harbour"] if n % 5 == 0 else [])]}
        )
    people.runtime.db.events.insert_many(rows)
    register(people, [row["_id"] for row in rows])


def register(people: People, events: list[str]) -> None:
    """A desk for each event, and ``REGISTRATIONS`` made-up ones spread over them; copies of one made at a desk."""
    seed = people.event("Desk", festival_id="big")["id"]
    people.request("PUT", f"/v1/events/{seed}/registration", {"capacity": 100}, as_="ada")
    people.post(f"/v1/events/{seed}/registrations", {"name": "N", "email": "n@example.org"})
    db = people.runtime.db
    desk, registration = db.desks.find_one({"_id": seed}), db.registrations.find_one({"event_id": seed})
    each = REGISTRATIONS // len(events)
    desks, rows = [], []
    for n, event_id in enumerate(events):
        waiting = n % WAIT_EVERY == 0
        desks.append(
            desk
            | {"_id": event_id, "capacity": 100, "taken": each - waiting, "waiting": int(waiting)}
            | {"next_number": each + 1}
        )
        for number in range(1, each + 1):
            mine = {"_id": f"{event_id}-{number}", "event_id": event_id, "number": number}
            digests = {name: f"{event_id}-{number}-{name}" for name in ("code_digest", "email_digest")}
            state = "waiting" if waiting and number == each else "registered"
            rows.append(registration | mine | digests | {"state": state})
    db.desks.insert_many(desks)
    db.registrations.insert_many(rows)


def serve(many: int, directory: str, line: Connection) -> None:
    """Answer questions about a festival of ``many`` events with the milliseconds they took, until there are no more."""
    server = start_mongod(Path(directory))
    try:
        with opened(server) as people:
            fill(people, many)
            line.send("ready")
            while name := line.recv():
                begun = time.perf_counter()
                answer = people.get(f"/v1/events?festival_id=big&{QUESTIONS[name]}")
                milliseconds = (time.perf_counter() - begun) * 1000
                if answer.status_code != 200 or not answer.json["items"]:
                    raise SystemExit(f"{name}: {answer.status_code} {answer.text[:300]}")
                line.send(milliseconds)
    finally:
        server.stop()


def main() -> int:
    """Ask both sizes in turn, so that whatever else the machine does weighs on both, and tell."""
    lines, processes = [], []
    for many in SIZES:
        here, there = Pipe()
        process = Process(target=serve, args=(many, tempfile.mkdtemp(prefix="scale-"), there))
        process.start()
        there.close()
        lines.append(here)
        processes.append(process)
    for line in lines:
        line.recv()
    taken: dict[str, list[list[float]]] = {name: [[] for _ in SIZES] for name in QUESTIONS}
    for turn in range(WARM + ROUNDS):
        for name, each in taken.items():
            for line, times in zip(lines, each, strict=True):
                line.send(name)
                milliseconds = line.recv()
                if turn >= WARM:
                    times.append(milliseconds)
    for line in lines:
        line.send(None)
    for process in processes:
        process.join()
    ratios = []
    for name, (few, many_) in taken.items():
        small, large = median(few), median(many_)
        ratios.append(large / small)
        sys.stdout.write(f"{name:32}{small:8.1f}{large:8.1f}   x {large / small:.2f}\n")
    return int(max(ratios) > MOST)


if __name__ == "__main__":
    sys.exit(main())
