"""Codes that two phones show each other without network, each signed with Ed25519 (RFC 8032) and good for 90 seconds.

A visitor's phone makes a key pair; the pass is the fingerprint of its public half and says nothing about anyone. It
shows ``present``; the phone of a stamp point (a centre, a studio, an event) checks that with ``presented`` and shows
``stamp``, signed with its own key for that one pass; the visitor's phone checks that with ``stamped`` against the
public keys it has in its bundle, and keeps it. What is kept is merged later (``read_stamp``): nobody else can use it.

Codes are visible ASCII: ``LNP1.<public key>.<step>.<signature>`` and ``LNS1.<point>.<pass>.<step>.<signature>``; keys
and signatures in base64url without padding, a step is the number of 30-second steps since 1970.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

STEP = timedelta(seconds=30)
MAX_AGE = timedelta(seconds=90)
"""How long after the beginning of its step a code is good."""
CLOCKS_DIFFER = timedelta(seconds=30)
"""How far in the future a code may be: two phones never agree quite."""
MAX_CODE = 300

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PASS, STAMP = "LNP1", "LNS1"


class CodeRefused(ValueError):
    """A code that is not what it should be; the text says why."""


@dataclass(frozen=True)
class Stamp:
    """That a pass was at a stamp point."""

    point_id: str
    pass_id: str
    at: datetime


def pass_id_of(public_key: bytes) -> str:
    """The id of the pass whose key this is: 128 bits of its SHA-256, as 26 letters and digits."""
    return base64.b32encode(hashlib.sha256(public_key).digest()[:16]).decode().rstrip("=").lower()


def key_text(key: bytes) -> str:
    """A public key or signature as text."""
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def key_bytes(text: str, length: int = 32) -> bytes:
    """The ``length`` bytes of that text; raises ``CodeRefused``. Each value has one text, so no code has a twin."""
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CodeRefused("not base64url") from error
    if len(value) != length or key_text(value) != text:
        raise CodeRefused(f"not {length} bytes")
    return value


def present(key: Ed25519PrivateKey, now: datetime) -> str:
    """What a visitor's phone shows at ``now``."""
    return _signed(key, PASS, key_text(key.public_key().public_bytes_raw()), str(_step(now)))


def presented(code: str, now: datetime) -> str:
    """The pass that a code shows; raises ``CodeRefused``. Needs no list of passes and no network."""
    prefix, key, step, signature = _parts(code, 4)
    if prefix != PASS:
        raise CodeRefused("not the code of a pass")
    public = key_bytes(key)
    _verify(public, code, signature)
    _check_age(_at(step), now)
    return pass_id_of(public)


def stamp(key: Ed25519PrivateKey, point_id: str, pass_id: str, now: datetime) -> str:
    """What the phone of a stamp point shows for one pass at ``now``."""
    return _signed(key, STAMP, point_id, pass_id, str(_step(now)))


def stamped(code: str, key_of: Callable[[str], bytes | None], pass_id: str, now: datetime) -> Stamp:
    """The stamp that the visitor's phone is shown: for its own pass, and fresh. Raises ``CodeRefused``."""
    found = read_stamp(code, key_of)
    if found.pass_id != pass_id:
        raise CodeRefused("a stamp for another pass")
    _check_age(found.at, now)
    return found


def read_stamp(code: str, key_of: Callable[[str], bytes | None]) -> Stamp:
    """The stamp in a code, however old; raises ``CodeRefused``. ``key_of`` tells the public key of a stamp point."""
    prefix, point_id, pass_id, step, signature = _parts(code, 5)
    if prefix != STAMP:
        raise CodeRefused("not a stamp")
    public = key_of(point_id)
    if public is None:
        raise CodeRefused("a stamp point that is not known")
    _verify(public, code, signature)
    return Stamp(point_id, pass_id, _at(step))


def _step(now: datetime) -> int:
    return (now - _EPOCH) // STEP


def _at(step: str) -> datetime:
    if not (step.isascii() and step.isdigit() and len(step) <= 10):
        raise CodeRefused("not a time")
    return _EPOCH + int(step) * STEP


def _check_age(at: datetime, now: datetime) -> None:
    if now - at > MAX_AGE:
        raise CodeRefused("older than 90 seconds")
    if at - now > CLOCKS_DIFFER:
        raise CodeRefused("from the future")


def _signed(key: Ed25519PrivateKey, *parts: str) -> str:
    text = ".".join(parts)
    return f"{text}.{key_text(key.sign(text.encode()))}"


def _parts(code: str, count: int) -> list[str]:
    parts = code.split(".")
    if len(code) > MAX_CODE or not code.isascii() or len(parts) != count:
        raise CodeRefused("not a code")
    return parts


def _verify(public: bytes, code: str, signature: str) -> None:
    text = code.rpartition(".")[0]
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(key_bytes(signature, 64), text.encode())
    except (InvalidSignature, ValueError) as error:
        raise CodeRefused("the signature is not right") from error
