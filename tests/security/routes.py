"""Every route of the platform, read from the url maps of its applications without connecting anything."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask

from gateway.app import create_gateway
from gateway.routes import OWNERS, PARKED, SERVICES
from kernel.clock import SystemClock
from kernel.health import Checks
from kernel.http import create_app
from kernel.locality import load_locality
from kernel.runtime import Runtime
from kernel.service import Service
from tests.support.gateway import gateway_settings
from tests.support.services import LOCALITY_FILE, settings_for

GATEWAY = "gateway"
EVERYWHERE = ("/health/live", "/health/ready", "/metrics", "/openapi.json")
"""What every process answers about itself."""
WRITES = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One method of one path of one process, and what its document says of it."""

    owner: str
    method: str
    path: str
    """As Flask writes it: ``/v1/events/<event_id>``."""
    endpoint: str
    operation: Mapping[str, Any] = field(hash=False, compare=False, default_factory=dict)
    """Its OpenAPI operation; empty when it has none."""

    @property
    def label(self) -> str:
        """How tables name it."""
        return f"{self.method} {self.path}"

    @property
    def variables(self) -> list[str]:
        """The names in its path."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.path)

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method in WRITES

    def at(self, **values: str) -> str:
        """Its path with ``values``; a variable that has none becomes an id that nothing has."""
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], "no-such-thing"), self.path)

    def query(self) -> dict[str, dict[str, Any]]:
        """The schemas of its query parameters by name."""
        return {each["name"]: each["schema"] for each in self.operation.get("parameters", []) if each["in"] == "query"}

    def body(self) -> dict[str, Any] | None:
        """The schema of its JSON body, or None when it takes none."""
        content = self.operation.get("requestBody", {}).get("content", {})
        found: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return found


def service_named(name: str) -> Service:
    """The declaration of a service."""
    found: Service = import_module(f"services.{name}.service").service
    return found


@cache
def applications() -> dict[str, Flask]:
    """Every process with HTTP for the outside, unconnected: for its url map and document, not for requests."""
    unconnected = cast(
        Runtime,
        SimpleNamespace(
            settings=settings_for("mongodb://127.0.0.1:1"),
            clock=SystemClock(),
            locality=load_locality(str(LOCALITY_FILE)),
            db=None,
        ),
    )
    apps = {name: create_app(service_named(name), unconnected, Checks()) for name in SERVICES}
    directory = Path(tempfile.mkdtemp(prefix="keys-"))
    return {**apps, GATEWAY: create_gateway(unconnected, gateway_settings(directory, dict.fromkeys(SERVICES, "")))}


@cache
def documents() -> dict[str, dict[str, Any]]:
    """The OpenAPI document of each process, as it is made from its routes."""
    found = {}
    for name, app in applications().items():
        [api] = [entry["ext_obj"] for entry in app.extensions["flask-smorest"]["apis"].values()]
        found[name] = api.spec.to_dict()
    return found


@cache
def routes() -> tuple[Route, ...]:
    """Every route of every process; HEAD and OPTIONS are not routes of their own."""
    return tuple(route for name, app in applications().items() for route in _routes_of(name, app))


def _routes_of(name: str, app: Flask) -> Iterable[Route]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            item = documents()[name].get("paths", {}).get(documented(rule.rule), {})
            yield Route(name, method, rule.rule, rule.endpoint, item.get(method.lower(), {}))


def documented(path: str) -> str:
    """A path as OpenAPI writes it: ``/v1/events/{event_id}``."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)


def api_routes() -> list[Route]:
    """The routes of the public API: those of the services and the gateway's own, without pages and operations."""
    return [route for route in routes() if route.operation and route.path not in EVERYWHERE]


def owner_of(path: str) -> str:
    """The process that answers a path."""
    parts = path.split("?")[0].split("/")
    if parts[1:3] == ["v1", PARKED] and len(parts) > 3:
        return parts[3]
    return OWNERS.get(parts[2], GATEWAY) if parts[1] == "v1" else GATEWAY


def resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema behind its reference."""
    while "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    return schema
