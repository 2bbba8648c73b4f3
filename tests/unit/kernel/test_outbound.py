"""Promise 32 (7): what is refused before any connection is made; no socket can be opened here."""

from __future__ import annotations

import threading

import pytest

from kernel.errors import Invalid
from kernel.outbound import FetchFailed, fetch, trouble_with

NAMES = {
    "public.example": ["93.184.216.34"],
    "private.example": ["10.0.0.7"],
    "metadata.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "both.example": ["93.184.216.34", "127.0.0.1"],
    "none.example": [],
    "many.example": [f"93.184.216.{n}" for n in range(33)],
}


def names(host: str, port: int) -> list[str]:
    if host not in NAMES:
        raise OSError("no such name")
    return NAMES[host]


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "//example.org/x", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/",
        "javascript:alert(1)", "data:text/plain,x", "https://", "https:///x", "http://user:secret@example.org/",
        "http://user@example.org/", "https://example.org/a b", "https://example.org/\r\nHost: x", "https://exämple.org/",
        "https://example.org\\@127.0.0.1/", "https://example.org:99999/", "https://example.org:x/", "http://[::1/",
        "http://example.org:0/", "https://example.org/" + "x" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        fetch(url, max_bytes=10, name="feed_url", resolver=names)
    assert list(refused.value.errors) == ["feed_url"]


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://example.org:8080/a?b=c#d", "HTTPS://EXAMPLE.org/%C3%A9"]
)
def test_an_address_of_the_web_is_no_trouble(url: str) -> None:
    assert trouble_with(url) is None


@pytest.mark.parametrize("host", ["private", "metadata", "mapped", "nat64", "both", "none", "many"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_is_refused_unless_all_its_addresses_are_public(scheme: str, host: str) -> None:
    with pytest.raises(Invalid) as refused:
        fetch(f"{scheme}://{host}.example/", max_bytes=10, resolver=names)
    assert refused.value.errors == {"url": ["Not a host of the public internet."]}


def test_a_refusal_does_not_tell_what_a_name_resolves_to() -> None:
    with pytest.raises(Invalid) as refused:
        fetch("http://private.example/", max_bytes=10, resolver=names)
    assert "10.0.0.7" not in str(refused.value.as_dict())


@pytest.mark.parametrize(
    "url", ["http://public.example:22/", "https://public.example:80/", "http://public.example:6379/"]
)
def test_only_ports_of_the_web_are_fetched_from(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        fetch(url, max_bytes=10, resolver=names)
    assert "ports" in refused.value.errors["url"][0]


def test_a_name_that_nobody_has_is_the_callers_mistake() -> None:
    with pytest.raises(Invalid) as refused:
        fetch("http://unknown.example/", max_bytes=10, resolver=names)
    assert refused.value.errors == {"url": ["There is no host of this name."]}


def test_a_resolver_that_does_not_answer_costs_no_more_than_the_time_allowed() -> None:
    answered = threading.Event()

    def silent(host: str, port: int) -> list[str]:
        answered.wait(10)
        return ["10.0.0.7"]

    with pytest.raises(FetchFailed, match=r"within 0\.1 s"):
        fetch("http://public.example/", max_bytes=10, seconds=0.1, resolver=silent)
    answered.set()
