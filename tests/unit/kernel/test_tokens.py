from __future__ import annotations

import base64
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import KeySet, OctKey, OKPKey

from kernel.clock import ManualClock
from kernel.errors import Unauthenticated, Unavailable
from kernel.tokens import CACHE_SIZE, FRESH, LEEWAY, REFETCH_AFTER, REMEMBER, KeySource, TokenVerifier
from tests.support.services import settings_for, signing_key, token_text

NOW = datetime(2018, 8, 19, 9, tzinfo=UTC)


class FakeTime:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def verifier(clock: ManualClock) -> TokenVerifier:
    return TokenVerifier(settings_for("mongodb://127.0.0.1/"), clock)


def signed(roles: list[str] | None = None, **changes: Any) -> str:
    return token_text(roles or ["curator"], "ada", **{"at": NOW, **changes})


def test_a_token_stands_for_its_account(verifier: TokenVerifier) -> None:
    actor = verifier.verify(signed(["curator", "maker"], name="Ada", jti="t1"))
    assert (actor.id, actor.name, actor.roles, actor.token_id) == ("ada", "Ada", {"curator", "maker"}, "t1")
    assert actor.has("maker", "operator")
    assert not actor.has("operator")
    assert not actor.anonymous


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "someone-else"},
        {"iss": None},
        {"aud": "another-platform"},
        {"aud": None},
        {"aud": ["another-platform"]},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 201},
        {"sub": 7},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"iat": int(NOW.timestamp()) + LEEWAY + 1},
        {"nbf": int(NOW.timestamp()) + LEEWAY + 1},
        {"roles": "operator"},
        {"roles": [1]},
        {"roles": ["visitor"] * 21},
        {"name": ["Ada"]},
        {"expires_in": -LEEWAY - 1},
        {"header": {"kid": "unknown"}},
        {"header": {"kid": 5}},
        {"header": {"kid": None}},
        {"key": OKPKey.generate_key("Ed25519", {"kid": "test"})},
    ],
    ids=lambda changes: f"{next(iter(changes))}={str(next(iter(changes.values())))[:20]}",
)
def test_what_is_not_as_agreed_is_refused(verifier: TokenVerifier, changes: dict[str, Any]) -> None:
    by_hand = "header" in changes and not isinstance(changes["header"]["kid"], str)
    token = _signed_by_hand(changes["header"]) if by_hand else signed(**changes)
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


def _signed_by_hand(header: dict[str, Any]) -> str:
    """A token with a header that the library itself would refuse to sign."""
    head, payload, _ = signed().split(".")
    head = base64.urlsafe_b64encode(json.dumps({**json.loads(_unpadded(head)), **header}).encode()).decode().rstrip("=")
    signature = signing_key().get_op_key("sign").sign(f"{head}.{payload}".encode())
    return f"{head}.{payload}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def _unpadded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_only_the_agreed_signature_algorithm_counts(verifier: TokenVerifier) -> None:
    public = json.dumps(signing_key().as_dict(private=False)).encode()
    head, payload, signature = signed().split(".")
    for algorithm in ("none", "None", "HS256", "EdDSA", "RS256"):
        header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": "test"}).encode()).decode().rstrip("=")
        for end in ("", signature):
            with pytest.raises(Unauthenticated):
                verifier.verify(f"{header}.{payload}.{end}")
    with pytest.raises(Unauthenticated):
        verifier.verify(_hmac(public))
    assert verifier.verify(f"{head}.{payload}.{signature}").id == "ada"


def _hmac(secret: bytes) -> str:
    from joserfc import jwt

    return jwt.encode({"alg": "HS256", "kid": "test"}, {"sub": "ada"}, OctKey.import_key(secret), ["HS256"])


