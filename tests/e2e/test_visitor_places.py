"""B1, B2, B3, GB4 through the gateway: languages and fields, GeoJSON, hours as text, places from several sources."""

from __future__ import annotations

import json

from deploy.demo.client import Api
from kernel.ids import new_id
from tests.e2e.conftest import Caller

FEATURE = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1.0802, 49.9251]}}


def test_b1_b3_gb4_places_in_both_languages_with_hours_as_text(demo: Api, caller: Caller) -> None:
    for lang, words in (("en", "open every day, 10:00 to 17:00"), ("fr", "ouvert tous les jours, de 10")):
        fort = demo.get("/v1/places/newhaven-fort", lang=lang, fields="name,hours_text,translation_status")
        assert list(fort["name"]) == [lang]
        assert words in fort["hours_text"][lang]
        assert fort["translation_status"] == {"en": "complete", "fr": "complete"}
        assert words.split(",")[0] in caller.send("GET", f"/today/newhaven?lang={lang}").text
    answer = caller.send("GET", "/v1/places/geojson?town=dieppe&limit=3")
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert len(answer.json()["features"]) == 3


def test_b2_two_sources_make_one_place_and_each_row_is_reported(demo: Api, caller: Caller) -> None:
    name = f"Quay {new_id()[-6:]}"
    named = {"name_en": name}
    sources = (("harbour-list", "CC-BY-4.0", named | {"kind": "Park"}), ("city-map", "ODbL-1.0", named))
    results = []
    for source, licence, properties in sources:
        content = {"type": "FeatureCollection", "features": [{**FEATURE, "id": "1", "properties": properties}, {}]}
        content["features"][0]["properties"] |= {"summary_fr": "Un quai."} if source == "city-map" else {}
        files = {"places": ("places.geojson", json.dumps(content))}
        form = {"source": f"{source}-{name[-6:]}", "licence": licence, "town": "dieppe"}
        answer = caller.send("POST", "/v1/places/import", as_="ambassador", files=files, data=form)
        assert answer.status_code == 200, answer.text
        results += [row["result"] for row in answer.json()["rows"]]
        place = answer.json()["rows"][0]["place_id"]
    assert results == ["new", "refused", "merged", "refused"]
    shown = demo.get(f"/v1/places/{place}")
    assert shown["origins"]["summary.fr"]["licence"] == "ODbL-1.0"
    assert shown["origins"]["kind"]["licence"] == "CC-BY-4.0"
    caller.refused(403, "POST", "/v1/places/import", as_="maker-1", files=files, data=form)
