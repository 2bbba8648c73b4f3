"""B11: the guide on paper and as one file, always from the live listings, in English and French."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from lxml import html
from pypdf import PdfReader

from tests.integration.visitor.conftest import BACK, NOW, event, maker, offering, release, title

HOURS = {"seasons": [{"weekly": [{"days": ["sa", "su"], "opens": "11:00", "closes": "16:00"}]}]}


@pytest.fixture
def town(sailing):
    """A town with something of every kind, one place with hostile text."""
    sailing.place("terminal", kind="BoatTerminal", walk_minutes=0, point={"lat": 50.794, "lon": 0.056})
    sailing.place("fort", hours=HOURS, walk_minutes=30, summary={"en": "Only English."}, verified_on="2018-08-01")
    sailing.place("odd", name={"en": "<script>alert(1)</script>"}, walk_minutes=5)
    sailing.hears(maker(), offering(), title(), release(), event("concert", starts_at=NOW + timedelta(days=1)))
    return sailing


def read(visitors, query):
    answer = visitors.get(f"/guide/offline?{query}")
    assert answer.status_code == 200, answer.text
    return answer, html.fromstring(answer.text)


def test_the_file_needs_no_network(town):
    answer, tree = read(town, "town=newhaven&lang=en")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert tree.xpath("//script | //img | //link | //iframe | //object | //video") == []
    assert "url(" not in answer.text
    assert "@import" not in answer.text
    assert {link.split(":")[0] for link in tree.xpath("//a/@href")} <= {"http", "https"}


def test_it_holds_what_is_listed_in_the_language_asked_for(town):
    _, english = read(town, "town=newhaven&lang=en")
    _, french = read(town, "town=newhaven&lang=fr")
    en, fr = english.text_content(), french.text_content()
    assert "Guide to Newhaven" in en
    assert "Guide de Newhaven" in fr
    for text in ("Clay & Co", "£25", "Birdsong", "Seaside Town", "Prime Video", "Open Saturday and Sunday, 11:00"):
        assert text in en
    for text in ("Poterie", "Chants d'oiseaux", "Ouvert samedi et dimanche, de 11", "Vérifié le 1 août 2018"):
        assert text in fr
    [only] = french.xpath("//span[@lang='en' and text()='Only English.']")
    assert only.get("lang") == "en", "B3: what is missing is shown in the language there is, and says so"
    assert "<script>alert(1)</script>" in en


def test_what_is_withdrawn_or_cancelled_is_so_on_the_next_copy(town):
    town.done(f"/sailings/{BACK}/cancel", {"reason": {"en": "Gale"}})
    town.send("PATCH", "/places/fort", {"name": {"en": "The Old Fort"}}, as_="ann")
    text = read(town, "town=newhaven&lang=en")[1].text_content()
    assert "The Old Fort" in text
    assert "cancelled" in text
    etag = town.get("/guide/offline?town=newhaven&lang=en").headers["ETag"]
    again = town.get("/guide/offline?town=newhaven&lang=en", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


SAID = [("postponed", "Postponed", "Reporté"), ("moved-online", "Online only", "En ligne"), ("full", "Full", "Complet")]


@pytest.mark.parametrize(("status", "english", "french"), SAID)
def test_what_does_not_take_place_as_announced_says_so(town, status, english, french):
    town.hears(event("concert", starts_at=NOW + timedelta(days=1), status=status))
    for lang, words in (("en", english), ("fr", french)):
        [alarm] = read(town, f"town=newhaven&lang={lang}")[1].xpath("//p[@class='alarm']")
        assert alarm.text.startswith(words)


def test_the_pdf_has_its_pages_fonts_and_words(town):
    answer = town.get("/guide/pdf?town=newhaven&lang=fr")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    document = PdfReader(io.BytesIO(answer.data))
    assert 3 <= len(document.pages) <= 8
    assert [round(float(side)) for side in document.pages[0].mediabox[2:]] == [420, 595], "A5"
    text = "".join(page.extract_text() for page in document.pages)
    for words in ("Guide de Newhaven", "À pied depuis le ferry", "Artisans et créateurs", "Poterie", "Chants d"):
        assert words in text
    names = {str(font["/BaseFont"]) for page in document.pages for font in _fonts(page)}
    assert all("Source" in name for name in names), names


def _fonts(page):
    fonts = page["/Resources"].get("/Font") or {}
    return [font.get_object() for font in fonts.values()]


def test_the_map_is_a_picture_and_a_town_that_is_not_ours_is_refused(town):
    answer = town.get("/guide/map?town=newhaven&lang=fr")
    assert answer.content_type == "image/svg+xml"
    assert answer.text.count("<circle") >= 3
    for kind in ("pdf", "offline", "map"):
        assert list(town.get(f"/guide/{kind}?town=atlantis").json["errors"]) == ["town"]
