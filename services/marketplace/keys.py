"""The platform's keys for passports, from files that the environment names.

``PASSPORT_SIGNING_KEY``: path of a PEM file with an Ed25519 private key (PKCS 8), which signs from now on.
``PASSPORT_RETIRED_KEYS``: paths of PEM files with public keys that once signed, separated by commas; what they signed
stays verifiable after the key has been changed. Key ids are JWK thumbprints (RFC 7638).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from environs import Env
from joserfc.jwk import OKPKey

from kernel.errors import Unavailable


@dataclass(frozen=True)
class KeyRing:
    """The key that signs and all public keys that passports may have been signed with."""

    key_id: str
    private: Ed25519PrivateKey
    public: dict[str, Ed25519PublicKey]

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature of ``data``."""
        return self.private.sign(data)

    def jwks(self) -> list[dict[str, Any]]:
        """The public keys as JSON Web Keys (RFC 8037), the one in use first."""
        return [
            {
                **OKPKey.import_key(key).as_dict(private=False),
                "kid": key_id,
                "use": "sig",
                "in_use": key_id == self.key_id,
            }
            for key_id, key in self.public.items()
        ]


def key_ring() -> KeyRing:
    """The keys this process was given. Raises ``Unavailable`` naming the variable and file that are not right."""
    env = Env()
    return _read(env.str("PASSPORT_SIGNING_KEY", ""), tuple(env.list("PASSPORT_RETIRED_KEYS", [])))


@cache
def _read(signing: str, retired: Sequence[str]) -> KeyRing:
    if not signing:
        raise Unavailable("Passports cannot be signed: PASSPORT_SIGNING_KEY names no file with an Ed25519 private key.")
    private = _load(signing, lambda data: load_pem_private_key(data, password=None), Ed25519PrivateKey)
    public = [private.public_key(), *(_load(path, load_pem_public_key, Ed25519PublicKey) for path in retired)]
    by_id = {OKPKey.import_key(key).thumbprint(): key for key in public}
    return KeyRing(key_id=next(iter(by_id)), private=private, public=by_id)


def _load(path: str, load: Any, kind: type) -> Any:
    try:
        key = load(Path(path).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise Unavailable(f"The passport key {Path(path).name} cannot be read: {type(error).__name__}.") from error
    if not isinstance(key, kind):
        raise Unavailable(f"The passport key {Path(path).name} is not an Ed25519 key of the right half.")
    return key
