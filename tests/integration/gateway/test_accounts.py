"""Accounts: made by whoever wants one, roles beyond the usual only from an operator, tokens that services verify."""

from __future__ import annotations

import io
import json

import pytest
from joserfc.jwk import KeySet

from gateway.cli import main as gateway_cli
from kernel.clock import SystemClock
from kernel.tokens import KeySource, TokenVerifier
from tests.integration.gateway.conftest import PASSWORD, Gateway

EMAIL = "anna@example.org"


def test_an_account_can_be_used_at_once(gateway: Gateway) -> None:
    answer = gateway.register(EMAIL, roles=["maker", "curator"], language="fr")
    assert answer.status_code == 201
    assert answer.json["roles"] == ["curator", "maker", "visitor"]
    me = gateway.client.get("/v1/accounts/me", headers=gateway.header_of(EMAIL))
    assert me.json == answer.json
    assert "password" not in json.dumps(answer.json)


def test_the_password_is_kept_only_as_an_argon2id_hash(gateway: Gateway) -> None:
    gateway.client.post(
        "/v1/accounts",
        json={"email": EMAIL, "password": PASSWORD, "name": "Anna"},
        headers={"Idempotency-Key": "once"},
    )
    everything = [row for name in gateway.runtime.db.list_collection_names() for row in gateway.runtime.db[name].find()]
    assert PASSWORD not in str(everything)
    assert gateway.runtime.db.accounts.find_one()["password_hash"].startswith("$argon2id$")


def test_one_account_for_each_address_whatever_its_case(gateway: Gateway) -> None:
    gateway.register(EMAIL)
    answer = gateway.register("Anna@Example.ORG", name="Someone else")
    assert answer.status_code == 409
    assert "Anna" not in answer.json["detail"]
    assert gateway.runtime.db.accounts.count_documents({}) == 1


def test_registering_again_with_the_same_key_gives_the_same_account(gateway: Gateway) -> None:
    body = {"email": EMAIL, "password": PASSWORD, "name": "Anna"}
    first, second = (
        gateway.client.post("/v1/accounts", json=body, headers={"Idempotency-Key": "once"}) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", None),
        ("email", "a" * 250 + "@example.org"),
        ("password", "short"),
        ("password", "x" * 201),
        ("name", ""),
        ("name", "x" * 101),
        ("name", 7),
        ("roles", ["operator"]),
        ("roles", ["ambassador"]),
        ("roles", ["maker"] * 5),
        ("language", "english"),
        ("admin", True),
    ],
)
def test_what_is_wrong_with_a_registration_is_named(gateway: Gateway, field: str, value: object) -> None:
    answer = gateway.register(**{"email": EMAIL, field: value})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert field in answer.json["errors"]
    assert gateway.runtime.db.accounts.count_documents({}) == 0


def test_services_verify_the_token_with_the_published_keys(gateway: Gateway, tmp_path) -> None:
    made = gateway.register(EMAIL, roles=["maker"]).json
    published = tmp_path / "jwks.json"
    published.write_text(json.dumps(gateway.client.get("/.well-known/jwks.json").json))
    verifier = TokenVerifier(gateway.runtime.settings, SystemClock(), KeySource(str(published)))
    token = gateway.sign_in(EMAIL).json
    actor = verifier.verify(token["access_token"])
    assert (actor.id, actor.name, actor.roles) == (made["id"], "Anna", {"maker", "visitor"})
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 900)


def test_no_private_key_is_published(gateway: Gateway) -> None:
    [key] = gateway.client.get("/.well-known/jwks.json").json["keys"]
    assert "d" not in key
    assert not next(iter(KeySet.import_key_set({"keys": [key]}))).is_private


def test_an_unknown_address_and_a_wrong_password_are_answered_alike(gateway: Gateway) -> None:
    gateway.register(EMAIL)
    wrong, unknown = gateway.sign_in(EMAIL, "wrong password"), gateway.sign_in("nobody@example.org", "wrong password")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json["detail"] == unknown.json["detail"]


