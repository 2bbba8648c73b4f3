"""The signing keys of an installation: made at its first start, readable only by their owner, kept from then on."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.embedded.files import write_private


def signing_key(path: Path) -> Path:
    """The Ed25519 private key at ``path`` (PEM, PKCS 8), made when there is none. Returns ``path``."""
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(path, pem.decode())
    return path
