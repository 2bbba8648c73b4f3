"""Contrast of the style sheet's colours, computed (WCAG 2.2, success criteria 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[4] / "gateway/static/site.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block)) for block in re.findall(r":root\s*{([^}]*)}", CSS)[:2]
)
LIGHT["page"] = LIGHT["chalk"]
SCHEMES = {"light": LIGHT, "dark": LIGHT | DARK}
ON_THE_SEA = sorted(set(re.findall(r"(?<!background: )(?<!background:)#(?:f6f4ec|d6dee6|c3ced9|ffb3ac|fffefa)\b", CSS)))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_can_be_read_on_every_ground(scheme: str) -> None:
    colours = SCHEMES[scheme]
    pairs = product(("ink", "quiet", "link", "red"), ("page", "paper"))
    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []
    assert contrast(colours["ink"], colours["red-wash"]) >= 4.5
    assert contrast(colours["red"], colours["red-wash"]) >= 4.5


@pytest.mark.parametrize("colour", [*ON_THE_SEA, LIGHT["yellow"]])
def test_words_can_be_read_on_the_sea(colour: str) -> None:
    assert contrast(colour, LIGHT["channel"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_of_controls_can_be_seen(scheme: str) -> None:
    colours = SCHEMES[scheme]
    assert contrast(colours["edge"], colours["page"]) >= 3
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert contrast("#10253b", colours["yellow"]) >= 4.5


def test_both_schemes_and_the_sea_were_found() -> None:
    assert {"ink", "quiet", "link", "red", "page"} <= set(DARK)
    assert len(ON_THE_SEA) == 5
