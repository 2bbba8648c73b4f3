"""B11, GB5, P12 through the gateway: the guide to read, to print, to keep, and the bundle for the crossing."""

from __future__ import annotations

import io

import pytest
from lxml import html
from pypdf import PdfReader

from deploy.demo.client import Api
from tests.e2e.conftest import Caller
from tests.support.boarding import board


@pytest.mark.parametrize(("lang", "words"), [("en", "Guide to Newhaven"), ("fr", "Guide de Newhaven")])
def test_b11_the_guide_to_read(demo: Api, caller: Caller, lang: str, words: str) -> None:
    index = caller.send("GET", f"/guide?lang={lang}")
    assert index.status_code == 200
    assert {"/guide/newhaven", "/guide/dieppe"} <= set(html.fromstring(index.text).xpath("//a/@href"))
    page = caller.send("GET", f"/guide/newhaven?lang={lang}")
    assert page.status_code == 200
    assert len(page.content) < 60_000
    tree = html.fromstring(page.text)
    text = tree.text_content()
    assert words in text
    for listed in ("Newhaven Fort" if lang == "en" else "Fort de Newhaven", "Chalk & Tide", "Seaside Town"):
        assert listed in text
    [source] = tree.xpath("//figure//img/@src")
    picture = caller.send("GET", source)
    assert picture.headers["Content-Type"] == "image/svg+xml"
    numbers = [each.text for each in tree.xpath("//span[@class='number']")]
    assert len(numbers) >= 8
    assert all(f">{number}<" in picture.text for number in numbers)
    assert caller.send("GET", "/guide/atlantis").status_code == 404


@pytest.mark.parametrize("town", ["newhaven", "dieppe"])
def test_b11_the_guide_to_print_and_to_keep(demo: Api, caller: Caller, town: str) -> None:
    printed = caller.send("GET", f"/v1/guide/pdf?town={town}")
    assert printed.headers["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(printed.content)).pages
    assert 3 <= len(pages) <= 10
    kept = caller.send("GET", f"/v1/guide/offline?town={town}")
    assert html.fromstring(kept.text).xpath("//script | //img | //link") == []


def test_gb5_the_bundle_is_small_and_not_sent_twice(demo: Api, caller: Caller) -> None:
    first = caller.send("GET", "/v1/guide/bundle?town=newhaven")
    assert len(first.content) <= 15_000_000
    kinds = {key.split("/")[0] for key in first.json()["entries"]}
    assert kinds == {"sailing", "place", "event", "maker", "offering", "title"}
    again = caller.send("GET", "/v1/guide/bundle?town=newhaven", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    have = {key: entry["digest"] for key, entry in first.json()["entries"].items()}
    have.pop("place/newhaven-fort")
    delta = caller.send("POST", "/v1/guide/bundle/delta", json={"town": "newhaven", "have": have | {"place/gone": "x"}})
    assert list(delta.json()["entries"]) == ["place/newhaven-fort"]
    assert delta.json()["removed"] == ["place/gone"]
    assert len(delta.content) <= 200_000


def test_p12_phones_that_come_off_a_ship_fetch_the_day_once_and_are_told_when_nothing_changed(demo: Api) -> None:
    """P12 in short: 60 phones within three seconds; ``python -m tests.bench --only P12`` measures the 600."""
    seen = board(demo.url, "newhaven", phones=60, within=3)
    assert (len(seen.first), len(seen.pages), len(seen.bundles), seen.errors) == (120, 60, 60, 0)
    assert set(seen.first) == {200}
    assert seen.unchanged >= 0.9