@pytest.mark.parametrize(
    "text", ["", ".", "..", "x.y.z", "é.é.é", "a" * 9000, "\x00", signing_key().kid or "", "....."]
)
def test_what_is_no_token_is_refused(verifier: TokenVerifier, text: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(text)


def test_a_changed_claim_breaks_the_signature(verifier: TokenVerifier) -> None:
    head, payload, signature = signed().split(".")
    claims = json.loads(_unpadded(payload)) | {"roles": ["operator"]}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    with pytest.raises(Unauthenticated):
        verifier.verify(f"{head}.{forged}.{signature}")


def test_a_token_that_was_good_expires_although_it_is_known(verifier: TokenVerifier, clock: ManualClock) -> None:
    token = signed(expires_in=20)
    assert verifier.verify(token).id == "ada"
    clock.advance(timedelta(seconds=19))
    assert verifier.verify(token).id == "ada"
    clock.advance(timedelta(seconds=2 + LEEWAY))
    with pytest.raises(Unauthenticated, match="expired"):
        verifier.verify(token)


def test_known_tokens_are_bounded(verifier: TokenVerifier) -> None:
    for number in range(CACHE_SIZE + 10):
        verifier.verify(signed(jti=str(number)))
    assert len(verifier._known) == CACHE_SIZE


def key_set(*keys: OKPKey) -> str:
    return json.dumps(KeySet(list(keys)).as_dict(private=False))


def test_a_withdrawn_key_is_honoured_no_longer_than_two_minutes(tmp_path: Path, clock: ManualClock) -> None:
    """Also when no token with another key ever comes, and by whoever has a token that was verified just before."""
    path, passing = tmp_path / "jwks.json", FakeTime()
    path.write_text(key_set(signing_key()))
    verifier = TokenVerifier(settings_for("mongodb://127.0.0.1/"), clock, KeySource(str(path), passing))
    token = signed(expires_in=3600)
    verifier.verify(token)
    path.write_text(key_set(OKPKey.generate_key("Ed25519", {"kid": "next"})))
    for seconds in (FRESH - 1, REMEMBER - 1):
        clock.advance(timedelta(seconds=seconds))
        passing.seconds += seconds
        if passing() < 100 + FRESH:
            assert verifier.verify(signed(jti="last")).id == "ada"
    clock.advance(timedelta(seconds=2))
    passing.seconds += 2
    for late in (token, signed(jti="last"), signed(jti="new")):
        with pytest.raises(Unauthenticated):
            verifier.verify(late)


def test_an_issuer_that_hangs_keeps_one_request_waiting_and_no_other(tmp_path: Path) -> None:
    passing, entered, release = FakeTime(), threading.Event(), threading.Event()

    class Hanging(KeySource):
        def _read(self) -> bytes:
            if passing() == 100:
                return super()._read()
            entered.set()
            release.wait(20 if passing() > 170 else 0)
            raise OSError("no answer")

    path = tmp_path / "jwks.json"
    path.write_text(key_set(signing_key()))
    source = Hanging(str(path), passing)
    assert source.key("test") is not None
    passing.seconds += FRESH
    assert source.key("test") is not None
    entered.clear()
    passing.seconds += REFETCH_AFTER + 1
    asking = threading.Thread(target=source.key, args=("test",))
    asking.start()
    assert entered.wait(10)
    assert source.key("test") is not None
    assert asking.is_alive()
    release.set()
    asking.join(10)
    assert not asking.is_alive()


def test_keys_are_fetched_when_first_needed_and_again_for_an_unknown_one_but_not_in_a_row(tmp_path: Path) -> None:
    path, passing = tmp_path / "jwks.json", FakeTime()
    source = KeySource(str(path), passing)
    path.write_text(json.dumps(KeySet([signing_key()]).as_dict(private=False)))
    assert source.key("test") is not None
    newer = OKPKey.generate_key("Ed25519", {"kid": "newer"})
    path.write_text(json.dumps(KeySet([signing_key(), newer]).as_dict(private=False)))
    assert source.key("newer") is None
    passing.seconds += REFETCH_AFTER
    assert source.key("newer") is not None
    assert source.key("test") is not None


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"keys": 5}', '{"keys": [{"kty": "OKP"}]}', "7"])
def test_keys_that_cannot_be_had_are_an_outage_not_a_refusal(tmp_path: Path, content: str | None) -> None:
    path, passing = tmp_path / "jwks.json", FakeTime()
    if content is not None:
        path.write_text(content)
    source = KeySource(str(path), passing)
    for _ in range(2):
        with pytest.raises(Unavailable) as outage:
            source.key("test")
        assert outage.value.headers["Retry-After"] == "10"
    path.write_text(json.dumps(KeySet([signing_key()]).as_dict(private=False)))
    passing.seconds += REFETCH_AFTER
    assert source.key("test") is not None


def test_keys_once_known_outlive_an_outage_of_their_source(tmp_path: Path) -> None:
    path, passing = tmp_path / "jwks.json", FakeTime()
    path.write_text(json.dumps(KeySet([signing_key()]).as_dict(private=False)))
    source = KeySource(str(path), passing)
    assert source.key("test") is not None
    path.unlink()
    passing.seconds += REFETCH_AFTER
    with pytest.raises(Unavailable):
        source.key("other")
    assert source.key("test") is not None


def test_keys_of_other_kinds_in_the_set_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    others = [OctKey.generate_key(256, {"kid": "secret"}), OKPKey.generate_key("Ed448", {"kid": "goldilocks"})]
    path.write_text(json.dumps(KeySet([*others, signing_key()]).as_dict()))
    source = KeySource(str(path))
    assert source.key("secret") is None
    assert source.key("goldilocks") is None
    assert source.key("test") is not None
