"""Whatever is sent, the answer says what would be right, is never a 500, and nothing has changed.

The routes that take a body are read from the platform's own OpenAPI document, so a new route is tested unasked.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from deploy.demo.client import Api
from tests.e2e.conftest import Caller, Contents, nothing_changes
from tests.support.platform import Platform

MEGABYTE = 1024 * 1024


def writing_routes(demo: Api) -> list[tuple[str, str]]:
    """Every route that takes a JSON body; path variables name nothing there is."""
    document = demo.get("/v1/openapi.json")
    return [
        (method.upper(), path.replace("{", "no-").replace("}", ""))
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "application/json" in operation.get("requestBody", {}).get("content", {})
    ]


UNREADABLE: dict[str, tuple[bytes, int]] = {
    "not JSON": (b'{"name": ', 400),
    "nothing but noise": (b"\xff\xfe\x00", 400),
    "JSON in another encoding": ('{"name": "é"}'.encode("latin-1"), 400),
    "too deep": (b'{"a":' * 60 + b"1" + b"}" * 60, 400),
    "a list": (b"[]", 422),
    "a text": (b'"text"', 422),
    "null": (b"null", 422),
    "a number": (b"7", 422),
    "an unknown field": (b'{"surely_unknown": 1}', 422),
    "a number beyond 64 bits": (b'{"surely_unknown": 99999999999999999999}', 422),
    "a NUL": (b'{"surely_unknown": "a\\u0000b"}', 422),
}


def test_no_route_takes_what_cannot_be_read(caller: Caller, everyone: str, contents: Contents) -> None:
    routes = writing_routes(caller.api)
    assert len(routes) > 30
    headers = {"Content-Type": "application/json"}
    with nothing_changes(contents):
        for (method, path), (what, (body, status)) in itertools.product(routes, UNREADABLE.items()):
            try:
                caller.refused(status, method, path, as_=everyone, data=body, headers=dict(headers))
            except AssertionError as error:
                raise AssertionError(f"{what}: {error}") from error


def test_no_route_takes_another_type_or_too_much(caller: Caller, everyone: str, contents: Contents) -> None:
    with nothing_changes(contents):
        for method, path in writing_routes(caller.api):
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            caller.refused(415, method, path, as_=everyone, data=b"a=b", headers=form)
            large = json.dumps({"name": "x" * MEGABYTE}).encode()
            caller.refused(413, method, path, as_=everyone, data=large, headers={"Content-Type": "application/json"})


def test_every_wrong_type_of_every_field_is_named(caller: Caller, everyone: str, contents: Contents) -> None:
    """Each documented field of each body, given a value that no field takes."""
    document = caller.api.get("/v1/openapi.json")
    with nothing_changes(contents):
        for method, path in writing_routes(caller.api):
            for name in fields_of(document, method, path):
                problem = caller.refused(422, method, path, as_=everyone, json={name: {"no": ["such", {"value": 1}]}})
                assert name in problem["errors"], (method, path, problem["errors"])


def fields_of(document: dict[str, Any], method: str, path: str) -> list[str]:
    """The fields of a route's body, as documented."""
    [item] = [item for known, item in document["paths"].items() if known.replace("{", "no-").replace("}", "") == path]
    schema = item[method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return list(schema["properties"])


EVENT: dict[str, Any] = {
    "festival_id": "newhaven-festival-2018",
    "title": {"en": "A test"},
    "town": "newhaven",
    "where": {"name": {"en": "Here"}},
    "timings": [{"starts_at": "2018-08-19T10:00:00Z", "ends_at": "2018-08-19T11:00:00Z"}],
}


def event_with(**changes: Any) -> dict[str, Any]:
    return EVENT | changes


def timed(starts_at: Any, ends_at: Any, **more: Any) -> dict[str, Any]:
    return event_with(timings=[{"starts_at": starts_at, "ends_at": ends_at, **more}])


MAKER = {"town": "newhaven", "name": "Test", "craft": {"en": "Test"}, "summary": {"en": "Test"}}
FESTIVAL = {
    "kind": "cultural", "name": {"en": "T"}, "summary": {"en": "T"}, "towns": ["newhaven"],
    "first_day": "2018-08-01", "last_day": "2018-08-02",
}  # fmt: skip
PLACE = {
    "town": "newhaven", "kind": "Museum", "name": {"en": "T"}, "summary": {"en": "T"}, "point": {"lat": 50, "lon": 0}
}  # fmt: skip
PLAN = {"town": "newhaven", "date": "2018-08-19", "stops": [], "return_sailing_id": "none"}

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/events", timed("2018-08-19T11:00:00Z", "2018-08-19T10:00:00Z"), "timings"),
    ("/v1/events", timed("2018-08-19T11:00:00Z", "2018-08-19T11:00:00Z"), "timings"),
    ("/v1/events", timed("2018-08-19T10:00:00", "2018-08-19T11:00:00"), "timings"),
    ("/v1/events", timed("2018-02-30T10:00:00Z", "2018-08-19T11:00:00Z"), "timings"),
    ("/v1/events", timed("yesterday", "2018-08-19T11:00:00Z"), "timings"),
    ("/v1/events", timed("2018-08-19T10:00:00Z", "2018-08-19T11:00:00Z", zone="Mars/Olympus"), "timings"),
    ("/v1/events", event_with(title={"en": "x" * 5000}), "title"),
    ("/v1/events", event_with(title={}), "title"),
    ("/v1/events", event_with(title={"english": "A"}), "title"),
    ("/v1/events", event_with(town="atlantis"), "town"),
    ("/v1/events", event_with(festival_id="no-such-festival"), "festival_id"),
    ("/v1/events", event_with(venue_id="no-such-venue", where=None), "where"),
    ("/v1/events", event_with(keywords=["k"] * 500), "keywords"),
    ("/v1/events", event_with(website="javascript:alert(1)"), "website"),
    ("/v1/events", {}, "title"),
    ("/v1/festivals", FESTIVAL | {"last_day": "2018-07-01"}, "last_day"),
    ("/v1/festivals", FESTIVAL | {"first_day": "2018-13-01"}, "first_day"),
    ("/v1/festivals", FESTIVAL | {"id": "Not A Slug"}, "id"),
    ("/v1/places", PLACE | {"point": {"lat": 91, "lon": 0}}, "point"),
    ("/v1/places", PLACE | {"town": "atlantis"}, "town"),
    ("/v1/places", PLACE | {"walk_minutes": -1}, "walk_minutes"),
    ("/v1/makers", MAKER | {"name": "x" * 5000}, "name"),
    ("/v1/makers", MAKER | {"town": "atlantis"}, "town"),
    ("/v1/visits", {"town": "newhaven", "party_size": 0}, "party_size"),
    ("/v1/visits", {"town": "newhaven", "party_size": 2.5}, "party_size"),
    ("/v1/visits", {"town": "newhaven", "party_size": 2, "date": "2999-01-01"}, "date"),
    ("/v1/visits", {"town": "newhaven", "party_size": 2, "sailing_id": "no-such-sailing"}, "sailing_id"),
    ("/v1/enquiries", {"centre_id": "moon", "topic": "other", "language": "en"}, "centre_id"),
    ("/v1/plans", PLAN, "return_sailing_id"),
    ("/v1/orders", {"offering_id": "no-such-offering"}, "offering_id"),
    ("/v1/titles", {"kind": "opera", "name": {"en": "T"}, "summary": {"en": "T"}, "towns": ["newhaven"]}, "kind"),
    ("/v1/accounts", {"email": "a@example.org", "password": "short", "name": "A"}, "password"),
]  # fmt: skip


