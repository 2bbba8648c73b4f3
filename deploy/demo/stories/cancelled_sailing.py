"""S9: one sailing of two is cancelled, and only what depends on it says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deploy.demo.stories.rehearsal import BUYER, Things, depend_on, states, take_back, two_sailings
from deploy.demo.walk import Walk

AHEAD = timedelta(days=200)
"""Far behind the timetable that visitors look at."""
REASON = {"en": "Rehearsal: strong winds in the Channel.", "fr": "Répétition : vents forts sur la Manche."}

AS_PLANNED = {"event": "scheduled", "order": "placed", "plan": "planned"}
DISRUPTED = {"event": "disrupted", "order": "disrupted", "plan": "disrupted"}


def a_sailing_is_cancelled(walk: Walk) -> None:
    """A sailing is cancelled: the event, the plan and the pre-order that depend on it say so, and only those."""
    day = datetime.now(UTC).date() + AHEAD
    doomed, running = two_sailings(walk, day)
    made: dict[str, Things] = {"doomed": {}, "running": {}, "free": {}}
    try:
        for name, sailing in (("doomed", doomed), ("running", running), ("free", None)):
            depend_on(walk, day, name, sailing, made[name])
        walk.same("what depends on it is", states(walk, made["doomed"]), AS_PLANNED)
        cancel = f"/v1/sailings/{doomed}/cancel"
        walk.api.post(cancel, {"reason": REASON}, as_="ambassador", idempotent=f"s9-cancel-{walk.tag}")
        walk.did(f"an ambassador cancels {doomed}")
        walk.eventually("event, plan and pre-order say so", lambda: states(walk, made["doomed"]) == DISRUPTED)
        walk.same("what depends on the other sailing is", states(walk, made["running"]), AS_PLANNED)
        free = {kind: state for kind, state in AS_PLANNED.items() if kind != "plan"}
        walk.same("what depends on none is", states(walk, made["free"]), free)
        order = walk.api.get(f"/v1/orders/{made['doomed']['order']}", as_=BUYER)
        walk.same("the buyer reads why", order["disruption"], REASON)
    finally:
        for name, things in made.items():
            take_back(walk, name, things)
