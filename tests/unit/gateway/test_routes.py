"""The route table: each resource has one owner, and a path that can be read two ways has none."""

from __future__ import annotations

import importlib

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from gateway.routes import MEGABYTE, OWNERS, SERVICES, route_of
from kernel.errors import Malformed, NotFound


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/sailings", "visitor"),
        ("/v1/events/a", "festivals"),
        ("/v1/makers", "marketplace"),
        ("/v1/titles", "media"),
    ],
)
def test_the_resource_names_the_owner(path: str, service: str) -> None:
    route = route_of("GET", path)
    assert (route.service, route.path, route.body_bytes) == (service, path, None)


def test_parked_events_are_those_of_the_service_that_is_named() -> None:
    for service in SERVICES:
        assert route_of("GET", f"/v1/parked/{service}").service == service
        assert route_of("POST", f"/v1/parked/{service}/redrive").service == service
    for path in ("/v1/parked", "/v1/parked/gateway", "/v1/parked/none/redrive", "/v1/visitor"):
        with pytest.raises(NotFound):
            route_of("GET", path)


def test_only_an_import_of_sailings_may_be_large() -> None:
    assert route_of("POST", "/v1/sailings/import").body_bytes == 20 * MEGABYTE
    assert route_of("PUT", "/v1/sailings/import").body_bytes is None
    assert route_of("POST", "/v1/sailings/import/more").body_bytes is None
    assert route_of("POST", "/v1/sailings/import/address").read_seconds == 60.0


def test_what_is_owned_by_nobody_is_not_found() -> None:
    for path in ("/v1/accounts-of-others", "/v1/today", "/v1/Sailings"):
        with pytest.raises(NotFound):
            route_of("GET", path)


SEGMENTS = st.sampled_from(
    [
        "a",
        "places",
        "..",
        ".",
        "",
        "%2e%2e",
        "%2E",
        "%2f",
        "%5C",
        "%00",
        "%1f",
        "%7F",
        "%25",
        "a%20b",
        "%c3%a9",
        "\\",
        " ",
        "é",
    ]
)


@given(st.lists(SEGMENTS, min_size=1, max_size=5))
def test_a_path_that_is_passed_on_reads_one_way_only(segments: list[str]) -> None:
    path = "/v1/places/" + "/".join(segments)
    try:
        route = route_of("GET", path)
    except Malformed:
        return
    assert route.path == path
    assert set(segments) <= {"a", "places", "a%20b", "%c3%a9"}


@pytest.mark.parametrize("segment", ["a", "2018-08-19", "walk:1", "a%20b", "%c3%a9", "x~y", "a.b"])
def test_plain_paths_are_passed_on(segment: str) -> None:
    assert route_of("GET", f"/v1/places/{segment}").path == f"/v1/places/{segment}"


def test_every_resource_that_a_service_answers_is_in_the_table_under_its_owner() -> None:
    for service in SERVICES:
        declared = importlib.import_module(f"services.{service}.service").service
        resources = {rule.split("/")[1] for blueprint in declared.api for rule in _rules(blueprint)}
        assert resources, service
        assert {OWNERS.get(resource) for resource in resources} == {service}


def _rules(blueprint) -> list[str]:
    """The rules of a blueprint, without its prefix."""

    app = Flask("rules")
    app.register_blueprint(blueprint)
    return [rule.rule.removeprefix("/v1") for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
