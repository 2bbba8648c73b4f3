"""Requests that work in the world of the tests, for operations that its demonstration has not used or has used up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from gateway.routes import SERVICES
from tests.conformance.aims import Sent
from tests.security.codes import PASS_KEY, TEXT, shown_pass
from tests.security.story import FESTIVAL, OPEN_EVENT, OWN_TITLE, product_of
from tests.security.test_promise_32_01_object_level import NAMES_ANOTHERS
from tests.security.world import DirectApi, World
from tests.support.gtfs import feed
from tests.support.gtfs_realtime import live_feed
from tests.support.parked import park

HOST = "curator-1"
OTHER = "another-festival"
Works = dict[str, list[Sent]]
BRASS = {"en": "Brass at the fort", "fr": "Les cuivres au fort"}

CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Test//Test//EN\r
BEGIN:VEVENT\r
UID:one@example.org\r
DTSTAMP:20260101T000000Z\r
DTSTART:20270101T100000Z\r
DTEND:20270101T110000Z\r
SUMMARY:A walk\r
END:VEVENT\r
END:VCALENDAR\r
"""
PLACES = b"id,town,kind,name_en,lat,lon\nbench,newhaven,Park,A bench,50.79,0.05\n"


def works(world: World) -> Works:
    """By the label of the operation; what they need is made here, through the public API."""
    api = DirectApi(world)
    named = {label: [Sent({}, owner, make(world))] for label, (owner, make) in NAMES_ANOTHERS.items()}
    made = named | _events(world, api) | _guests(world, api) | _desks(world, api) | _passes(world)
    made |= _trade(world) | _media(world, api) | _parked(world) | _accounts(world)
    world.deliver()
    return made


def _timing(hours: int) -> dict[str, str]:
    starts = datetime.now(UTC) + timedelta(hours=hours)
    return {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}


def _complete(**more: Any) -> dict[str, Any]:
    return {"title": TEXT, "town": "newhaven", "where": {"name": TEXT}, "timings": [_timing(30)], **more}


def _events(world: World, api: DirectApi) -> Works:
    today = datetime.now(UTC).date()
    days = {"first_day": str(today), "last_day": str(today + timedelta(days=3))}
    festival = {"id": OTHER, "kind": "cultural", "name": TEXT, "summary": TEXT, "towns": ["newhaven"], "open": True}
    api.post("/v1/festivals", {**festival, **days}, as_="curator-2")
    drafts = [api.post("/v1/events", _complete(festival_id=FESTIVAL), as_=HOST)["id"] for _ in range(6)]
    proposals = [
        api.post(f"/v1/festivals/{FESTIVAL}/proposals", {"event": _complete(), "name": "One", "email": "a@example.org"})
        for _ in range(2)
    ]
    accept, refuse = (each["event_id"] for each in proposals)
    for draft in drafts[2:4]:
        api.post(f"/v1/events/{draft}/publish", as_=HOST)
    theirs = [api.post("/v1/events", _complete(festival_id=OTHER, publish=True), as_=HOST)["id"] for _ in range(2)]
    api.post(f"/v1/festivals/{FESTIVAL}/programme", {"event_id": theirs[0]}, as_=HOST)
    for _ in range(3):
        api.post("/v1/events", _complete(festival_id=FESTIVAL, publish=True, kind="MusicEvent", title=BRASS), as_=HOST)
    twice = world.as_(HOST, "GET", "/v1/events/duplicates?limit=200").json["items"]
    alike = [pair for pair in twice if all(each["title"] == BRASS for each in pair["events"])]
    at = "/v1/events/<event_id>"
    form = {"festival_id": FESTIVAL, "town": "newhaven", "lang": "en", "calendar": CALENDAR}
    return {
        "POST /v1/events": [Sent({}, HOST, _complete(festival_id=FESTIVAL))],
        "POST /v1/events/import": [Sent({}, HOST, form)],
        f"GET {at}": [Sent({"event_id": OPEN_EVENT}, HOST)],
        f"PATCH {at}": [Sent({"event_id": drafts[0]}, HOST, {"summary": TEXT})],
        f"GET {at}/clashes": [Sent({"event_id": drafts[0]}, HOST)],
        f"POST {at}/propose": [Sent({"event_id": drafts[4]}, HOST)],
        f"POST {at}/publish": [Sent({"event_id": drafts[1]}, HOST)],
        f"POST {at}/withdraw": [Sent({"event_id": drafts[2]}, HOST)],
        f"POST {at}/cancel": [Sent({"event_id": drafts[3]}, HOST, {"reason": TEXT})],
        f"POST {at}/accept": [Sent({"event_id": accept}, HOST)],
        f"POST {at}/refuse": [Sent({"event_id": refuse}, HOST, {"reason": TEXT})],
        "PUT /v1/events/external/<external_id>": [
            Sent({"external_id": "theirs"}, HOST, _complete(festival_id=FESTIVAL))
        ],
        "POST /v1/events/duplicates/<pair_id>/dismiss": [Sent({"pair_id": alike[0]["id"]}, HOST)],
        "POST /v1/events/duplicates/<pair_id>/merge": [
            Sent({"pair_id": alike[1]["id"]}, HOST, {"keep": alike[1]["events"][0]["id"]})
        ],
        "GET /v1/events/proposals/<code>": [Sent({"code": world.known["proposal"]})],
        "GET /v1/festivals/<festival_id>/members": [Sent({"festival_id": FESTIVAL}, HOST)],
        "GET /v1/festivals/<festival_id>/proposals": [Sent({"festival_id": FESTIVAL}, HOST)],
        "DELETE /v1/festivals/<festival_id>/members/<account_id>": [
            Sent({"festival_id": FESTIVAL, "account_id": "maker-1"}, HOST)
        ],
        "POST /v1/festivals/<festival_id>/programme": [Sent({"festival_id": FESTIVAL}, HOST, {"event_id": theirs[1]})],
        "DELETE /v1/festivals/<festival_id>/programme/<event_id>": [
            Sent({"festival_id": FESTIVAL, "event_id": theirs[0]}, HOST)
        ],
    }


