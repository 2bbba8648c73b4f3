"""Promise 32 (3): no field leaves the platform that is not listed, and none enters.

OWASP API3:2023, broken object property level authorization. Every answer of the demonstration, to writes as to reads,
fits its documented schema with all objects closed; every write refuses a field that it does not list, above all those
that its own answer shows and a caller might try to set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import msgspec
import pytest

from gateway.routes import SERVICES
from kernel.parking import LANES, PARKED
from tests.security.access import line_of
from tests.security.routes import GATEWAY, Route, api_routes, documents, resolved
from tests.security.shapes import answer_schema, objects, trouble_with
from tests.security.story import OPEN_EVENT
from tests.security.world import ROLES_OF, World
from tests.support.parked import park

FREE = {
    "GET /v1/passports/<item_id> $.entries[]": "the signed entries of an item, exactly as they were hashed",
    "POST /v1/desk-sync $.refused[].errors": "what is wrong with an entry, by the fields that its sender chose",
    "POST /v1/events/import $.issues[].errors": "what is wrong with an event of the file, by field",
    "POST /v1/events/import/address $.issues[].errors": "what is wrong with an event of the calendar, by field",
    "GET /v1/guide/bundle $.entries[].content": "kinds of content, made by views/bundle.py of public things alone",
    "POST /v1/guide/bundle/delta $.entries[].content": "as in the bundle",
}
"""Objects whose fields no schema lists, and why."""

READS = [route for route in api_routes() if not route.writes and answer_schema(route, 200) is not None]
WRITES = [route for route in api_routes() if route.writes]
TAKES_JSON = [route for route in WRITES if route.body() is not None]
TAKES_NOTHING = [route for route in WRITES if not route.operation.get("requestBody")]


FREE_BODIES = {
    "POST /v1/desk-sync $.entries[].record": "read by the schema of its kind (journals.checked), which lists all",
}
"""Objects of bodies whose fields no schema lists, and why."""


@pytest.fixture(scope="module", autouse=True)
def _parked(world: World) -> Iterator[None]:
    """One event that each service has parked, for the time of these tests."""
    for name in SERVICES:
        runtime = world.runtimes[name]
        reacts = {event.TYPE: event for event in runtime.service.reacts}
        rows = (row for each in SERVICES for row in world.runtimes[each].db.outbox.find().sort("_id"))
        row = next(row for row in rows if row["type"] in reacts)
        event = msgspec.json.decode(row["value"], type=reacts[row["type"]])
        world.known[f"parked with {name}"] = park(runtime, 1, event)
    yield
    for name in SERVICES:
        for collection in (PARKED, LANES):
            world.runtimes[name].db[collection].delete_many({})


def label(route: Route) -> str:
    return route.label


def _answers(route: Route) -> list[tuple[int, Any]]:
    return [(status, schema) for status in (200, 201) if (schema := answer_schema(route, status)) is not None]


@pytest.mark.parametrize("route", api_routes(), ids=label)
def test_every_object_of_an_answer_lists_its_fields(route: Route) -> None:
    document = documents()[route.owner]
    for status in (200, 201):
        response = resolved(route.operation["responses"].get(str(status), {}), document)
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        for path, each in objects(schema, document):
            listed = each.get("additionalProperties") is False and "properties" in each
            typed = isinstance(each.get("additionalProperties"), dict) and each["additionalProperties"] != {}
            assert listed or typed or f"{route.label} {path}" in FREE, f"{path} lets any field through"


@pytest.mark.parametrize("route", TAKES_JSON, ids=label)
def test_every_object_of_a_body_lists_its_fields(route: Route) -> None:
    for path, each in objects(route.body() or {}, documents()[route.owner]):
        typed = isinstance(each.get("additionalProperties"), dict) and each["additionalProperties"] != {}
        free = f"{route.label} {path}" in FREE_BODIES
        assert each.get("additionalProperties") is False or typed or free, f"{path} takes any field"


def _matches(route: Route, method: str, path: str) -> bool:
    pattern = re.sub(r"<\w+>", "[^/]+", route.path)
    return route.method == method and re.fullmatch(pattern, path.split("?")[0]) is not None


def _route_of(method: str, path: str) -> Route:
    found = [route for route in api_routes() if _matches(route, method, path)]
    return min(found, key=lambda route: len(route.variables))


def test_every_answer_that_the_demonstration_got_has_only_listed_fields(world: World) -> None:
    seen: dict[str, int] = {}
    for method, path, answer in world.answered:
        route = _route_of(method, path)
        assert trouble_with(route, answer.status_code, answer.json) == [], f"{method} {path}"
        seen[route.label] = seen.get(route.label, 0) + 1
    assert len(seen) >= 20
    assert len(world.answered) >= 150


SAMPLES = {
    "centre_id": ("visitor", "openings"),
    "event_id": ("festivals", "events"),
    "festival_id": ("festivals", "festivals"),
    "item_id": ("marketplace", "items"),
    "maker_id": ("marketplace", "makers"),
    "offering_id": ("marketplace", "offerings"),
    "order_id": ("marketplace", "orders"),
    "offer_id": ("visitor", "offers"),
    "place_id": ("visitor", "places"),
    "plan_id": ("visitor", "plans"),
    "popup_id": ("marketplace", "popups"),
    "sailing_id": ("visitor", "sailings"),
    "subject_id": ("media", "subjects"),
    "title_id": ("media", "titles"),
}
"""Variable of a path to where such objects are kept."""
OPENED = {
    "GET /v1/events/<event_id>/scanners/<code>/bundle": "scanner",
    "GET /v1/events/<event_id>/scanners/<code>/scans": "scanner",
    "GET /v1/events/proposals/<code>": "proposal",
    "GET /v1/registrations/<code>": "registration",
}
"""Reads that a code opens: which of ``world.known``."""
WITH_DESK = (
    *(f"GET /v1/events/<event_id>/{what}" for what in ("checkin", "clashes", "registrations", "scanners")),
    "GET /v1/events/<event_id>/registration",
    "GET /v1/tours/<event_id>",
)
"""Reads of events that have what most have not."""
MOST = 3
"""Objects of one kind that are looked at."""


def _queries(route: Route, world: World) -> list[dict[str, Any]]:
    values = {"date": "2018-08-19", "town": "newhaven", "q": "made", "lang": "fr", "mine": "true"}
    values["limit"] = str(route.query().get("limit", {}).get("maximum", ""))
    values["maker_id"] = next(
        row["_id"] for row in world.runtimes["marketplace"].db.makers.find({"members": "maker-1"})
    )
    if route.path.startswith("/v1/parked/"):
        values["id"] = world.known[f"parked with {route.owner}"]
    required = [each["name"] for each in route.operation.get("parameters", []) if each.get("required")]
    needed = {name: values[name] for name in required if name in route.query()}
    if route.label in ("GET /v1/consignments", "GET /v1/sales"):
        needed["maker_id"] = values["maker_id"]
    optional = [{**needed, name: values[name]} for name in ("lang", "limit", "mine") if name in route.query()]
    return [needed, *optional]


@pytest.mark.parametrize("route", READS, ids=label)
def test_every_read_shows_only_listed_fields(world: World, route: Route) -> None:
    """To everybody who may read: nobody, and one account of each kind."""
    paths = [route.path]
    for name in () if route.label in OPENED else route.variables:
        kept = world.ids(*SAMPLES[name]) if name in SAMPLES else ["maker-1"]
        if name == "maker_id" and "members" in route.path:
            kept = [row["_id"] for row in world.runtimes["marketplace"].db.makers.find({"members": "maker-1"})]
        paths = [path.replace(f"<{name}>", id) for path in paths for id in kept[:MOST]]
    if route.label in OPENED:
        paths = [route.at(event_id=OPEN_EVENT, code=world.known[OPENED[route.label]])]
    if route.label in WITH_DESK:
        paths = [route.at(event_id=OPEN_EVENT)]
    callers = [None] if line_of(route.label).open else []
    callers += ["operator", "ambassador", "maker-1", "curator-1", "producer", "buyer"]
    shown = 0
    registered = _signed_in_at_the_gateway(world) if route.owner == GATEWAY else {}
    for path in paths:
        for number, query in enumerate(_queries(route, world)):
            for name in callers if number == 0 else callers[:1]:
                who = {"roles": ROLES_OF[name], "id": name} if name else {}
                if route.label == "GET /v1/accounts/me":
                    who = {"headers": registered}
                answer = world.send("GET", path, query_string=query, **who)
                if answer.status_code == 200:
                    assert trouble_with(route, 200, answer.json) == [], f"{path} {query} as {name}"
                    shown += 1
    assert shown, f"nobody was shown {route.label}"


def _signed_in_at_the_gateway(world: World) -> dict[str, str]:
    body = {"email": "reader@example.org", "password": "correct horse battery"}
    world.send("POST", "/v1/accounts", json={**body, "name": "Reader"})
    token = world.send("POST", "/v1/auth/token", json=body).json["access_token"]
    return {"Authorization": f"Bearer {token}"}


def _caller(route: Route) -> dict[str, Any]:
    line = line_of(route.label)
    return {} if line.open else {"roles": line.roles, "id": "mallory"}


@pytest.mark.parametrize("route", TAKES_JSON, ids=label)
def test_a_write_refuses_every_field_that_it_does_not_list(world: World, route: Route) -> None:
    """Above all what its answer shows and its body does not list: owner, state, counts and dates."""
    document, before = documents()[route.owner], world.digest(route.owner)
    taken = set(resolved(route.body() or {}, document).get("properties", {}))
    shown = {name for _, schema in _answers(route) for name in resolved(schema, document).get("properties", {})}
    extra = sorted((shown | {"unlisted", "_id", "$set", "roles", "owner_id", "is_admin", "__proto__"}) - taken)
    answer = world.send(route.method, route.at(), json=dict.fromkeys(extra, "x"), **_caller(route))
    assert answer.status_code == 422, answer.text[:300]
    missed = [name for name in extra if answer.json["errors"].get(name) != ["Unknown field."]]
    assert missed == [], f"{route.label} does not refuse {missed}"
    assert world.digest(route.owner) == before


@pytest.mark.parametrize("route", TAKES_NOTHING, ids=label)
def test_a_write_that_takes_no_fields_refuses_any(world: World, route: Route) -> None:
    before = world.digest(route.owner)
    answer = world.send(route.method, route.at(), json={"unlisted": 1, "state": "published"}, **_caller(route))
    assert answer.status_code == 422, answer.text[:300]
    assert answer.json["errors"] == {"unlisted": ["Unknown field."], "state": ["Unknown field."]}
    answer = world.send(route.method, route.at(), data=b"x=1", **_caller(route))
    assert answer.status_code == 422, answer.text[:300]
    assert world.digest(route.owner) == before


UPLOADS = [route for route in WRITES if route not in TAKES_JSON and route not in TAKES_NOTHING]


@pytest.mark.parametrize("route", UPLOADS, ids=label)
def test_an_upload_refuses_a_file_that_it_does_not_list(world: World, route: Route) -> None:
    data = {"unlisted": (BytesIO(b"x"), "x.zip")}
    answer = world.send(route.method, route.at(), data=data, **_caller(route))
    assert answer.status_code == 422, answer.text[:300]
    assert answer.json["errors"]["unlisted"] == ["Unknown field."]


@pytest.mark.parametrize("route", [route for route in api_routes() if route.query()], ids=label)
def test_a_query_refuses_a_parameter_that_it_does_not_list(world: World, route: Route) -> None:
    answer = world.send(route.method, route.at(), query_string={"unlisted": "1", "$where": "1"}, **_caller(route))
    assert answer.status_code == 422, answer.text[:300]
    assert answer.json["errors"]["unlisted"] == ["Unknown field."]
    assert answer.json["errors"]["$where"] == ["Unknown field."]


def test_the_whole_platform_is_looked_at() -> None:
    assert {route.owner for route in READS} == {"visitor", "festivals", "marketplace", "media", GATEWAY}
    assert len(READS) >= 35
    assert len(TAKES_JSON) >= 25
