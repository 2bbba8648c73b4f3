"""Composed answers of the whole platform, held against what the OpenAPI document says of them."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.demo.client import Api
from tests.e2e.conftest import Caller
from tests.support.eventually import eventually
from tests.support.platform import Platform


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/today", {}),
        ("/v1/today", {"town": "newhaven", "date": "2018-08-19"}),
        ("/v1/today", {"app": "dieppe-vivant"}),
        ("/v1/search", {"q": "port"}),
        ("/v1/search", {"q": "seaside", "lang": "fr"}),
        ("/v1/timeline", {"as_of": "2018-08-19"}),
    ],
)
def test_an_answer_is_what_the_document_says(demo: Api, path: str, query: dict[str, str]) -> None:
    document = demo.get("/v1/openapi.json")
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(demo.get(path, **query))


def test_the_festivals_sunday_in_both_languages(demo: Api) -> None:
    for lang in ("en", "fr"):
        [town] = demo.get("/v1/today", town="newhaven", date="2018-08-19", lang=lang)["towns"]
        shown = [(event["id"], event["title"]["lang"], event["timings"][0]["starts_at"]) for event in town["events"]]
        starts = [starts for _, _, starts in shown]
        assert starts == ["2018-08-19T10:30:00+01:00", "2018-08-19T10:30:00+01:00", "2018-08-19T11:00:00+01:00"]
        assert {language for _, language, _ in shown} == {lang}
        assert town["sailings"]["next"]
        assert town["makers"]
        assert all(event["walk_minutes"] for event in town["events"])


def test_the_document_is_whole_and_without_dangling_references(demo: Api) -> None:
    document = demo.get("/v1/openapi.json")
    assert document["openapi"].startswith("3.1")
    assert "x-partial" not in document
    for path in ("/v1/sailings", "/v1/events", "/v1/makers", "/v1/titles", "/v1/accounts", "/v1/today"):
        assert path in document["paths"]
    operations = [
        op["operationId"] for item in document["paths"].values() for op in item.values() if "operationId" in op
    ]
    assert len(operations) == len(set(operations))
    for reference in references(document):
        kind, name = reference.removeprefix("#/components/").split("/")
        assert name in document["components"][kind], reference


def references(value: Any) -> set[str]:
    """Every ``$ref`` in a document."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_a_service_that_dies_costs_its_part_and_comes_back(platform: Platform, caller: Caller) -> None:
    """Everything else still answers; what it alone can answer says who is missing."""
    platform.kill("media.api")
    try:
        today = caller.api.get("/v1/today")
        assert (today["partial"], today["failed"]) == (True, ["media"])
        assert all(town["titles"] == [] for town in today["towns"])
        assert all(town["makers"] and town["places"] for town in today["towns"])
        problem = caller.refused(503, "GET", "/v1/titles")
        assert problem["service"] == "media"
        assert caller.send("GET", "/v1/events").status_code == 200
    finally:
        platform.restart("media.api")
    eventually(lambda: not caller.api.get("/v1/today")["partial"], within=15, describe="media is asked again")
    assert caller.api.get("/v1/titles")["items"]
