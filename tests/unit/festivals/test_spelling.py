"""Row A9, text: what counts as a slip of the finger, and that every one within the allowance is found."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.festivals.domain import spelling

words = st.text(string.ascii_lowercase, min_size=spelling.SHORTEST, max_size=12)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("walk", "walk", 0), ("walk", "wlak", 1), ("walk", "wal", 1), ("walk", "walks", 1), ("walk", "wolk", 1),
     ("theatre", "theater", 1), ("", "abc", 3), ("photographs", "photografs", 2), ("ab", "ba", 1), ("ca", "abc", 3)],
)  # fmt: skip
def test_slips_are_counted_as_people_make_them(one, other, slips):
    assert spelling.distance(one, other) == spelling.distance(other, one) == slips


@pytest.mark.parametrize(("word", "slips"), [("sea", 0), ("port", 1), ("harbou", 1), ("harbour", 2)])
def test_short_words_are_forgiven_less(word, slips):
    assert spelling.slips(word) == slips


@st.composite
def slipped(draw):
    """A word, and the same with as many slips as are forgiven, of a length that is forgiven as much."""
    word = draw(words)
    typed = word
    for _ in range(spelling.slips(word)):
        at = draw(st.integers(0, len(typed) - 1))
        letter = draw(st.sampled_from(string.ascii_lowercase))
        kind = draw(st.sampled_from(["leave", "put", "replace", "swap"]))
        typed = {
            "leave": typed[:at] + typed[at + 1 :],
            "put": typed[:at] + letter + typed[at:],
            "replace": typed[:at] + letter + typed[at + 1 :],
            "swap": typed[:at] + typed[at : at + 2][::-1] + typed[at + 2 :],
        }[kind]
    return word, typed


@settings(max_examples=300, deadline=None)
@given(pair=slipped())
def test_a_word_within_the_allowance_shares_a_form_so_that_an_index_finds_it(pair):
    word, typed = pair
    if spelling.distance(typed, word) > spelling.slips(typed):
        return
    assert set(spelling.forms(word)) & set(spelling.forms(typed))
    assert word in spelling.closest(typed, [word])


def test_of_several_candidates_the_nearest_are_meant():
    assert spelling.closest("tabel", ["table", "cabel", "label", "tables"]) == ["cabel", "label", "table"]
    assert spelling.closest("birdsnog", ["birdsong", "birdsongs"]) == ["birdsong"]
    assert spelling.closest("walk", ["boat"]) == []


@given(word=st.text(string.ascii_lowercase, max_size=40))
@settings(max_examples=50, deadline=None)
def test_forms_are_few_enough_to_keep(word):
    assert len(spelling.forms(word)) <= 1 + 40 + 40 * 39 // 2
