"""B4 by URL: a timetable taken from where it is published, and from nowhere that only this machine can reach."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_network

import pytest

from contracts.visitor import SailingScheduled
from kernel import outbound
from tests.support.gtfs import feed
from tests.support.publisher import published


@pytest.fixture
def publisher():
    """The address of a publisher on this machine."""
    pages = {"/feed.zip": feed(), "/page": b"<html>", "/large": b"x" * 1_100_000}
    with published(pages) as address:
        yield address


@pytest.fixture
def reachable(monkeypatch):
    """The machine itself counts as public, as an operator's setting would have it."""
    monkeypatch.setattr(outbound, "fetch", partial(outbound.fetch, also_reach=(ip_network("127.0.0.0/8"),)))


def test_a_published_feed_is_taken_like_one_that_is_sent(visitors, publisher, reachable):
    report = visitors.done("/sailings/import/address", {"url": f"{publisher}/feed.zip"}, as_="olga")
    assert (report["sailings"]["new"], report["issues"]) == (9, [])
    assert visitors.imported()["sailings"]["unchanged"] == 9
    assert len(visitors.said(SailingScheduled)) == 9


def test_what_an_address_gives_that_is_no_feed_is_refused(visitors, publisher, reachable):
    page = visitors.post("/sailings/import/address", {"url": f"{publisher}/page"}, as_="olga")
    assert (page.status_code, list(page.json["errors"])) == (422, ["feed"])
    large = visitors.post("/sailings/import/address", {"url": f"{publisher}/large"}, as_="olga")
    assert large.status_code == 502
    assert visitors.runtime.db.sailings.count_documents({}) == 0


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/feed.zip", "http://[::1]/f", "file:///etc/hosts", "http://10.0.0.1/f", ""]
)
def test_an_address_of_this_machine_or_network_is_refused(visitors, url):
    answer = visitors.post("/sailings/import/address", {"url": url}, as_="olga")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["url"])
    assert visitors.post("/sailings/import/address", {"url": url}, as_="vic").status_code == 403
