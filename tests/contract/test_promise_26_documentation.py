"""Promise 26: the documents are the code, and services say and hear only what the registry names."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from contracts import release
from contracts.asyncapi import document, topics
from contracts.base import Event
from contracts.registry import PRODUCERS, REGISTRY, topic_of
from contracts.schemas import DIALECT, schema_of

SERVICES = [module.__name__.rsplit(".", 1)[1] for module in PRODUCERS]
each_event = pytest.mark.parametrize("event", list(REGISTRY), ids=lambda event: event.TYPE)
each_service = pytest.mark.parametrize("name", SERVICES)


def declared(name: str) -> Any:
    """The table of contents of a service."""
    return importlib.import_module(f"services.{name}.service").service


def test_what_is_committed_is_what_the_code_says() -> None:
    assert release.check() == []


def test_a_change_of_the_documents_is_noticed(tmp_path: Any) -> None:
    golden, docs = tmp_path / "schemas", tmp_path / "events"
    assert release.write(golden, docs) == []
    assert release.check(golden, docs) == []
    for name in release.documents():
        path = docs / name
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("visitor", "visiteur", 1), encoding="utf-8")
        assert [problem for problem in release.check(golden, docs) if name in problem], name
        path.write_text(text, encoding="utf-8")


def test_the_asyncapi_document_stands_on_its_own() -> None:
    """Every reference in it leads somewhere, and every message is in a channel and in both of its operations."""
    api = document()
    assert api["asyncapi"] == "3.0.0"
    for reference in references(api):
        assert resolved(api, reference) is not None, reference
    for event in REGISTRY:
        channel = api["channels"][event.service()]
        assert channel["address"] == topic_of("{locality}", event.service())
        assert event.TYPE in channel["messages"]
        for operation in (f"{event.service()}.publish", f"{event.service()}.react"):
            heard = [message["$ref"].rsplit("/", 1)[1] for message in api["operations"][operation]["messages"]]
            assert event.TYPE in heard


@each_event
def test_the_asyncapi_payload_is_the_golden_schema(event: type[Event]) -> None:
    api = document()
    message = api["components"]["messages"][event.TYPE]
    assert message["bindings"]["kafka"]["key"]["description"] == f"The value of `{event.KEY}`."
    payload = resolved(api, message["payload"]["$ref"])
    golden = schema_of(event)
    text = json.dumps(golden["$defs"][event.__name__]).replace("#/$defs/", "#/components/schemas/")
    assert payload == json.loads(text)


@each_event
def test_the_schema_is_named_and_keyed(event: type[Event]) -> None:
    schema = schema_of(event)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == f"/contracts/schemas/{event.TYPE}.json"
    assert schema["x-key"] in schema["$defs"][event.__name__]["required"]


def test_the_topic_list_names_every_event_once() -> None:
    listed = [event["type"] for topic in topics()["topics"] for event in topic["events"]]
    assert sorted(listed) == sorted(event.TYPE for event in REGISTRY)


@each_service
def test_a_service_publishes_only_what_the_registry_names(name: str) -> None:
    unknown = [event.TYPE for event in declared(name).publishes if REGISTRY.get(event.TYPE) is not event]
    assert unknown == []


@each_service
def test_a_service_reacts_only_to_what_another_declares(name: str) -> None:
    """Each consumed event is in the registry, and its producing service says that it publishes it."""
    for event in declared(name).reacts:
        assert REGISTRY.get(event.TYPE) is event, f"{name} reacts to {event.TYPE}, which the registry does not name"
        producer = declared(event.service())
        assert event in producer.publishes, f"{name} reacts to {event.TYPE}, which {producer.name} does not publish"


@pytest.mark.parametrize("event", [event for event in REGISTRY if event.service() in SERVICES], ids=lambda e: e.TYPE)
def test_every_event_has_a_service_that_publishes_it(event: type[Event]) -> None:
    assert event in declared(event.service()).publishes


def references(node: Any) -> list[str]:
    """Every ``$ref`` in a document."""
    if isinstance(node, list):
        return [found for item in node for found in references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [found for value in node.values() for found in references(value)]


def resolved(api: dict[str, Any], reference: str) -> Any:
    """What a local reference leads to. Raises ``KeyError`` when it leads nowhere."""
    node: Any = api
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node