def _guests(world: World, api: DirectApi) -> Works:
    """Three who registered: one may come, one was offered a place, one has cancelled; and the devices at the door."""
    event = api.post("/v1/events", _complete(festival_id=FESTIVAL, publish=True), as_=HOST)["id"]
    api.call("PUT", f"/v1/events/{event}/registration", as_=HOST, json={"capacity": 1})
    guests = [{"name": f"Guest {n}", "email": f"guest-{n}@example.org"} for n in range(2)]
    first, second = (api.post(f"/v1/events/{event}/registrations", guest)["code"] for guest in guests)
    api.post(f"/v1/registrations/{first}/cancel")
    door = {"event_id": OPEN_EVENT, "code": world.known["scanner"]}
    now = datetime.now(UTC).isoformat()
    scan = {"id": "scan-1", "code_digest": "0" * 64, "timing_id": "1", "at": now, "issued_at": now}
    at, registration = "/v1/events/<event_id>", "/v1/registrations/<code>"
    return {
        f"GET {at}/registration": [Sent({"event_id": OPEN_EVENT})],
        f"PUT {at}/registration": [Sent({"event_id": OPEN_EVENT}, HOST, {"capacity": 400})],
        f"POST {at}/registrations": [Sent({"event_id": OPEN_EVENT}, body={**guests[0], "email": "new@example.org"})],
        f"GET {at}/registrations": [Sent({"event_id": OPEN_EVENT}, HOST)],
        f"GET {at}/checkin": [Sent({"event_id": OPEN_EVENT}, HOST)],
        f"GET {at}/scanners": [Sent({"event_id": OPEN_EVENT}, HOST)],
        f"GET {at}/scanners/<code>/bundle": [Sent(door)],
        f"GET {at}/scanners/<code>/scans": [Sent(door)],
        f"POST {at}/scanners/<code>/scans": [Sent(door, body={"scans": [scan]})],
        f"POST {at}/scanners/<scanner_id>/revoke": [
            Sent({"event_id": OPEN_EVENT, "scanner_id": world.known["id of the scanner to revoke"]}, HOST)
        ],
        "GET /v1/tours/<event_id>": [Sent({"event_id": OPEN_EVENT})],
        f"GET {registration}": [Sent({"code": world.known["registration"]})],
        f"POST {registration}/accept": [Sent({"code": second})],
        f"POST {registration}/cancel": [Sent({"code": world.known["registration"]})],
    }


