"""Words are kept and asked for in one folded form."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from kernel.words import MAX_ASKED, MAX_WORD, MAX_WORDS, each_word, fold, words_of

WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30)


def test_case_accents_and_ligatures_do_not_matter():
    assert fold("Cœur d'ÉTÉ à Łódź") == "coeur d'ete a lodz"
    assert words_of([{"en": "The Old Quay", "fr": "Le vieux quai"}, {"en": "old"}]) == [
        *("the", "old", "quay", "le", "vieux", "quai"),
    ]


@given(WORD)
def test_folding_again_changes_nothing(word):
    assert fold(fold(word)) == fold(word)


@given(st.lists(WORD, min_size=1, max_size=8), st.data())
def test_a_text_is_found_by_the_beginning_of_any_of_its_words(words, data):
    kept = words_of([{"en": " ".join(words)}])
    word = data.draw(st.sampled_from(kept))
    asked = word[: data.draw(st.integers(1, len(word)))]
    for condition in each_word(asked):
        assert any(re.match(condition["words"]["$regex"], each) for each in kept)


def test_bounds_hold_and_signs_are_no_pattern():
    assert len(words_of([{"en": " ".join(f"w{n}" for n in range(MAX_WORDS + 9))}])) == MAX_WORDS
    assert words_of([{"en": "x" * 99}]) == ["x" * MAX_WORD]
    assert len(each_word(" ".join("abcdefghijklmnop"))) == MAX_ASKED
    assert each_word("a.*b", field="found_by") == [
        {"found_by": {"$regex": "^a"}},
        {"found_by": {"$regex": "^b"}},
    ]


@pytest.mark.parametrize("asked", ["", "  ", ".*", "—"])
def test_no_word_is_refused(asked):
    with pytest.raises(Invalid) as refused:
        each_word(asked)
    assert "q" in refused.value.errors
