"""Folding of accents, words to find events by, and the state of translations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.words import MAX_WORD, MAX_WORDS, fold, words
from services.festivals.domain.texts import keywords, translation_status


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Fête de l'Été", "fete de l'ete"),
        ("FÊTE", "fete"),
        ("Cœur à cœur", "coeur a coeur"),
        ("Œuvre", "oeuvre"),
        ("Côte d'Albâtre", "cote d'albatre"),
        ("Straße", "strasse"),
    ],
)
def test_accents_case_and_ligatures_do_not_count(text, folded):
    assert fold(text) == folded


def test_words_come_once_each_in_the_order_of_the_texts():
    assert words("Été à Dieppe", "Summer in Dieppe") == ["ete", "a", "dieppe", "summer", "in"]


@given(st.lists(st.text(max_size=200), max_size=5))
def test_words_are_bounded_and_folding_twice_changes_nothing(texts):
    found = words(*texts)
    assert len(found) <= MAX_WORDS
    assert all(0 < len(word) <= MAX_WORD for word in found)
    for text in texts:
        assert fold(fold(text)) == fold(text)


def test_very_many_words_keep_those_that_came_first():
    found = words("title", " ".join(f"w{n}" for n in range(1000)))
    assert len(found) == MAX_WORDS
    assert found[0] == "title"


def test_keywords_are_trimmed_lowered_and_each_once():
    assert keywords([" Street  Art ", "street art", "", "  ", "Walk"]) == ["street art", "walk"]


def test_what_is_translated_and_what_is_not():
    title, summary = {"en": "Walk", "fr": "Balade"}, {"en": "A walk"}
    assert translation_status(["en", "fr", "de"], title, summary, None) == {
        "en": "complete",
        "fr": "partial",
        "de": "missing",
    }
