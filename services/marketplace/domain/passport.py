"""An item's passport: a signed, hash-chained list of what happened to it, in the vocabulary of EPCIS 2.0 / CBV 2.0.

Each entry holds the hash of the one before it (``previous``; 64 zeros in the first), its own hash, and the platform's
signature:

* ``hash`` is the SHA-256, in hex, of the RFC 8785 canonical JSON of the entry without ``hash``, ``key_id`` and
  ``signature``;
* ``signature`` is the Ed25519 signature (RFC 8032) of the 32 bytes of that hash, in base64url without padding;
* the *head* is the signed statement how many entries there are and what the hash of the last one is. Without it the
  end of a chain could be cut off unseen. It is signed over the canonical JSON of ``{item_id, length, hash}``.

What this cannot show: that the platform itself, which holds the key, serves an older head than it once did. Whoever
keeps a head can prove that.

No entry says who bought an item: nothing about buyers is ever put in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIRST_PREVIOUS = "0" * 64
SIGNED_LATER = ("hash", "key_id", "signature")

Entry = dict[str, Any]
Keys = Mapping[str, Ed25519PublicKey]
"""The platform's public keys by key id."""


class Signer(Protocol):
    """The platform's key for passports."""

    key_id: str

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature of ``data``: 64 bytes."""


@dataclass(frozen=True)
class Head:
    """How long an item's chain is and where it ends, signed."""

    item_id: str
    length: int
    hash: str
    key_id: str
    signature: str

    def statement(self) -> bytes:
        """What is signed: canonical JSON."""
        return rfc8785.dumps({"item_id": self.item_id, "length": self.length, "hash": self.hash})


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash an entry should have. Raises ``rfc8785.CanonicalizationError`` for what is not JSON."""
    body = {name: value for name, value in entry.items() if name not in SIGNED_LATER}
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def append(head: Head | None, item_id: str, happened: Mapping[str, Any], signer: Signer) -> tuple[Entry, Head]:
    """The next entry of an item's chain and the head behind it. ``happened`` is what the entry tells, plain JSON."""
    length = head.length if head else 0
    body = {**happened, "item_id": item_id, "sequence": length, "previous": head.hash if head else FIRST_PREVIOUS}
    digest = entry_hash(body)
    signature = _base64url(signer.sign(bytes.fromhex(digest)))
    entry = {**body, "hash": digest, "key_id": signer.key_id, "signature": signature}
    unsigned = Head(item_id=item_id, length=length + 1, hash=digest, key_id=signer.key_id, signature="")
    return entry, Head(**{**vars(unsigned), "signature": _base64url(signer.sign(unsigned.statement()))})


def verify_chain(entries: Sequence[Mapping[str, Any]], head: Head, keys: Keys) -> list[str]:
    """What is wrong with a chain, in words; empty when it is exactly what the platform signed.

    An entry that was edited, left out, put in, doubled or moved is found, at the beginning and the end too.
    """
    problems = []
    previous = FIRST_PREVIOUS
    for position, entry in enumerate(entries):
        problems += [f"entry {position}: {problem}" for problem in _wrong_with(entry, position, previous, head, keys)]
        previous = str(entry.get("hash"))
    if len(entries) != head.length:
        problems.append(f"there are {len(entries)} entries, and {head.length} were signed")
    if not entries or previous != head.hash:
        problems.append("the last entry is not the one that the head names")
    if not _signed(head.statement(), head.signature, head.key_id, keys):
        problems.append("the head is not signed by the platform")
    return problems


def _wrong_with(entry: Mapping[str, Any], position: int, previous: str, head: Head, keys: Keys) -> Iterable[str]:
    try:
        digest = entry_hash(entry)
    except (rfc8785.CanonicalizationError, TypeError, ValueError, RecursionError):
        yield "it is not plain JSON"
        return
    if entry.get("item_id") != head.item_id:
        yield "it belongs to another item"
    if entry.get("sequence") != position:
        yield f"it stands in place {position} and says it is number {entry.get('sequence')}"
    if entry.get("previous") != previous:
        yield "it does not follow from the one before"
    if entry.get("hash") != digest:
        yield "its content is not what was hashed"
    if not _signed(bytes.fromhex(digest), entry.get("signature"), entry.get("key_id"), keys):
        yield "it is not signed by the platform"


def _signed(data: bytes, signature: object, key_id: object, keys: Keys) -> bool:
    key = keys.get(key_id) if isinstance(key_id, str) else None
    if key is None or not isinstance(signature, str) or len(signature) != 86:
        return False
    try:
        raw = base64.b64decode(signature + "==", altchars=b"-_", validate=True)
        key.verify(raw, data)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return _base64url(raw) == signature  # the one spelling of these bytes, not another


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def moment(at: datetime, zone: str) -> dict[str, str]:
    """``eventTime`` and ``eventTimeZoneOffset`` of an instant as clocks in ``zone`` showed it (EPCIS 2.0, 7.4.1)."""
    local = at.astimezone(ZoneInfo(zone))
    text = local.isoformat(timespec="milliseconds")
    return {"eventTime": text, "eventTimeZoneOffset": text[-6:]}


def hands(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Through whose hands the item went, in order: ``{kind, id, name, town, since}``, the present holder last.

    Holders are the maker and pop-up shops; a buyer is ``{"kind": "buyer", "since": ...}`` and nothing else.
    """
    return [{**entry["holder"], "since": entry["event"]["eventTime"]} for entry in entries if "holder" in entry]
