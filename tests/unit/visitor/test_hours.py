"""GB4, B3: structured hours, the text made of them in English and French, and the way back without a mismatch."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.visitor.domain.hours import (
    DAY,
    DAYS,
    LATEST,
    Span,
    from_builtins,
    problem_with,
    to_builtins,
)
from services.visitor.domain.hours_text import LANGUAGES, NotHours, read, texts, told
from tests.support.opening import days, hours


@pytest.mark.parametrize("lang", LANGUAGES)
@settings(max_examples=300, deadline=None)
@given(known=hours)
def test_gb4_what_is_told_is_read_as_the_same_hours(lang, known):
    """300 hours in each language: 0 mismatches."""
    assert read(told(known, lang), lang) == known


@settings(max_examples=200, deadline=None)
@given(known=hours)
def test_what_is_kept_and_sent_is_the_same_hours(known):
    assert from_builtins(to_builtins(known)) == known


WEEK = {"days": ["mo", "tu", "we", "th", "fr"], "opens": "10:00", "closes": "17:30"}
FORT = {
    "seasons": [
        {
            "first": "04-01",
            "last": "10-31",
            "weekly": [
                WEEK,
                {"days": ["sa", "su"], "opens": "09:00", "closes": "12:00"},
                {"days": ["sa"], "opens": "14:00", "closes": "01:00"},
            ],
        },
        {"first": "11-01", "last": "03-31", "weekly": []},
    ],
    "exceptions": [
        {"date": "2018-08-27", "times": []},
        {"date": "2018-12-26", "until": "2018-12-28", "times": [{"opens": "11:00", "closes": "15:00"}]},
    ],
}


def test_the_text_reads_as_people_say_it():
    assert texts(from_builtins(FORT)) == {
        "en": "From 1 April to 31 October: open Monday to Friday, 10:00 to 17:30; Saturday, 9:00 to 12:00 and 14:00 to "
        "1:00 the next day; Sunday, 9:00 to 12:00. From 1 November to 31 March: closed. On 27 August 2018: closed. "
        "From 26 December 2018 to 28 December 2018: open 11:00 to 15:00.",
        "fr": "Du 1er avril au 31 octobre : ouvert du lundi au vendredi, de 10\u00a0h à 17\u00a0h\u00a030 ; samedi, de "
        "9\u00a0h à 12\u00a0h et de 14\u00a0h à 1\u00a0h le lendemain ; dimanche, de 9\u00a0h à 12\u00a0h. "
        "Du 1er novembre au 31 mars : fermé. Le 27 août 2018 : fermé. "
        "Du 26 décembre 2018 au 28 décembre 2018 : ouvert de 11\u00a0h à 15\u00a0h.",
    }
    every_day = {"days": list(DAYS), "opens": "00:00", "closes": "24:00"}
    always = from_builtins({"seasons": [{"weekly": [every_day]}]})
    assert texts(always) == {"en": "Open every day, at all hours.", "fr": "Ouvert tous les jours, à toute heure."}


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2018-08-20T09:59", False),
        ("2018-08-20T10:00", True),
        ("2018-08-20T17:30", False),
        ("2018-08-25T23:59", True),
        ("2018-08-26T00:59", True),
        ("2018-08-26T01:00", False),
        ("2018-08-27T12:00", False),
        ("2018-12-27T12:00", True),
        ("2018-12-29T12:00", False),
        ("2019-03-31T12:00", False),
        ("2019-04-01T12:00", True),
    ],
)
def test_open_or_not_at_a_local_time(at, is_open):
    assert from_builtins(FORT).open_at(datetime.fromisoformat(at)) is is_open


@settings(max_examples=100, deadline=None)
@given(known=hours, day=days, minute=st.integers(0, DAY - 1))
def test_open_is_to_lie_in_a_span_of_this_day_or_of_the_one_before(known, day, minute):
    lies = any(
        span.opens <= minute + back * DAY < span.closes
        for back in (0, 1)
        for span in known.on(day - timedelta(days=back))
    )
    assert known.open_at(datetime.combine(day, time(*divmod(minute, 60)))) == lies


SOMETHING_ELSE = (
    "Sometimes.",
    "Open Someday, 9:00 to 10:00.",
    "Open Monday, nine to five.",
    "On 30 February 2019: closed.",
)


@pytest.mark.parametrize("text", SOMETHING_ELSE)
def test_a_text_that_tells_no_hours_is_refused(text):
    with pytest.raises(NotHours):
        read(text, "en")


@pytest.mark.parametrize(
    ("day", "fine"),
    [
        ((Span(0, DAY),), True),
        ((Span(60, 120), Span(121, 180)), True),
        ((Span(60, 120), Span(120, 180)), False),
        ((Span(60, 60),), False),
        ((Span(0, DAY + 1),), False),
        ((Span(600, DAY + 600),), True),
        ((Span(60, LATEST + 1),), False),
        ((Span(DAY, DAY + 5),), False),
        (tuple(Span(n * 100, n * 100 + 1) for n in range(5)), False),
    ],
)
def test_which_spans_a_day_may_have(day, fine):
    assert (problem_with(day) is None) is fine
