"""B1, B2, B3: places in the language and with the fields asked for, as GeoJSON, and collected from several sources."""

from __future__ import annotations

import io
import json

import pytest

from contracts.visitor import PlaceListed
from tests.integration.visitor.conftest import NOW, place
from tests.support.services import token

HOURS = {
    "seasons": [{"weekly": [{"days": ["sa", "su"], "opens": "11:00", "closes": "16:00"}]}],
    "exceptions": [{"date": "2018-08-26", "times": []}],
}
CSV = """id,town,kind,name_en,name_fr,lat,lon,hours_en,address
n1,newhaven,Museum,Maritime Museum,,50.7931,0.0561,"Open Tuesday to Sunday, 10:30 to 16:00; closed Monday.",Quay
n2,newhaven,Museum,Newhaven Fort,Fort de Newhaven,50.7832,0.0533,,Fort Road
n3,newhaven,museum,Wrong kind,,50.79,0.05,,
n4,atlantis,Park,Elsewhere,,50.79,0.05,,
n5,newhaven,Park,No position,,,,,
n6,newhaven,Park,Bad hours,,50.79,0.05,Whenever,
n1,newhaven,Park,Twice,,50.79,0.05,,
"""


def send(visitors, data, *, source="town-list", licence="OGL-UK-3.0", as_="ambassador", **form):
    data = data if isinstance(data, bytes) else data.encode() if isinstance(data, str) else json.dumps(data).encode()
    headers = token([as_], id="collector", at=visitors.clock.now())
    form |= {"places": (io.BytesIO(data), "places"), "source": source, "licence": licence}
    return visitors.client.post("/v1/places/import", data=form, headers=headers)


def taken(visitors, data, **form):
    answer = send(visitors, data, **form)
    assert answer.status_code == 200, answer.text
    return answer.json


def feature(id, **properties):
    at = properties.pop("at", [0.0533, 50.7832])
    return {"type": "Feature", "id": id, "geometry": {"type": "Point", "coordinates": at}, "properties": properties}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def test_every_row_is_reported_and_the_good_ones_are_taken(visitors):
    report = taken(visitors, CSV)
    assert [(row["row"], row["result"]) for row in report["rows"]] == [
        (2, "new"), (3, "new"), (4, "refused"), (5, "refused"), (6, "refused"), (7, "refused"), (8, "refused"),
    ]  # fmt: skip
    told = {row["row"]: [each["field"] for each in row["problems"]] for row in report["rows"]}
    assert told == {2: [], 3: [], 4: ["kind"], 5: ["town"], 6: ["point"], 7: ["hours_en"], 8: ["id"]}
    assert report["counts"] == {"new": 2, "merged": 0, "changed": 0, "unchanged": 0, "refused": 5}
    shown = visitors.shown("/places/maritime-museum")
    assert shown["hours_text"]["fr"].startswith("Ouvert du mardi au dimanche, de 10")
    assert shown["origins"]["name.en"] == {"source": "town-list", "licence": "OGL-UK-3.0"}
    assert [event.place_id for event in visitors.said(PlaceListed)] == ["maritime-museum", "newhaven-fort"]


def test_taking_a_file_again_changes_nothing_and_says_nothing(visitors):
    taken(visitors, CSV)
    assert taken(visitors, CSV)["counts"] == {"new": 0, "merged": 0, "changed": 0, "unchanged": 2, "refused": 5}
    assert len(visitors.said(PlaceListed)) == 2
    changed = taken(visitors, CSV.replace("Quay", "West Quay"))["counts"]
    assert (changed["changed"], changed["unchanged"]) == (1, 1)
    assert visitors.shown("/places/maritime-museum")["address"] == "West Quay"


def test_several_sources_make_one_place_and_what_a_person_entered_stands(visitors):
    visitors.done("/places", place(id="fort", name={"en": "Newhaven Fort"}, summary={"en": "By hand."}))
    french = feature("w7", town="newhaven", kind="Museum", name={"en": "newhaven fort", "fr": "Le fort"}, address="Rue")
    taken(visitors, CSV, source="town-list")
    report = taken(visitors, collection(french), source="a-map", licence="ODbL-1.0")
    assert [(row["place_id"], row["result"]) for row in report["rows"]] == [("fort", "merged")]
    shown = visitors.shown("/places/fort")
    assert shown["name"] == {"en": "Newhaven Fort", "fr": "Le fort"}
    assert shown["summary"] == {"en": "By hand."}
    assert shown["point"] == {"lat": 50.783, "lon": 0.053}, "entered here"
    assert shown["origins"] == {
        "name.fr": {"source": "a-map", "licence": "ODbL-1.0"},
        "address": {"source": "a-map", "licence": "ODbL-1.0"},
    }
    visitors.send("PATCH", "/places/fort", {"address": "Fort Road, by hand"}, as_="ann")
    taken(visitors, collection(feature("w7", town="newhaven", address="Another")), source="a-map")
    after = visitors.shown("/places/fort")
    assert after["address"] == "Fort Road, by hand"
    assert after["name"] == {"en": "Newhaven Fort", "fr": "Fort de Newhaven"}, "the map gives no name any more"
    assert after["origins"] == {"name.fr": {"source": "town-list", "licence": "OGL-UK-3.0"}}


