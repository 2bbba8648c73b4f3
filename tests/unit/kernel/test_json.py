from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid, Malformed
from kernel.json import MAX_DEPTH, MAX_INTEGER, dumps, loads_bounded

keepable = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(keepable)
def test_what_can_be_kept_is_read_as_it_was_sent(value: Any) -> None:
    assert loads_bounded(json.dumps(value).encode()) == value


def test_nesting_is_bounded() -> None:
    assert loads_bounded(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(Malformed, match="nested deeper"):
        loads_bounded(b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2))


@pytest.mark.parametrize("raw", [b"{", b"", b"\xff", b'"\\ud800"', b"NaN", b"[" * 5000, b"{'a': 1}"])
def test_what_is_not_json_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        loads_bounded(raw)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b'{"price": {"amount": 9223372036854775808}}', "price.amount"),
        (b'{"price": -1e300}', "price"),
        (b'{"names": ["a", "b\\u0000"]}', "names.1"),
        (b'{"name": "bell \\u0007"}', "name"),
        (b'{"a\\u0000": 1}', "body"),
        (b'"\\u0000"', "body"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_place(raw: bytes, place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        loads_bounded(raw)
    assert list(refusal.value.errors) == [place]


def test_line_breaks_in_texts_are_fine() -> None:
    assert loads_bounded(b'"one\\ntwo\\tthree\\r\\n"') == "one\ntwo\tthree\r\n"


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)), st.integers(-14, 14))  # noqa: DTZ001
def test_instants_leave_in_utc_to_the_millisecond(local: datetime, hours: int) -> None:
    instant = local.replace(tzinfo=timezone(timedelta(hours=hours)))
    text = json.loads(dumps(instant))
    assert text.endswith("Z")
    shown = datetime.fromisoformat(text)
    assert shown.tzinfo == UTC
    assert timedelta(0) <= instant - shown < timedelta(milliseconds=1)


def test_what_json_cannot_say_is_not_guessed() -> None:
    with pytest.raises(TypeError):
        dumps({"value": object()})
