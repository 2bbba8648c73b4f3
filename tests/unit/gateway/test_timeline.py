"""The platform's history as the locality file tells it, and how it looks from a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.aggregate import timeline
from gateway.timeline import Entry, first_day, in_order, last_day
from kernel.locality import load_locality
from tests.support.services import LOCALITY_FILE

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def locality():
    return load_locality(LOCALITY_FILE)


def seen(locality, as_of: date, **reader) -> dict[str, str]:
    return {item["id"]: item["status"] for item in timeline(locality, as_of=as_of, now=NOW, **reader)["items"]}


def test_what_came_in_2019_was_planned_in_2018(locality) -> None:
    statuses = seen(locality, date(2018, 12, 31))
    assert statuses["access-centres"] == statuses["festivals-2019"] == "planned"
    assert [slug for slug, status in statuses.items() if status == "planned"] == ["access-centres", "festivals-2019"]


def test_on_its_first_day_it_is_no_longer_planned(locality) -> None:
    assert seen(locality, date(2019, 1, 1))["access-centres"] == "live"
    assert seen(locality, date(2021, 1, 1))["access-centres"] == "live"


def test_a_happening_is_live_while_it_may_happen_and_past_afterwards(locality) -> None:
    assert seen(locality, date(2018, 8, 31))["newhaven-festival-2018"] == "live"
    assert seen(locality, date(2018, 9, 1))["newhaven-festival-2018"] == "past"
    assert seen(locality, date(2020, 12, 31))["festivals-2019"] == "live"
    assert seen(locality, date(2021, 1, 1))["festivals-2019"] == "past"


def test_every_entry_has_every_language_and_the_order_is_that_of_time(locality) -> None:
    for lang in locality.languages:
        items = timeline(locality, lang=lang, now=NOW)["items"]
        assert {item["text"]["lang"] for item in items} == {lang}
    assert [item["date"] for item in items if item["date"]] == sorted(item["date"] for item in items if item["date"])
    assert items[-1]["every_year"]
    assert {item["precision"] for item in items} == {"year", "month", None}


def test_today_is_the_day_when_none_is_given(locality) -> None:
    assert timeline(locality, now=NOW)["as_of"] == "2026-01-01"


@pytest.mark.parametrize(
    "wrong", [{"date": "soon"}, {"date": "2018", "every_year": True}, {}, {"every_year": True, "end": "2019"}]
)
def test_an_entry_without_a_clear_date_is_refused(wrong: dict) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"slug": "a", "text": {"en": "A"}, **wrong}, Entry)


DATES = st.dates(date(1900, 1, 1), date(2100, 1, 1))
PARTIAL = st.builds(lambda day, length: day.isoformat()[:length], DATES, st.sampled_from([4, 7, 10]))


@given(PARTIAL, DATES)
def test_an_entry_goes_from_planned_to_live_to_past_and_never_back(text: str, as_of: date) -> None:
    entry = Entry(slug="a", text={}, date=text)
    assert first_day(text) <= last_day(text)
    wanted = "planned" if as_of < first_day(text) else "live" if as_of <= last_day(text) else "past"
    assert entry.status(as_of) == wanted
    assert Entry(slug="a", text={}, date=text, lasting=True).status(as_of) == (
        wanted if wanted == "planned" else "live"
    )


@given(st.lists(PARTIAL, max_size=8))
def test_the_order_is_by_first_day_and_keeps_what_is_of_one_date(dates: list[str]) -> None:
    entries = [Entry(slug=str(number), text={}, date=text) for number, text in enumerate(dates)]
    ordered = in_order(entries)
    assert ordered == sorted(entries, key=lambda entry: (first_day(str(entry.date)), int(entry.slug)))
