"""Rows B8, B9 and GB3 through the service: passes and stamps, offers and vouchers, each use of them once."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kernel.ids import new_id
from services.visitor.aboard.forward import forward
from services.visitor.aboard.journal import Journal
from services.visitor.aboard.pad import StampPad
from services.visitor.domain import stamps
from tests.integration.visitor.conftest import NOW, event, maker

OFFER = {
    "town": "newhaven",
    "title": {"en": "A coffee", "fr": "Un café"},
    "terms": {"en": "One for each pass.", "fr": "Un par pass."},
    "vouchers": 100,
    "starts_at": "2018-08-19T08:00:00Z",
    "ends_at": "2018-08-19T20:00:00Z",
}


def text_of(key):
    return stamps.key_text(key.public_key().public_bytes_raw())


class Phone:
    """A visitor's phone: it has a key and may have a network."""

    def __init__(self, visitors):
        self.visitors, self.key, self.codes = visitors, Ed25519PrivateKey.generate(), []
        self.id = stamps.pass_id_of(self.key.public_key().public_bytes_raw())

    def shows(self):
        return stamps.present(self.key, self.visitors.clock.now())

    def register(self):
        return self.visitors.done("/passes", {"public_key": text_of(self.key)}, as_=None)

    def merge(self, codes=None):
        return self.visitors.done(f"/passes/{self.id}/stamps", {"codes": codes or self.codes}, as_=None)

    def looks(self):
        return self.visitors.done(f"/passes/{self.id}/open", {"code": self.shows()}, as_=None)

    def voucher(self, offer_id):
        body = {"pass_id": self.id, "code": self.shows()}
        return self.visitors.post(f"/offers/{offer_id}/vouchers", body)


@pytest.fixture
def phone(visitors):
    return Phone(visitors)


def pad(visitors, kind="centre", target_id="newhaven", as_="ann", journal=None):
    key = Ed25519PrivateKey.generate()
    body = {"id": new_id(), "kind": kind, "target_id": target_id, "public_key": text_of(key)}
    point = visitors.done("/stamp-points", body, as_=as_)
    assert visitors.done("/stamp-points", body, as_=as_) == point
    return StampPad(key, point["id"], journal), point


def test_b8_a_pass_collects_stamps_at_centres_studios_and_events(visitors, phone):
    visitors.hears(maker(), event())
    pads = [pad(visitors), pad(visitors, "maker", "maker-1", "mara"), pad(visitors, "event", "birdsong", "cora")]
    keys = {point["id"]: point["public_key"] for point in visitors.shown("/stamp-points?town=newhaven")["items"]}
    for each, _ in pads:
        code = each.stamp(phone.shows(), visitors.clock.now())
        stamps.stamped(code, lambda id: stamps.key_bytes(keys[id]), phone.id, visitors.clock.now())
        phone.codes.append(code)
    made = phone.register()
    assert (made["id"], made["stamps"]) == (phone.id, 0)
    visitors.clock.advance(timedelta(hours=30))
    assert phone.merge() == {"new": 3, "refused": [], "stamps": 3}
    shown = phone.looks()
    assert {stamp["kind"] for stamp in shown["latest"]} == {"centre", "maker", "event"}
    assert {"en": "Birdsong", "fr": "Chants d'oiseaux"} in [stamp["name"] for stamp in shown["latest"]]
    qr = visitors.get(f"/passes/{phone.id}/qr.svg")
    assert (qr.status_code, qr.content_type) == (200, "image/svg+xml")
    assert b"<svg" in qr.data


