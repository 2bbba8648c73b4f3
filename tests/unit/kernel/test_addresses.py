"""Promise 32 (7): which addresses a server may be sent to. One sample of every special network, and every edge."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.addresses import is_public, may_reach

PUBLIC = [
    "1.1.1.1",
    "93.184.216.34",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "100.63.255.255",
    "2606:4700::1",
]

NOT_PUBLIC = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/29",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "::/128", "::1/128", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
    "2001::/32", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", NOT_PUBLIC)
@settings(max_examples=20, deadline=None)
@given(place=st.integers(0, 2**128 - 1))
def test_no_address_of_a_special_network_is_public(text: str, place: int) -> None:
    network = ip_network(text)
    for offset in (0, place % network.num_addresses, network.num_addresses - 1):
        assert not is_public(network[offset])


@pytest.mark.parametrize(
    "text", ["fe80::1%eth0", "2606:4700::1%1", "", "localhost", "127.1", "0x7f000001", "2130706433", "1.1.1.1/32"]
)
def test_what_is_no_plain_address_is_not_reached(text: str) -> None:
    assert not may_reach(text)


def test_a_network_is_reached_when_it_is_named() -> None:
    loopback = (ip_network("127.0.0.0/8"),)
    assert may_reach("127.0.0.1", loopback)
    assert not may_reach("10.0.0.1", loopback)
    assert not may_reach("::1", loopback)
    assert not may_reach("::ffff:127.0.0.1", loopback)
