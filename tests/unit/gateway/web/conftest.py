"""The pages on services that answer from a dict: everything that can stand on a page stands on one of these."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway import pages
from kernel.locality import Locality, load_locality
from tests.support.services import LOCALITY_FILE
from tests.unit.gateway.fakes import FakeServices, event, maker, page, place, sailing, title

NOW = datetime(2018, 8, 19, 8, 0, tzinfo=UTC)
"""Nine in Newhaven, ten in Dieppe; check-in for the ferry at ten closes in a quarter of an hour."""
HOSTILE = "</script><script>alert(1)</script>\"'<b>&"
WINDS = {"en": "Strong winds.", "fr": "Vents forts."}
LATE = {
    "departs_local": "2018-08-19T10:25:00+01:00",
    "arrives_local": "2018-08-19T15:25:00+02:00",
    "minutes": 25,
    "reason": {"en": "A late connection.", "fr": "Une correspondance en retard."},
}


def crossing(id: str, direction: str, *, closes: str, **changes: Any) -> dict[str, Any]:
    """A sailing as the visitor service tells it, with its check-in."""
    more = {"checkin_minutes": 45, "checkin_closes_local": closes, "ship": "Seven Sisters", "illustrative": True}
    return sailing(id, direction, **{**more, **changes})


def at_sea() -> dict[str, Any]:
    """A ship from Dieppe, half way over at ``NOW``."""
    ends = {
        "departure": {"town": "dieppe", "at": "2018-08-19T06:00:00Z", "local": "2018-08-19T08:00:00+02:00"},
        "arrival": {"town": "newhaven", "at": "2018-08-19T10:00:00Z", "local": "2018-08-19T11:00:00+01:00"},
    }
    return crossing("s-sea", "arrival", closes="2018-08-19T07:15:00+02:00", **ends)


SAILINGS = [
    crossing(
        "s-off",
        "departure",
        closes="2018-08-19T09:05:00+01:00",
        status="cancelled",
        reason={"en": "Fog."},
        departure={"town": "newhaven", "at": "2018-08-19T08:50:00Z", "local": "2018-08-19T09:50:00+01:00"},
    ),
    crossing("s-1", "departure", closes="2018-08-19T09:15:00+01:00", delay=LATE),
    at_sea(),
]
EVENTS = [
    event(source="A newspaper", keywords=["walk"], curator={"id": "c", "name": "Cora"}),
    event("e-off", status="cancelled", cancellation={"reason": WINDS}, synthetic=True),
    event("e-dis", status="disrupted", disruptions=[{"sailing_id": "s-9", "reason": WINDS}]),
    event("e-odd", kind="SomethingNew", title={"fr": f"Seulement {HOSTILE}"}, where=None, summary=None),
]
OFFERINGS = [
    {
        "id": f"o-{number}", "maker_id": "m-1", "town": "newhaven", "kind": kind, "status": "listed",
        "synthetic": True, "title": {"en": f"Bowl {HOSTILE}"}, "summary": {"en": "A bowl."},
        "price": {"amount": 2850, "currency": "GBP"}, "available": available,
        "prices": [{"amount": 2850, "currency": "GBP"}, {"amount": 3300, "currency": "EUR"}],
        "materials": [{"name": {"en": "Clay", "fr": "Grès"}, "origin": "Stoke"}],
        "schedule": {"en": "Saturdays"} if kind == "class" else None,
    }
    for number, (kind, available) in enumerate([("product", 0), ("product", 1), ("class", 4), ("service", None)])
]  # fmt: skip
SIGNED = {"hash": "ab" * 32, "key_id": "key-1", "signature": "sig", "length": 3, "item_id": "i-1"}
DESK = {
    "event_id": "e-1", "capacity": 12, "taken": 4, "free": 8, "waiting": 0, "max_party": 4, "offer_minutes": 120,
    "opens_at": None, "closes_at": "2018-08-19T11:00:00Z", "open": True,
}  # fmt: skip


def registration(state: str, **changes: Any) -> dict[str, Any]:
    """A registration as its holder's code opens it."""
    return {
        "id": "r-1", "event_id": "e-1", "state": state, "party": 2, "number": 7, "ahead": None, "name": "Anna",
        "email": "anna@example.org", "language": "en", "offer_expires_at": None, "says": {"en": f"It is {state}."},
        "event": {"title": {"en": "A walk"}, "status": "scheduled", "state": "published"}, **changes,
    }  # fmt: skip


