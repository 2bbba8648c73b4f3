"""The merged document: nothing lost, nothing meaning two things, and the last good copy of a service that is away."""

from __future__ import annotations

from typing import Any

from gateway.openapi import FRESH, Documents, merge
from tests.unit.gateway.fakes import FakeServices

PROBLEM = {"type": "object", "properties": {"detail": {"type": "string"}}}


def document(path: str, schema: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            path: {"get": {"operationId": "b.read", "responses": {"200": {"schema": reference}}}},
            "/health/live": {"get": {"operationId": "operations.live"}},
        },
        "components": {"schemas": {schema: {"properties": properties}, "Problem": PROBLEM, **more}},
        "tags": [{"name": path.strip("/")}, {"name": "operations"}],
    }


def test_paths_of_all_are_there_and_what_every_process_has_once() -> None:
    merged = merge(document("/own", "Own", {}), {"visitor": document("/v1/places", "Place", {})})
    assert set(merged["paths"]) == {"/own", "/health/live", "/v1/places"}
    assert merged["paths"]["/health/live"]["get"]["operationId"] == "operations.live"
    assert merged["paths"]["/v1/places"]["get"]["operationId"] == "visitor_b_read"
    assert [tag["name"] for tag in merged["tags"]] == ["own", "operations", "v1/places"]


def test_the_same_component_is_kept_once() -> None:
    merged = merge(document("/own", "Own", {}), {"visitor": document("/v1/places", "Place", {})})
    assert set(merged["components"]["schemas"]) == {"Own", "Place", "Problem"}


def test_one_name_for_two_things_becomes_two_names_and_references_follow() -> None:
    merged = merge(
        document("/own", "Own", {}),
        {
            "visitor": document("/v1/places", "Call", {"a": {}}),
            "festivals": document(
                "/v1/events", "Call", {"b": {}}, Sailing={"at": {"$ref": "#/components/schemas/Call"}}
            ),
        },
    )
    schemas = merged["components"]["schemas"]
    assert schemas["Call"] == {"properties": {"a": {}}}
    assert schemas["festivals_Call"] == {"properties": {"b": {}}}
    assert schemas["Sailing"]["at"]["$ref"] == "#/components/schemas/festivals_Call"
    answered = merged["paths"]["/v1/events"]["get"]["responses"]["200"]
    assert answered["schema"]["$ref"] == "#/components/schemas/festivals_Call"


def test_what_only_refers_to_a_renamed_component_is_renamed_too() -> None:
    refers = {"at": {"$ref": "#/components/schemas/Call"}}
    merged = merge(
        document("/own", "Own", {}),
        {
            "visitor": document("/v1/places", "Call", {"a": {}}, Sailing=refers),
            "festivals": document("/v1/events", "Call", {"b": {}}, Sailing=refers),
        },
    )
    schemas = merged["components"]["schemas"]
    assert schemas["Sailing"]["at"]["$ref"] == "#/components/schemas/Call"
    assert schemas["festivals_Sailing"]["at"]["$ref"] == "#/components/schemas/festivals_Call"


class ByService(FakeServices):
    """Every service has a document of its own at the same path."""

    def get(self, service: str, path: str, params: Any = None) -> Any:
        super().get(service, path, params)
        return document(f"/v1/{service}", f"{service.title()}View", {})


def test_a_service_never_seen_is_flagged_and_found_once_it_is_back() -> None:
    documents = Documents(document("/own", "Own", {}), monotonic=lambda: 0.0)
    services = ByService(down=("media",))
    partial = documents.merged(services, "Both")
    assert partial["x-partial"] == ["media"]
    assert "/v1/media" not in partial["paths"]
    services.down = ()
    whole = documents.merged(services, "Both")
    assert "x-partial" not in whole
    assert "/v1/media" in whole["paths"]
    assert whole["info"]["title"] == "Both"


def test_the_last_good_document_stands_in_and_services_are_not_asked_each_time() -> None:
    now = [0.0]
    documents = Documents(document("/own", "Own", {}), monotonic=lambda: now[0])
    services = ByService()
    whole = documents.merged(services, "Both")
    asked = len(services.asked)
    documents.merged(services, "Both")
    assert len(services.asked) == asked
    now[0] = FRESH + 1
    services.down = ("media", "visitor")
    assert documents.merged(services, "Both") == whole
    assert len(services.asked) > asked
