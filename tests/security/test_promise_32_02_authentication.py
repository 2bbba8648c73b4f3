"""Promise 32 (2): a token that is not exactly as agreed opens no route, and passwords cannot be guessed by trying.

OWASP API2:2023, broken authentication.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OKPKey, RSAKey

from gateway.app import create_gateway
from tests.security.access import line_of
from tests.security.routes import GATEWAY, Route, api_routes
from tests.security.world import KEY_ID, World, signed_in
from tests.support.services import AUDIENCE, ISSUER, signing_key, token_text

EVERY_ROLE = ["operator", "ambassador", "maker", "curator", "producer"]
PASSWORD = "correct horse battery"


def _text(**wrong: Any) -> str:
    return token_text(EVERY_ROLE, "mallory", **{"header": {"kid": KEY_ID}, **wrong})


def _by_hand(header: dict[str, Any], signature: str = "") -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "mallory", "roles": EVERY_ROLE, "iat": now, "exp": now + 600}
    return ".".join([*(_part(json.dumps(each).encode()) for each in (header, claims)), signature])


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signed_with(key: Any, algorithm: str) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "mallory", "roles": EVERY_ROLE, "iat": now, "exp": now + 600}
    return jwt.encode({"alg": algorithm, "kid": KEY_ID}, claims, key, [algorithm])


def _stripped() -> str:
    return _text().rsplit(".", 1)[0] + "."


def _changed_claim() -> str:
    header, claims, signature = token_text(["visitor"], "mallory", header={"kid": KEY_ID}).split(".")
    content = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return f"{header}.{_part(json.dumps({**content, 'roles': EVERY_ROLE}).encode())}.{signature}"


def _confused() -> str:
    """The public key, which everybody knows, used as the secret of an HMAC."""
    secret = signing_key().as_pem(private=False)
    signed = _by_hand({"alg": "HS256", "kid": KEY_ID}).rstrip(".")
    return f"{signed}.{_part(hmac.digest(secret, signed.encode(), 'sha256'))}"


BAD: dict[str, Callable[[], str]] = {
    "expired": lambda: _text(at=datetime.now(UTC) - timedelta(hours=2), expires_in=3600),
    "without expiry": lambda: _text(exp=None),
    "of tomorrow": lambda: _text(at=datetime.now(UTC) + timedelta(days=1)),
    "for another audience": lambda: _text(aud="somebody-else"),
    "without audience": lambda: _text(aud=None),
    "of another issuer": lambda: _text(iss="https://issuer.example"),
    "of nobody": lambda: _text(sub=""),
    "signed with another key": lambda: _text(key=OKPKey.generate_key("Ed25519")),
    "naming an unknown key": lambda: _text(header={"kid": "another"}),
    "naming no key": lambda: _by_hand({"alg": "Ed25519"}, "AA"),
    "bringing its own key": lambda: _text(
        key=(own := OKPKey.generate_key("Ed25519")), header={"kid": KEY_ID, "jwk": own.as_dict(private=False)}
    ),
    "alg none": lambda: _by_hand({"alg": "none", "kid": KEY_ID}),
    "alg NONE with the mark of a signature": lambda: _by_hand({"alg": "NonE", "kid": KEY_ID}, "AA"),
    "without its signature": _stripped,
    "with a claim changed": _changed_claim,
    "HMAC with the public key": _confused,
    "RSA": lambda: _signed_with(RSAKey.generate_key(2048), "RS256"),
    "no token at all": lambda: "made-up",
    "far too long": lambda: "a" * 100_000,
}


@pytest.fixture(scope="module")
def bad() -> dict[str, str]:
    """One token of every kind that is wrong."""
    return {what: make() for what, make in BAD.items()}


@pytest.mark.parametrize("route", api_routes(), ids=lambda route: route.label)
def test_no_route_takes_a_token_that_is_wrong(world: World, bad: dict[str, str], route: Route) -> None:
    """A public route neither: a credential that is not valid is never read as none."""
    before = world.digest(route.owner)
    for what, text in bad.items():
        headers = {"Authorization": f"Bearer {text}"}
        answer = world.send(route.method, route.at(), headers=headers, json={} if route.writes else None)
        assert answer.status_code == 401, f"{route.label} with a token {what}: {answer.status_code} {answer.text[:200]}"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert text[:40] not in answer.text
    assert world.digest(route.owner) == before


@pytest.mark.parametrize("scheme", ["Basic bWFsbG9yeTp4", "bearer", "Token x", "Bearer"])
def test_only_a_bearer_token_is_a_credential(world: World, scheme: str) -> None:
    for path in ("/v1/places", "/v1/accounts/me"):
        assert world.send("GET", path, headers={"Authorization": scheme}).status_code == 401


def test_a_token_in_the_address_or_a_cookie_is_none(world: World) -> None:
    text = _text()
    answer = world.send("GET", "/v1/orders", headers={"Cookie": f"access_token={text}"})
    assert answer.status_code == 401
    assert world.send("GET", f"/v1/orders?access_token={text}").status_code == 401


def test_a_right_token_is_taken(world: World) -> None:
    """Else a verifier that refuses everything would pass."""
    wanted = [route for route in api_routes() if not line_of(route.label).open and not route.writes]
    refused = [
        route.label
        for route in wanted
        if world.send("GET", route.at(), headers=signed_in(EVERY_ROLE, "mallory")).status_code == 401
    ]
    assert refused == []


def client_of(world: World, **changes: Any) -> FlaskClient:
    """A gateway whose counts begin at nothing."""
    settings = world.apps[GATEWAY].extensions["edge"].settings
    return create_gateway(world.runtimes[GATEWAY], replace(settings, **changes)).test_client()


def sign_in(client: FlaskClient, email: str, password: str, address: str = "192.0.2.1") -> Any:
    body = {"email": email, "password": password}
    return client.post("/v1/auth/token", json=body, environ_base={"REMOTE_ADDR": address})


@pytest.fixture(scope="module")
def anna(world: World) -> str:
    """The e-mail address of an account."""
    body = {"email": "anna@example.org", "password": PASSWORD, "name": "Anna"}
    assert world.send("POST", "/v1/accounts", json=body).status_code == 201
    return body["email"]


def test_guessing_one_accounts_password_is_stopped(world: World, anna: str) -> None:
    client = client_of(world, login_rate_limit="3/minute")
    answers = [sign_in(client, anna, f"guess number {n}").status_code for n in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    stopped = sign_in(client, anna.upper(), PASSWORD)
    assert stopped.status_code == 429, "the right password, or another spelling of the address, must not end the wait"
    assert 1 <= int(stopped.headers["Retry-After"]) <= 60


def test_trying_one_password_on_many_accounts_is_stopped(world: World, anna: str) -> None:
    """Spraying: each account is tried only once, so that no count of a single account sees it."""
    client = client_of(world, login_rate_limit="1/minute")
    answers = [sign_in(client, f"someone-{n}@example.org", "summer of 2018").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2
    assert sign_in(client, anna, PASSWORD).status_code == 429
    assert sign_in(client, anna, PASSWORD, address="192.0.2.2").status_code == 200


def test_guessing_from_many_addresses_is_stopped(world: World, anna: str) -> None:
    client = client_of(world, login_rate_limit="1/minute")
    answers = [sign_in(client, anna, f"guess {n}", address=f"198.51.100.{n}").status_code for n in range(12)]
    assert answers == [401] * 10 + [429] * 2


def test_a_wrong_password_and_an_unknown_account_are_told_alike(world: World, anna: str) -> None:
    client = client_of(world)
    known, unknown = sign_in(client, anna, "wrong password"), sign_in(client, "nobody@example.org", "wrong password")
    assert known.status_code == unknown.status_code == 401
    assert {**known.json, "request_id": None} == {**unknown.json, "request_id": None}


def test_tokens_live_for_minutes(world: World, anna: str) -> None:
    answer = sign_in(client_of(world), anna, PASSWORD)
    assert answer.json["expires_in"] <= 15 * 60
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_secret_of_an_account_is_ever_answered(world: World, anna: str) -> None:
    signed = sign_in(client_of(world), anna, PASSWORD).json["access_token"]
    shown = [
        world.send("GET", "/v1/accounts/me", headers={"Authorization": f"Bearer {signed}"}),
        world.send("GET", "/v1/accounts", roles=["operator"], id="operator"),
        world.send("GET", "/.well-known/jwks.json"),
    ]
    assert [answer.status_code for answer in shown] == [200, 200, 200]
    for answer in shown:
        assert "argon2" not in answer.text
        assert "password" not in answer.text
    assert [sorted(key) for key in shown[2].json["keys"]] == [["alg", "crv", "kid", "kty", "use", "x"]]
