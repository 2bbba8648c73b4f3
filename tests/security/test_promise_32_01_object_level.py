"""Promise 32 (1): no account reaches what belongs to another, whichever id it names, wherever it names it.

OWASP API1:2023, broken object level authorization. Every route whose line in ``access.py`` says ``own`` is asked, by an
account with the right role, for every object of the demonstration that is somebody else's: in the path, in the query
and in the body. It is refused, nothing is written, and the owner's same request is not refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deploy.demo.accounts import SELF_SERVICE
from tests.security.access import line_of
from tests.security.routes import Route, api_routes
from tests.security.story import FESTIVAL, OPEN_EVENT, OWN_TITLE, product_of
from tests.security.world import ROLES_OF, World

Body = dict[str, Any]

KEPT_IN = {
    "consignment_id": ("marketplace", "consignments"),
    "event_id": ("festivals", "events"),
    "festival_id": ("festivals", "festivals"),
    "maker_id": ("marketplace", "makers"),
    "offering_id": ("marketplace", "offerings"),
    "order_id": ("marketplace", "orders"),
    "place_id": ("visitor", "places"),
    "point_id": ("visitor", "stamp_points"),
    "pair_id": ("festivals", "duplicates"),
    "popup_id": ("marketplace", "popups"),
    "release_id": ("media", "releases"),
    "subject_id": ("media", "subjects"),
    "title_id": ("media", "titles"),
    "voucher_id": ("visitor", "vouchers"),
}
"""Name of an id in a path or a query to where such objects are kept."""

MEMBERS = {"account_id": "maker-1", "event_id": OPEN_EVENT}
"""Variables that stand behind the one which names the object, and what they name."""

NARROWER = {
    "POST /v1/events/<event_id>/accept": ("festivals", "proposals"),
    "POST /v1/events/<event_id>/refuse": ("festivals", "proposals"),
}
"""Where to find what an owner may use these on: of an event, only a proposed one."""

BODIES: dict[str, Body] = {
    "PATCH /v1/events/<event_id>": {"keywords": ["taken"]},
    "POST /v1/events/<event_id>/cancel": {"reason": {"en": "Taken."}},
    "POST /v1/events/<event_id>/refuse": {"reason": {"en": "Taken."}},
    "POST /v1/events/duplicates/<pair_id>/merge": {"keep": OPEN_EVENT},
    "PUT /v1/events/<event_id>/registration": {"capacity": 500, "max_party": 2},
    "POST /v1/events/<event_id>/scanners": {"label": "Taken"},
    "PUT /v1/tours/<event_id>": {
        "leader": "Taken",
        "length_m": 1000,
        "meeting_point": {"name": {"en": "Here"}},
        "route": [{"name": {"en": "There"}}],
    },
    "PUT /v1/festivals/<festival_id>/members/<account_id>": {"role": "reader", "name": "Taken"},
    "POST /v1/festivals/<festival_id>/programme": {"event_id": OPEN_EVENT},
    "POST /v1/vouchers/<voucher_id>/redemptions": {"id": "0197a000-0000-7000-8000-000000000032"},
    "PATCH /v1/makers/<maker_id>": {"visitors_welcome": False},
    "POST /v1/makers/<maker_id>/members": {"account_id": "mallory"},
    "PATCH /v1/offerings/<offering_id>": {"summary": {"en": "Taken."}},
    "POST /v1/offerings/<offering_id>/stock": {"quantity": 1},
    "PATCH /v1/places/<place_id>": {"walk_minutes": 1},
    "POST /v1/consignments/<consignment_id>/return": {"quantity": 1},
    "PATCH /v1/titles/<title_id>": {"source": "Taken."},
    "POST /v1/titles/<title_id>/publish": {},
    "PATCH /v1/releases/<release_id>": {"ends_on": None},
}
"""A body that the schema of the route accepts, so that a refusal is about the object."""


def _consignment(world: World) -> Body:
    return {"offering_id": product_of(world, "maker-2")["_id"], "popup_id": _shop(world), "quantity": 1}


def _shop(world: World) -> str:
    return world.ids("marketplace", "popups")[-1]


def _offering(world: World) -> Body:
    text = {"en": "A bowl"}
    base = {"maker_id": product_of(world, "maker-2")["maker_id"], "kind": "service", "title": text, "summary": text}
    return {**base, "prices": [{"amount": 100, "currency": "GBP"}]}


def _release(world: World) -> Body:
    rows = world.runtimes["media"].db.releases.find({"producer_id": "producer"}).sort("_id")
    row = next(iter(rows))
    return {
        **{name: row[name] for name in ("title_id", "channel_id", "url")},
        "starts_on": "1990-01-01",
        "ends_on": "1990-02-01",
    }


def _placement(world: World) -> Body:
    row = world.runtimes["media"].db.placements.find_one({"producer_id": "producer"}, sort=[("_id", 1)])
    assert row is not None
    return {"release_id": row["release_id"], "channel_id": row["channel_id"], "label": {"en": "Here"}}


def _event(world: World) -> Body:
    return {"festival_id": FESTIVAL, "title": {"en": "In another's festival"}, "town": "newhaven"}


def _episode(world: World) -> Body:
    text = {"en": "Of another's series"}
    return {"kind": "episode", "series_id": OWN_TITLE, "episode_number": 7, "name": text, "summary": text}


def _sale(world: World) -> Body:
    return {"offering_id": product_of(world, "maker-2")["_id"], "source": "studio"}


NAMES_ANOTHERS: dict[str, tuple[str, Callable[[World], Body]]] = {
    "POST /v1/consignments": ("maker-2", _consignment),
    "POST /v1/events": ("curator-1", _event),
    "POST /v1/offerings": ("maker-2", _offering),
    "POST /v1/placements": ("producer", _placement),
    "POST /v1/releases": ("producer", _release),
    "POST /v1/sales": ("maker-2", _sale),
    "POST /v1/titles": ("producer", _episode),
}
"""Routes that name in the body what has to be one's own: the account that it belongs to, and such a body."""

