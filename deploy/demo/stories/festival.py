"""S2: eighteen events by different curators; one goes, the others do not notice."""

from __future__ import annotations

from typing import Any

from deploy.demo.walk import Walk

FESTIVAL = "newhaven-festival-2018"
EVENTS = 18


def a_curator_withdraws(walk: Walk) -> None:
    """Newhaven Festival 2018 lists 18 events; one curator withdraws theirs, 17 remain, nobody else is touched."""
    account, event_id = _repaired(walk)
    before = _programme(walk)
    walk.same("events in the programme", len(before), EVENTS)
    walk.same("curators", len({event["curator"]["id"] for event in before.values()}), EVENTS)
    walk.eventually("the guide has heard of them", lambda: before.keys() <= _in_guide(walk))
    walk.api.post(f"/v1/events/{event_id}/withdraw", as_=account, idempotent=f"s2-withdraw-{walk.tag}")
    try:
        walk.did(f"{account} withdraws {before[event_id]['title']['en']!r}")
        after = _programme(walk)
        walk.same("events in the programme", len(after), EVENTS - 1)
        untouched = {key: event for key, event in before.items() if key != event_id}
        walk.sure("the 17 are the other 17, unchanged to the last field", after == untouched)
        walk.eventually("the guide no longer lists it", lambda: event_id not in _in_guide(walk))
        walk.sure("the guide still lists the other 17", untouched.keys() <= _in_guide(walk))
    finally:
        walk.api.post(f"/v1/events/{event_id}/publish", as_=account, idempotent=f"s2-publish-{walk.tag}")
    walk.did("the curator publishes it again")
    walk.same("events in the programme", len(_programme(walk)), EVENTS)
    walk.eventually("the guide lists it again", lambda: event_id in _in_guide(walk))


def _repaired(walk: Walk) -> tuple[str, str]:
    """The curator who will withdraw, and their event; public again if a walk before was broken off in between."""
    account = "curator-7"
    mine = walk.api.items("/v1/events", as_=account, festival_id=FESTIVAL, curator_id=walk.api.account_id(account))
    walk.same(f"events of {account}", len(mine), 1)
    if mine[0]["state"] == "withdrawn":
        walk.api.post(f"/v1/events/{mine[0]['id']}/publish", as_=account, idempotent=f"s2-repair-{walk.tag}")
    return account, mine[0]["id"]


def _programme(walk: Walk) -> dict[str, dict[str, Any]]:
    return {event["id"]: event for event in walk.api.items("/v1/events", festival_id=FESTIVAL)}


def _in_guide(walk: Walk) -> set[str]:
    found: set[str] = set()
    cursor = None
    while True:
        page = walk.api.get(
            "/v1/guide", kind="events", past="true", limit=200, **({"cursor": cursor} if cursor else {})
        )
        found |= {event["id"] for event in page["events"]["items"]}
        cursor = page["events"]["next_cursor"]
        if cursor is None:
            return found
