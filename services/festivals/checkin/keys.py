"""The key that signs check-in bundles: ``CHECKIN_SIGNING_KEY`` is the path of a PEM file (Ed25519, PKCS 8).

Bundles live for days and come with the key to check them by, so a former key need not be kept.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from environs import Env
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from kernel.errors import Unavailable


def checkin_key() -> OKPKey:
    """The key this process was given. Raises ``Unavailable`` naming the variable or file that is not right."""
    env = Env()
    return _read(env.str("CHECKIN_SIGNING_KEY", ""))


@cache
def _read(path: str) -> OKPKey:
    if not path:
        raise Unavailable("Check-in lists cannot be signed: CHECKIN_SIGNING_KEY names no file with an Ed25519 key.")
    try:
        key = OKPKey.import_key(Path(path).read_bytes())
    except (OSError, ValueError, JoseError) as error:
        raise Unavailable(f"The check-in key {Path(path).name} cannot be read: {type(error).__name__}.") from error
    if key.as_dict().get("crv") != "Ed25519" or not key.is_private:
        raise Unavailable(f"The check-in key {Path(path).name} is not a private Ed25519 key.")
    return OKPKey.import_key(key.as_dict(private=True), {"kid": key.thumbprint(), "use": "sig"})
