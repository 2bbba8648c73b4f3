from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.base import Event, Identifier, Instant
from kernel.envelope import MAX_EVENT_BYTES, Envelope, Undecodable, decode, encode, read


class LampLit(Event, frozen=True, kw_only=True):
    """Somebody lit a lamp."""

    TYPE = "lamps.lamp.lit.v1"
    KEY = "lamp_id"

    lamp_id: Identifier
    at: Instant
    words: dict[str, str] = {}


LIT = LampLit(lamp_id="l1", at=datetime(2018, 8, 19, 20, tzinfo=UTC))
texts = st.text(min_size=1, max_size=200)
zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1970, 1, 2), datetime(9998, 12, 30), timezones=zones)  # noqa: DTZ001
envelopes = st.builds(
    Envelope,
    id=texts,
    type=texts,
    source=texts,
    time=instants,
    key=texts,
    data=st.binary(min_size=1, max_size=100),
    dataschema=st.none() | texts,
    traceparent=st.none() | texts,
    causationid=st.none() | texts,
)


def headers(**changes: bytes | None) -> list[tuple[str, bytes]]:
    """The headers of a record that is right, but for ``changes``; None leaves one out."""
    right = {
        "ce_specversion": b"1.0",
        "ce_id": b"1",
        "ce_type": LampLit.TYPE.encode(),
        "ce_source": b"/a/lamps",
        "ce_time": b"2018-08-19T20:00:00Z",
    }
    return [(name, value) for name, value in (right | changes).items() if value is not None]


@given(envelopes)
def test_what_was_written_is_read(envelope: Envelope) -> None:
    assert read(envelope.key.encode(), envelope.data, envelope.headers()) == envelope


@given(envelopes)
def test_time_travels_in_utc(envelope: Envelope) -> None:
    received = read(envelope.key.encode(), envelope.data, envelope.headers())
    assert received.time.utcoffset() == timedelta(0)
    assert dict(envelope.headers())["ce_time"].endswith(b"Z")


@given(envelopes, st.randoms())
def test_neither_the_order_nor_the_case_of_headers_matters(envelope: Envelope, random: object) -> None:
    shuffled = [(name.upper(), value) for name, value in envelope.headers()]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert read(envelope.key.encode(), envelope.data, shuffled) == envelope


@given(
    st.none() | st.binary(max_size=50),
    st.none() | st.binary(max_size=50),
    st.lists(
        st.tuples(
            st.sampled_from(["ce_id", "ce_type", "ce_time", "ce_source", "ce_specversion", "traceparent"]) | st.text(),
            st.none() | st.binary(max_size=30) | st.sampled_from([b"1.0", b"2018-08-19T20:00:00Z"]),
        ),
        max_size=8,
    ),
)
def test_whatever_the_broker_hands_over_is_an_envelope_or_undecodable(
    key: bytes | None, value: bytes | None, pairs: list[tuple[str, bytes]]
) -> None:
    try:
        envelope = read(key, value, pairs)
    except Undecodable as error:
        assert str(error)  # noqa: PT017  either way of ending is right
    else:
        assert envelope.id
        assert envelope.time.tzinfo is not None


@pytest.mark.parametrize("name", ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time"])
@pytest.mark.parametrize("value", [None, b""])
def test_a_missing_attribute_is_named(name: str, value: bytes | None) -> None:
    with pytest.raises(Undecodable, match=f"headers missing: {name}"):
        read(b"k", b"{}", headers(**{name: value}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ce_specversion": b"0.3"}, "CloudEvents 0.3, expected 1.0"),
        ({"ce_id": b"x" * 201}, "ce_id is longer than 200"),
        ({"ce_time": b"yesterday"}, "ce_time or key unreadable"),
        ({"ce_type": b"\xff"}, "header ce_type is not UTF-8"),
    ],
)
def test_a_wrong_attribute_is_told(change: dict[str, bytes], reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        read(b"k", b"{}", headers(**change))


def test_no_data_and_too_much_data_are_refused() -> None:
    assert read(b"k", b" " * MAX_EVENT_BYTES, headers()).key == "k"
    with pytest.raises(Undecodable, match="no data"):
        read(b"k", None, headers())
    with pytest.raises(Undecodable, match=f"over {MAX_EVENT_BYTES}"):
        read(b"k", b" " * (MAX_EVENT_BYTES + 1), headers())


def test_a_key_that_is_not_text_is_refused_and_none_is_empty() -> None:
    assert read(None, b"{}", headers()).key == ""
    with pytest.raises(Undecodable, match="key unreadable"):
        read(b"\xff", b"{}", headers())


@given(st.builds(LampLit, lamp_id=texts, at=instants, words=st.dictionaries(st.text(), st.text(), max_size=3)))
def test_an_event_is_decoded_as_it_was_said(event: LampLit) -> None:
    envelope = Envelope(id="1", type=event.TYPE, source="/a/lamps", time=event.at, key=event.key, data=encode(event))
    assert decode(envelope, LampLit) == event


def test_an_event_that_breaks_its_contract_is_not_published() -> None:
    with pytest.raises(ValueError, match=r"lamps.lamp.lit.v1 breaks its contract: .*`\$.at`"):
        encode(msgspec.structs.replace(LIT, at=datetime(2018, 8, 19, 20)))  # noqa: DTZ001  what is to be refused
    with pytest.raises(ValueError, match=r"lamp_id"):
        encode(msgspec.structs.replace(LIT, lamp_id=""))


def test_an_event_over_the_limit_is_not_published() -> None:
    with pytest.raises(ValueError, match=f"over the limit of {MAX_EVENT_BYTES}"):
        encode(msgspec.structs.replace(LIT, words={"en": "x" * MAX_EVENT_BYTES}))


def test_what_does_not_fit_is_told_with_its_field() -> None:
    class LampLitLater(LampLit, frozen=True, kw_only=True):
        KEY: ClassVar[str] = "lamp_id"
        watts: int

    envelope = Envelope(id="1", type=LIT.TYPE, source="/a/lamps", time=LIT.at, key="l1", data=encode(LIT))
    with pytest.raises(Undecodable, match=r"lamps.lamp.lit.v1: .*`watts`"):
        decode(envelope, LampLitLater)
    nested = dataclasses.replace(envelope, data=b'{"lamp_id":' + b"[" * 50_000)
    with pytest.raises(Undecodable):
        decode(nested, LampLit)
