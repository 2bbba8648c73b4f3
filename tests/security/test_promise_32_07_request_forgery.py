"""Promise 32 (7): no address that a user supplies leads the platform, or its readers, where they should not go.

OWASP API7:2023, server side request forgery. Addresses are fetched by ``kernel.outbound`` alone, whose rules are tested
beside it (``tests/unit/kernel/test_outbound.py``, ``tests/integration/kernel/test_outbound.py``: private, link-local,
mapped and translated addresses, redirects, rebinding, size and time). Here: that there is no other way out, and that
no field keeps an address which is not one of the web.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from kernel import outbound
from tests.security.routes import GATEWAY, Route, api_routes, documents
from tests.security.shapes import leaves
from tests.security.story import FESTIVAL, OWN_EVENT
from tests.security.world import ROLES_OF, World, signed_in
from tests.support.publisher import published
from tests.support.source_rules import imports_of

ROOT = Path(__file__).parents[2]

WAYS_OUT = (
    "aiohttp", "ftplib", "http.client", "httpx", "pycurl", "requests", "smtplib", "socket", "urllib.request", "urllib3",
)  # fmt: skip
MAY_GO_OUT = {
    "gateway/failures.py": "names the failures of the services",
    "gateway/upstream.py": "asks the services, whose addresses the operator names",
    "kernel/broker.py": "tells a broker that cannot be reached from one that can",
    "kernel/outbound.py": "fetches what users name, by its rules",
    "kernel/worker.py": "reads this machine's own name",
    "kernel/tokens.py": "fetches the issuer's keys, whose address the operator names",
}
"""Modules that open connections of their own, and where to."""

NAMES = re.compile(r"url|uri|website|link|href", re.IGNORECASE)

NOT_OF_THE_WEB = [
    "javascript:alert(1)",
    "JaVaScRiPt://example.org/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://example.org/x",
    "//example.org/x",
    "/v1/places",
    "example.org",
    "https://",
    "https://user:secret@example.org/",
    "https://example.org@elsewhere.example/",
    "https://example.org\\@elsewhere.example/",
    "https://example.org/ x",
    "https://example.org/\r\nSet-Cookie: a=b",
    "\thttps://example.org/",
]

TEXT = {"en": "An address"}
EVENT = {"festival_id": FESTIVAL, "title": TEXT, "town": "newhaven"}
PROPOSAL = {"name": "A proposer", "event": {"title": TEXT, "town": "newhaven"}}
CALENDAR = {"town": "newhaven", "lang": "en"}
DAYS = {"first_day": "2018-08-18", "last_day": "2018-08-24"}


def _release(world: World) -> dict[str, Any]:
    row = world.runtimes["media"].db.releases.find_one({"producer_id": "producer"}, sort=[("_id", 1)])
    assert row is not None
    return {"title_id": row["title_id"], "channel_id": row["channel_id"], "starts_on": "1980-01-01"}


HOLDERS: dict[str, tuple[str, Any]] = {
    "PATCH /v1/events/<event_id> website": ("curator-1", lambda _: {}),
    "PATCH /v1/events/<event_id> online_url": ("curator-1", lambda _: {}),
    "POST /v1/channels url_base": ("producer", lambda _: {"kind": "streaming", "name": "A channel", "territory": "WW"}),
    "POST /v1/events online_url": ("curator-1", lambda _: EVENT),
    "POST /v1/events/import/address url": ("curator-1", lambda _: {**CALENDAR, "festival_id": FESTIVAL}),
    "POST /v1/events website": ("curator-1", lambda _: EVENT),
    "POST /v1/festivals/<festival_id>/proposals event.online_url": ("curator-2", lambda _: PROPOSAL),
    "POST /v1/festivals/<festival_id>/proposals event.website": ("curator-2", lambda _: PROPOSAL),
    "POST /v1/festivals website": (
        "curator-1",
        lambda _: {"kind": "cultural", "name": TEXT, "summary": TEXT, "towns": ["newhaven"], **DAYS},
    ),
    "POST /v1/releases url": ("producer", _release),
    "POST /v1/sailings/import/address url": ("operator", lambda _: {}),
    "PUT /v1/events/external/<external_id> online_url": ("curator-1", lambda _: EVENT),
    "PUT /v1/events/external/<external_id> website": ("curator-1", lambda _: EVENT),
}
"""Every field that keeps an address: who may send it, and the rest of a body that is right."""


def _with(body: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    """The body with a field, which may stand in another (``event.website``)."""
    outer, _, inner = name.rpartition(".")
    return {**body, outer: {**body[outer], inner: value}} if outer else {**body, name: value}


def _fields_in(errors: dict[str, Any]) -> list[str]:
    """The fields that are wrong, an inner one as ``event.website``."""
    return [
        f"{name}.{inner}" if isinstance(wrong, dict) else name
        for name, wrong in errors.items()
        for inner in (wrong if isinstance(wrong, dict) else [name])
    ]


def _fields() -> list[tuple[Route, str]]:
    return [
        (route, path.removeprefix("$."))
        for route in api_routes()
        for path, leaf in leaves(route.body() or {}, documents()[route.owner])
        if leaf.get("format") in ("url", "uri") or NAMES.search(path.rsplit(".", 1)[-1])
    ]


def test_every_field_that_keeps_an_address_is_known() -> None:
    assert sorted({f"{route.label} {path}" for route, path in _fields()}) == sorted(HOLDERS)


@pytest.mark.parametrize("field", HOLDERS)
def test_only_addresses_of_the_web_are_kept(world: World, field: str) -> None:
    label, name = field.rsplit(" ", 1)
    [route] = [route for route in api_routes() if route.label == label]
    who, rest = HOLDERS[field]
    body, path, before = rest(world), route.at(event_id=OWN_EVENT, festival_id=FESTIVAL), world.digest(route.owner)
    for wrong in NOT_OF_THE_WEB:
        answer = world.as_(who, route.method, path, json=_with(body, name, wrong))
        assert answer.status_code == 422, f"{wrong!r}: {answer.status_code} {answer.text[:300]}"
        assert _fields_in(answer.json["errors"]) == [name], answer.text
    assert world.digest(route.owner) == before


def test_whatever_is_kept_as_an_address_is_one_of_the_web(world: World) -> None:
    seen = 0
    for owner, runtime in world.runtimes.items():
        for collection in runtime.db.list_collection_names():
            for row in runtime.db[collection].find():
                for path, text in _addresses(row):
                    assert re.match(r"https?://[^@\s]+$", text), f"{owner}.{collection} {path}: {text!r}"
                    seen += 1
    assert seen >= 5


def _addresses(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in _addresses(inner, f"{path}.{name}")]
    if isinstance(value, list):
        return [found for inner in value for found in _addresses(inner, path)]
    name = path.rsplit(".", 1)[-1]
    return [(path, value)] if isinstance(value, str) and re.fullmatch(r"url\w*|website|link|href", name) else []


def test_there_is_no_other_way_out() -> None:
    """A module that opens connections has a line in ``MAY_GO_OUT``; whoever fetches for a user calls ``fetch``."""
    found = {
        path.relative_to(ROOT).as_posix()
        for part in ("contracts", "gateway", "kernel", "services")
        for path in (ROOT / part).rglob("*.py")
        if _goes_out(path)
    }
    assert found == set(MAY_GO_OUT)


def _goes_out(path: Path) -> bool:
    names = imports_of(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    return any(name == way or name.startswith(f"{way}.") for name in names for way in WAYS_OUT)


def test_a_link_out_leads_only_where_its_release_is(world: World) -> None:
    """Not an open redirect: nothing of the request chooses where it leads."""
    db = world.runtimes["media"].db
    known = {row["url"] for row in db.releases.find()}
    for id in world.ids("media", "placements"):
        for query in ({}, {"url": "https://elsewhere.example/"}, {"next": "//elsewhere.example"}):
            answer = world.send("GET", f"/v1/placements/{id}/out", query_string=query)
            assert answer.status_code in (302, 404), answer.text[:200]
            if answer.status_code == 302:
                assert answer.headers["Location"] in known


def test_a_calendar_is_fetched_through_the_gateway_from_where_one_may_reach(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A15 by URL: what is refused above is refused for where it leads, and taken where an operator would allow it."""
    starts = datetime.now(UTC) + timedelta(hours=40)
    entry = f"UID:fetched@example.org\nSUMMARY:A fetched event\nDTSTART:{starts:%Y%m%dT%H%M%SZ}\nLOCATION:A place\n"
    calendar = f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{entry}END:VEVENT\nEND:VCALENDAR\n".encode()
    gateway, headers = world.clients[GATEWAY], signed_in(ROLES_OF["curator-1"], "curator-1")
    with published({"/c.ics": calendar}) as address:
        body = {**CALENDAR, "festival_id": FESTIVAL, "url": f"{address}/c.ics"}
        refused = gateway.post("/v1/events/import/address", json=body, headers=headers)
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["url"])
        monkeypatch.setattr(outbound, "fetch", partial(outbound.fetch, also_reach=(ip_network("127.0.0.0/8"),)))
        reports = [gateway.post("/v1/events/import/address", json=body, headers=headers).json for _ in range(2)]
    [row] = reports[0]["events"]
    assert [each["events"][0]["outcome"] for each in reports] == ["created", "unchanged"]
    [kept] = world.runtimes["festivals"].db.events.find({"_id": row["event_id"]})
    assert kept["imported_from"] == body["url"]
