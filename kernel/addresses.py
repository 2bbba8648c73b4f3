"""Which network addresses are public: what a server may be sent to by somebody who is not its operator."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_CARRIES_ANOTHER = tuple(
    ip_network(text)
    for text in (
        "::/96",  # IPv4-compatible (RFC 4291, 2.5.5.1)
        "::ffff:0:0/96",  # IPv4-mapped (RFC 4291, 2.5.5.2)
        "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
        "64:ff9b::/96",  # NAT64, well known prefix (RFC 6052)
        "64:ff9b:1::/48",  # NAT64, local use (RFC 8215)
        "2001::/32",  # Teredo (RFC 4380)
        "2002::/16",  # 6to4 (RFC 3056)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
    )
)
"""Networks whose addresses stand for, or lead to, another one that no rule would see."""


def is_public(address: Address) -> bool:
    """Whether ``address`` is one host of the public internet, and plainly itself.

    False for what is private, loopback, link-local (so also the metadata service of a cloud), multicast, reserved,
    unspecified or for documentation (IANA's special-purpose registries), for an address with a scope, and for one
    that carries another address inside (mapped, translated, tunnelled).
    """
    if isinstance(address, IPv6Address) and (address.is_site_local or address.scope_id is not None):
        return False
    if address.is_multicast or address.is_reserved or any(address in network for network in _CARRIES_ANOTHER):
        return False
    return address.is_global


def may_reach(text: str, also: tuple[Network, ...] = ()) -> bool:
    """Whether the address written in ``text`` is public or in one of the networks ``also``; False for no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return is_public(address) or any(address in network for network in also)