def _desks(world: World, api: DirectApi) -> Works:
    """Shifts of the coming days, one of them offered; sailings that are still ahead."""
    shifts = []
    for hours in (24, 48, 72):
        body = {"centre_id": "newhaven", "capacity": 2, **_timing(hours)}
        shifts.append(api.post("/v1/shifts", body, as_="ambassador")["id"])
        api.post(f"/v1/shifts/{shifts[-1]}/signup", as_="ambassador")
    for shift in shifts[1:]:
        api.call("PUT", f"/v1/shifts/{shift}/offer", as_="ambassador", json={})
    query = {"departure.at": {"$gt": datetime.now(UTC) + timedelta(days=2)}}
    to_delay, to_cancel = world.runtimes["visitor"].db.sailings.find(query).sort("departure.at").limit(2)
    late = (to_delay["departure"]["at"] + timedelta(minutes=20)).isoformat()
    shift, sailing = "/v1/shifts/<shift_id>", "/v1/sailings/<sailing_id>"
    places = {"source": "test-source", "licence": "CC0-1.0", "town": "newhaven", "places": PLACES}
    return {
        f"PUT {shift}/offer": [Sent({"shift_id": shifts[0]}, "ambassador", {})],
        f"DELETE {shift}/offer": [Sent({"shift_id": shifts[2]}, "ambassador")],
        f"POST {shift}/accept": [Sent({"shift_id": shifts[1]}, "ambassador-aboard", {})],
        f"PUT {sailing}/delay": [
            Sent({"sailing_id": to_delay["_id"]}, "ambassador", {"departs_at": late, "reason": TEXT})
        ],
        f"POST {sailing}/cancel": [Sent({"sailing_id": to_cancel["_id"]}, "ambassador", {"reason": TEXT})],
        "POST /v1/sailings/import": [Sent({}, "operator", {"feed": feed()})],
        "POST /v1/sailings/live": [Sent({}, "operator", {"feed": live_feed(datetime.now(UTC))})],
        "POST /v1/places/import": [Sent({}, "operator", places)],
    }


def _passes(world: World) -> Works:
    day, code = {"plan_id": world.known["day plan"]}, world.known["code of the day plan"]
    return {
        "POST /v1/passes/<pass_id>/open": [Sent({"pass_id": world.known["pass"]}, body={"code": shown_pass(PASS_KEY)})],
        "POST /v1/day-plans/<plan_id>/open": [Sent(day, body={"code": code})],
        "POST /v1/day-plans/<plan_id>/replan": [Sent(day, body={"code": code, "revision": 1})],
    }


def _trade(world: World) -> Works:
    party = {"maker_id": product_of(world, "maker-2")["maker_id"]}
    consigned = world.made("maker-2", "/v1/consignments", NAMES_ANOTHERS["POST /v1/consignments"][1](world))
    order = world.made("buyer", "/v1/orders", {"offering_id": product_of(world, "maker-1")["_id"]})["id"]
    return {
        "GET /v1/consignments": [Sent({}, "maker-2", query=party)],
        "GET /v1/sales": [Sent({}, "maker-2", query=party)],
        "GET /v1/statements": [Sent({}, "maker-2", query=party)],
        "POST /v1/consignments/<consignment_id>/return": [
            Sent({"consignment_id": consigned["id"]}, "maker-2", {"quantity": 1})
        ],
        "POST /v1/orders/<order_id>/cancel": [Sent({"order_id": order}, "buyer")],
        "POST /v1/orders/<order_id>/collect": [Sent({"order_id": world.private["an order"]}, "maker-1")],
    }


def _media(world: World, api: DirectApi) -> Works:
    taken = world.runtimes["media"].db.subjects.find_one({"state": "proposed"})
    assert taken is not None
    api.post(f"/v1/productions/{taken['_id']}/take-up", as_="producer")
    return {
        "PATCH /v1/titles/<title_id>": [Sent({"title_id": OWN_TITLE}, "producer", {"source": "Somewhere else."})],
        "POST /v1/titles/<title_id>/publish": [Sent({"title_id": OWN_TITLE}, "producer", {"with_episodes": False})],
        "POST /v1/productions/<subject_id>/hand-back": [Sent({"subject_id": taken["_id"]}, "producer")],
    }


def _parked(world: World) -> Works:
    """Events that each service has parked: to be looked at, to be discarded, to be applied after all."""
    found: Works = {}
    for name in SERVICES:
        runtime = world.runtimes[name]
        reacts = {event.TYPE: event for event in runtime.service.reacts}
        rows = [row for each in SERVICES for row in world.runtimes[each].db.outbox.find().sort("_id").limit(200)]
        row = next(row for row in rows if row["type"] in reacts)
        event = msgspec.json.decode(row["value"], type=reacts[row["type"]])
        ids = [park(runtime, offset, event) for offset in (1001, 1002)]
        at = f"/v1/parked/{name}"
        found[f"GET {at}/record"] = [Sent({}, "operator", query={"id": ids[0]})]
        found[f"POST {at}/discard"] = [Sent({}, "operator", {"id": ids[1], "reason": "A test."})]
    return found


def _accounts(world: World) -> Works:
    body = {"email": "generated@example.org", "password": "correct horse battery"}
    id = world.send("POST", "/v1/accounts", json={**body, "name": "Generated"}).json["id"]
    return {
        "GET /v1/accounts/me": [Sent({}, id)],
        "POST /v1/accounts": [Sent({}, None, {**body, "email": "another@example.org", "name": "Another"})],
        "POST /v1/accounts/<account_id>/roles": [Sent({"account_id": id}, "operator", {"add": ["ambassador"]})],
        "POST /v1/auth/token": [Sent({}, None, body)],
    }
