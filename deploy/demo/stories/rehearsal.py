"""What a story makes for itself and takes back: sailings far ahead, and an event, a plan and a pre-order on them."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

from deploy.demo.client import CallFailed
from deploy.demo.walk import Walk

CURATOR, BUYER = "curator-1", "buyer"
HOURS = (13, 15)
"""Departures at which nothing else sails."""

Things = dict[str, str]
"""``event``, ``plan`` and ``order`` to their ids."""


def two_sailings(walk: Walk, day: date) -> list[str]:
    """Import a feed of two trips on one day, twice; the ids of their sailings."""
    trips = [f"walk-{walk.tag}-{number}" for number in (1, 2)]
    feed = ("walk.zip", _feed(trips, day), "application/zip")
    report = walk.api.post("/v1/sailings/import", as_="ambassador", files={"feed": feed})
    walk.same(f"sailings imported for {day}", report["sailings"]["new"], 2)
    again = walk.api.post("/v1/sailings/import", as_="ambassador", files={"feed": feed})["sailings"]
    walk.same("imported again: new, unchanged", (again["new"], again["unchanged"]), (0, 2))
    departing = walk.api.items("/v1/sailings", town="newhaven", date=day.isoformat(), direction="departure")
    return [next(each["id"] for each in departing if trip in each["id"]) for trip in trips]


def _feed(trips: list[str], day: date) -> bytes:
    """A GTFS feed of the trips, two hours apart."""
    calls = [
        f"{trip},{at}:17:00,{at}:17:00,{stop},{number}\n"
        for hour, trip in zip(HOURS, trips, strict=True)
        for number, (stop, at) in enumerate((("newhaven", hour), ("dieppe", hour + 4)))
    ]
    tables = {
        "agency.txt": "agency_name,agency_url,agency_timezone\nRehearsal,https://example.org/,Europe/London\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
        "newhaven,Newhaven,50.794,0.056\ndieppe,Dieppe,49.934,1.091\n",
        "routes.txt": "route_id,route_long_name,route_type\nrehearsal,Newhaven - Dieppe,4\n",
        "calendar_dates.txt": f"service_id,date,exception_type\nonce,{day:%Y%m%d},1\n",
        "trips.txt": "route_id,service_id,trip_id\n" + "".join(f"rehearsal,once,{trip}\n" for trip in trips),
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + "".join(calls),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(name, text)
    return packed.getvalue()


def depend_on(walk: Walk, day: date, name: str, sailing: str | None, things: Things) -> None:
    """Make an event and a pre-order, and a plan if there is a ``sailing``, that depend on it; ids into ``things``."""
    things["event"] = _event(walk, day, name, sailing)
    things["order"] = _order(walk, name, sailing)
    if sailing:
        things["plan"] = _plan(walk, day, sailing)
    walk.did(f"made for {sailing or 'no sailing'}: {', '.join(sorted(things))}")


def states(walk: Walk, things: Things) -> dict[str, str]:
    """The status of the things as people see them."""
    readers = {"event": ("events", None), "plan": ("plans", None), "order": ("orders", BUYER)}
    return {
        kind: walk.api.get(f"/v1/{readers[kind][0]}/{identity}", as_=readers[kind][1])["status"]
        for kind, identity in sorted(things.items())
    }


def take_back(walk: Walk, name: str, things: Things) -> None:
    """Withdraw the event and cancel the order; a plan leaves by itself."""
    if "event" in things:
        path = f"/v1/events/{things['event']}/withdraw"
        walk.api.post(path, as_=CURATOR, idempotent=f"s9-withdraw-{name}-{walk.tag}")
    if "order" in things:
        path = f"/v1/orders/{things['order']}/cancel"
        walk.api.post(path, as_=BUYER, idempotent=f"s9-return-{name}-{walk.tag}")


def _event(walk: Walk, day: date, name: str, sailing: str | None) -> str:
    draft = {
        "festival_id": _festival(walk, day),
        "title": {"en": f"Rehearsal on the quay ({name})", "fr": f"Répétition sur le quai ({name})"},
        "town": "newhaven",
        "where": {"name": {"en": "The quay", "fr": "Le quai"}},
        "timings": [{"starts_at": f"{day}T11:00:00Z", "ends_at": f"{day}T12:00:00Z"}],
        "sailing_ids": [sailing] if sailing else [],
        "synthetic": True,
        "publish": True,
    }
    return str(walk.api.post("/v1/events", draft, as_=CURATOR, idempotent=f"s9-event-{name}-{walk.tag}")["id"])


def _festival(walk: Walk, day: date) -> str:
    """One festival a year for rehearsals, announced by the first that needs it."""
    identity = f"rehearsals-{day.year}"
    body = {
        "id": identity,
        "kind": "cultural",
        "name": {"en": f"Rehearsals {day.year}", "fr": f"Répétitions {day.year}"},
        "summary": {"en": "What is tried out before it counts.", "fr": "Ce qu'on essaie avant que cela compte."},
        "towns": ["newhaven"],
        "first_day": f"{day.year}-01-01",
        "last_day": f"{day.year}-12-31",
        "synthetic": True,
    }
    return str(walk.api.post("/v1/festivals", body, as_=CURATOR, idempotent=f"s9-{identity}")["id"])


def _order(walk: Walk, name: str, sailing: str | None) -> str:
    """A pre-order to collect after ``sailing``, as soon as the marketplace has heard of that."""
    offerings = walk.api.items("/v1/offerings", town="newhaven", available="true")
    body = {"offering_id": offerings[0]["id"], "collect_sailing_id": sailing}
    key = f"s9-order-{name}-{walk.tag}"
    return str(
        walk.eventually(f"an order is taken for {sailing or 'no sailing'}", lambda: _taken(walk, body, key))["id"]
    )


def _taken(walk: Walk, body: dict[str, Any], key: str) -> dict[str, Any]:
    """The order, or nothing as long as its sailing is not known."""
    try:
        return dict(walk.api.post("/v1/orders", body, as_=BUYER, idempotent=key))
    except CallFailed as error:
        if error.status == 422 and "collect_sailing_id" in error.body.get("errors", {}):
            return {}
        raise


def _plan(walk: Walk, day: date, sailing: str) -> str:
    stops = [{"kind": "place", "id": "newhaven-fort"}]
    body = {"town": "newhaven", "date": day.isoformat(), "stops": stops, "return_sailing_id": sailing}
    return str(walk.api.post("/v1/plans", body)["id"])
