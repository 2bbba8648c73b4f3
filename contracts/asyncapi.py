"""The AsyncAPI 3.0 document, the topic list and the page for people: what the registry says, for those outside it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from contracts.base import Event
from contracts.registry import MODULES, PRODUCERS, REGISTRY, events_of, topic_of
from contracts.replays import MARKER_TYPE
from contracts.schemas import describe, structs_in

Document = dict[str, Any]

LOCALITY = "{locality}"
_PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"

_HEADERS: Document = {
    "type": "object",
    "description": "CloudEvents 1.0, Kafka protocol binding, binary content mode; every value is UTF-8 text.",
    "required": ["content-type", "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject"],
    "properties": {
        "content-type": {"type": "string", "const": "application/json"},
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "maxLength": 200, "description": "UUIDv7; consumers apply each id once."},
        "ce_type": {"type": "string", "description": "The event's type, major version included."},
        "ce_source": {"type": "string", "description": "/<locality>/<service>"},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it was published, in UTC."},
        "ce_subject": {"type": "string", "description": "The record's key: the id of the aggregate."},
        "ce_dataschema": {"type": "string", "description": "Where the schema of the data stands in this repository."},
        "ce_causationid": {"type": "string", "description": "Id of the event whose handling caused this one."},
        "traceparent": {"type": "string", "description": "W3C Trace Context of the request behind it."},
    },
}


def document() -> Document:
    """The AsyncAPI 3.0 document of all services, the same on every run."""
    producers = {service_of(module): list(events_of(module)) for module in MODULES}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Events of the platform",
            "version": tomllib.loads(_PYPROJECT.read_text(encoding="utf-8"))["project"]["version"],
            "description": "What services say to each other. Generated from contracts/: `python -m contracts write`.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "The broker of one locality.",
                "variables": {"bootstrap": {"description": "host:port of KAFKA_BOOTSTRAP_SERVERS"}},
            }
        },
        "channels": {service: _channel(service, events) for service, events in producers.items()},
        "operations": {
            name: operation
            for service, events in producers.items()
            for name, operation in _operations(service, events).items()
        },
        "components": {
            "messages": {event.TYPE: _message(event) for event in REGISTRY},
            "schemas": {"CloudEventHeaders": _HEADERS, **_schemas()},
        },
    }


def topics() -> Document:
    """The topics of a locality: which service alone writes to each, and which events it carries with which key."""
    return {
        "topics": [
            {
                "topic": topic_of(LOCALITY, service_of(module)),
                "producer": producer_of(module),
                "events": [{"type": event.TYPE, "key": event.KEY} for event in events_of(module)],
            }
            for module in MODULES
        ]
    }


def producer_of(module: Any) -> str:
    """Who publishes to the topic of a contract module: its service, or any."""
    return service_of(module) if module in PRODUCERS else "any service"


def service_of(module: Any) -> str:
    """The name that a contract module, its topic and the types of its events begin with."""
    return str(module.__name__.rsplit(".", 1)[1])


def _channel(name: str, events: list[type[Event]]) -> Document:
    return {
        "address": topic_of(LOCALITY, name),
        "title": f"Events named {name}.*",
        "description": (
            f"Records of type `{MARKER_TYPE}` between the events mark that history follows once more; "
            "whoever applies each id once passes them over."
        ),
        "servers": [{"$ref": "#/servers/kafka"}],
        "parameters": {"locality": {"description": "Slug of the towns that share one platform."}},
        "messages": {event.TYPE: {"$ref": f"#/components/messages/{event.TYPE}"} for event in events},
        "bindings": {"kafka": {"topic": topic_of(LOCALITY, name), "bindingVersion": "0.5.0"}},
    }


def _operations(service: str, events: list[type[Event]]) -> Document:
    channel = {"$ref": f"#/channels/{service}"}
    messages = [{"$ref": f"#/channels/{service}/messages/{event.TYPE}"} for event in events]
    return {
        f"{service}.publish": {
            "action": "send",
            "channel": channel,
            "summary": "Published by the service of that name alone, or by any for what all may say; in the order of "
            "its commits for each key.",
            "messages": messages,
        },
        f"{service}.react": {
            "action": "receive",
            "channel": channel,
            "summary": "Any service may react; fields it does not know it passes over, and an id it knows it skips.",
            "messages": messages,
        },
    }


def _message(event: type[Event]) -> Document:
    key = next(field for field in msgspec.structs.fields(event) if field.name == event.KEY)
    return {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": summary_of(event),
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEventHeaders"},
                {"type": "object", "properties": {"ce_type": {"type": "string", "const": event.TYPE}}},
            ]
        },
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "bindings": {
            "kafka": {
                "key": {**msgspec.json.schema(key.type), "description": f"The value of `{event.KEY}`."},
                "bindingVersion": "0.5.0",
            }
        },
    }


def summary_of(event: type[Event]) -> str:
    """What an event says has happened, on one line."""
    return " ".join((event.__doc__ or "").split())


def _schemas() -> Document:
    """Every struct once, under its name. Two structs of one name in different modules are refused."""
    structs = {struct: None for event in REGISTRY for struct in structs_in(event)}
    _, definitions = msgspec.json.schema_components(list(structs), ref_template="#/components/schemas/{name}")
    for struct in structs:
        if struct.__name__ not in definitions:
            raise ValueError(f"two structs are named {struct.__name__}: rename {struct.__module__}.{struct.__name__}")
        describe(definitions[struct.__name__], struct)
    return dict(sorted(definitions.items()))
