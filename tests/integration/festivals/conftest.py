"""The festivals service on a real MongoDB, with people who use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.visitor import Call, SailingCancelled, SailingScheduled
from deploy.embedded.mongod import MongoServer
from kernel.clock import ManualClock
from kernel.runtime import Runtime
from services.festivals.service import service
from tests.support.services import consume, service_app, token

NOON = datetime(2018, 8, 17, 12, 0, tzinfo=UTC)
WEEK = {"first_day": "2018-08-18", "last_day": "2018-08-24"}


class People:
    """Requests as somebody: ``people.post("/v1/events", {...}, as_="ada")``; nobody without ``as_``."""

    def __init__(self, client: FlaskClient, runtime: Runtime) -> None:
        self.client = client
        self.runtime = runtime

    def request(
        self, method: str, path: str, body: Any = None, *, as_: str | None = None, role: str = "curator", **more: Any
    ) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if as_:
            headers |= token([role], id=as_, name=as_.title(), at=self.runtime.clock.now())
        return self.client.open(path, method=method, json=body, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.request("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.request("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.request("PATCH", path, body, **more)

    def festival(self, id: str = "newhaven-festival-2018", *, as_: str = "host", **more: Any) -> dict[str, Any]:
        """An announced festival."""
        body = {"id": id, "kind": "cultural", "name": {"en": "Newhaven Festival"}, "summary": {"en": "A week."}}
        response = self.post("/v1/festivals", body | {"towns": ["newhaven"]} | WEEK | more, as_=as_)
        assert response.status_code == 201, response.text
        return response.json

    def event(
        self, title: str | dict[str, str] = "Walk", *, as_: str = "ada", at: str = "2018-08-19T11:00", **more: Any
    ) -> dict[str, Any]:
        """A public event of an hour, by ``as_``."""
        response = self.post("/v1/events", listing(title, at=at, publish=True, **more), as_=as_)
        assert response.status_code == 201, response.text
        return response.json

    def titles(self, query: str = "", **more: Any) -> list[str]:
        """The English titles of the events that a list gives."""
        response = self.get(f"/v1/events?{query}", **more)
        assert response.status_code == 200, response.text
        return [item["title"]["en"] for item in response.json["items"]]

    def hear(self, *events: Any) -> None:
        """Have the service consume events of other services in one batch."""
        consume(service, self.runtime, *events)


def listing(
    title: str | dict[str, str] = "Walk", *, at: str = "2018-08-19T11:00", hours: float = 1, **more: Any
) -> dict[str, Any]:
    """What a curator sends: an event in British Summer Time."""
    start = datetime.fromisoformat(f"{at}:00+01:00")
    timing = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=hours)).isoformat()}
    body: dict[str, Any] = {"festival_id": "newhaven-festival-2018", "town": "newhaven"}
    body["title"] = {"en": title} if isinstance(title, str) else title
    return body | {"where": {"name": {"en": "Newhaven station"}}, "timings": [timing]} | more


def crossing() -> dict[str, Call]:
    """The ends of a crossing from Dieppe."""
    return {
        "departure": Call(town="dieppe", at=datetime(2018, 8, 19, 3, 30, tzinfo=UTC), zone="Europe/Paris"),
        "arrival": Call(town="newhaven", at=datetime(2018, 8, 19, 7, 30, tzinfo=UTC), zone="Europe/London"),
    }


def scheduled(sailing_id: str) -> SailingScheduled:
    """A crossing in the timetable."""
    return SailingScheduled(sailing_id=sailing_id, service_date="2018-08-19", checkin_minutes=45, **crossing())


def cancelled(sailing_id: str, reason: str = "Gale") -> SailingCancelled:
    """The same crossing, which will not run."""
    return SailingCancelled(sailing_id=sailing_id, cancelled_at=NOON, reason={"en": reason}, **crossing())


@contextmanager
def opened(mongod: MongoServer) -> Iterator[People]:
    """The service on Friday 17 August 2018 at noon, with nothing in it."""
    with service_app(service, mongod.uri, clock=ManualClock(NOON)) as (client, runtime):
        yield People(client, runtime)


@pytest.fixture
def people(mongod: MongoServer) -> Iterator[People]:
    """The service and its people, for one test."""
    with opened(mongod) as people:
        yield people


@pytest.fixture(scope="module")
def kept(mongod: MongoServer) -> Iterator[People]:
    """The service and its people, for the tests of one module."""
    with opened(mongod) as people:
        yield people


@pytest.fixture
def afresh(kept: People) -> People:
    """As ``people``, but emptied between the tests of a module instead of made anew, which is quicker."""
    for name in kept.runtime.db.list_collection_names():
        kept.runtime.db[name].delete_many({})
    kept.runtime.clock.advance(NOON - kept.runtime.clock.now())
    return kept


@pytest.fixture
def festival(people: People) -> dict[str, Any]:
    """Newhaven Festival 2018, open to every curator."""
    return people.festival()


def programme(people: People) -> None:
    """A week in Newhaven, an evening in Dieppe, and a draft."""
    people.festival()
    people.festival("deux-rives", towns=["newhaven", "dieppe"], kind="cross-channel")
    days = [
        {"starts_at": f"2018-08-{day}T10:30:00+01:00", "ends_at": f"2018-08-{day}T17:30:00+01:00"}
        for day in range(18, 25)
    ]
    people.event("Birdsong", as_="ada", timings=days, kind="ExhibitionEvent", keywords=["Nature"])
    people.event("Interviews", as_="ben", at="2018-08-19T10:30", hours=6, summary={"en": "Tell your story"})
    people.event("Ramble", as_="cas", at="2018-08-19T11:00", keywords=["walk", "nature"])
    people.event("Late show", as_="dan", at="2018-08-18T22:00", hours=3, kind="MusicEvent")
    title = {"en": "Sea films", "fr": "Cinéma de la mer, côté Œuvres"}
    there = {"town": "dieppe", "festival_id": "deux-rives", "where": {"name": {"fr": "La jetée"}}}
    people.event(title, as_="eve", at="2018-08-20T21:30", kind="ScreeningEvent", **there)
    people.post("/v1/events", listing("Draft"), as_="ada")
