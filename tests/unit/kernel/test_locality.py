from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.locality import Locality, load_locality, pick_text

LOCALITIES = Path(__file__).parents[3] / "deploy" / "localities"
GOOD = """
slug = "left-right"
languages = ["en", "fr"]

[[towns]]
slug = "left"
name = { en = "Left", fr = "Gauche" }
country = "GB"
zone = "Europe/London"
language = "en"
currency = "GBP"

[[apps]]
slug = "living-left"
name = "Living Left"
language = "en"

[sections.lamps]
count = 3
"""

codes = st.sampled_from(["en", "fr", "de", "nl"])
maps = st.dictionaries(codes, st.text(max_size=5), max_size=4)


def written(folder: Path, text: str) -> Path:
    path = folder / "towns.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_locality_is_read_from_its_file(tmp_path: Path) -> None:
    locality = load_locality(written(tmp_path, GOOD))
    assert isinstance(locality, Locality)
    assert locality.slug == "left-right"
    assert locality.languages == ["en", "fr"]
    left = locality.town("left")
    assert left is not None
    assert left.tz == ZoneInfo("Europe/London")
    assert locality.town("middle") is None
    assert locality.section("lamps") == {"count": 3}
    assert locality.section("bells") == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('slug = "left-right"', ""), "slug"),
        (('currency = "GBP"', ""), "currency"),
        (('languages = ["en", "fr"]', 'languages = "en"'), "languages"),
        (("Europe/London", "Europe/Atlantis"), "Europe/Atlantis"),
        (('language = "en"\ncurrency', 'langauge = "en"\ncurrency'), "langauge"),
        (("[[towns]]", "[[towns"), "line"),
    ],
)
def test_a_file_that_is_not_right_is_refused_with_its_name_and_reason(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = written(tmp_path, GOOD.replace(*change, 1))
    with pytest.raises(ValueError, match=told) as refused:
        load_locality(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("path", sorted(LOCALITIES.glob("*.toml")), ids=lambda path: path.name)
def test_every_locality_that_is_delivered_is_right(path: Path) -> None:
    locality = load_locality(path)
    assert locality.slug == path.stem
    for town in locality.towns:
        assert town.language in locality.languages
        assert all(town.name.get(language) for language in locality.languages)
    assert {app.language for app in locality.apps} <= set(locality.languages)


@given(maps, codes, st.lists(codes, max_size=4))
def test_a_text_is_shown_whenever_there_is_one(text: dict[str, str], language: str, fallback: list[str]) -> None:
    shown, code = pick_text(text, language, fallback)
    filled = {name for name, value in text.items() if value}
    if not filled:
        assert (shown, code) == ("", language)
        return
    assert shown == text[code] != ""
    wanted = [name for name in [language, *fallback] if name in filled]
    assert code == (wanted[0] if wanted else min(filled))


def test_no_text_at_all_is_empty() -> None:
    assert pick_text(None, "fr", ["en"]) == ("", "fr")