FESTIVAL = {
    "id": "f-1", "name": {"en": "Festival"}, "summary": {"en": f"Of both towns {HOSTILE}"}, "synthetic": True,
    "towns": ["newhaven", "dieppe"], "first_day": "2018-08-18", "last_day": "2018-08-24",
}  # fmt: skip


def proposal(state: str, **changes: Any) -> dict[str, Any]:
    """A proposal as its code opens it."""
    told = {"event_id": "e-1", "state": state, "open": state == "proposed", "decision": None, "reason": {}}
    return {**told, "title": {"en": "A walk"}, "says": {"en": f"It is {state}."}, **changes}


def tour(id: str = "e-1", **changes: Any) -> dict[str, Any]:
    """A walk whose next date fits a ferry, and whose last one does not."""
    ends = {
        "departure": {"town": "dieppe", "at": "2018-08-20T05:30:00+02:00", "zone": "Europe/Paris"},
        "arrival": {"town": "newhaven", "at": "2018-08-20T08:30:00+01:00", "zone": "Europe/London"},
    }
    days = (("18", None), ("20", {"sailing_id": "s-1", "illustrative": True, **ends}), ("21", None))
    return {
        "id": id, "town": "newhaven", "title": {"en": "The cliff", "fr": "La falaise"}, "summary": {"en": "Chalk."},
        "status": "scheduled", "synthetic": True, "source": None, "leader": HOSTILE, "mode": "walk", "length_m": 3400,
        "meeting_point": {"name": {"en": "The station", "fr": "La gare"}, "point": None, "minutes": None},
        "route": [
            {"name": {"en": "The station"}, "point": None, "minutes": 0},
            {"name": {"en": "Castle Hill"}, "point": {"lat": 50.781, "lon": 0.048}, "minutes": 50},
        ],
        "timings": [
            {"id": day, "starts_at": f"2018-08-{day}T11:00:00+01:00", "ends_at": f"2018-08-{day}T12:30:00+01:00",
             "zone": "Europe/London", "fits": fits}
            for day, fits in days
        ],
        **changes,
    }  # fmt: skip


OFFER = {
    "id": "o-tea", "town": "newhaven", "title": {"en": "Tea for a stamp"}, "terms": {"en": f"One cup. {HOSTILE}"},
    "uses": 2, "stamps_needed": 1, "left": 3, "ends_at": "2018-09-01T10:00:00Z", "synthetic": True,
}  # fmt: skip
HELD = {
    "id": "p", "stamps": 1, "expires_at": "2019-08-01T00:00:00Z",
    "latest": [{"name": {"en": "The Fort"}, "kind": "event", "date": "2018-08-18"}],
}  # fmt: skip


def day_plan(status: str = "planned", **changes: Any) -> dict[str, Any]:
    """A day with two stops, the first of which one has to wait for."""
    day = "2018-08-19T"
    times = {"arrives_local": f"{day}10:12:00+01:00", "begins_local": f"{day}10:30:00+01:00"}
    stop = {"kind": "event", "id": "e-1", "name": {"en": "A walk", "fr": "Une balade"}, "status": "scheduled"}
    stop |= {"walk_minutes": 12, "hours_assumed": False, **times, "leaves_local": f"{day}11:30:00+01:00"}
    later = {"arrives_local": f"{day}11:40:00+01:00", "begins_local": f"{day}11:40:00+01:00"}
    studio = {**stop, **later, "kind": "maker", "id": "m-1", "name": {"und": HOSTILE}, "hours_assumed": True}
    return {
        "id": "d-1", "town": "newhaven", "zone": "Europe/London", "pace": "normal", "revision": 3, "status": status,
        "starts_local": f"{day}10:00:00+01:00", "closes_local": f"{day}17:15:00+01:00", "walk_back_minutes": 9,
        "be_back_by_local": f"{day}17:05:00+01:00", "back_local": f"{day}12:20:00+01:00", "stops": [stop, studio],
        "arrival_sailing": at_sea(), "return_sailing": SAILINGS[1], "alerts": [], **changes,
    }  # fmt: skip


