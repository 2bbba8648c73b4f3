"""Row GB3: rotating signed codes between two phones that are both offline; what is not genuine and fresh is refused."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.visitor.domain import stamps

NOW = datetime(2018, 8, 19, 11, tzinfo=UTC)
POINT = "0190a0c0-0000-7000-8000-000000000001"


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


PHONE, PAD, STRANGER = (Ed25519PrivateKey.generate() for _ in range(3))
PASS = stamps.pass_id_of(public(PHONE))


def key_of(point_id: str) -> bytes | None:
    return {POINT: public(PAD)}.get(point_id)


def test_two_phones_without_network_make_a_stamp():
    shown = stamps.present(PHONE, NOW)
    assert stamps.presented(shown, NOW + timedelta(seconds=20)) == PASS
    code = stamps.stamp(PAD, POINT, PASS, NOW)
    found = stamps.stamped(code, key_of, PASS, NOW + timedelta(seconds=20))
    assert (found.point_id, found.pass_id, found.at) == (POINT, PASS, NOW)
    assert max(len(shown), len(code)) <= stamps.MAX_CODE
    assert stamps.present(PHONE, NOW + timedelta(seconds=30)) != shown


@pytest.mark.parametrize(("seconds", "good"), [(-31, False), (-30, True), (0, True), (90, True), (91, False)])
def test_a_code_is_good_for_ninety_seconds(seconds, good):
    later = NOW + timedelta(seconds=seconds)
    for read in (
        lambda: stamps.presented(stamps.present(PHONE, NOW), later),
        lambda: stamps.stamped(stamps.stamp(PAD, POINT, PASS, NOW), key_of, PASS, later),
    ):
        if good:
            read()
        else:
            with pytest.raises(stamps.CodeRefused, match=r"90 seconds|future"):
                read()


def wrong_stamp(rng: random.Random) -> str:
    """A stamp that a phone must not take: forged, guessed, altered, stolen or old."""
    good = stamps.stamp(PAD, POINT, PASS, NOW)
    body, _, signature = good.rpartition(".")
    old = NOW - timedelta(seconds=rng.randint(91, 10 ** rng.randint(2, 7)))
    where = rng.randrange(len(good))
    ways = [
        lambda: stamps.stamp(STRANGER, POINT, PASS, NOW),
        lambda: f"{body}.{stamps.key_text(rng.randbytes(64))}",
        lambda: good[:where] + rng.choice([c for c in "aB3-_.~" if c != good[where]]) + good[where + 1 :],
        lambda: stamps.stamp(PAD, POINT, stamps.pass_id_of(rng.randbytes(32)), NOW),
        lambda: stamps.stamp(PAD, str(rng.random()), PASS, NOW),
        lambda: stamps.stamp(PAD, POINT, PASS, old),
        lambda: f"{stamps.stamp(PAD, POINT, PASS, old).rpartition('.')[0]}.{signature}",
        lambda: f"{body.rpartition('.')[0]}.{stamps._step(NOW) + rng.randint(1, 3)}.{signature}",
        lambda: good.replace(stamps.STAMP, stamps.PASS) if rng.random() < 0.5 else stamps.present(PHONE, NOW),
        lambda: good[:where],
    ]
    return rng.choice(ways)()


def wrong_pass(rng: random.Random) -> str:
    """A pass code that a desk's phone must not take."""
    good = stamps.present(PHONE, NOW)
    prefix, key, step, signature = good.split(".")
    old = NOW - timedelta(seconds=rng.randint(91, 10 ** rng.randint(2, 7)))
    where = rng.randrange(len(good))
    ways = [
        lambda: ".".join([prefix, key, step, stamps.key_text(rng.randbytes(64))]),
        lambda: ".".join([prefix, stamps.key_text(public(STRANGER)), step, signature]),
        lambda: good[:where] + rng.choice([c for c in "aB3-_.~" if c != good[where]]) + good[where + 1 :],
        lambda: stamps.present(PHONE, old),
        lambda: ".".join([prefix, key, str(int(step) + rng.randint(1, 9)), signature]),
        lambda: stamps.stamp(PAD, POINT, PASS, NOW),
        lambda: ".".join([prefix, stamps.key_text(rng.randbytes(32)), step, signature]),
    ]
    return rng.choice(ways)()


def test_gb3_of_10_000_forged_guessed_and_old_codes_none_is_accepted():
    rng = random.Random(3)
    accepted = []
    for _ in range(5_000):
        code = wrong_stamp(rng)
        with suppress(stamps.CodeRefused):
            accepted.append((stamps.stamped(code, key_of, PASS, NOW), code))
        code = wrong_pass(rng)
        with suppress(stamps.CodeRefused):
            accepted.append((stamps.presented(code, NOW), code))
    assert accepted == []