def test_gb3_a_stamp_told_by_both_phones_and_merged_twice_is_one(visitors, phone, tmp_path):
    journal = Journal(tmp_path / "desk.sqlite")
    at_desk, _ = pad(visitors, journal=journal)
    phone.codes = [at_desk.stamp(phone.shows(), visitors.clock.now())]
    visitors.clock.advance(timedelta(minutes=1))
    phone.codes.append(at_desk.stamp(phone.shows(), visitors.clock.now()))
    assert forward(journal, lambda body: visitors.done("/desk-sync", body))
    phone.register()
    assert phone.merge() == {"new": 0, "refused": [], "stamps": 1}
    assert phone.merge()["stamps"] == 1
    visitors.clock.advance(timedelta(days=1))
    phone.codes = [at_desk.stamp(phone.shows(), visitors.clock.now())]
    assert phone.merge() == {"new": 1, "refused": [], "stamps": 2}
    assert (forward(journal, lambda body: visitors.done("/desk-sync", body)), journal.refused()) == (True, [])
    assert visitors.runtime.db.stamps.count_documents({}) == 2
    journal.close()


def test_gb3_the_platform_takes_none_of_10_000_forged_and_guessed_codes(visitors, phone):
    at_desk, point = pad(visitors)
    phone.register()
    rng, stranger = random.Random(4), Ed25519PrivateKey.generate()
    good = at_desk.stamp(phone.shows(), visitors.clock.now())
    body = good.rpartition(".")[0]

    def wrong():
        where = rng.randrange(len(good))
        return rng.choice(
            [
                lambda: stamps.stamp(stranger, point["id"], phone.id, NOW),
                lambda: f"{body}.{stamps.key_text(rng.randbytes(64))}",
                lambda: good[:where] + rng.choice([c for c in "aB3-_.~" if c != good[where]]) + good[where + 1 :],
                lambda: at_desk.stamp(stamps.present(stranger, NOW), NOW),
                lambda: at_desk.stamp(phone.shows(), NOW).replace(point["id"], new_id()),
            ]
        )()

    for _ in range(200):
        answer = phone.merge([wrong() for _ in range(50)])
        assert (answer["new"], answer["stamps"], len(answer["refused"])) == (0, 0, 50)
    assert phone.merge([good])["new"] == 1


def test_a_stamp_from_the_future_or_of_a_closed_point_is_refused(visitors, phone):
    at_desk, point = pad(visitors)
    phone.register()
    soon = NOW + timedelta(minutes=5)
    future = at_desk.stamp(stamps.present(phone.key, soon), soon)
    before = at_desk.stamp(phone.shows(), NOW)
    assert phone.merge([future])["refused"] == [{"index": 0, "detail": "from the future"}]
    assert visitors.post(f"/stamp-points/{point['id']}/close", as_="mara").status_code == 403
    visitors.clock.advance(timedelta(minutes=1))
    assert visitors.done(f"/stamp-points/{point['id']}/close", as_="olga")["closed_at"]
    visitors.clock.advance(timedelta(hours=1))
    assert phone.merge([future])["refused"] == [{"index": 0, "detail": "from after the stamp point closed"}]
    assert phone.merge([before])["new"] == 1


def test_a_pass_is_shown_only_to_the_phone_that_has_its_key(visitors, phone):
    phone.register()
    old = phone.shows()
    visitors.clock.advance(timedelta(seconds=121))
    for code in (old, stamps.present(Ed25519PrivateKey.generate(), visitors.clock.now()), "x"):
        answer = visitors.post(f"/passes/{phone.id}/open", {"code": code})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["code"])
    other = Phone(visitors)
    assert visitors.post(f"/passes/{other.id}/open", {"code": other.shows()}).status_code == 404


