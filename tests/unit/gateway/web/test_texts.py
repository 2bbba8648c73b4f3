"""The words of the pages, and how each language writes times, days, money and durations."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pages import planning, proposing, registering
from gateway.web import texts
from gateway.web.texts import Texts, begin

EN, FR = Texts("en", "GB"), Texts("fr", "FR")
CATALOGUES = {lang: texts._messages(lang) for lang in texts.languages()}


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_every_language_has_the_same_words_with_the_same_blanks() -> None:
    english = CATALOGUES["en"]
    assert set(CATALOGUES) == {"en", "fr"}
    for lang, messages in CATALOGUES.items():
        assert messages.keys() ^ english.keys() == set(), lang
        differing = {key for key in messages if fields(messages[key]) != fields(english[key])}
        # A singular may say "the last one" in one language and a number in another.
        assert {key for key in differing if not key.endswith(".one")} == set(), lang
        assert [key for key, message in messages.items() if not message.strip()] == []


FORMS = {
    "register": registering.FIELDS,
    "propose": proposing.FILLED_INTO.values(),
    "plan": planning.FILLED_INTO.values(),
}
"""What is said of each field of a form that a service refuses."""

COMPOSED = {
    "accessibility", "admission", "day", "error", "event_kind", "format", "home_way", "interest", "maker", "pace",
    "partial", "proposal_state", "registration_state", "status", "timeline", "title_kind", "today", "tour_mode", "unit",
}  # fmt: skip
"""Groups whose keys are put together from what a service says, or from a form of writing."""


def test_no_words_are_kept_that_no_page_says() -> None:
    root = texts.FOLDER.parent
    sources = [*root.glob("templates/*.html"), *root.glob("web/*.py"), *root.glob("pages/*.py")]
    said = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)?)["']""", "".join(path.read_text() for path in sources)))
    said |= {f"{page}.wrong_{name}" for page, asked in FORMS.items() for name in asked}
    keys = {re.sub(r"\.(one|other)$", "", key) for key in CATALOGUES["en"] if key.split(".")[0] not in COMPOSED}
    assert keys - said == set()


def test_french_counts_nought_as_one_and_english_does_not() -> None:
    assert EN("walk", n=1) == "1 minute's walk"
    assert EN("walk", n=0) == "0 minutes' walk"
    assert FR("walk", n=0) == "0 minute à pied"
    assert FR("walk", n=1200) == "1\u202f200 minutes à pied"


def test_words_that_do_not_exist_are_not_guessed() -> None:
    with pytest.raises(KeyError):
        EN("no.such.words")
    assert EN.word("event_kind", "NoSuchEvent") is None


def test_a_local_time_is_shown_as_it_is() -> None:
    assert EN.time("2018-08-19T10:05:00+01:00") == "10:05"
    assert FR.time("2018-08-19T09:05:00+02:00") == "9\u00a0h\u00a005"


def test_days_in_every_form() -> None:
    assert EN.day("2018-08-19") == "Sunday 19 August 2018"
    assert FR.day(date(2018, 8, 19)) == "dimanche 19 août 2018"
    assert EN.near_day("2018-08-20", date(2018, 8, 19)) == "tomorrow"
    assert EN.near_day("2018-08-18", date(2018, 8, 19)) == "Sat 18 Aug"
    assert [EN.partial_date(text) for text in ("1998", "2018-09", "2018-09-01")] == [
        "1998", "September 2018", "1 September 2018",
    ]  # fmt: skip
    assert FR.partial_date("2018-09") == "septembre 2018"


def test_an_instant_falls_on_the_day_of_its_place() -> None:
    late = "2018-08-19T23:30:00+00:00"
    assert EN.day_in(late, ZoneInfo("Europe/Paris")) == "20 August 2018"
    assert EN.day_in(late, ZoneInfo("UTC")) == "19 August 2018"
    assert EN.day_in("2018-08-19", ZoneInfo("Pacific/Auckland")) == "19 August 2018"


def test_money_has_the_digits_of_its_currency() -> None:
    assert EN.money({"amount": 2800, "currency": "GBP"}) == "£28.00"
    assert FR.money({"amount": 123456, "currency": "EUR"}) == "1\u202f234,56\u00a0€"
    assert EN.money({"amount": 500, "currency": "JPY"}) == "JP¥500"


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(-3, "0 min"), (0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (1439, "23 h 59 min"),
     (1440, "1 day"), (1445, "1 day"), (1500, "1 day 1 h"), (2880 + 119, "2 days 1 h")],
)  # fmt: skip
def test_durations(minutes: int, told: str) -> None:
    assert EN.duration(minutes).replace("\u00a0", " ") == told


@given(st.integers(0, 10_000_000))
def test_a_duration_never_promises_more_time_than_there_is(minutes: int) -> None:
    parts = dict(zip(["day", "h", "min"], [1440, 60, 1], strict=True))
    words = EN.duration(minutes).replace("\u00a0", " ").replace("days", "day").replace(",", "").split()
    told = sum(int(number) * parts[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    assert told <= minutes
    assert minutes - told < (60 if minutes >= 1440 else 1)


@given(st.text())
def test_a_sentence_begins_and_nothing_else_changes(text: str) -> None:
    assert begin(text)[len(text[:1].upper()) :] == text[1:]


def test_languages_are_named_in_the_language_of_the_page() -> None:
    assert (EN.language_name("fr"), FR.language_name("en")) == ("French", "anglais")
    assert EN.listed(["a", "b", "c"]) == "a, b and c"
    assert FR.listed(["a", "b"]) == "a et b"
