"""Who asks for what is not theirs, with a token that is not good, or twice for two things, changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from gateway.issuer import Issuer, load_signing_key
from gateway.schemas import ROLES
from kernel.clock import ManualClock
from kernel.ids import new_id
from tests.e2e.conftest import Caller, Contents, nothing_changes

PLACE = {
    "town": "newhaven", "kind": "Museum", "name": {"en": "T"}, "summary": {"en": "T"}, "point": {"lat": 50, "lon": 0}
}  # fmt: skip


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
