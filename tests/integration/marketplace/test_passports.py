"""Passports: public, verifiable by anyone with the public key, silent about buyers, and broken when tampered with."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.marketplace.domain import Head, verify_chain
from tests.integration.marketplace.conftest import BUYER, KEEPER, MAKER


@pytest.fixture
def item(market):
    """An item that was made, handed to the shop and sold there."""
    product, popup = market.product(market.maker()), market.popup()
    [item_id] = market.consigned(product, popup)["item_ids"]
    market.clock.advance(timedelta(hours=1))
    market.made("/sales", {"item_ids": [item_id], "popup_id": popup["id"]}, KEEPER)
    return item_id


def keys_of(published):
    """Public keys from their JSON Web Keys, as a stranger would read them."""
    raw = {key["kid"]: base64.urlsafe_b64decode(key["x"] + "=") for key in published}
    return {kid: Ed25519PublicKey.from_public_bytes(data) for kid, data in raw.items()}


def test_a_stranger_verifies_a_passport_with_the_published_key(market, item):
    passport = json.loads(market.get(f"/passports/{item}").text)
    keys = keys_of(market.shown("/passports/keys")["keys"])
    assert verify_chain(passport["entries"], Head(**passport["head"]), keys) == []
    assert passport["keys"] == market.shown("/passports/keys")["keys"]
    assert verify_chain(passport["entries"][:-1], Head(**passport["head"]), keys)
    passport["entries"][0]["about"]["materials"][0]["origin"] = "Elsewhere"
    assert verify_chain(passport["entries"], Head(**passport["head"]), keys)


def test_it_says_who_where_of_what_and_through_whose_hands(market, item):
    passport = market.shown(f"/passports/{item}")
    assert passport["made_in"] == {"en": "Made in Newhaven", "fr": "Fabriqué à Newhaven"}
    assert (passport["maker"]["name"], passport["town"], passport["made_on"]) == (
        {"en": "Salt & Slip"},
        "newhaven",
        "2018-08-20",
    )
    assert passport["materials"] == [{"name": {"en": "Stoneware clay", "fr": "Grès"}, "origin": "Stoke-on-Trent"}]
    assert [hand["since"] for hand in passport["hands"]] == [
        "2018-08-20T00:00:00.000+01:00",
        "2018-09-15T12:00:00.000+02:00",
        "2018-09-15T13:00:00.000+02:00",
    ]
    for entry in passport["entries"]:
        assert entry["event"]["type"] == "ObjectEvent"
        assert entry["event"]["epcList"] == [f"urn:uuid:{item}"]
    handed = passport["entries"][1]["event"]
    assert handed["readPoint"] == handed["bizLocation"] == {"id": "urn:newhaven-dieppe:popup:dieppe-2018-09"}
    assert passport["entries"][2]["event"]["disposition"] == "retail_sold"


def test_what_was_true_when_it_was_made_stays(market):
    maker = market.maker()
    product = market.product(maker)
    [item, *_] = market.shown(f"/offerings/{product['id']}/items")["items"]
    change = {"title": {"en": "Renamed"}, "materials": []}
    assert market.send("PATCH", f"/offerings/{product['id']}", change, by=MAKER).status_code == 200
    passport = market.shown(f"/passports/{item['id']}")
    assert (passport["title"]["en"], len(passport["materials"])) == ("Tide bowl", 1)


def test_nothing_about_people_stands_in_it(market):
    product = market.product(market.maker())
    order = market.made("/orders", {"offering_id": product["id"]}, BUYER)
    [item] = market.made(f"/orders/{order['id']}/collect")["sale"]["item_ids"]
    text = market.get(f"/passports/{item}").text
    for private in (BUYER, MAKER, KEEPER, order["id"]):
        assert private not in text
    entries = list(market.runtime.db["passport_entries"].find({"item_id": item}))
    assert not any(private in str(entries) for private in (BUYER, MAKER, KEEPER, order["id"]))


@pytest.mark.parametrize("tampering", ["edit", "cut", "drop", "swap"])
def test_tampering_in_the_database_shows(market, item, tampering):
    entries = market.runtime.db["passport_entries"]
    rows = list(entries.find({"item_id": item}).sort("sequence"))
    if tampering == "edit":
        entries.update_one(
            {"_id": rows[1]["_id"]}, {"$set": {"entry.event.eventTime": "2018-09-15T11:00:00.000+02:00"}}
        )
    elif tampering == "cut":
        entries.delete_one({"_id": rows[-1]["_id"]})
    elif tampering == "drop":
        entries.delete_one({"_id": rows[0]["_id"]})
    else:
        entries.update_one({"_id": rows[1]["_id"]}, {"$set": {"entry": rows[2]["entry"]}})
        entries.update_one({"_id": rows[2]["_id"]}, {"$set": {"entry": rows[1]["entry"]}})
    passport = market.shown(f"/passports/{item}")
    assert not passport["intact"]
    assert passport["problems"]


def test_a_changed_key_leaves_old_passports_verifiable(market, item, monkeypatch, signing_key, tmp_path):
    before = market.shown(f"/passports/{item}")
    retired, fresh = tmp_path / "retired.pem", tmp_path / "fresh.pem"
    [old] = keys_of(before["keys"]).values()
    retired.write_bytes(old.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    private = Ed25519PrivateKey.generate()
    fresh.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    monkeypatch.setenv("PASSPORT_SIGNING_KEY", str(fresh))
    assert not market.shown(f"/passports/{item}")["intact"]
    monkeypatch.setenv("PASSPORT_RETIRED_KEYS", str(retired))
    after = market.shown(f"/passports/{item}")
    assert after["intact"]
    assert [key["in_use"] for key in after["keys"]] == [True, False]


@pytest.mark.parametrize("content", [None, b"not a key", b""])
def test_without_a_usable_key_nothing_is_made_and_it_says_why(market, monkeypatch, tmp_path, content):
    maker = market.maker()
    path = tmp_path / "broken.pem"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("PASSPORT_SIGNING_KEY", str(path))
    body = {"maker_id": maker["id"], "kind": "product", "stock": 1, "title": {"en": "A"}, "summary": {"en": "B"}}
    problem = market.refused(503, "/offerings", body | {"prices": [{"amount": 1, "currency": "GBP"}]})
    assert "broken.pem" in problem["detail"]
    assert str(tmp_path) not in problem["detail"]
