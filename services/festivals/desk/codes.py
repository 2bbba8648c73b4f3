"""Secret codes of people without an account, and what is kept of addresses to count by: digests only."""

from __future__ import annotations

import hashlib
import secrets
from ipaddress import ip_address, ip_network

from flask import request


def new_code() -> str:
    """A code nobody can guess (144 bits), to be shown to its owner once."""
    return secrets.token_urlsafe(18)


def digest_of_code(code: str) -> str:
    """What is kept of a code: the SHA-256 of its text, in hexadecimal. A scanner compares the same."""
    return hashlib.sha256(code.encode()).hexdigest()


def digest(salt: str, text: str) -> str:
    """What is kept of ``text`` to recognise it at the same desk; another desk's salt gives another digest."""
    return hashlib.sha256(f"{salt}\x00{text}".encode()).hexdigest()


def same_email(email: str) -> str:
    """An e-mail address as it is compared: letter case and spaces around it make no other person."""
    return email.strip().casefold()


def client_network() -> str:
    """The network that the present request comes from, as the gateway tells it."""
    return network_of(request.headers.get("X-Forwarded-For") or request.remote_addr or "")


def network_of(address: str) -> str:
    """What counts as one network address: an IPv6 subscriber has a whole /64. What is no address counts as itself."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(known) if known.version == 4 else str(ip_network((known, 64), strict=False))