OWN = [route for route in api_routes() if line_of(route.label).refused_on_others]
BY_PATH = [route for route in OWN if route.variables]
BY_BODY = [route for route in OWN if not route.variables and route.writes]
BY_QUERY = [route for route in OWN if not route.variables and not route.writes]
NAMED_IN_QUERY = [(route, name) for route in BY_QUERY for name in route.query() if name in KEPT_IN]


def label(value: Any) -> str:
    return value.label if isinstance(value, Route) else str(value)


def _body_of(route: Route) -> Body | None:
    if route.body() is None:
        return None
    assert route.label in BODIES, f"{route.label} needs a body in BODIES that its schema accepts"
    return BODIES[route.label]


def _targets(world: World, route: Route, where: tuple[str, str] | None = None) -> list[str]:
    """The paths of a route, one for each object that there is; of several variables the first names the object."""
    kind = next(name for name in route.variables if name in KEPT_IN)
    others = {**MEMBERS, "scanner_id": world.known["id of the scanner to revoke"]}
    found = [route.at(**others | {kind: id}) for id in world.ids(*where or KEPT_IN[kind])]
    assert found, f"the demonstration has nothing for {route.label}"
    return found


@pytest.mark.parametrize("route", BY_PATH, ids=label)
def test_no_id_in_the_path_opens_what_is_anothers(world: World, route: Route) -> None:
    before, body = world.digest(route.owner), _body_of(route)
    for role in line_of(route.label).refused_on_others:
        for path in _targets(world, route):
            answer = world.send(route.method, path, roles=[role], id="mallory", json=body)
            assert answer.status_code in (403, 404), f"{role} {path}: {answer.status_code} {answer.text[:300]}"
    assert world.digest(route.owner) == before


@pytest.mark.parametrize(("route", "name"), NAMED_IN_QUERY, ids=label)
def test_no_id_in_the_query_shows_what_is_anothers(world: World, route: Route, name: str) -> None:
    for role in line_of(route.label).refused_on_others:
        for id in world.ids(*KEPT_IN[name]):
            answer = world.send("GET", route.path, roles=[role], id="mallory", query_string={name: id})
            nothing = answer.status_code == 200 and answer.json.get("items") == []
            assert nothing or answer.status_code in (403, 404), f"{role} {name}={id}: {answer.text[:300]}"


@pytest.mark.parametrize("route", BY_QUERY, ids=label)
def test_a_list_of_ones_own_things_is_empty_for_who_has_none(world: World, route: Route) -> None:
    for role in line_of(route.label).refused_on_others:
        answer = world.send("GET", route.path, roles=[role], id="mallory")
        nothing = answer.status_code == 200 and answer.json.get("items") == []
        assert nothing or answer.status_code in (403, 404, 422), f"{role}: {answer.text[:300]}"


@pytest.mark.parametrize("route", BY_BODY, ids=label)
def test_no_id_in_the_body_takes_what_is_anothers(world: World, route: Route) -> None:
    assert route.label in NAMES_ANOTHERS, f"{route.label} needs a body in NAMES_ANOTHERS that names what is another's"
    owner, make = NAMES_ANOTHERS[route.label]
    body, before = make(world), world.digest(route.owner)
    for role in line_of(route.label).refused_on_others:
        answer = world.send(route.method, route.path, roles=[role], id="mallory", json=body)
        # 422 where nobody else learns that it exists; that nothing else is wrong with the body its owner shows below.
        assert answer.status_code in (403, 404, 422), f"{role}: {answer.status_code} {answer.text[:300]}"
    assert world.digest(route.owner) == before
    answer = world.as_(owner, route.method, route.path, json=body)
    assert answer.status_code in (200, 201), f"{owner}: {answer.status_code} {answer.text[:300]}"


READS = [route for route in api_routes() if not route.writes and not route.variables and line_of(route.label).open]


