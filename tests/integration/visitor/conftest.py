"""The visitor service on a real MongoDB, with people who use it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.base import Event, Money, Point
from contracts.festivals import EventPublished, Timing, Where
from contracts.marketplace import MakerJoined, OfferingListed
from contracts.media import ReleaseOpened, TitlePublished
from deploy.embedded.mongod import MongoServer
from kernel.clock import ManualClock
from kernel.runtime import Runtime
from services.visitor.service import service
from tests.support.gtfs import feed
from tests.support.services import consume, published, service_app, token

NOW = datetime(2018, 8, 19, 11, tzinfo=UTC)
ROLES = {
    "ann": "ambassador",
    "abe": "ambassador",
    "bea": "ambassador",
    "dora": "ambassador",
    "olga": "operator",
    "mara": "maker",
    "cora": "curator",
    "vic": "visitor",
}
SAILING = "dieppe-1230-2018-08-19"
BACK = "newhaven-2300-2018-08-19"

GALE = {"reason": {"en": "Gale", "fr": "Tempête"}}
DAY = {"town": "newhaven", "arrives_at": "2018-08-19T11:30:00Z", "return_sailing_id": BACK}
SIGHTS = [
    ("newhaven-fort", "Museum", 50.783, 0.053, 30),
    ("st-michaels-church", "Church", 50.792, 0.047, 15),
    ("castle-hill", "Park", 50.781, 0.048, 35),
    ("bandstand", "PerformingArtsTheater", 50.797, 0.053, 10),
]


class Visitors:
    """Requests as somebody: ``visitors.post("/places", {...}, as_="ann")``; nobody without ``as_``."""

    def __init__(self, client: FlaskClient, runtime: Runtime, clock: ManualClock) -> None:
        self.client = client
        self.runtime = runtime
        self.clock = clock

    def send(self, method: str, path: str, body: Any = None, *, as_: str | None = None, **more: Any) -> TestResponse:
        headers = dict(more.pop("headers", {}))
        if as_:
            headers |= token([ROLES[as_]], id=as_, at=self.clock.now())
        return self.client.open(f"/v1{path}", method=method, json=body, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.send("POST", path, body, **more)

    def shown(self, path: str, **more: Any) -> Any:
        """What a GET answers, which must have worked."""
        answer = self.get(path, **more)
        assert answer.status_code == 200, answer.text
        return answer.json

    def done(self, path: str, body: Any = None, *, as_: str | None = "ann", **more: Any) -> dict[str, Any]:
        """What a POST answers, which must have worked."""
        answer = self.post(path, body, as_=as_, **more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def upload(self, data: bytes, *, as_: str | None = "olga", **more: Any) -> TestResponse:
        """Send a feed as a form does."""
        headers = dict(more.pop("headers", {}))
        if as_:
            headers |= token([ROLES[as_]], id=as_, at=self.clock.now())
        form = {"feed": (io.BytesIO(data), "feed.zip")}
        return self.client.post("/v1/sailings/import", data=form, headers=headers, **more)

    def imported(self, data: bytes | None = None) -> dict[str, Any]:
        """The report on a feed that is taken."""
        answer = self.upload(data if data is not None else feed())
        assert answer.status_code == 200, answer.text
        return answer.json

    def said(self, event: type[Event]) -> list[Any]:
        """The events of a class that the service has published."""
        return published(self.runtime, event)

    def hears(self, *events: Event) -> None:
        """Apply events of other services in one batch."""
        consume(service, self.runtime, *events)

    def place(self, id: str = "newhaven-fort", **more: Any) -> dict[str, Any]:
        """A listed place."""
        return self.done("/places", place(id=id, **more))


def place(**more: Any) -> dict[str, Any]:
    """The body that lists a place."""
    return {
        "id": "newhaven-fort",
        "town": "newhaven",
        "kind": "Museum",
        "name": {"en": "Newhaven Fort", "fr": "Fort de Newhaven"},
        "summary": {"en": "A fort above the harbour.", "fr": "Un fort au-dessus du port."},
        "point": {"lat": 50.783, "lon": 0.053},
        **more,
    }


def maker(id: str = "maker-1", **more: Any) -> MakerJoined:
    """A maker, as the marketplace says it."""
    text = {"craft": {"en": "Pottery", "fr": "Poterie"}, "summary": {"en": "Pots of river clay."}}
    return MakerJoined(**{"maker_id": id, "town": "newhaven", "name": "Clay & Co", "joined_at": NOW, **text, **more})


def offering(id: str = "bowl", **more: Any) -> OfferingListed:
    """An offering, as the marketplace says it."""
    text = {"title": {"en": "A bowl", "fr": "Un bol"}, "summary": {"en": "For soup."}}
    money = {"price": Money(amount=2500, currency="GBP")}
    base = {"offering_id": id, "maker_id": "maker-1", "town": "newhaven", "kind": "product"}
    return OfferingListed(**{**base, **text, **money, **more})


def event(id: str = "birdsong", *, starts_at: datetime = NOW, hours: int = 6, **more: Any) -> EventPublished:
    """A festival event, as the festivals service says it."""
    timing = Timing(starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), zone="Europe/London")
    where = Where(name={"en": "St Michael's Church"}, town="newhaven", point=Point(lat=50.792, lon=0.047))
    base = {"event_id": id, "festival_id": "festival", "curator_id": "cora", "town": "newhaven", "kind": "Event"}
    text = {"title": {"en": "Birdsong", "fr": "Chants d'oiseaux"}, "summary": {"en": "Listen."}}
    return EventPublished(**{**base, **text, "where": where, "timings": [timing], **more})


def title(id: str = "seaside-town", **more: Any) -> TitlePublished:
    """A title, as the media service says it."""
    text = {"name": {"en": "Seaside Town"}, "summary": {"en": "A town and football.", "fr": "Une ville et le foot."}}
    base = {"title_id": id, "kind": "series", "towns": ["newhaven", "dieppe"], "published_on": "2018-08-01"}
    return TitlePublished(**{**base, **text, **more})


def release(id: str = "prime", **more: Any) -> ReleaseOpened:
    """Where a title can be watched."""
    base = {"release_id": id, "title_id": "seaside-town", "channel_id": "prime", "channel_name": "Prime Video"}
    return ReleaseOpened(
        **{**base, "url": "https://example.org/watch", "territory": "WW", "starts_on": "2018-08-01", **more}
    )


@pytest.fixture(scope="module")
def opened(mongod: MongoServer) -> Iterator[Visitors]:
    """The service, with its collections and indexes made once for the tests of a module."""
    clock = ManualClock(NOW)
    with service_app(service, mongod.uri, clock=clock) as (client, runtime):
        yield Visitors(client, runtime, clock)


@pytest.fixture
def visitors(opened: Visitors) -> Visitors:
    """The service with nothing in it, on Sunday 19 August 2018 at noon in Newhaven."""
    db = opened.runtime.db
    for name in db.list_collection_names():
        db[name].delete_many({})
    opened.clock.advance(NOW - opened.clock.now())
    return opened


@pytest.fixture
def sailing(visitors: Visitors) -> Visitors:
    """The service with three sailings a day on three days."""
    visitors.imported()
    return visitors


@pytest.fixture
def town(sailing: Visitors) -> Visitors:
    """Newhaven with its terminal, four sights, a studio and two events of the day."""
    quay = {"kind": "BoatTerminal", "point": {"lat": 50.794, "lon": 0.056}, "walk_minutes": 0}
    sailing.place("newhaven-ferry-terminal", **quay)
    for id, kind, lat, lon, minutes in SIGHTS:
        sailing.place(
            id,
            kind=kind,
            name={"en": id.replace("newhaven-", "")},
            summary={"en": "Worth seeing."},
            point={"lat": lat, "lon": lon},
            walk_minutes=minutes,
        )
    sailing.hears(
        maker(visitors_welcome=True, point=Point(lat=50.793, lon=0.05)),
        event(hours=6),
        event("shanties", starts_at=NOW + timedelta(hours=3), hours=2, kind="MusicEvent", title={"en": "Sea shanties"}),
    )
    return sailing


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)
