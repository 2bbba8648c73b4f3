"""Promise 32 (10): what a service answers, and what an event says, is believed no more than what a user sends.

OWASP API10:2023, unsafe consumption of APIs. The gateway composes every page and answer from services that lie: each
value of each answer in turn is something else, too large, too deep, of another kind. Every consumer is given events
that break their contract, and events that keep it and are as strange as it allows.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from contracts.base import Event
from contracts.schemas import schema_of
from gateway.answers import read
from gateway.app import create_gateway
from gateway.routes import SERVICES
from gateway.upstream import Answer, Upstream
from kernel.envelope import MAX_EVENT_BYTES, Envelope, Undecodable, decode
from kernel.envelope import read as read_record
from kernel.json import MAX_DEPTH, nested_deeper_than
from tests.security.access import line_of
from tests.security.impostor import HOSTILE, Impostor, json_answer, places_in, with_value, without
from tests.security.routes import GATEWAY, Route, api_routes, routes, service_named
from tests.security.shapes import trouble_with
from tests.security.story import FESTIVAL, OPEN_EVENT
from tests.security.world import World
from tests.support.json_schemas import instances
from tests.support.services import consume

CHANGES = 40
"""Values that are changed in the answers behind one composed answer: a sample, always the same one."""

COMPOSED = [
    route
    for route in routes()
    if route.owner == GATEWAY
    and not route.writes
    and (route.endpoint.startswith(("composed.", "pages.")) or route.path == "/v1/openapi.json")
    and route.endpoint not in ("pages.static", "pages.manifest", "pages.timeline", "composed.timeline")
]
"""Every answer that the gateway makes of what services answer."""


@pytest.fixture(scope="module")
def deceived(world: World) -> Iterator[tuple[Any, Impostor]]:
    """A client of a gateway that asks the impostor."""
    edge = world.apps[GATEWAY].extensions["edge"]
    app = create_gateway(world.runtimes[GATEWAY], edge.settings)
    impostor = Impostor(world, edge.settings)
    app.extensions["edge"].upstream.close()
    app.extensions["edge"] = replace(app.extensions["edge"], upstream=impostor)
    yield app.test_client(), impostor
    impostor.close()


def _path(world: World, route: Route) -> str:
    events = world.ids("festivals", "events", state="published")
    tours = world.ids("festivals", "events", state="published", **{"tour.mode": {"$exists": True}})
    kind = next((each for each in ("register", "tours") if each in route.path.split("/")), "event")
    secret = next((name for name in ("registration", "proposal") if f"/{name}s/" in route.path), "code of the day plan")
    values = {
        "code": world.known[secret],
        "event_id": {"register": OPEN_EVENT, "tours": tours[0]}.get(kind, events[0]),
        "festival_id": FESTIVAL,
        "offer_id": world.known["offer"],
        "plan_id": world.known["day plan"],
        "item_id": world.ids("marketplace", "items")[0],
        "maker_id": world.ids("marketplace", "makers")[0],
        "title_id": world.ids("media", "titles", state="published")[0],
        "town": "newhaven",
    }
    query = "?q=made" if route.path.endswith("/search") else "?date=2018-08-19" if "today" in route.path else ""
    return route.at(**values) + query


def _ask(client: Any, route: Route, path: str, what: str) -> Any:
    answer = client.get(path, headers={"Accept": "text/html" if route.endpoint.startswith("pages.") else "*/*"})
    assert answer.status_code in (200, 404, 502, 503), f"{what}: {answer.status_code}"
    assert not re.search(r"(?:href|src|action)=\"?\s*javascript:", answer.text, re.IGNORECASE), what
    if answer.status_code == 200 and route.endpoint.startswith("composed."):
        assert trouble_with(route, 200, answer.json) == [], what
    return answer


@pytest.mark.parametrize("route", COMPOSED, ids=lambda route: route.label)
def test_no_value_of_a_services_answer_breaks_what_is_made_of_it(
    world: World, deceived: tuple[Any, Impostor], route: Route
) -> None:
    client, impostor = deceived
    path, asked = _path(world, route), {}

    def listen(target: str, body: bytes) -> None:
        asked[target] = body

    impostor.change = listen
    assert _ask(client, route, path, "unchanged").status_code == 200
    changes = [
        (target, place, new)
        for target, body in asked.items()
        if body[:1] == b"{" and target != "/openapi.json"
        for place in places_in(json.loads(body))
        for new in [*HOSTILE, "absent"]
    ]
    for target, place, new in random.Random(32).sample(changes, min(CHANGES, len(changes))):
        content = json.loads(asked[target])
        lie = json_answer(without(content, place) if new == "absent" else with_value(content, place, new))
        impostor.change = lambda at, _, target=target, lie=lie: lie if at == target else None
        _ask(client, route, path, f"{target} {'.'.join(map(str, place))} = {str(new)[:60]}")


WHOLE: dict[str, Answer] = {
    "nothing": Answer(200, [("Content-Type", "application/json")], b""),
    "no JSON": Answer(200, [("Content-Type", "application/json")], b"<html>"),
    "a list": json_answer([]),
    "a text": json_answer("x"),
    "null": json_answer(None),
    "a page of nothing": json_answer({"items": None}),
    "a page of texts": json_answer({"items": ["x"], "next_cursor": None}),
    "too many items": json_answer({"items": [{}] * 201, "next_cursor": None}),
    "another type": Answer(200, [("Content-Type", "text/html")], b'{"items": []}'),
    "no type": Answer(200, [], b'{"items": []}'),
    "too deep": Answer(200, [("Content-Type", "application/json")], b'{"a":' * 500 + b"1" + b"}" * 500),
    "far too deep": Answer(200, [("Content-Type", "application/json")], b"[" * 200_000),
    "no UTF-8": Answer(200, [("Content-Type", "application/json")], b'{"items": ["\xff"]}'),
    "a status of its own": Answer(299, [("Content-Type", "application/json")], b'{"items": []}'),
    "elsewhere": Answer(302, [("Location", "http://169.254.169.254/")], b""),
    "teapot": Answer(418, [("Content-Type", "text/html")], b"<script>alert(1)</script>"),
}


@pytest.mark.parametrize("what", WHOLE)
@pytest.mark.parametrize("route", COMPOSED, ids=lambda route: route.label)
def test_no_answer_of_another_kind_breaks_what_is_made_of_it(
    world: World, deceived: tuple[Any, Impostor], route: Route, what: str
) -> None:
    client, impostor = deceived
    impostor.change = lambda *_: WHOLE[what]
    answer = _ask(client, route, _path(world, route), what)
    assert "<script>alert" not in answer.text
    if route.endpoint.startswith("composed."):
        assert (answer.status_code, answer.json["partial"]) == (200, True)
    elif answer.status_code == 200 and route.path != "/v1/openapi.json":
        assert 'role="status"' in answer.text, "the page does not say that something is missing"


@pytest.mark.parametrize("kind", ["language", "town"])
def test_a_text_in_no_known_language_and_a_town_of_elsewhere_are_shown(
    world: World, deceived: tuple[Any, Impostor], kind: str
) -> None:
    """Neither is wrong, so neither may take a page away from everybody."""
    client, impostor = deceived

    def change(at: str, body: bytes) -> Answer | None:
        if at != "/v1/makers":
            return None
        page = json.loads(body)
        page["items"][0] |= {"craft": {"xx": "Sealcraft"}} if kind == "language" else {"town": "atlantis"}
        return json_answer(page)

    impostor.change = change
    answer = client.get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert ("Sealcraft" in answer.text) is (kind == "language")
    assert 'role="status"' not in answer.text


def test_what_does_not_fit_counts_as_the_failure_of_its_service(world: World, deceived: tuple[Any, Impostor]) -> None:
    client, impostor = deceived
    impostor.change = lambda at, _: json_answer({"items": [{"id": 7}]}) if at == "/v1/makers" else None
    answer = client.get("/v1/today").json
    assert (answer["partial"], answer["failed"]) == (True, ["marketplace"])
    assert answer["towns"][0]["events"] is not None


@pytest.mark.parametrize(
    ("raw", "deep"),
    [
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, False),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), True),
        (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), True),
        (b'"' + b"[{" * 100 + b'"', False),
        (b'["\\"", "' + b"[" * 50 + b'"]', False),
        (b"[" * 1_000_000, True),
    ],
)
def test_depth_is_measured_without_building_anything(raw: bytes, deep: bool) -> None:
    assert nested_deeper_than(raw, MAX_DEPTH) is deep


def test_a_path_that_has_no_shape_is_an_object_all_the_same() -> None:
    assert read("/v1/something/else", "application/json", b'{"a": 1}') == {"a": 1}
    for wrong in (b"[]", b"1", b'{"a":' * 30 + b"1" + b"}" * 30):
        with pytest.raises(ValueError, match=r".+"):
            read("/v1/something/else", "application/json", wrong)


def test_a_larger_answer_than_any_may_be_is_not_read_to_its_end(world: World) -> None:
    edge = world.apps[GATEWAY].extensions["edge"]
    app = create_gateway(world.runtimes[GATEWAY], replace(edge.settings, response_bytes=1000))
    client = app.test_client()
    assert client.get("/v1/sailings?town=newhaven").status_code == 502
    today = client.get("/v1/today").json
    assert sorted(today["failed"]) == sorted(SERVICES)
    upstream: Upstream = app.extensions["edge"].upstream
    upstream.close()


CONSUMED = [(name, event) for name in SERVICES for event in service_named(name).reacts]


def label(value: Any) -> str:
    return value.TYPE if isinstance(value, type) else str(value)


def _record(event: type[Event], value: bytes | None, **changes: str) -> Envelope:
    headers = {
        "ce_specversion": "1.0",
        "ce_id": "hostile",
        "ce_type": event.TYPE,
        "ce_source": "/somewhere/else",
        "ce_time": datetime.now(UTC).isoformat(),
        **changes,
    }
    return read_record(b"key", value, [(name, text.encode()) for name, text in headers.items()])


@pytest.mark.parametrize(("name", "event"), CONSUMED, ids=label)
def test_an_event_that_breaks_its_contract_is_never_handled(name: str, event: type[Event]) -> None:
    """The consumer parks what is ``Undecodable`` (promise 17); this is every way in which a value can be that."""
    schema = schema_of(event)
    definition = schema["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    for required in definition["required"]:
        for wrong in ({}, [], [[[]]], 2**70, 1e400, "\x00" if required.endswith("_at") else None):
            body = json.dumps({required: wrong}).encode()
            with pytest.raises(Undecodable):
                decode(_record(event, body), event)
    hostile = [
        b"", b"null", b"[]", b"7", b'"x"', b"\xff\xfe", b"{", b"[" * 100_000, b'{"a":' * 50_000, b'{"a": NaN}',
    ]  # fmt: skip
    for body in hostile:
        with pytest.raises(Undecodable):
            decode(_record(event, body), event)
    with pytest.raises(Undecodable):
        _record(event, b"x" * (MAX_EVENT_BYTES + 1))
    for changes in ({"ce_id": "x" * 201}, {"ce_time": "yesterday"}, {"ce_specversion": "0.3"}, {"ce_type": ""}):
        with pytest.raises(Undecodable):
            _record(event, b"{}", **changes)


@pytest.mark.parametrize(("name", "event"), CONSUMED, ids=label)
def test_an_event_as_strange_as_its_contract_allows_harms_no_reader(
    world: World, name: str, event: type[Event]
) -> None:
    """It has its effect or fails as a whole, to be parked; what everybody reads is answered as before."""
    runtime = world.runtimes[name]
    seen = {"applied": 0, "failed": 0}

    @settings(max_examples=4, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(instances(schema_of(event)))
    def apply(value: Any) -> None:
        said = msgspec.convert(value, event)
        before = world.digest(name)
        try:
            consume(service_named(name), runtime, said)
        except Exception:  # noqa: BLE001  whatever a handler raises, its transaction is rolled back
            assert world.digest(name) == before, "something of a failed event was kept"
            seen["failed"] += 1
        else:
            seen["applied"] += 1

    apply()
    assert sum(seen.values()) >= 1
    for route in api_routes():
        if route.owner == name and not route.writes and not route.variables and line_of(route.label).open:
            required = {"date": "2018-08-19", "town": "newhaven"}
            query = {key: value for key, value in required.items() if key in route.query()}
            answer = world.send("GET", route.path, query_string=query)
            assert answer.status_code == 200, f"{route.label}: {answer.status_code} {answer.text[:300]}"
