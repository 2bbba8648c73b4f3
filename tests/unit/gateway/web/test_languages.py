"""Who reads in which language, and what browsers and caches are told of it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from lxml import html

from tests.unit.gateway.web.conftest import Reader


@pytest.mark.parametrize(
    ("accepted", "cookie", "asked", "lang"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.5", "", "", "fr"),
        ("en-US,en;q=0.9", "", "", "en"),
        ("de,fr;q=0.3", "", "", "fr"),
        ("de", "", "", "en"),
        ("", "", "", "en"),
        ("en", "fr", "", "fr"),
        ("en", "xx", "", "en"),
        ("en", "fr", "en", "en"),
        ("fr", "", "klingon", "fr"),
        ("fr", "", "../en", "fr"),
    ],
)
def test_a_choice_comes_before_what_was_chosen_before_and_that_before_the_browser(
    reader: Reader, accepted: str, cookie: str, asked: str, lang: str
) -> None:
    path = f"/timeline?lang={asked}" if asked else "/timeline"
    answer = reader.get(path, accepted, **({"Cookie": f"lang={cookie}"} if cookie else {}))
    assert html.fromstring(answer.text).get("lang") == lang
    assert answer.headers["Content-Language"] == lang
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["Vary"].split(", "))


def test_a_choice_is_remembered_and_nothing_else_is(app: Flask) -> None:
    client = app.test_client()
    chosen = client.get("/timeline?lang=fr")
    [cookie] = chosen.headers.getlist("Set-Cookie")
    assert cookie.startswith("lang=fr;")
    for attribute in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert attribute in cookie
    assert "Secure" not in cookie
    assert chosen.headers["Cache-Control"] == "private, no-cache"
    later = client.get("/timeline")
    assert later.headers["Content-Language"] == "fr"
    assert "Set-Cookie" not in later.headers
    assert later.headers["Cache-Control"] == "public, max-age=10"


def test_over_https_the_cookie_stays_there(app: Flask) -> None:
    answer = app.test_client().get("/timeline?lang=fr", base_url="https://example.org")
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "path", ["/today/newhaven?date=2018-08-25", "/search?q=walk+%26+talk", "/events/e-1", "/timeline?as_of=2018-09-01"]
)
def test_the_switch_keeps_the_page(reader: Reader, path: str) -> None:
    tree = html.fromstring(reader.read(path))
    [switch] = tree.xpath("//nav[@class='tongues']/a")
    assert (switch.get("lang"), switch.get("hreflang"), switch.text) == ("fr", "fr", "Français")
    before, after = urlsplit(path), urlsplit(switch.get("href"))
    assert after.path == before.path
    assert parse_qs(after.query) == {**parse_qs(before.query), "lang": ["fr"]}
    assert html.fromstring(reader.read(switch.get("href"))).get("lang") == "fr"


def test_what_is_asked_for_cannot_lead_the_switch_elsewhere(reader: Reader) -> None:
    path = "/today/newhaven?_external=1&_scheme=x&_anchor=a&town=dieppe&lang=en"
    [switch] = html.fromstring(reader.read(path)).xpath("//nav[@class='tongues']/a/@href")
    assert switch == "/today/newhaven?lang=fr"


def test_both_languages_of_a_page_know_each_other(reader: Reader) -> None:
    links = html.fromstring(reader.read("/events/e-1")).xpath("//link[@rel='alternate']")
    assert {each.get("hreflang"): each.get("href") for each in links} == {
        "en": "/events/e-1?lang=en",
        "fr": "/events/e-1?lang=fr",
    }