def test_the_order_in_which_sources_come_makes_no_difference(visitors):
    one = collection(feature("1", town="newhaven", kind="Museum", name_en="The Fort", summary_en="One"))
    two = collection(
        feature("2", town="newhaven", kind="Park", name_en="The Fort", summary_en="Two", summary_fr="Deux")
    )
    seen = []
    for order in ((("aa", one), ("bb", two)), (("bb", two), ("aa", one))):
        visitors.runtime.db.places.delete_many({})
        visitors.runtime.db.place_records.delete_many({})
        for source, data in order:
            taken(visitors, data, source=f"source-{source}")
        shown = visitors.shown("/places/the-fort")
        seen.append({name: shown[name] for name in ("name", "summary", "kind", "origins", "point")})
    assert seen[0] == seen[1]
    assert (seen[0]["summary"], seen[0]["kind"]) == ({"en": "One", "fr": "Deux"}, "Museum")


UNREADABLE = {
    "nothing": b"",
    "not text": b"\xff\xfe\x00",
    "not json": b"{",
    "no collection": b'{"type": "Point"}',
    "a column twice": b"id,id\n1,2\n",
    "no id": b"name_en\nFort\n",
    "a quote left open": b'id,name_en\n1,"Fort\n',
    "too long": b"id\n" + b"1\n" * 2001,
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused_whole(visitors, data):
    answer = send(visitors, data)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["places"]), answer.text
    assert visitors.runtime.db.places.count_documents({}) == 0


def test_who_may_import_and_what_must_be_said(visitors):
    assert send(visitors, CSV, as_="visitor").status_code == 403
    assert list(send(visitors, CSV, licence="see web site").json["errors"]) == ["licence"]
    assert list(send(visitors, CSV, town="atlantis").json["errors"]) == ["town"]
    no_feature = collection("no feature", {"type": "Feature"}, feature("3", name={"en": 5}))
    assert taken(visitors, no_feature, town="newhaven")["counts"]["refused"] == 3


def test_b1_a_place_in_the_language_and_with_the_fields_asked_for(visitors):
    visitors.done("/places", place(summary={"en": "Only English."}, hours=HOURS, verified_on="2018-08-01"))
    shown = visitors.shown("/places/newhaven-fort?lang=fr")
    assert shown["name"] == {"fr": "Fort de Newhaven"}
    assert shown["summary"] == {"en": "Only English."}, "B3: shown in the language there is"
    assert shown["translation_status"] == {"en": "complete", "fr": "partial"}
    assert shown["hours_text"] == {
        "fr": "Ouvert samedi et dimanche, de 11\u00a0h à 16\u00a0h ; fermé du lundi au vendredi. "
        "Le 26 août 2018 : fermé."
    }
    assert (shown["verified_on"], shown["open_now"]) == ("2018-08-01", True), "Sunday noon"
    [few] = visitors.shown("/places?fields=name,open_now&lang=en")["items"]
    assert few == {"id": "newhaven-fort", "name": {"en": "Newhaven Fort"}, "open_now": True}
    assert list(visitors.get("/places?fields=listed_by").json["errors"]) == ["fields"]


def test_b1_places_as_geojson(visitors):
    for number in range(3):
        visitors.place(f"place-{number}")
    answer = visitors.get("/places/geojson?limit=2&lang=fr&fields=name,kind")
    assert answer.content_type == "application/geo+json"
    assert answer.json["features"][0] == {
        "type": "Feature",
        "id": "place-0",
        "geometry": {"type": "Point", "coordinates": [0.053, 50.783]},
        "properties": {"name": {"fr": "Fort de Newhaven"}, "kind": "Museum"},
    }
    rest = visitors.shown(f"/places/geojson?limit=2&cursor={answer.json['next_cursor']}")
    assert [each["id"] for each in rest["features"]] == ["place-2"]


@pytest.mark.parametrize(
    "season",
    [
        {"weekly": [{"days": ["mo"], "opens": "9:00", "closes": "10:00"}]},
        {"weekly": [{"days": ["mo"], "opens": "09:00", "closes": "24:30"}]},
        {"weekly": [{"days": ["noday"], "opens": "09:00", "closes": "10:00"}]},
        {"weekly": [], "first": "04-01"},
        {"weekly": [], "first": "02-30", "last": "04-01"},
        {
            "weekly": [
                {"days": ["mo"], "opens": "09:00", "closes": "12:00"},
                {"days": ["mo"], "opens": "11:00", "closes": "13:00"},
            ]
        },
    ],
)
def test_hours_that_cannot_be_are_refused(visitors, season):
    answer = visitors.post("/places", place(hours={"seasons": [season]}), as_="ann")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["hours"])


def test_hours_are_taken_away_again(visitors):
    visitors.done("/places", place(hours=HOURS, verified_on="2018-08-01"))
    changed = visitors.send("PATCH", "/places/newhaven-fort", {"hours": None, "verified_on": None}, as_="ann").json
    assert (changed["hours"], changed["hours_text"], changed["open_now"]) == (None, None, None)
    assert NOW.isoformat()[:10] not in (changed.get("verified_on") or "")


@pytest.mark.parametrize(
    ("was", "now", "field"), [("50.7931,0.0561", ",", "point"), ("n1,newhaven,Museum", "n1,newhaven,", "kind")]
)
def test_a_row_that_takes_away_what_no_other_source_has_is_refused_by_itself(visitors, was, now, field):
    taken(visitors, CSV)
    report = taken(visitors, CSV.replace(was, now, 1))
    first, second = report["rows"][:2]
    assert (first["result"], [each["field"] for each in first["problems"]]) == ("refused", [field])
    assert second["result"] == "unchanged"
