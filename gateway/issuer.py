"""Access tokens: signed here for a quarter of an hour, verified by every service on its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from gateway.models import Account
from kernel.clock import Clock
from kernel.config import Settings
from kernel.ids import new_id
from kernel.tokens import ALGORITHM, KeySource

LIFETIME = 15 * 60
"""Seconds a token is good for: as long as a role that was taken away can still be used."""


class Issuer:
    """Signs access tokens with the platform's Ed25519 key, and publishes its public half."""

    def __init__(self, key: OKPKey, settings: Settings, clock: Clock) -> None:
        self._key = key
        self._key_id = key.thumbprint()
        self._settings = settings
        self._clock = clock

    def issue(self, account: Account) -> dict[str, Any]:
        """An access token for ``account``, in the shape of RFC 6749, section 5.1."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._settings.auth_issuer,
            "aud": self._settings.auth_audience,
            "sub": account.id,
            "name": account.name,
            "roles": sorted(account.roles),
            "iat": now,
            "exp": now + LIFETIME,
            "jti": new_id(),
        }
        header = {"alg": ALGORITHM, "kid": self._key_id, "typ": "at+jwt"}
        token = jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])
        return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME}

    def key_set(self) -> dict[str, Any]:
        """The public key as a JSON Web Key Set (RFC 7517)."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self._key_id, "use": "sig", "alg": ALGORITHM}]}

    def key_source(self) -> KeySource:
        """The public key for this process's own verifier, which need not ask itself over HTTP."""
        return _OwnKey(self._key_id, self._key)


class _OwnKey(KeySource):
    def __init__(self, key_id: str, key: OKPKey) -> None:
        super().__init__("")
        self._keys = {key_id: key}

    def key(self, key_id: str) -> OKPKey | None:
        return self._keys.get(key_id)


def load_signing_key(path: str) -> OKPKey:
    """The Ed25519 private key in ``path``, a PEM or JWK file. Raises ``ValueError`` that says what is wrong with it."""
    try:
        raw = Path(path).read_bytes()
        key = OKPKey.import_key(json.loads(raw) if raw.lstrip().startswith(b"{") else raw)
    except (OSError, ValueError, TypeError, JoseError) as error:
        raise ValueError(f"AUTH_SIGNING_KEY {path}: {error}") from error
    if key.curve_name != "Ed25519" or not key.is_private:
        raise ValueError(f"AUTH_SIGNING_KEY {path}: not an Ed25519 private key")
    return key
