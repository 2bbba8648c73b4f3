"""Verification of access tokens against the published key set, fetched when first needed and then every minute."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, OKPKey

from kernel.auth import Actor
from kernel.clock import Clock
from kernel.config import Settings
from kernel.errors import Unauthenticated, Unavailable

ALGORITHM = "Ed25519"
"""The only signature accepted (RFC 9864); ``none``, HMAC and RSA never are."""
LEEWAY = 5
"""Seconds by which two machines' clocks may differ."""
MAX_TOKEN = 8192
REFETCH_AFTER = 10.0
"""Seconds between two fetches of the key set, however many unknown keys are presented."""
FRESH = 60.0
"""Seconds after which the key set is fetched again, to learn which keys were withdrawn."""
REMEMBER = 60.0
"""Seconds a verified token is not verified again. A withdrawn key lives on for at most ``FRESH`` and this."""
CACHE_SIZE = 1024
MAX_KEY_SET_BYTES = 64 * 1024


class KeySource:
    """The issuer's public keys by key id, from a URL or a file.

    Thread-safe. Raises ``Unavailable`` while the set cannot be had and nothing is known yet.
    """

    def __init__(self, location: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._location = location
        self._monotonic = monotonic
        self._keys: dict[str, OKPKey] = {}
        self._fetched_at: float | None = None
        self._known_at: float | None = None
        self._failure: str | None = None
        self._lock = threading.Lock()

    def key(self, key_id: str) -> OKPKey | None:
        """The key of that id, or None when the issuer has no such key, or no longer.

        A set that is not fresh is fetched again before one of its keys is believed. While that fails the known keys
        stay in use; then one caller asks again now and then, and no other waits for it.
        """
        known = self._keys.get(key_id)
        if known is not None and self._is_fresh():
            return known
        if not self._lock.acquire(blocking=known is None or self._failure is None):
            return known
        try:
            if (key_id not in self._keys or not self._is_fresh()) and self._may_fetch():
                self._fetch()
            if key_id not in self._keys and self._failure is not None:
                raise Unavailable(
                    "Access tokens cannot be checked at the moment; send the same request again.",
                    headers={"Retry-After": str(int(REFETCH_AFTER))},
                )
            return self._keys.get(key_id)
        finally:
            self._lock.release()

    def _is_fresh(self) -> bool:
        return self._known_at is not None and self._monotonic() - self._known_at < FRESH

    def _may_fetch(self) -> bool:
        return self._fetched_at is None or self._monotonic() - self._fetched_at >= REFETCH_AFTER

    def _fetch(self) -> None:
        self._fetched_at = self._monotonic()
        try:
            keys = KeySet.import_key_set(json.loads(self._read()))
            self._keys = {key.kid: key for key in keys if isinstance(key, OKPKey) and key.kid and _is_ed25519(key)}
            self._known_at, self._failure = self._fetched_at, None
        except (OSError, requests.RequestException, ValueError, KeyError, TypeError, JoseError) as error:
            self._failure = f"{type(error).__name__}: {error}"

    def _read(self) -> bytes:
        if not self._location.startswith(("http://", "https://")):
            return Path(self._location).read_bytes()
        with requests.get(self._location, timeout=2, allow_redirects=False, stream=True) as response:
            response.raise_for_status()
            body = response.raw.read(MAX_KEY_SET_BYTES + 1, decode_content=True)
        if response.status_code != 200 or len(body) > MAX_KEY_SET_BYTES:
            raise ValueError(f"status {response.status_code}, {len(body)} bytes")
        return bytes(body)


def _is_ed25519(key: OKPKey) -> bool:
    return key.curve_name == "Ed25519"


class TokenVerifier:
    """Turns an access token into the actor it stands for, or refuses it."""

    def __init__(self, settings: Settings, clock: Clock, keys: KeySource | None = None) -> None:
        self._keys = keys or KeySource(settings.auth_jwks)
        self._clock = clock
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock.now().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.auth_issuer},
            aud={"essential": True, "value": settings.auth_audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        self._known: OrderedDict[bytes, tuple[Actor, float]] = OrderedDict()
        self._lock = threading.Lock()

    def verify(self, token: str) -> Actor:
        """The actor of ``token``.

        Raises ``Unauthenticated`` when it is not valid (the detail says whether it expired) and ``Unavailable`` when
        the keys cannot be had.
        """
        if len(token) > MAX_TOKEN:
            raise _refused("The access token is too long.")
        digest = hashlib.sha256(token.encode()).digest()
        now = self._clock.now().timestamp()
        with self._lock:
            known = self._known.get(digest)
        if known and now < known[1]:
            return known[0]
        actor, expires_at = self._check(token)
        with self._lock:
            self._known[digest] = (actor, min(expires_at, now + REMEMBER))
            self._known.move_to_end(digest)
            while len(self._known) > CACHE_SIZE:
                self._known.popitem(last=False)
        return actor

    def _check(self, token: str) -> tuple[Actor, float]:
        try:
            decoded = jwt.decode(token, self._find_key, algorithms=[ALGORITHM])
            self._claims.validate(decoded.claims)
            return _actor_of(decoded.claims), float(decoded.claims["exp"])
        except ExpiredTokenError as error:
            raise _refused("The access token has expired; get a new one.") from error
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise _refused("The access token is not valid.") from error

    def _find_key(self, signed: Any) -> OKPKey:
        key_id = signed.headers().get("kid")
        key = self._keys.key(key_id) if isinstance(key_id, str) and len(key_id) <= 200 else None
        if key is None:
            raise ValueError("unknown key")
        return key


def _actor_of(claims: dict[str, Any]) -> Actor:
    roles = claims.get("roles", [])
    name = claims.get("name", "")
    subject = claims["sub"]
    if not isinstance(roles, list) or len(roles) > 20 or not all(isinstance(role, str) for role in roles):
        raise ValueError("roles")
    if not isinstance(name, str) or not isinstance(subject, str) or not 0 < len(subject) <= 200:
        raise ValueError("name or sub")
    return Actor(id=subject, roles=frozenset(roles), name=name, token_id=str(claims.get("jti", "")))


def _refused(detail: str) -> Unauthenticated:
    return Unauthenticated(detail, headers={"WWW-Authenticate": 'Bearer realm="api", error="invalid_token"'})
