"""Places of stock, walks from the ferry, and names of towns in French."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.marketplace.domain.epcis import Party, handed_over, made, made_in, sold
from services.marketplace.domain.stock import change_of_available, for_sale, problem_with_popup_id, shown
from services.marketplace.domain.walk import metres_between, walk_minutes

places = st.sampled_from([None, "studio", "ordered", "dieppe-2018", "quay"])
points = st.fixed_dictionaries({"lat": st.floats(-90, 90), "lon": st.floats(-180, 180)})


@given(
    st.dictionaries(st.sampled_from(["studio", "ordered", "dieppe-2018", "quay"]), st.integers(50, 99), min_size=4),
    places,
    places,
    st.integers(1, 50),
)
def test_a_move_changes_what_is_for_sale_as_the_places_say(stock, source, target, quantity):
    after = dict(stock)
    if source:
        after[source] -= quantity
    if target:
        after[target] += quantity
    assert for_sale(after) == for_sale(stock) + change_of_available(source, target, quantity)


def test_what_is_shown_of_stock():
    assert for_sale(None) is shown(None) is None
    assert shown({"studio": 0, "ordered": 4, "quay": 0, "dieppe-2018": 2}) == {"studio": 0, "dieppe-2018": 2}
    assert for_sale({"studio": 1, "ordered": 4, "dieppe-2018": 2}) == 3


@pytest.mark.parametrize("name", ["studio", "ordered", "sold"])
def test_a_shop_cannot_be_named_like_another_place(name):
    assert name in problem_with_popup_id(name)
    assert problem_with_popup_id(f"the-{name}") is None


def test_walks():
    terminal, fort = {"lat": 50.794, "lon": 0.056}, {"lat": 50.783, "lon": 0.053}
    assert metres_between(terminal, fort) == pytest.approx(1241, abs=5)
    assert walk_minutes(terminal, fort) == 22
    assert walk_minutes(terminal, terminal) == 0
    assert walk_minutes(None, fort) is walk_minutes(terminal, None) is None
    assert walk_minutes(terminal, {"lat": -36.8, "lon": 174.8}) is None


@given(points, points)
def test_distance_is_the_same_both_ways_and_at_most_half_the_earth(one, other):
    distance = metres_between(one, other)
    assert distance == pytest.approx(metres_between(other, one))
    assert 0 <= distance <= 20_015_200


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ({"en": "Newhaven", "fr": "Newhaven"}, "Made in Newhaven", "Fabriqué à Newhaven"),
        ({"en": "Le Havre", "fr": "Le Havre"}, "Made in Le Havre", "Fabriqué au Havre"),
        ({"en": "Les Sables", "fr": "Les Sables"}, "Made in Les Sables", "Fabriqué aux Sables"),
        ({"fr": "Londres"}, "Made in Londres", "Fabriqué à Londres"),
        ({"en": "Lesneven"}, "Made in Lesneven", "Fabriqué à Lesneven"),
    ],
)
def test_made_in(name, english, french):
    assert made_in(name) == {"en": english, "fr": french}


def party(kind, **changes):
    fields = {
        "kind": kind,
        "id": kind,
        "name": {"en": kind},
        "town": "newhaven",
        "zone": "Europe/London",
        "locality": "two",
    }
    return Party(**fields | changes)


def test_possession_moves_and_ownership_stays_until_the_sale():
    at, maker, shop = datetime(2018, 9, 1, tzinfo=UTC), party("maker"), party("popup")
    born, handed, gone = made("i", maker, at, {}), handed_over("i", maker, shop, at), sold("i", maker, shop, at)
    assert (born["event"]["action"], born["event"]["bizStep"]) == ("ADD", "commissioning")
    assert [each["type"] for each in handed["event"]["sourceList"]] == ["possessing_party"]
    assert {each["type"]: each["source"] for each in gone["event"]["sourceList"]} == {
        "owning_party": "urn:two:maker:maker",
        "possessing_party": "urn:two:popup:popup",
    }
    assert gone["holder"] == {"kind": "buyer"}
    assert "bizLocation" not in gone["event"]
    assert "destinationList" not in gone["event"]