def test_what_would_be_right_is_said_of_the_field_that_is_wrong(
    caller: Caller, everyone: str, contents: Contents
) -> None:
    with nothing_changes(contents):
        for path, body, field in WRONG:
            problem = caller.refused(422, "POST", path, as_=everyone, json=body)
            assert field in problem["errors"], (path, body, problem["errors"])


MONEY_AND_STOCK: list[tuple[dict[str, Any], str]] = [
    ({"prices": [{"amount": -1, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": 0, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": 2**63, "currency": "GBP"}]}, "prices.0.amount"),
    ({"prices": [{"amount": 10**15, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": 9.99, "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": "999", "currency": "GBP"}]}, "prices"),
    ({"prices": [{"amount": 100, "currency": "gold"}]}, "prices"),
    ({"prices": []}, "prices"),
    ({"stock": -1}, "stock"),
    ({"stock": 10**9}, "stock"),
    ({"stock": True}, "stock"),
]


def test_money_and_stock_are_whole_positive_and_bounded(caller: Caller, contents: Contents) -> None:
    maker = caller.api.get("/v1/makers", as_="maker-1", mine="true")["items"][0]["id"]
    body = {"maker_id": maker, "kind": "product", "title": {"en": "T"}, "summary": {"en": "T"}, "stock": 1}
    body |= {"prices": [{"amount": 100, "currency": "GBP"}]}
    with nothing_changes(contents):
        for changes, field in MONEY_AND_STOCK:
            problem = caller.refused(422, "POST", "/v1/offerings", as_="maker-1", json={**body, **changes})
            assert field in problem["errors"], (changes, problem["errors"])


def test_more_than_there_is_cannot_be_sold(caller: Caller, contents: Contents) -> None:
    maker = caller.api.get("/v1/makers", as_="maker-1", mine="true")["items"][0]["id"]
    offerings = caller.api.items("/v1/offerings", maker_id=maker)
    scarce = next(each for each in offerings if each["kind"] == "product" and each["available"] < 90)
    with nothing_changes(contents):
        sale = {"offering_id": scarce["id"], "quantity": 100, "source": "studio"}
        caller.refused(409, "POST", "/v1/sales", as_="maker-1", json=sale)


UNKNOWN = [
    "/v1/events/none", "/v1/festivals/none", "/v1/festivals/none/calendar.ics", "/v1/makers/none",
    "/v1/offerings/none", "/v1/offerings/none/items", "/v1/passports/none", "/v1/places/none", "/v1/plans/none",
    "/v1/popups/none", "/v1/productions/none", "/v1/sailings/none", "/v1/titles/none", "/v1/centres/none",
    "/v1/orders/none", "/v1/titles/feed/atlantis.rss", "/v1/placements/none/out", "/v1/none", "/none",
]  # fmt: skip


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_does_not_exist_is_not_found(caller: Caller, everyone: str, path: str) -> None:
    caller.refused(404, "GET", path, as_=everyone)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/events?limit=0", "limit"), ("/v1/events?limit=10000", "limit"), ("/v1/events?cursor=nonsense", "cursor"),
        ("/v1/events?unknown=1", "unknown"), ("/v1/events?date=tomorrow", "date"), ("/v1/events?town=atlantis", "town"),
        ("/v1/sailings", "town"), ("/v1/sailings?town=newhaven&from=2018-08-19T10:00:00", "from"),
        ("/v1/today?town=atlantis", "town"), ("/v1/today?date=2018-02-30", "date"), ("/v1/today?app=other", "app"),
        ("/v1/today?lang=klingon", "lang"), ("/v1/timeline?as_of=soon", "as_of"),
        ("/v1/timeline?as_of=0001-01-01", "as_of"),
        ("/v1/search", "q"), ("/v1/search?q=!!", "q"), ("/v1/search?q=" + "x" * 300, "q"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_query_is_named(caller: Caller, path: str, field: str) -> None:
    problem = caller.refused(422, "GET", path)
    assert field in problem["errors"]


def test_the_platform_is_ready_after_all_that(platform: Platform) -> None:
    assert all(platform.ready(name) for name in platform.fleet.roles)
