"""Whose address a request counts for: nobody chooses it who is not a proxy of ours."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits import address_behind

OURS = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.5"], "192.0.2.1"),
        ("10.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["198.51.100.9, 203.0.113.5"], "203.0.113.5"),
        ("10.0.0.1", ["198.51.100.9", "203.0.113.5, 10.0.0.2"], "203.0.113.5"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["203.0.113.5, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("", ["203.0.113.5"], ""),
    ],
)
def test_the_first_address_that_is_not_ours_is_the_client(peer: str, forwarded: list[str], address: str) -> None:
    assert address_behind(peer, forwarded, OURS) == address


@given(st.lists(st.text(max_size=40), max_size=4))
def test_without_trusted_proxies_a_header_changes_nothing(forwarded: list[str]) -> None:
    assert address_behind("10.0.0.1", forwarded, ()) == "10.0.0.1"


@given(st.lists(st.text(alphabet="0123456789abcdef.:, ", max_size=60), max_size=4))
def test_what_stands_left_of_the_client_changes_nothing(forwarded: list[str]) -> None:
    assert address_behind("10.0.0.1", [*forwarded, "203.0.113.5, 10.0.0.2"], OURS) == "203.0.113.5"
