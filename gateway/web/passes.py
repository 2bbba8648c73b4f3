"""A visitor's pass without script: its key is kept in a cookie of the visitor's own browser, and nowhere else.

What the pass shows is signed here, at each look, as a phone would (decisions 16 and 18), with Ed25519 (RFC 8032):
``LNP1.<public key>.<step>.<signature>`` in base64url without padding, where a step is half a minute, counted from 1970.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

COOKIE = "pass"
PATH = "/pass"
"""Below it the browser sends the cookie, and nowhere else."""
KEPT = timedelta(days=400)
"""As long as the visitor service keeps a pass, and as long as browsers keep a cookie."""
STEP = timedelta(seconds=30)
GOOD = timedelta(seconds=90)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pass:
    """A pass by the private half of its key."""

    seed: bytes

    @property
    def cookie(self) -> str:
        """What the browser keeps."""
        return _text(self.seed)

    @property
    def public_key(self) -> str:
        """What the platform knows it by."""
        return _text(self._public())

    @property
    def id(self) -> str:
        """128 bits of the SHA-256 of its public key, as 26 letters and digits."""
        return base64.b32encode(hashlib.sha256(self._public()).digest()[:16]).decode().rstrip("=").lower()

    def shown(self, now: datetime) -> tuple[str, datetime]:
        """The code that it shows at ``now``, and until when that is good."""
        step = (now - _EPOCH) // STEP
        told = f"LNP1.{self.public_key}.{step}"
        return f"{told}.{_text(self._key().sign(told.encode()))}", _EPOCH + step * STEP + GOOD

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def _public(self) -> bytes:
        return self._key().public_key().public_bytes_raw()


def made_of(once: str) -> Pass:
    """The pass that the form with that secret makes: sent twice, it is one pass."""
    return Pass(hashlib.sha256(b"pass\x00" + once.encode()).digest())


def kept_in(cookie: str | None) -> Pass | None:
    """The pass whose key a cookie holds; None without one, and for what is no key."""
    try:
        seed = base64.b64decode(f"{cookie or ''}=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return Pass(seed) if len(seed) == 32 else None


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
