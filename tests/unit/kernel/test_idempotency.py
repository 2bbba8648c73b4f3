from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from kernel.errors import Invalid
from kernel.idempotency import checked_key, fingerprint_of, normal_form, row_id

bodies = st.dictionaries(
    st.text(max_size=5), st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5) | st.dates() | st.booleans(), max_size=4
)


@pytest.mark.parametrize(
    ("sent", "key"), [(None, None), ("k", "k"), ('"k-1"', "k-1"), ("x" * 200, "x" * 200), ('"', '"')]
)
def test_a_key_is_taken_with_or_without_quotes(sent: str | None, key: str | None) -> None:
    assert checked_key(sent) == key


@pytest.mark.parametrize("sent", ["", '""', "x" * 201, "two words", "é", "a\tb", "a\x7f"])
def test_a_key_that_cannot_be_used_is_refused(sent: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_key(sent)
    assert list(refusal.value.errors) == ["Idempotency-Key"]


def test_a_claim_belongs_to_one_actor_one_method_one_path_and_one_key() -> None:
    parts = [("a", "POST", "/x", "k"), ("b", "POST", "/x", "k"), ("a", "PATCH", "/x", "k"), ("a", "POST", "/xk", "")]
    assert len({row_id(*each) for each in parts}) == len(parts)


@given(bodies, bodies)
def test_two_bodies_have_one_fingerprint_when_they_are_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    reordered = dict(reversed(list(one.items())))
    assert fingerprint_of(one) == fingerprint_of(reordered)
    as_text = [{key: f"{type(value).__name__} {value}" for key, value in body.items()} for body in (one, other)]
    if as_text[0] != as_text[1] and not _same_on_the_wire(one, other):
        assert fingerprint_of(one) != fingerprint_of(other)


def _same_on_the_wire(one: dict[str, Any], other: dict[str, Any]) -> bool:
    def wire(body: dict[str, Any]) -> dict[str, Any]:
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in body.items()}

    return repr(sorted(wire(one).items())) == repr(sorted(wire(other).items()))


def test_the_query_is_part_of_the_request() -> None:
    assert fingerprint_of({}, b"lang=fr") != fingerprint_of({}, b"lang=en")


def test_an_upload_is_known_by_its_content_and_can_still_be_read() -> None:
    def upload(content: bytes) -> dict[str, Any]:
        return {"feed": FileStorage(io.BytesIO(content), "gtfs.zip"), "at": datetime(2018, 8, 19, tzinfo=UTC)}

    body = upload(b"PK one")
    assert fingerprint_of(body) == fingerprint_of(upload(b"PK one")) != fingerprint_of(upload(b"PK two"))
    assert body["feed"].read() == b"PK one"
    assert fingerprint_of({"raw": b"one"}) != fingerprint_of({"raw": b"two"})


def test_the_first_answer_has_the_form_of_those_that_are_told_again() -> None:
    first = normal_form(
        {"day": date(2018, 8, 19), "at": datetime(2018, 8, 19, 9, tzinfo=UTC), "n": 2**60, "list": (1,)}
    )
    assert first == {"day": "2018-08-19", "at": datetime(2018, 8, 19, 9, tzinfo=UTC), "n": 2**60, "list": [1]}
    assert normal_form(first) == first