PASSPORT = {
    "item_id": "i-1", "offering_id": "o-0", "title": {"en": "Bowl"}, "town": "newhaven", "made_on": "2018-08-30",
    "maker": {"kind": "maker", "id": "m-1", "name": {"en": "Chalk & Tide"}, "town": "newhaven"},
    "town_name": {"en": "Newhaven", "fr": "Newhaven"}, "made_in": {"en": "Made in Newhaven"}, "intact": True,
    "materials": [{"name": {"en": "Clay", "fr": "Grès"}, "origin": "Stoke"}], "problems": [], "synthetic": True,
    "entries": [{}, {}, {}], "head": SIGNED,
    "hands": [
        {"kind": "maker", "id": "m-1", "name": {"en": "Chalk & Tide"}, "town": "newhaven", "since": "2018-08-30"},
        {"kind": "popup", "id": "p", "name": {"fr": "Les Deux Rives"}, "town": "dieppe",
         "since": "2018-09-05T23:30:00+00:00"},
        {"kind": "buyer", "since": "2018-09-12T10:00:00+00:00"},
    ],
}  # fmt: skip
RELEASE = {"id": "r", "channel_name": "Vimeo", "url": "https://vimeo.com/1", "out": "/v1/placements/p-1/out"}
SERIES = title(
    "t-1", kind="series", premiered_on="2018-08-01", languages=["en", "fr"], runtime_minutes=60, releases=[RELEASE]
)
EPISODES = [title(f"t-1-{n}", kind="episode", series_id="t-1", episode_number=n, runtime_minutes=10) for n in (1, 2)]
FEED = "\r\n".join(
    [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", "NAME:Festival", "DESCRIPTION:Of all",
        *(
            line
            for uid in ("e-1-1@here", "e-1-11@here", "e-1-1-1@here", "e-2-1@here")
            for line in ("BEGIN:VEVENT", f"UID:{uid}", "DTSTART:20180819T100000Z", "SUMMARY:A walk", "END:VEVENT")
        ),
        "END:VCALENDAR", "",
    ]
)  # fmt: skip


class PageServices(FakeServices):
    """Services that have a calendar, too."""

    feed_status = 200

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.done: list[tuple[str, Any, str]] = []
        """What people did: path, body and Idempotency-Key."""
        self.outcomes: dict[str, Any] = {}
        """What a service answers to it, or the problem that it raises."""

    def post(self, service: str, path: str, body: Any, *, key: str, address: str) -> Any:
        self.done.append((path, body, key))
        outcome = self.outcomes.get(path)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def send(self, service: str, method: str, target: str, **_: Any) -> Any:
        self.asked.append((service, target, {}))
        return SimpleNamespace(status=self.feed_status, body=FEED.encode(), headers=[])


@pytest.fixture
def services() -> PageServices:
    def of_newhaven(*rows: dict[str, Any]) -> Any:
        return lambda params: page(*rows) if params.get("town") in ("newhaven", None) else page()

    detail = {"description": {"en": "Long."}, "curator": {"id": "c", "name": "Cora"}, "calendar_url": "/v1/f.ics"}
    known = {
        "id": "s-9", "known": True, "cancelled": True,
        "departure": {"town": "newhaven", "at": "2018-08-19T10:00:00+01:00", "zone": "Europe/London"},
        "arrival": {"town": "dieppe", "at": "2018-08-19T15:00:00+02:00", "zone": "Europe/Paris"},
    }  # fmt: skip
    details = {f"/v1/events/{row['id']}": {**row, **detail} for row in EVENTS}
    details["/v1/events/e-dis"]["sailings"] = [known, {"id": "s-10", "known": False}]
    titles = {
        "/v1/titles/t-1": {**SERIES, "episodes": EPISODES},
        "/v1/titles/t-1-1": EPISODES[0],
        "/v1/titles": page(SERIES, title("t-2")),
    }
    found = PageServices(
        {
            **details,
            **titles,
            "/v1/events": of_newhaven(*EVENTS),
            "/v1/sailings": of_newhaven(*SAILINGS),
            "/v1/places": of_newhaven(place("terminal", kind="BoatTerminal", walk_minutes=0), place()),
            "/v1/makers": of_newhaven(maker(), maker("m-2", name=HOSTILE, walk_minutes=None, craft=None)),
            "/v1/makers/m-1": maker(visitors_welcome=True, opening_hours={"en": "Daily"}, address="Quay"),
            "/v1/makers/m-2": maker("m-2", name=HOSTILE, visitors_welcome=False, kind="individual"),
            **{f"/v1/events/{row['id']}/registration": None for row in EVENTS},
            "/v1/events/e-odd/registration": DESK,
            "/v1/registrations/in": registration("registered"),
            "/v1/registrations/line": registration("waiting", ahead=3),
            "/v1/registrations/offer": registration("offered", offer_expires_at="2018-08-19T09:30:00Z"),
            "/v1/registrations/out": registration("cancelled"),
            "/v1/registrations/gone": None,
            "/v1/festivals": page(
                FESTIVAL, {**FESTIVAL, "id": "f-0", "last_day": "2018-08-18", "name": {"en": "Past"}}
            ),
            "/v1/festivals/f-1": FESTIVAL,
            "/v1/events/proposals/new": proposal("proposed"),
            "/v1/events/proposals/no": proposal("refused", reason={"en": "We had one."}),
            "/v1/events/proposals/yes": proposal("published"),
            "/v1/events/proposals/gone": None,
            "/v1/tours": lambda params: page(tour(), tour("e-off", status="cancelled")) if "town" in params else page(),
            "/v1/tours/e-1": tour(),
            "/v1/tours/e-off": tour("e-off", timings=[], route=[], mode="on stilts"),
            "/v1/tours/gone": None,
            "/v1/offerings": page(*OFFERINGS),
            "/v1/offerings/o-0": OFFERINGS[0],
            "/v1/passports/i-1": PASSPORT,
            "/v1/passports/i-2": {**PASSPORT, "intact": False, "problems": ["entry 1 was changed"]},
            "/v1/offers": page(OFFER, {**OFFER, "id": "o-all", "left": 0, "stamps_needed": 0}),
            "/v1/offers/o-tea": OFFER,
            "/v1/offers/o-over": {**OFFER, "id": "o-over", "ends_at": "2018-08-01T10:00:00Z"},
            **{f"/v1/{kind}/gone": None for kind in ("events", "makers", "offers", "passports", "titles")},
        }
    )
    gale = {"kind": "sailing-cancelled", "text": {"en": "Your ferry is cancelled."}, "reason": {"en": "Gale."}}
    found.outcomes |= {
        "/v1/day-plans/d-1/open": day_plan(),
        "/v1/day-plans/d-2/open": day_plan("disrupted", id="d-2", alerts=[gale]),
        "/v1/day-plans/d-3/open": day_plan(id="d-3", stops=[], arrival_sailing=None, return_sailing=None),
    }
    found.answers = copy.deepcopy(found.answers)  # what a test changes is its own
    return found