@pytest.mark.parametrize(
    ("as_", "body", "status", "field"),
    [
        ("mara", {"kind": "centre", "target_id": "newhaven"}, 403, None),
        ("vic", {"kind": "centre", "target_id": "newhaven"}, 403, None),
        ("ann", {"kind": "centre", "target_id": "atlantis"}, 422, "centre_id"),
        ("ann", {"kind": "maker", "target_id": "nobody"}, 422, "target_id"),
        ("ann", {"kind": "ship", "target_id": "x"}, 422, "kind"),
        ("ann", {"kind": "centre", "target_id": "newhaven", "public_key": "A" * 42 + "B"}, 422, "public_key"),
    ],
)
def test_a_wrong_stamp_point_is_refused(visitors, as_, body, status, field):
    good = {"public_key": text_of(Ed25519PrivateKey.generate())}
    answer = visitors.post("/stamp-points", {**good, **body}, as_=as_)
    assert answer.status_code == status
    assert field is None or list(answer.json["errors"]) == [field]


def redeem(visitors, voucher, as_="mara", id=None):
    return visitors.post(f"/vouchers/{voucher['id']}/redemptions", {"id": id or new_id()}, as_=as_)


def test_b9_a_voucher_is_redeemed_as_often_as_it_says_and_a_repeated_request_is_one_use(visitors, phone):
    phone.register()
    offer = visitors.done("/offers", {**OFFER, "uses": 2}, as_="mara")
    assert visitors.shown("/offers?town=newhaven")["items"] == [offer]
    voucher = phone.voucher(offer["id"]).json
    assert phone.voucher(offer["id"]).json == voucher
    till = new_id()
    first = redeem(visitors, voucher, id=till)
    assert (first.status_code, first.json["voucher"]["uses_left"]) == (201, 1)
    assert redeem(visitors, voucher, id=till).json == first.json
    assert redeem(visitors, voucher, as_="ann").status_code == 403
    assert redeem(visitors, voucher).json["voucher"]["uses_left"] == 0
    assert redeem(visitors, voucher).status_code == 409
    assert visitors.shown(f"/offers/{offer['id']}")["left"] == 99


def test_b9_two_tills_at_the_same_moment_redeem_each_use_once(visitors, phone):
    phone.register()
    single = phone.voucher(visitors.done("/offers", OFFER, as_="mara")["id"]).json
    several = phone.voucher(visitors.done("/offers", {**OFFER, "uses": 5}, as_="mara")["id"]).json

    def at_a_till(voucher):
        return redeem(Phone(visitors).visitors, voucher).status_code

    with ThreadPoolExecutor(8) as tills:
        assert Counter(tills.map(at_a_till, [single] * 24)) == {201: 1, 409: 23}
        assert Counter(tills.map(at_a_till, [several] * 24)) == {201: 5, 409: 19}
    assert visitors.runtime.db.redemptions.count_documents({}) == 6
    assert {row["uses_left"] for row in visitors.runtime.db.vouchers.find()} == {0}


def test_b9_an_offer_has_its_stamps_its_number_and_its_time(visitors, phone):
    at_desk, _ = pad(visitors)
    body = {**OFFER, "stamps_needed": 1, "vouchers": 1, "at_centres": True}
    offer = visitors.done("/offers", body, as_="mara")["id"]
    phone.register()
    assert "1 more to collect" in phone.voucher(offer).json["detail"]
    phone.merge([at_desk.stamp(phone.shows(), NOW)])
    voucher = phone.voucher(offer).json
    other = Phone(visitors)
    other.register()
    other.merge([at_desk.stamp(other.shows(), NOW)])
    assert other.voucher(offer).status_code == 409
    assert other.visitors.post(f"/offers/{offer}/vouchers", {"pass_id": phone.id, "code": other.shows()}).json["errors"]
    visitors.clock.advance(timedelta(hours=9))
    assert redeem(visitors, voucher, as_="ann").status_code == 409
    assert visitors.shown("/offers")["items"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"town": "atlantis"}, "town"),
        ({"uses": 0}, "uses"),
        ({"ends_at": "2018-08-19T07:00:00Z"}, "ends_at"),
        ({"title": {}}, "title"),
        ({"price": 1}, "price"),
    ],
)
def test_a_wrong_offer_names_its_field(visitors, change, field):
    answer = visitors.post("/offers", {**OFFER, **change}, as_="mara")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
