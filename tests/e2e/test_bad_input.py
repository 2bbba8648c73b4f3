"""Whatever is sent, the answer says what would be right, is never a 500, and nothing has changed.

The routes that take a body are read from the platform's own OpenAPI document, so a new route is tested unasked.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from deploy.demo.client import Api, Credentials
from gateway.issuer import Issuer, load_signing_key
from gateway.schemas import ROLES
from kernel.clock import ManualClock
from kernel.ids import new_id
from tests.e2e.conftest import Caller, Contents
from tests.support import gtfs
from tests.support.platform import Platform

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="session")
def everyone(demo: Api) -> str:
    """An account with every role, so that what is refused is refused for what was sent."""
    demo.accounts["everyone"] = Credentials("everyone@example.org", "a long enough password")
    body = {"email": "everyone@example.org", "password": "a long enough password", "name": "Everyone"}
    demo.post("/v1/accounts", body, idempotent="everyone")
    path = f"/v1/accounts/{demo.account_id('everyone')}/roles"
    demo.post(path, {"add": list(ROLES)}, as_="operator", idempotent="everyone-roles")
    demo.accounts["everyone"].token = None
    return "everyone"


@contextmanager
def nothing_changes(contents: Contents) -> Iterator[None]:
    """What all services keep is the same before and after."""
    before = contents.settled()
    yield
    assert contents.settled() == before


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


def test_what_is_anothers_stays_theirs(caller: Caller, contents: Contents) -> None:
    api = caller.api
    event = api.items("/v1/events", festival_id="newhaven-festival-2018")[0]["id"]
    mine = {event["id"] for event in api.items("/v1/events", as_="curator-18", curator_id=api.account_id("curator-18"))}
    assert event not in mine
    maker = api.get("/v1/makers", as_="maker-1", mine="true")["items"][0]["id"]
    offering = api.items("/v1/offerings", maker_id=maker)[0]["id"]
    draft = {"maker_id": maker, "kind": "service", "title": {"en": "T"}, "summary": {"en": "T"}}
    with nothing_changes(contents):
        caller.refused(403, "PATCH", f"/v1/events/{event}", as_="curator-18", json={"title": {"en": "Mine"}})
        for act in ("publish", "withdraw"):
            caller.refused(403, "POST", f"/v1/events/{event}/{act}", as_="curator-18")
        caller.refused(403, "PATCH", f"/v1/makers/{maker}", as_="maker-2", json={"name": "Mine"})
        caller.refused(403, "PATCH", f"/v1/offerings/{offering}", as_="maker-2", json={"title": {"en": "Mine"}})
        caller.refused(403, "POST", f"/v1/offerings/{offering}/withdraw", as_="maker-2")
        draft["prices"] = [{"amount": 100, "currency": "GBP"}]
        caller.refused(403, "POST", "/v1/offerings", as_="maker-2", json=draft)
        caller.refused(403, "GET", f"/v1/statements?maker_id={maker}", as_="maker-2")
        caller.refused(403, "POST", "/v1/titles/seaside-town/publish", as_="producer-2", json={})
        caller.refused(403, "PATCH", "/v1/titles/seaside-town", as_="producer-2", json={"name": {"en": "Mine"}})


def test_every_route_that_needs_a_role_refuses_nobody_and_the_wrong_one(caller: Caller, contents: Contents) -> None:
    document = caller.api.get("/v1/openapi.json")
    guarded = [
        (method.upper(), path.replace("{", "no-").replace("}", ""), operation.get("x-roles", []))
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and operation.get("security")
    ]
    assert len(guarded) > 40
    with nothing_changes(contents):
        for method, path, roles in guarded:
            caller.refused(401, method, path, json={})
            if roles and "visitor" not in roles:
                caller.refused(403, method, path, as_="buyer", json={})


def forged(key: Path, **changes: Any) -> str:
    """A token that is signed with the platform's own key but for what ``changes`` says."""
    private = changes.pop("private", None) or load_signing_key(str(key))
    header = {"alg": "Ed25519", "kid": load_signing_key(str(key)).thumbprint(), **changes.pop("header", {})}
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": "living-newhaven", "aud": "living-newhaven", "sub": "a", "roles": list(ROLES), "name": "A"}
    claims |= {"iat": now, "exp": now + 600, "jti": new_id(), **changes}
    return jwt.encode(
        header, {name: value for name, value in claims.items() if value is not None}, private, ["Ed25519"]
    )


def unsigned(token: str) -> str:
    """The same claims with ``alg: none`` and no signature."""
    _, claims, _ = token.split(".")
    return f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}."