@pytest.fixture(scope="session")
def locality() -> Locality:
    return load_locality(LOCALITY_FILE)


def _site(locality: Locality) -> Flask:
    app = Flask("gateway", static_folder=None)
    app.extensions["runtime"] = SimpleNamespace(locality=locality, clock=SimpleNamespace(now=lambda: NOW))
    app.extensions["edge"] = SimpleNamespace(upstream=None)
    pages.register(app)
    return app


@pytest.fixture(scope="session")
def site(locality: Locality) -> Flask:
    """The pages with their templates compiled once."""
    return _site(locality)


@pytest.fixture
def app(services: PageServices, locality: Locality) -> Flask:
    """An application of the test's own, to be changed."""
    app = _site(locality)
    app.extensions["edge"].upstream = services
    return app


class Reader:
    """Someone with a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, lang: str = "en", **headers: str) -> Any:
        accept = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "Accept-Language": lang}
        sent = {**accept, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.get(path, headers=sent, buffered=True)

    def read(self, path: str, lang: str = "en", status: int = 200) -> str:
        answer = self.get(path, lang)
        assert answer.status_code == status, answer.text
        return cast(str, answer.text)


@pytest.fixture
def reader(site: Flask, services: PageServices) -> Reader:
    site.extensions["edge"].upstream = services
    return Reader(site.test_client(use_cookies=False))


PATHS = [
    "/", "/today/newhaven", "/today/dieppe", "/today/newhaven?date=2018-08-25", "/events/e-1", "/events/e-off",
    "/events/e-dis", "/events/e-odd", "/makers/m-1", "/makers/m-2", "/passports/i-1", "/passports/i-2", "/titles/t-1",
    "/events/e-odd/register", "/registrations/in", "/registrations/line", "/registrations/offer",
    "/registrations/out", "/propose", "/festivals/f-1/propose", "/proposals/new", "/proposals/no", "/proposals/yes",
    "/tours", "/tours?town=dieppe", "/tours/e-1", "/tours/e-off", "/pass",
    "/pass/offers/o-tea", "/pass/offers/o-over", "/plan", "/plan?town=dieppe&date=2018-08-25",
    "/plans/d-1/c", "/plans/d-2/c", "/plans/d-3/c", "/titles/t-1-1",
    "/timeline", "/timeline?as_of=2019-06-01", "/search", "/search?q=walk",
]  # fmt: skip
"""Every page there is, in every state that looks different."""
