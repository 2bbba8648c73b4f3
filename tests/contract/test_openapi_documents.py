"""What the OpenAPI documents say is so: found by schemathesis, kept here so that each stays mended."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.openapi import REFUSALS, merge
from gateway.routes import SERVICES
from services.marketplace.schemas.common import MAX_UNITS_AT_ONCE
from tests.security.routes import GATEWAY, Route, api_routes, documents, resolved


def _properties(owner: str, schema: str) -> dict[str, Any]:
    found: dict[str, Any] = documents()[owner]["components"]["schemas"][schema]["properties"]
    return found


@pytest.mark.parametrize("route", api_routes(), ids=lambda route: route.label)
def test_an_operation_lists_the_problems_that_it_can_be_answered_with(route: Route) -> None:
    listed = set(route.operation["responses"])
    if route.path.startswith("/v1/"):
        assert listed >= {"401", "503", "default"}
    if route.variables:
        assert "404" in listed
    if route.operation.get("security"):
        assert "403" in listed
    if route.writes:
        assert listed >= {"400", "404", "409", "412", "413", "422", "429"}
    elif route.path.startswith("/v1/"):
        assert "304" in listed
    assert ("415" in listed) == ("requestBody" in route.operation)


@pytest.mark.parametrize("owner", SERVICES)
def test_the_gateways_document_lists_what_it_may_answer_itself(owner: str) -> None:
    merged = merge(documents()[GATEWAY], {owner: documents()[owner]})
    for path, item in merged["paths"].items():
        for operation in (each for each in item.values() if isinstance(each, dict) and path.startswith("/v1/")):
            assert set(REFUSALS) <= set(operation["responses"])


@pytest.mark.parametrize(
    ("owner", "path", "fields"),
    [
        ("festivals", "/v1/events/import", {"calendar", "festival_id", "town", "lang"}),
        ("visitor", "/v1/places/import", {"places", "source", "licence"}),
    ],
)
def test_a_file_and_the_form_beside_it_are_one_body(owner: str, path: str, fields: set[str]) -> None:
    [(media_type, body)] = documents()[owner]["paths"][path]["post"]["requestBody"]["content"].items()
    schema = resolved(body["schema"], documents()[owner])
    assert media_type == "multipart/form-data"
    assert fields <= set(schema["properties"])
    assert fields <= set(schema["required"])
    assert schema["additionalProperties"] is False


def test_a_text_is_not_blank() -> None:
    name = _properties("visitor", "PlaceDraft")["name"]
    assert name["additionalProperties"]["pattern"] == r"\S"


def test_an_answer_may_hold_as_much_as_was_asked_for() -> None:
    assert _properties("marketplace", "StockView")["item_ids"]["maxItems"] == MAX_UNITS_AT_ONCE
    assert _properties("visitor", "PlaceView")["summary"]["minProperties"] == 0
