from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import fields, validate

from kernel.schemas import (
    MAX_LIST,
    MAX_MINOR_UNITS,
    MAX_STRING,
    DateOnly,
    Identifier,
    Instant,
    MoneySchema,
    PageQuery,
    StrictSchema,
    TextMap,
    Whole,
    ZoneName,
    page_of,
)


class Everything(StrictSchema):
    """One field of each kind."""

    id = Identifier()
    slug = Identifier(slug=True)
    title = TextMap(max_length=10)
    maybe = TextMap(allow_empty=True)
    at = Instant()
    day = DateOnly()
    zone = ZoneName()
    amount = fields.Nested(MoneySchema)
    count = Whole(1, 10)
    text = fields.String()
    short = fields.String(validate=validate.Length(max=3))
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    tags = fields.List(fields.String())
    at_least = fields.String(validate=validate.And(validate.Length(min=2), validate.Regexp("x")))
    number = fields.Integer(validate=validate.Range(min=0))
    two = fields.List(fields.String(validate=validate.Length(max=1)), validate=validate.Length(max=2))


def errors_of(**body: Any) -> dict[str, Any]:
    return dict(Everything().validate(body))


@pytest.mark.parametrize(
    "body",
    [
        {"id": "0198-abc"},
        {"slug": "open-studios-2018"},
        {"title": {"en": "0123456789", "fr": "é"}},
        {"maybe": {}},
        {"at": "2018-08-19T14:00:00+01:00"},
        {"at": "2018-08-19T13:00:00Z"},
        {"day": "2020-02-29"},
        {"zone": "Europe/Paris"},
        {"amount": {"amount": 0, "currency": "EUR"}},
        {"count": 10},
        {"count": 3.0},
        {"text": "x" * MAX_STRING},
        {"tags": ["x"] * MAX_LIST},
        {"kind": "b"},
    ],
)
def test_good_values_pass(body: dict[str, Any]) -> None:
    assert errors_of(**body) == {}


def test_a_whole_number_with_a_point_is_that_whole_number() -> None:
    count = Everything().load({"count": 3.0})["count"]
    assert (count, type(count)) == (3, int)


@pytest.mark.parametrize(
    "body",
    [
        {"id": ""},
        {"id": "two words"},
        {"id": "x" * 201},
        {"id": 7},
        {"id": "abc\n"},
        {"slug": "ab"},
        {"slug": "-abc"},
        {"slug": "Abc"},
        {"slug": "abc\n"},
        {"title": {}},
        {"title": "text"},
        {"title": {"en": " "}},
        {"title": {"eng": "x"}},
        {"title": {"en\n": "x"}},
        {"title": {"en": 1}},
        {"title": {"en": "01234567890"}},
        {"title": {a + b: "x" for a in "abcd" for b in "abc"}},
        {"at": "2018-08-19T14:00:00"},
        {"at": "2018-08-19"},
        {"at": "2018-13-19T14:00:00Z"},
        {"at": 1534687200},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"day": "2018-02-29"},
        {"day": "20180219"},
        {"day": "2018-2-9"},
        {"day": "2018-02-09T00:00:00Z"},
        {"day": "2018-02-09\n"},
        {"zone": "Europe/Newhaven"},
        {"zone": "../../etc/passwd"},
        {"amount": {"amount": -1, "currency": "EUR"}},
        {"amount": {"amount": MAX_MINOR_UNITS + 1, "currency": "EUR"}},
        {"amount": {"amount": 1.5, "currency": "EUR"}},
        {"amount": {"amount": "100", "currency": "EUR"}},
        {"amount": {"amount": 1, "currency": "eur"}},
        {"amount": {"amount": 1, "currency": "EUR\n"}},
        {"amount": {"amount": 1}},
        {"count": True},
        {"count": "3"},
        {"count": 0},
        {"count": 11},
        {"text": "x" * (MAX_STRING + 1)},
        {"tags": ["x"] * (MAX_LIST + 1)},
        {"tags": ["x" * (MAX_STRING + 1)]},
        {"tags": "x"},
        {"short": "1234"},
        {"two": ["1", "2", "3"]},
        {"two": ["12"]},
        {"at_least": "x" * (MAX_STRING + 1)},
        {"number": 2**63},
        {"number": -1},
        {"unknown": 1},
        {"text": None},
    ],
)
def test_bad_values_are_refused_by_name(body: dict[str, Any]) -> None:
    assert list(errors_of(**body)) == list(body)


@given(
    st.dictionaries(st.text(max_size=5), st.none() | st.text() | st.integers() | st.lists(st.integers()), max_size=3)
)
def test_a_text_by_language_is_right_or_refused(value: dict[str, Any]) -> None:
    try:
        kept = Everything().load({"title": value})["title"]
    except ma.ValidationError:
        return
    assert kept
    assert all(len(code) == 2 and 0 < len(text) <= 10 and text == text.strip() for code, text in kept.items())


@given(st.datetimes(datetime(1971, 1, 1), datetime(9999, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_an_instant_is_the_same_moment_after_the_edge(instant: datetime) -> None:
    text = instant.astimezone(UTC).isoformat()
    loaded = Everything().load({"at": text})["at"]
    assert loaded.tzinfo == UTC
    assert abs((instant - loaded).total_seconds()) < 0.001
    assert Everything().load({"at": Everything().dump({"at": loaded})["at"]})["at"] == loaded


@given(st.dates())
def test_a_day_is_shown_as_it_was_read_whether_kept_as_date_or_as_text(day: date) -> None:
    loaded = Everything().load({"day": day.isoformat()})["day"]
    assert loaded == day
    assert Everything().dump({"day": loaded}) == Everything().dump({"day": day.isoformat()}) == {"day": day.isoformat()}


def test_an_instant_that_the_database_gave_without_zone_is_utc() -> None:
    assert Everything().dump({"at": datetime(2018, 8, 19, 13)}) == {"at": "2018-08-19T13:00:00Z"}  # noqa: DTZ001


def test_a_page_asks_for_50_unless_told_and_never_more_than_200() -> None:
    assert PageQuery().load({}) == {"limit": 50, "cursor": None}
    assert PageQuery().validate({"limit": "200"}) == {}
    for limit in ("0", "201", "-1", "x"):
        assert "limit" in PageQuery().validate({"limit": limit})


def test_a_page_has_one_schema_for_each_item() -> None:
    assert page_of(Everything) is page_of(Everything)
    shown = page_of(Everything)().dump({"items": [{"id": "a"}], "next_cursor": None})
    assert shown == {"items": [{"id": "a"}], "next_cursor": None}


def test_a_schema_made_many_times_checks_no_more_than_one_made_once() -> None:
    first = {name: len(field.validators) for name, field in Everything().fields.items()}
    for _ in range(3):
        again = Everything().fields
    assert {name: len(field.validators) for name, field in again.items()} == first
    inner = again["tags"].inner
    assert isinstance(inner, fields.String)
    assert len(inner.validators) == 1
