"""Places and access centres."""

from __future__ import annotations

import pytest

from contracts.visitor import CentreOpened, PlaceListed
from tests.integration.visitor.conftest import NOW, place
from tests.support.services import token


def test_a_place_is_listed_by_whoever_works_for_the_towns_and_announced(visitors):
    listed = visitors.done("/places", place(walk_minutes=30, source="Leaflet"), as_="mara")
    assert (listed["id"], listed["walk_minutes"], listed["source"]) == ("newhaven-fort", 30, "Leaflet")
    assert visitors.shown("/places/newhaven-fort") == listed
    assert "listed_by" not in listed
    [said] = visitors.said(PlaceListed)
    assert (said.place_id, said.kind, said.name, said.point.lat) == ("newhaven-fort", "Museum", place()["name"], 50.783)


def test_a_place_is_corrected_by_its_lister_or_an_ambassador_and_announced_again(visitors):
    visitors.done("/places", place(), as_="mara")
    change = {"walk_minutes": 35, "point": {"lat": 50.7, "lon": 0.1}, "address": None}
    for who in ("mara", "ann", "olga"):
        changed = visitors.send("PATCH", "/places/newhaven-fort", change, as_=who)
        assert (changed.status_code, changed.json["walk_minutes"], changed.json["point"]["lat"]) == (200, 35, 50.7)
    assert visitors.send("PATCH", "/places/newhaven-fort", change, as_="cora").status_code == 403
    assert visitors.send("PATCH", "/places/newhaven-fort", change).status_code == 401
    assert visitors.send("PATCH", "/places/nowhere", change, as_="ann").status_code == 404
    assert [event.walk_minutes for event in visitors.said(PlaceListed)] == [None, 35, 35, 35]


def test_an_id_that_is_taken_is_refused_and_nothing_is_overwritten(visitors):
    visitors.place()
    answer = visitors.post("/places", place(name={"en": "Mine"}), as_="cora")
    assert answer.status_code == 409
    assert visitors.shown("/places/newhaven-fort")["name"]["en"] == "Newhaven Fort"


def test_an_idempotency_key_makes_one_place_and_refuses_another_body(visitors):
    headers = {"Idempotency-Key": "k1"}
    body = {name: value for name, value in place().items() if name != "id"}
    first = visitors.done("/places", body, headers=headers)
    assert visitors.done("/places", body, headers=headers) == first
    assert visitors.post("/places", {**body, "kind": "Park"}, as_="ann", headers=headers).status_code == 422
    assert len(visitors.said(PlaceListed)) == 1


WRONG = [
    ({"id": "Fort!"}, "id"),
    ({"town": "atlantis"}, "town"),
    ({"kind": "a museum"}, "kind"),
    ({"name": {}}, "name"),
    ({"name": {"english": "Fort"}}, "name"),
    ({"name": {"en": "x" * 121}}, "name"),
    ({"summary": "text"}, "summary"),
    ({"point": {"lat": 91, "lon": 0}}, "point"),
    ({"point": {"lat": 50}}, "point"),
    ({"point": {"lat": "nan", "lon": 0}}, "point"),
    ({"walk_minutes": -1}, "walk_minutes"),
    ({"walk_minutes": 10**9}, "walk_minutes"),
    ({"listed_by": "me"}, "listed_by"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_wrong_place_names_its_field(visitors, change, field):
    answer = visitors.post("/places", {**place(), **change}, as_="ann")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert visitors.runtime.db.places.count_documents({}) == 0 == len(visitors.said(PlaceListed))


def test_bodies_that_cannot_be_read_are_refused(visitors):
    headers = token(["ambassador"], id="ann", at=NOW) | {"Content-Type": "application/json"}
    for body, status in ((b"{", 400), (b"[]", 422), (b"", 422)):
        answer = visitors.client.post("/v1/places", data=body, headers=headers)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_places_are_found_by_words_town_and_kind(visitors):
    visitors.place()
    visitors.place(
        "eglise", town="dieppe", kind="Church", name={"fr": "Église Saint-Jacques"}, summary={"fr": "Cœur de la ville"}
    )

    def ids(query):
        return [item["id"] for item in visitors.shown(f"/places?{query}")["items"]]

    assert ids("") == ["eglise", "newhaven-fort"]
    assert ids("town=dieppe") == ["eglise"]
    assert ids("kind=Museum") == ["newhaven-fort"]
    assert ids("q=EGLISE+coeur") == ["eglise"]
    assert ids("q=fort+dessus") == ["newhaven-fort"]
    assert ids("q=fort+eglise") == []
    assert list(visitors.get("/places?q=.*").json["errors"]) == ["q"]
    assert visitors.get("/places?town=atlantis").status_code == 422
    assert visitors.get("/places/nowhere").status_code == 404


def test_the_three_centres_are_planned_until_somebody_opens_them(visitors):
    before = visitors.shown("/centres")["items"]
    assert [(each["id"], each["status"], each["town"]) for each in before] == [
        ("newhaven", "planned", "newhaven"),
        ("dieppe", "planned", "dieppe"),
        ("aboard", "planned", None),
    ]
    assert visitors.post("/centres/aboard/open", as_="mara").status_code == 403
    opened = visitors.done("/centres/aboard/open", as_="olga")
    assert (opened["status"], opened["opened_at"]) == ("open", "2018-08-19T11:00:00Z")
    assert visitors.done("/centres/aboard/open") == opened == visitors.shown("/centres/aboard")
    [said] = visitors.said(CentreOpened)
    assert (said.centre_id, said.aboard, said.town) == ("aboard", True, None)
    assert visitors.post("/centres/calais/open", as_="ann").status_code == 404
    assert visitors.get("/centres/calais").status_code == 404