def test_a_token_is_signed_by_the_platform_for_the_platform_and_still_good(
    caller: Caller, auth_key: Path, contents: Contents
) -> None:
    good = forged(auth_key)
    sent = caller.send("GET", "/v1/orders", headers={"Authorization": f"Bearer {good}"})
    assert sent.status_code == 200
    account = SimpleNamespace(id="a", name="A", roles=list(ROLES))
    settings = SimpleNamespace(auth_issuer="living-newhaven", auth_audience="living-newhaven")
    past = ManualClock(datetime.now(UTC) - timedelta(hours=1))
    head, claims, signature = good.split(".")
    wrong = {
        "expired": Issuer(load_signing_key(str(auth_key)), settings, past).issue(account)["access_token"],
        "another key": forged(auth_key, private=OKPKey.generate_key("Ed25519")),
        "unknown key id": forged(auth_key, header={"kid": "other"}),
        "another audience": forged(auth_key, aud="elsewhere"),
        "another issuer": forged(auth_key, iss="elsewhere"),
        "no expiry": forged(auth_key, exp=None),
        "no subject": forged(auth_key, sub=None),
        "roles of another shape": forged(auth_key, roles="operator"),
        "unsigned": unsigned(good),
        "cut": f"{head}.{claims}.",
        "changed": f"{head}.{claims[:-4]}AAAA.{signature}",
        "no token": "x",
        "very long": "x" * 7000,
    }
    with nothing_changes(contents):
        for what, token in wrong.items():
            for method, path in (("GET", "/v1/orders"), ("POST", "/v1/festivals"), ("GET", "/v1/accounts/me")):
                problem = caller.refused(401, method, path, headers={"Authorization": f"Bearer {token}"}, json={})
                assert problem["type"] == "urn:problem:unauthenticated", what
        caller.refused(401, "GET", "/v1/places", headers={"Authorization": "Basic YTpi"})


def test_an_idempotency_key_stands_for_one_request(caller: Caller, everyone: str, contents: Contents) -> None:
    key = {"Idempotency-Key": new_id()}
    first = caller.send("POST", "/v1/places", as_=everyone, json=PLACE, headers=dict(key))
    assert first.status_code == 201
    with nothing_changes(contents):
        again = caller.send("POST", "/v1/places", as_=everyone, json=PLACE, headers=dict(key))
        assert (again.status_code, again.json()) == (201, first.json())
        other = PLACE | {"name": {"en": "Another"}}
        problem = caller.refused(422, "POST", "/v1/places", as_=everyone, json=other, headers=dict(key))
        assert problem["type"] == "urn:problem:idempotency-key-reused"
        for bad in ("x" * 300, "with space"):
            caller.refused(422, "POST", "/v1/places", as_=everyone, json=PLACE, headers={"Idempotency-Key": bad})


def feeds() -> dict[str, bytes]:
    """Timetables that cannot be read; the last unpacks to 200 MB."""
    return {
        "no zip": b"this is no zip",
        "nothing": b"",
        "a zip that is cut": gtfs.feed()[:200],
        "a zip of something else": gtfs.zipped({"a.txt": "b"}),
        "without trips": gtfs.feed(trips=None),
        "an unknown zone": gtfs.feed(agency="agency_name,agency_url,agency_timezone\na,https://example.org,Mars\n"),
        "not text": gtfs.feed(trips=b"\xff\xfe\x00\x01"),
        "a bomb": gtfs.zipped({"trips.txt": "x" * (200 * MEGABYTE)}),
    }


def test_a_timetable_that_cannot_be_read_is_refused_whole(caller: Caller, contents: Contents) -> None:
    with nothing_changes(contents):
        for what, feed in feeds().items():
            files = {"feed": ("f.zip", feed)}
            try:
                caller.refused(422, "POST", "/v1/sailings/import", as_="operator", files=files)
            except AssertionError as error:
                raise AssertionError(f"{what}: {error}") from error


def test_a_timetable_over_the_limit_is_not_read_at_all(caller: Caller, contents: Contents) -> None:
    with nothing_changes(contents):
        large = b"\x00" * (20 * MEGABYTE + 1)
        caller.refused(413, "POST", "/v1/sailings/import", as_="operator", files={"feed": ("f.zip", large)})
        caller.refused(422, "POST", "/v1/sailings/import", as_="operator", files={"other": ("f.zip", b"")})


def test_bad_rows_of_a_timetable_are_reported_and_the_good_ones_taken(caller: Caller) -> None:
    tag = new_id()[-8:]
    trips = gtfs.plus("trips", f"line,daily,{tag},Ship", f"line,never,{tag}-bad,Ship")
    stop_times = gtfs.plus(
        "stop_times",
        f"{tag},06:00:00,06:00:00,newhaven,1",
        f"{tag},10:00:00,10:00:00,dieppe,2",
        f"{tag}-bad,25:99:00,06:00:00,newhaven,1",
    )
    answer = caller.send(
        "POST",
        "/v1/sailings/import",
        as_="operator",
        files={"feed": ("f.zip", gtfs.feed(trips=trips, stop_times=stop_times))},
    )
    assert answer.status_code == 200
    report = answer.json()
    assert report["issues_total"] >= 1
    assert {issue["file"] for issue in report["issues"]} <= {"trips.txt", "stop_times.txt"}
    assert all(issue["line"] and issue["field"] and issue["problem"] for issue in report["issues"])
    sailings = caller.api.items("/v1/sailings", town="newhaven", date="2018-08-19")
    assert [each for each in sailings if tag in each["id"]]
    assert not [each for each in sailings if f"{tag}-bad" in each["id"]]


def test_the_platform_is_ready_after_all_that(platform: Platform) -> None:
    assert all(platform.ready(name) for name in platform.fleet.roles)
