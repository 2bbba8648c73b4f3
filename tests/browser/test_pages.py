"""The pages in a real browser, as passengers use them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

WEIGHT = 60_000
"""Bytes of everything a page fetches; there are no photos."""


def test_a_page_fetches_little_and_nothing_from_elsewhere(browser: Browser, site: Site) -> None:
    for kind, path in site.paths.items():
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        answers: list[Response] = []
        complaints: list[str] = []
        page.on("response", lambda answer, kept=answers: kept.append(answer))
        page.on("console", lambda message, kept=complaints: kept.append(message.text))
        page.on("pageerror", lambda error, kept=complaints: kept.append(str(error)))
        page.goto(site.url + path)
        assert {urlsplit(each.url).netloc for each in answers} == {urlsplit(site.url).netloc}, kind
        assert {each.request.resource_type for each in answers} <= {"document", "stylesheet", "manifest", "other"}, kind
        assert sum(len(each.body()) for each in answers) < WEIGHT, kind
        assert [text for text in complaints if "404" not in text] == [], kind
        context.close()


def test_all_of_it_can_be_read_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site.url)
    when = page.locator(".shore .back strong").first
    expect(when).to_have_text(re.compile(r"\d\d:\d\d"))
    box = when.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844, "on the first screen of a phone"
    context.close()


def test_when_to_be_back_is_the_largest_thing(page: Page, site: Site) -> None:
    page.goto(site.url + site.paths["town"])
    sizes = page.evaluate("[...document.querySelectorAll('body *')].map(e => parseFloat(getComputedStyle(e).fontSize))")
    largest = page.locator(".back strong").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert largest == max(sizes)


@pytest.mark.parametrize(
    ("locale", "seen"),
    [
        (
            "en-GB",
            ["The birdsong of Newhaven", "Look Up Newhaven: an urban ramble", "Newhaven on film", "Chalk & Tide"],
        ),
        ("fr-FR", ["Les chants d'oiseaux de Newhaven", "Céramique", "Ferries de ce jour", "dimanche 19 août 2018"]),
    ],
)
def test_the_day_of_the_festival_shows_what_was_on(browser: Browser, site: Site, locale: str, seen: list[str]) -> None:
    context = browser.new_context(locale=locale)
    page = context.new_page()
    page.goto(site.url + site.paths["festival day"])
    for words in seen:
        expect(page.locator("body")).to_contain_text(words, ignore_case=True)
    context.close()


def test_the_switch_keeps_the_page_and_the_language_stays(page: Page, site: Site) -> None:
    page.goto(site.url + site.paths["event"])
    page.get_by_role("link", name="Français").click()
    assert urlsplit(page.url).path == site.paths["event"]
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("h1")).to_have_text("Les chants d'oiseaux de Newhaven")
    page.get_by_role("link", name="Dieppe Vivant").click()
    assert urlsplit(page.url).path == "/"
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_both_towns_are_one_tap_apart(page: Page, site: Site) -> None:
    page.goto(site.url)
    for town in ("Dieppe", "Newhaven", "Dieppe"):
        page.get_by_role("navigation", name="Towns").get_by_role("link", name=town).click()
        expect(page.locator("h1")).to_have_text(f"{town} today")


def test_a_lost_ferry_is_told_in_words_and_in_signal_red(page: Page, site: Site) -> None:
    page.goto(site.url + site.paths["disrupted event"])
    notice = page.get_by_role("note")
    expect(notice).to_contain_text("Its ferry is cancelled.")
    expect(notice).to_contain_text("Strong winds in the Channel.")
    red = notice.locator("strong").evaluate("e => getComputedStyle(e).color")
    assert red == "rgb(168, 19, 27)"


def test_a_search_from_any_page_finds(page: Page, site: Site) -> None:
    page.goto(site.url + site.paths["timeline"])
    page.get_by_role("searchbox", name="What are you looking for?").fill("birdsong")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The birdsong of Newhaven").click()
    assert urlsplit(page.url).path == site.paths["event"]


def test_the_sold_piece_says_through_whose_hands_it_went(page: Page, site: Site) -> None:
    page.goto(site.url + site.paths["passport"])
    hands = page.locator(".hands .who")
    expect(hands).to_have_count(3)
    expect(hands.last).to_have_text("Taken home")
    expect(page.locator(".seal")).to_contain_text("Verified")


def test_a_passport_fits_on_one_sheet_of_paper(page: Page, site: Site) -> None:
    page.goto(site.url + site.paths["passport"])
    page.emulate_media(media="print")
    expect(page.locator(".towns")).to_be_hidden()
    expect(page.locator(".qr")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1


@pytest.mark.parametrize("kind", ["event", "town", "maker"])
def test_on_paper_words_are_dark_and_controls_are_gone(page: Page, site: Site, kind: str) -> None:
    page.goto(site.url + site.paths[kind])
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("form").first).to_be_hidden()
    assert page.locator("h1").evaluate("e => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    assert page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
