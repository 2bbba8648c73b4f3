"""Finding words in two languages, and keeping people out of the desk's notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.visitor.domain.texts import MAX_WORDS, names_someone, plain, searchable, words


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Côte d’Albâtre", "cote d'albatre"),
        ("  ÉGLISE\tSaint-Jacques ", "eglise saint-jacques"),
        ("Œuvre", "oeuvre"),
        ("Straße", "strasse"),
    ],
)
def test_accents_case_and_blanks_do_not_matter(written, compared):
    assert plain(written) == compared


@given(st.text(max_size=80))
def test_what_is_plain_stays_as_it_is(text):
    assert plain(plain(text)) == plain(text)


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=60))
def test_a_listing_is_found_by_every_word_of_it(text):
    listing = searchable({"en": "Before", "fr": text}, keywords=["after"])
    assert all(word in listing for word in words(text))


def test_a_query_has_a_bounded_number_of_words():
    assert len(words("a " * 50)) == MAX_WORDS


@pytest.mark.parametrize(
    "text",
    ["write to ann@example.org", "call 07700 900123", "+33 2 35 06 20 01", "tel. (01273) 290-000"],
)
def test_a_text_that_names_someone_is_noticed(text):
    assert names_someone(text)


@pytest.mark.parametrize(
    "text",
    ["Where is the fort?", "Is there a train at 10:30 or 11:00?", "2018-08-19, party of 4", "£5, 4 hours", "BN9 9BX"],
)
def test_a_question_is_not_taken_for_a_person(text):
    assert not names_someone(text)
