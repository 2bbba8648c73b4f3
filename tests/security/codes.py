"""What opens by a secret code instead of an account: one of each kind, made through the public API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kernel.ids import new_id
from services.visitor.domain.stamps import key_text, present
from tests.security.world import DirectApi, World

TEXT = {"en": "Opened by a code."}
GUEST, PROPOSER = "guest-of-security@example.org", "proposer-of-security@example.org"
PASS_KEY = Ed25519PrivateKey.generate()


def shown_pass(key: Ed25519PrivateKey = PASS_KEY) -> str:
    """What the phone of a pass shows now."""
    return present(key, datetime.now(UTC))


def public_half(key: Ed25519PrivateKey) -> str:
    """The half of a key that a phone sends."""
    return key_text(key.public_key().public_bytes_raw())


def make_guests(world: World, festival: str, event: str) -> None:
    """A registration, devices at the door, proposals and people of a festival whose host is ``curator-1``."""
    api, known = DirectApi(world), world.known
    api.call("PUT", f"/v1/events/{event}/registration", as_="curator-1", json={"capacity": 500})
    guest = {"name": "A guest", "email": GUEST}
    known["registration"] = api.post(f"/v1/events/{event}/registrations", guest)["code"]
    stop = {"name": TEXT}
    tour = {"leader": "A leader", "length_m": 1000, "meeting_point": stop, "route": [stop]}
    api.call("PUT", f"/v1/tours/{event}", as_="curator-1", json=tour)
    for name in ("scanner", "scanner to revoke"):
        made = api.post(f"/v1/events/{event}/scanners", {"label": name}, as_="curator-1")
        known[name], known[f"id of the {name}"] = made["code"], made["id"]
    starts = datetime.now(UTC) + timedelta(hours=30)
    timing = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat()}
    proposed = {"title": TEXT, "town": "newhaven", "where": {"name": TEXT}, "timings": [timing]}
    for name in ("proposal", "proposal to refuse"):
        body = {"event": proposed, "name": "A proposer", "email": PROPOSER}
        made = api.post(f"/v1/festivals/{festival}/proposals", body)
        known[name], known[f"id of the {name}"] = made["code"], made["event_id"]
    member = {"role": "reader", "name": "A reader"}
    api.call("PUT", f"/v1/festivals/{festival}/members/maker-1", as_="curator-1", json=member)


def make_visitors_things(world: World) -> None:
    """A stamp point and an offer of a maker, a pass with a voucher, and a day plan."""
    api, known = DirectApi(world), world.known
    maker = world.runtimes["marketplace"].db.makers.find_one({"members": "maker-1"})
    assert maker is not None
    point = {"kind": "maker", "target_id": maker["_id"], "public_key": public_half(Ed25519PrivateKey.generate())}
    known["stamp point"] = api.post("/v1/stamp-points", {"id": new_id(), **point}, as_="maker-1")["id"]
    now = datetime.now(UTC)
    span = {"starts_at": (now - timedelta(hours=1)).isoformat(), "ends_at": (now + timedelta(days=2)).isoformat()}
    offer = {"town": "newhaven", "title": TEXT, "terms": TEXT, "vouchers": 5, **span}
    known["offer"] = api.post("/v1/offers", offer, as_="maker-1")["id"]
    known["pass"] = api.post("/v1/passes", {"public_key": public_half(PASS_KEY)})["id"]
    asked = {"pass_id": known["pass"], "code": shown_pass()}
    known["voucher"] = api.post(f"/v1/offers/{known['offer']}/vouchers", asked)["id"]
    day = {"arrives_at": (now + timedelta(hours=20)).isoformat(), "leave_by": (now + timedelta(hours=26)).isoformat()}
    made = api.post("/v1/day-plans", {"town": "newhaven", **day})
    known["day plan"], known["code of the day plan"] = made["id"], made["code"]
