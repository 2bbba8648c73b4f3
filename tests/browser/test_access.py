"""WCAG 2.2 AA as far as a machine can see: axe, reflow, zoom, keyboard and target sizes, on every page."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

LANGUAGES = {"en": "en-GB", "fr": "fr-FR"}
LOOKS = {
    "en": [("light", 320), ("dark", 1280)],
    "fr": [("dark", 390), ("light", 1280)],
}
"""Every scheme in every language, and every width, is looked at with axe."""
WIDTHS = (320, 390, 1280)
"""None of these scrolls sideways, in any language."""
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
LOOK = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""The rules whose outcome hangs on colours or widths. The others read the document, which is one for every look."""
TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const right = e => e.getBoundingClientRect().right, all = [...document.querySelectorAll('body *')];
  const beyond = all.filter(e => right(e) > page.clientWidth);
  return [page.scrollWidth + ' of ' + page.clientWidth, ...beyond.map(e => e.outerHTML.slice(0, 120))];
}"""
"""What makes a page scroll sideways."""
WIDEST = "widest => document.querySelectorAll('strong time').forEach(each => { each.textContent = widest; })"
"""Show the widest time of day in the largest letters: whether a page fits must not hang on when it is looked at."""
KINDS = (
    "home", "town", "festival day", "empty day", "event", "disrupted event", "maker", "passport", "series", "timeline",
    "search", "missing", "open event", "registration", "propose where", "propose", "tours", "tour", "pass", "plan form",
    "plan",
)  # fmt: skip


def violations(page: Page, **options: Any) -> list[dict[str, Any]]:
    """What axe-core, which must be in the page, finds in its present look, and the elements it finds it on."""
    found = page.evaluate("options => axe.run(options)", AXE | options)["violations"]
    return [{"rule": each["id"], "on": [node["html"][:200] for node in each["nodes"]]} for each in found]


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, site: Site, kind: str) -> None:
    wrong: dict[tuple[str, str, int], Any] = {}
    for lang, locale in LANGUAGES.items():
        context = browser.new_context(locale=locale)
        page = context.new_page()
        page.goto(site.url + site.paths[kind])
        assert page.locator("html").get_attribute("lang") == lang
        page.evaluate(WIDEST, {"en": "20:08", "fr": "20\u00a0h\u00a008"}[lang])
        page.evaluate(Axe().axe_script)
        for look, (scheme, width) in enumerate(LOOKS[lang]):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            if found := violations(page, **({"runOnly": LOOK} if look else {})):
                wrong[lang, scheme, width] = found
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if beyond := page.evaluate(TOO_WIDE):
                wrong[lang, "scrolls sideways", width] = beyond
        _zoom(page)
        context.close()
    assert wrong == {}


def _zoom(page: Page) -> None:
    """At 200 % nothing scrolls sideways: the window of a desk zoomed, and a phone with text twice as large."""
    page.set_viewport_size({"width": 640, "height": 450})
    assert page.evaluate(TOO_WIDE) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert page.evaluate(TOO_WIDE) == []


FIELDS = "input:not([type=checkbox], [type=radio]), .ticks label"
"""What is hit of a form: a box to tick is as large as the words beside it."""

FOCUS = """() => {
  const on = document.activeElement, style = getComputedStyle(on), box = on.getBoundingClientRect();
  return {
    name: (on.textContent || on.name || '').trim(), tag: on.tagName, id: on.id,
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    visible: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.left >= 0,
  };
}"""


@pytest.mark.parametrize("kind", ["home", "town", "passport", "search"])
def test_all_of_a_page_can_be_reached_by_keyboard_and_is_seen_to_be(page: Page, site: Site, kind: str) -> None:
    page.goto(site.url + site.paths[kind])
    expected = page.locator("a:visible, button:visible, input:visible, summary:visible").count()
    reached = []
    for _ in range(expected + 5):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["tag"] == "BODY":
            break
        assert focus["outline"] >= 2, focus
        assert focus["visible"], focus
        reached.append(focus["name"])
    # A field for a date holds several stops, one for each part of the date.
    assert len(reached) >= expected
    assert reached[0] == "Skip to what is on"


def test_the_first_link_skips_to_what_is_on(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUS)["id"] == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(
    "kind",
    ["home", "festival day", "event", "maker", "series", "search", "open event", "registration", "propose", "plan"],
)
def test_a_thumb_hits_what_it_aims_at(page: Page, site: Site, kind: str) -> None:
    page.goto(site.url + site.paths[kind])
    targets = page.locator(".button, button, header nav a, footer nav a, summary, .brand, select, textarea, " + FIELDS)
    boxes = [each.bounding_box() for each in targets.all() if each.is_visible()]
    assert len(boxes) > 5
    assert [box for box in boxes if box and (box["height"] < 44 or box["width"] < 44)] == []
