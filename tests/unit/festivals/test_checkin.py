"""GA6: check-in rules travel offline: two devices 72 h offline, 10,000 random merges, 0 lost, 0 double."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import OKPKey

from kernel.errors import Invalid
from services.festivals.checkin import bundles
from services.festivals.domain.checkin import VALID_FOR, Bundle, Scan, Window, admissions, judge, merge

NOW = datetime(2018, 8, 17, 12, 0, tzinfo=UTC)
DAYS = {f"t{n}": Window(NOW + timedelta(days=n, hours=-1), NOW + timedelta(days=n, hours=8)) for n in range(4)}
BUNDLE = Bundle("e-1", NOW, DAYS, {f"guest-{n}": 1 + n % 3 for n in range(5)}, frozenset({"waits"}))
CODES = [*BUNDLE.places, "waits", "stranger"]


def scan(id="s", code="guest-1", timing="t1", at=NOW + timedelta(days=1), **more):
    return Scan(id, more.pop("device", "a"), code, timing, at, more.pop("issued_at", NOW), **more)


def log_of(dice, device):
    """Scans of one device without a network over 72 hours, ``device`` being part of their ids."""
    instants = [NOW + timedelta(minutes=half) for half in range(0, 72 * 60, 30)]
    timings = [dice.choice(list(DAYS)) for _ in range(dice.randint(0, 12))]
    open_then = {name: [at for at in instants if day.opens_at <= at < day.closes_at] for name, day in DAYS.items()}
    return [
        Scan(
            id=f"{device}{n}",
            device_id=device,
            code_digest=dice.choice(CODES),
            timing_id=timing,
            at=dice.choice(open_then[timing] if open_then[timing] and dice.random() < 0.8 else instants),
            issued_at=NOW,
            forced=dice.random() < 0.1,
            offline=True,
        )
        for n, timing in enumerate(timings)
    ]


def exchanged(dice, logs):
    """The logs merged as it happens: in pieces, some of them again and again, in any order and nesting."""
    pieces = [dice.sample(log, dice.randint(0, len(log))) for log in logs for _ in range(2)] + [
        list(log) for log in logs
    ]
    dice.shuffle(pieces)
    while len(pieces) > 1:
        pieces.append(merge(*[pieces.pop(dice.randrange(len(pieces))) for _ in range(min(len(pieces), 2))]))
        if dice.random() < 0.2:
            pieces.append(merge(pieces[-1]))
    return pieces[0] if pieces else []


def test_ten_thousand_random_merges_lose_nothing_and_admit_nobody_twice():
    dice, admitted_in_all, duplicates_in_all = random.Random(2018), 0, 0
    for _ in range(10_000):
        logs = [log_of(dice, device) for device in ("a", "b")]
        everything = {one.id: one for log in logs for one in log}
        merged = exchanged(dice, logs)
        assert {one.id: one for one in merged} == everything, "nothing is lost, changed or made up"
        assert len(merged) == len(everything), "nothing is there twice"
        verdicts = admissions(merged, {one.id: judge(BUNDLE, one) for one in merged})
        let_in = {}
        for one in everything.values():
            on_list = one.code_digest.startswith("guest")
            open_then = DAYS[one.timing_id].opens_at <= one.at < DAYS[one.timing_id].closes_at
            if (on_list and open_then) or one.forced:
                let_in.setdefault((one.code_digest, one.timing_id), []).append((one.at, one.id))
        firsts = {min(several)[1] for several in let_in.values()}
        assert {id for id, verdict in verdicts.items() if verdict == "admitted"} == firsts
        rest = {id for several in let_in.values() for _, id in several} - firsts
        assert {id for id, verdict in verdicts.items() if verdict == "duplicate"} == rest
        admitted_in_all, duplicates_in_all = admitted_in_all + len(firsts), duplicates_in_all + len(rest)
    assert admitted_in_all > 15_000
    assert duplicates_in_all > 1_000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"code": "stranger"}, "unknown"),
        ({"code": "waits"}, "no-place"),
        ({"timing": "t2"}, "wrong-time"),
        ({"timing": "t9"}, "wrong-time"),
        ({"at": DAYS["t1"].opens_at}, None),
        ({"at": DAYS["t1"].opens_at - timedelta(seconds=1)}, "wrong-time"),
        ({"at": DAYS["t1"].closes_at}, "wrong-time"),
        ({"at": NOW + VALID_FOR + timedelta(seconds=1)}, "stale"),
        ({"at": NOW - timedelta(hours=2)}, "stale"),
    ],
)
def test_what_the_rules_let_in(changes, reason):
    assert judge(BUNDLE, scan(**changes)) == reason


def test_two_scans_of_one_id_are_one_whichever_log_is_first():
    one, other = scan(at=NOW), scan(at=NOW + timedelta(minutes=1))
    assert merge([one], [other]) == merge([other], [one]) == [one]
    assert merge([replace(one, forced=True)], [one]) == merge([one], [replace(one, forced=True)])


def test_a_bundle_is_read_as_it_was_made_and_not_once_it_was_changed():
    key = OKPKey.generate_key("Ed25519", {"kid": "k1", "use": "sig"})
    timing = {"id": "t1", "starts_at": NOW, "ends_at": NOW + timedelta(hours=2)}
    event = {"_id": "e-1", "title": {"en": "Walk"}, "timings": [timing]}
    rows = [
        {"code_digest": "a", "party": 2, "name": "Ann", "state": "registered"},
        {"code_digest": "b", "party": 1, "name": "Ben", "state": "waiting"},
        {"party": 1, "state": "registered"},
    ]
    text, keys = bundles.sign(bundles.content_of(event, rows, NOW), key), [key.as_dict(private=False)]
    window = Window(NOW - timedelta(hours=1), NOW + timedelta(hours=2))
    assert bundles.read(text, keys) == Bundle("e-1", NOW, {"t1": window}, {"a": 2}, frozenset("b"))
    header, payload, signature = text.split(".")
    for wrong in (f"{header}.{payload[:-4]}AAAA.{signature}", f"{header}.{payload}.{signature[:-4]}AAAA", "nothing"):
        with pytest.raises(Invalid):
            bundles.read(wrong, keys)
    stranger = OKPKey.generate_key("Ed25519", {"kid": "k1", "use": "sig"})
    with pytest.raises(Invalid):
        bundles.read(text, [stranger.as_dict(private=False)])
