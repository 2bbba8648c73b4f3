"""The chain of a passport: whatever is done to it, short of nothing, is noticed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from services.marketplace.domain import Head, append, hands, verify_chain
from services.marketplace.domain.passport import FIRST_PREVIOUS, entry_hash, moment


class Key:
    """A signer with a key of its own."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        self.private = Ed25519PrivateKey.generate()

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)


PLATFORM, STRANGER = Key("platform"), Key("stranger")
KEYS = {"platform": PLATFORM.private.public_key()}

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
RESERVED = {"item_id", "sequence", "previous", "hash", "key_id", "signature"}
told = st.dictionaries(st.text(min_size=1, max_size=8).filter(lambda name: name not in RESERVED), plain, max_size=3)


def chain_of(happened, item_id="item-1", signer=PLATFORM):
    """A chain that tells ``happened``, and its head."""
    entries, head = [], None
    for each in happened:
        entry, head = append(head, item_id, each, signer)
        entries.append(entry)
    return entries, head


chains = st.lists(told, min_size=1, max_size=6).map(chain_of)


@given(chains)
def test_what_was_signed_is_intact(chain):
    entries, head = chain
    assert verify_chain(entries, head, KEYS) == []
    assert entries[0]["previous"] == FIRST_PREVIOUS
    assert [entry["sequence"] for entry in entries] == list(range(head.length))


@given(chains, st.data())
def test_every_edit_is_noticed(chain, data):
    entries, head = copy.deepcopy(chain[0]), chain[1]
    entry = data.draw(st.sampled_from(entries))
    name = data.draw(st.sampled_from(sorted(entry)) | st.text(min_size=1, max_size=8))
    value = data.draw(plain)
    # 1 == True in Python, not in JSON.
    assume(name not in entry or repr(entry[name]) != repr(value))
    entry[name] = value
    assert verify_chain(entries, head, KEYS)


@given(chains, st.data())
def test_every_field_taken_away_is_noticed(chain, data):
    entries, head = copy.deepcopy(chain[0]), chain[1]
    entry = data.draw(st.sampled_from(entries))
    del entry[data.draw(st.sampled_from(sorted(entry)))]
    assert verify_chain(entries, head, KEYS)


@given(chains, st.data())
def test_every_entry_taken_away_is_noticed_the_last_one_too(chain, data):
    entries, head = list(chain[0]), chain[1]
    del entries[data.draw(st.integers(0, len(entries) - 1))]
    assert verify_chain(entries, head, KEYS)


@given(chains, st.data())
def test_every_other_order_is_noticed(chain, data):
    entries, head = chain
    shuffled = data.draw(st.permutations(entries))
    assume(shuffled != entries)
    assert verify_chain(shuffled, head, KEYS)


@given(chains, chains, st.data())
def test_an_entry_put_in_is_noticed(chain, other, data):
    entries, head = list(chain[0]), chain[1]
    entries.insert(data.draw(st.integers(0, len(entries))), data.draw(st.sampled_from([*entries, *other[0]])))
    assert verify_chain(entries, head, KEYS)


@given(st.lists(told, min_size=1, max_size=4))
def test_another_items_passport_or_another_signers_is_not_this_ones(happened):
    entries, head = chain_of(happened, "item-2")
    mine = Head(**{**vars(head), "item_id": "item-1"})
    assert verify_chain(entries, mine, KEYS)
    forged, forged_head = chain_of(happened, signer=STRANGER)
    assert verify_chain(forged, forged_head, KEYS)
    claimed = [{**entry, "key_id": "platform"} for entry in forged]
    assert verify_chain(claimed, Head(**{**vars(forged_head), "key_id": "platform"}), KEYS)


@given(chains, st.integers(0, 85), st.sampled_from("ABCDwxyz0189-_= é"))
def test_a_signature_has_one_spelling(chain, position, char):
    entries, head = copy.deepcopy(chain[0]), chain[1]
    signature = entries[-1]["signature"]
    assume(signature[position] != char)
    entries[-1]["signature"] = signature[:position] + char + signature[position + 1 :]
    assert verify_chain(entries, head, KEYS)


@given(chains)
def test_a_head_cut_to_fit_a_shortened_chain_is_not_signed(chain):
    entries, head = chain
    assume(len(entries) > 1)
    shorter = Head(**{**vars(head), "length": len(entries) - 1, "hash": entries[-2]["hash"]})
    assert verify_chain(entries[:-1], shorter, KEYS) == ["the head is not signed by the platform"]


def test_no_entries_is_not_intact():
    _, head = chain_of([{"a": 1}])
    assert verify_chain([], head, KEYS)


@pytest.mark.parametrize("junk", [{}, {"hash": 5}, {"x": 2**60}, {"x": float("nan")}, {"x": object()}])
def test_junk_is_a_problem_and_no_exception(junk):
    _, head = chain_of([{"a": 1}])
    assert verify_chain([junk], head, KEYS)


def test_the_hash_is_of_the_canonical_form():
    """The value was computed apart from this code, with sha256sum over the canonical text."""
    entry = {"sequence": 0, "item_id": "é", "previous": "", "b": [1, "x"], "a": None, "signature": "left out"}
    assert entry_hash(entry) == "53b0dd6a7a5c1621af8b41630cccc399aac3dd61b1f6e0e00f63496c91015fd2"


@pytest.mark.parametrize(
    ("at", "zone", "text", "offset"),
    [
        (datetime(2018, 9, 15, 10, tzinfo=UTC), "Europe/Paris", "2018-09-15T12:00:00.000+02:00", "+02:00"),
        (datetime(2018, 12, 15, 10, tzinfo=UTC), "Europe/London", "2018-12-15T10:00:00.000+00:00", "+00:00"),
    ],
)
def test_times_are_told_as_the_places_clocks_showed_them(at, zone, text, offset):
    assert moment(at, zone) == {"eventTime": text, "eventTimeZoneOffset": offset}


def test_hands_are_the_holders_in_order():
    entries = [
        {"event": {"eventTime": "1"}, "holder": {"kind": "maker", "id": "m"}},
        {"event": {"eventTime": "2"}},
        {"event": {"eventTime": "3"}, "holder": {"kind": "buyer"}},
    ]
    assert hands(entries) == [{"kind": "maker", "id": "m", "since": "1"}, {"kind": "buyer", "since": "3"}]