@pytest.mark.parametrize("route", READS, ids=label)
def test_what_is_private_stands_in_no_public_list(world: World, route: Route) -> None:
    """Drafts, orders, sales, what the desk noted, and who bought or volunteered."""
    query = {"limit": route.query()["limit"]["maximum"]} if "limit" in route.query() else {}
    for who in ({}, {"roles": ["visitor"], "id": "mallory"}):
        cursor: str | None = None
        while True:
            answer = world.send("GET", route.path, query_string=query | _required(route) | _cursor(cursor), **who)
            assert answer.status_code == 200, answer.text[:300]
            text = answer.data.decode(errors="replace")
            found = [what for what, id in world.private.items() if id in text]
            assert found == [], f"{route.label} shows {found}"
            cursor = answer.json.get("next_cursor") if answer.is_json else None
            if cursor is None:
                break


def _cursor(cursor: str | None) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _required(route: Route) -> dict[str, str]:
    values = {"date": "2018-08-19", "town": "newhaven", "q": "made"}
    wanted = [each["name"] for each in route.operation.get("parameters", []) if each.get("required")]
    return {name: values[name] for name in wanted}


@pytest.mark.parametrize("what", ["a draft event", "a draft title"])
def test_a_draft_is_seen_by_who_makes_it_and_does_not_exist_for_others(world: World, what: str) -> None:
    path, owner = {"a draft event": ("/v1/events/", "curator-1"), "a draft title": ("/v1/titles/", "producer")}[what]
    path += world.private[what]
    assert world.as_(owner, "GET", path).status_code == 200
    assert world.send("GET", path).status_code == 404
    assert world.send("GET", path, roles=ROLES_OF[owner], id="mallory").status_code == 404


@pytest.mark.parametrize("route", BY_PATH, ids=label)
def test_the_owner_is_not_refused(world: World, route: Route) -> None:
    """Else a route that refuses everybody would pass."""
    body, wanted = _body_of(route), line_of(route.label).roles
    owners = [name for name in SELF_SERVICE if not wanted or set(wanted) & set(ROLES_OF[name])]
    if route.label.startswith("PATCH /v1/places"):
        path = "/v1/places"
        place = {"town": "newhaven", "kind": "Park", "name": {"en": "A park"}, "summary": {"en": "Green."}}
        world.made(owners[0], path, {**place, "point": {"lat": 50.79, "lon": 0.05}})
    for path in reversed(_targets(world, route, NARROWER.get(route.label))):
        for name in owners:
            answer = world.as_(name, route.method, path, json=body)
            if answer.status_code not in (403, 404):
                assert answer.status_code in (200, 201, 409), f"{name} {path}: {answer.status_code} {answer.text[:300]}"
                return
    pytest.fail(f"nobody of the demonstration may use {route.label}")


WRONG_CODES: dict[str, Body | None] = {
    "GET /v1/events/<event_id>/scanners/<code>/bundle": None,
    "GET /v1/events/<event_id>/scanners/<code>/scans": None,
    "POST /v1/events/<event_id>/scanners/<code>/scans": {
        "scans": [
            {
                "id": "guess",
                "code_digest": "0" * 64,
                "timing_id": "1",
                "at": "2026-01-01T00:00:00Z",
                "issued_at": "2026-01-01T00:00:00Z",
            }
        ]
    },
    "GET /v1/events/proposals/<code>": None,
    "GET /v1/registrations/<code>": None,
    "POST /v1/registrations/<code>/accept": None,
    "POST /v1/registrations/<code>/cancel": None,
    "POST /v1/day-plans/<plan_id>/open": {"code": "guess"},
    "POST /v1/day-plans/<plan_id>/replan": {"code": "guess", "revision": 1},
}
"""Routes that a secret code opens, in the path or in the body. The code of a pass is no secret but a signature."""


def test_every_route_that_a_code_opens_is_tried_with_a_wrong_one() -> None:
    found = {
        route.label for route in api_routes() if "code" in route.variables or route.path.startswith("/v1/day-plans/")
    }
    assert found == set(WRONG_CODES)


@pytest.mark.parametrize("name", WRONG_CODES)
def test_a_wrong_code_opens_nothing_and_tells_nothing(world: World, name: str) -> None:
    """Not even that there is something to be opened: codes of other things are as wrong as made-up ones."""
    [route] = [route for route in api_routes() if route.label == name]
    before, told = world.digest(route.owner), set()
    codes = ["guess", *(value for what, value in world.known.items() if what.startswith(("id of", "offer", "voucher")))]
    for code in codes:
        path = route.at(event_id=OPEN_EVENT, code=code, plan_id=world.known["day plan"])
        answer = world.send(route.method, path, json=WRONG_CODES[name])
        assert answer.status_code == 404, f"{path}: {answer.status_code} {answer.text[:300]}"
        told.add(answer.json["detail"])
    assert len(told) == 1
    assert world.digest(route.owner) == before