def test_guessing_is_stopped_for_that_address_from_there_and_for_nobody_else(gateway: Gateway) -> None:
    gateway.register(EMAIL)
    gateway.register("bob@example.org")
    for _ in range(5):
        assert gateway.sign_in(EMAIL, "wrong password").status_code == 401
    refused = gateway.sign_in(EMAIL)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert gateway.sign_in("bob@example.org").status_code == 200
    elsewhere = gateway.sign_in(EMAIL, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 200


def test_signing_in_forgets_earlier_mistakes(gateway: Gateway) -> None:
    gateway.register(EMAIL)
    for _ in range(3):
        for _ in range(4):
            gateway.sign_in(EMAIL, "wrong password")
        assert gateway.sign_in(EMAIL).status_code == 200


@pytest.fixture
def operator(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The authorization of an operator, made on the command line as the starter does."""
    make_operator(gateway, monkeypatch)
    return gateway.header_of("op@example.org")


def make_operator(gateway: Gateway, monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD) -> int:
    """Run ``python -m gateway operator`` on the gateway's database; its exit code."""
    monkeypatch.setattr("kernel.runtime.Runtime.close", lambda self: None)
    monkeypatch.setattr("kernel.runtime.open_runtime", lambda *_: gateway.runtime)
    monkeypatch.setattr("gateway.cli.load_settings", lambda: gateway.runtime.settings)
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    with pytest.raises(SystemExit) as ended:
        gateway_cli(["operator", "--email", "op@example.org", "--password-stdin"])
    return int(ended.value.code or 0)


def test_making_the_operator_again_renews_the_password(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_operator(gateway, monkeypatch) == 0
    assert make_operator(gateway, monkeypatch, "another long password") == 0
    assert gateway.sign_in("op@example.org").status_code == 401
    assert gateway.sign_in("op@example.org", "another long password").status_code == 200
    assert gateway.runtime.db.accounts.count_documents({}) == 1


def test_an_operator_with_a_short_password_is_not_made(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_operator(gateway, monkeypatch, "short") == 2
    assert gateway.runtime.db.accounts.count_documents({}) == 0


def test_an_operator_gives_and_takes_roles(gateway: Gateway, operator: dict[str, str]) -> None:
    account = gateway.register(EMAIL, roles=["maker"]).json["id"]
    path = f"/v1/accounts/{account}/roles"
    given = gateway.client.post(path, json={"add": ["ambassador"], "remove": ["maker"]}, headers=operator)
    assert given.json["roles"] == ["ambassador", "visitor"]
    again = gateway.client.post(path, json={"add": ["ambassador"]}, headers=operator)
    assert again.json["roles"] == ["ambassador", "visitor"]
    found = gateway.client.get("/v1/accounts?email=ANNA@example.org", headers=operator)
    assert [item["roles"] for item in found.json["items"]] == [["ambassador", "visitor"]]


def test_an_operator_always_remains(gateway: Gateway, operator: dict[str, str]) -> None:
    me = gateway.client.get("/v1/accounts/me", headers=operator).json["id"]
    answer = gateway.client.post(f"/v1/accounts/{me}/roles", json={"remove": ["operator"]}, headers=operator)
    assert answer.status_code == 409


@pytest.mark.parametrize("body", [{}, {"add": ["king"]}, {"add": ["maker"], "remove": ["maker"]}, {"add": "maker"}])
def test_a_change_of_roles_that_says_nothing_clear_is_refused(
    gateway: Gateway, operator: dict[str, str], body: dict
) -> None:
    account = gateway.register(EMAIL).json["id"]
    answer = gateway.client.post(f"/v1/accounts/{account}/roles", json=body, headers=operator)
    assert answer.status_code == 422
    assert {"add", "remove"} & set(answer.json["errors"])


def test_only_an_operator_sees_or_changes_other_accounts(gateway: Gateway) -> None:
    account = gateway.register(EMAIL, roles=["maker"]).json["id"]
    mine = gateway.header_of(EMAIL)
    path = f"/v1/accounts/{account}/roles"
    assert gateway.client.post(path, json={"add": ["operator"]}, headers=mine).status_code == 403
    assert gateway.client.post(path, json={"add": ["operator"]}).status_code == 401
    assert gateway.client.get("/v1/accounts", headers=mine).status_code == 403
    assert gateway.client.get("/v1/accounts/me").status_code == 401
