"""One OpenAPI 3.1 document of the whole platform, merged from those of the services and the gateway's own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from gateway.edge import edge
from gateway.routes import SERVICES
from gateway.upstream import Upstream
from kernel.http import runtime

Document = dict[str, Any]

FRESH = 60.0
"""Seconds a service's document is not asked for again."""

ABOUT = """Everything the platform answers, behind one address. Reads need no account unless they say so. Errors are
RFC 9457 problem documents; lists are paged by cursor; writes may carry an Idempotency-Key; reads carry ETags."""

OPERATIONS = ("/health/live", "/health/ready", "/metrics", "/openapi.json")
"""Paths that every process has for itself; the merged document shows the gateway's."""


REFUSALS = ("400", "429", "502", "503", "504")
"""What the gateway may answer in place of any service: a path that can be read in two ways, too many requests, and a
service whose answer is of no use, that is away or that takes too long."""


class Documents:
    """The services' documents as last seen. Thread-safe."""

    def __init__(self, own: Document, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._own = own
        self._monotonic = monotonic
        self._seen: dict[str, Document] = {}
        self._asked_at: float | None = None
        self._lock = threading.Lock()
        self._away: list[str] = []

    def merged(self, upstream: Upstream, title: str) -> Document:
        """The document of the platform. ``x-partial`` names services never seen so far; one seen before counts."""
        with self._lock:
            now = self._monotonic()
            if self._asked_at is None or self._away or now - self._asked_at > FRESH:
                found, failed = upstream.gather({name: (name, "/openapi.json", None) for name in SERVICES})
                self._seen |= found
                self._away, self._asked_at = failed, now
            missing = [name for name in SERVICES if name not in self._seen]
            document = merge(self._own, self._seen)
        document["info"] = {**document["info"], "title": title, "description": ABOUT}
        return {**document, "x-partial": missing} if missing else document


def merge(own: Document, services: Mapping[str, Document]) -> Document:
    """``own`` with the paths and components of ``services``.

    A component that is the same everywhere is kept once; one whose name means something else elsewhere is called
    ``<service>_<name>`` and every reference of its service follows.
    """
    merged: Document = {**own, "paths": dict(own.get("paths", {})), "tags": list(own.get("tags", []))}
    components = {kind: dict(members) for kind, members in own.get("components", {}).items()}
    for service, document in services.items():
        renamed = _collisions(service, components, document.get("components", {}))
        for kind, members in document.get("components", {}).items():
            for name, member in members.items():
                final = renamed.get(f"#/components/{kind}/{name}", name).rsplit("/", 1)[-1]
                components.setdefault(kind, {})[final] = _followed(member, renamed)
        for path, item in document.get("paths", {}).items():
            if path not in OPERATIONS:
                merged["paths"][path] = _owned(_followed(item, renamed), service)
        merged["tags"] += [tag for tag in document.get("tags", []) if tag.get("name") != "operations"]
    merged["paths"] = {
        path: _refusable(item) if path.startswith("/v1/") else item for path, item in merged["paths"].items()
    }
    return {**merged, "components": components}


def _refusable(item: Document) -> Document:
    """A path whose operations list what the gateway itself may answer, too."""
    refusals = {status: {"$ref": "#/components/responses/DEFAULT_ERROR"} for status in REFUSALS}
    return {
        method: {**operation, "responses": {**refusals, **operation["responses"]}}
        if isinstance(operation, dict) and "responses" in operation
        else operation
        for method, operation in item.items()
    }


def _collisions(service: str, components: Mapping[str, Document], theirs: Mapping[str, Document]) -> dict[str, str]:
    """Reference to new reference, for each component whose name is taken by a different one.

    What refers to a renamed component differs from its namesake too, so this is repeated until nothing is added.
    """
    renamed: dict[str, str] = {}
    while True:
        found = {
            f"#/components/{kind}/{name}": f"#/components/{kind}/{service}_{name}"
            for kind, members in theirs.items()
            for name, member in members.items()
            if name in components.get(kind, {}) and components[kind][name] != _followed(member, renamed)
        }
        if found == renamed:
            return renamed
        renamed = found


def _followed(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: renamed.get(inner, inner) if key == "$ref" and isinstance(inner, str) else _followed(inner, renamed)
            for key, inner in value.items()
        }
    return [_followed(inner, renamed) for inner in value] if isinstance(value, list) else value


def _owned(item: Document, service: str) -> Document:
    """A path with operation ids that are unique in the merged document."""
    return {
        method: {**operation, "operationId": f"{service}_{operation['operationId'].replace('.', '_')}"}
        if isinstance(operation, dict) and "operationId" in operation
        else operation
        for method, operation in item.items()
    }


def register(app: Flask) -> None:
    """Serve the merged document at ``/v1/openapi.json`` and in place of the gateway's own at ``/openapi.json``."""
    [api] = [entry["ext_obj"] for entry in app.extensions["flask-smorest"]["apis"].values()]
    documents = Documents(api.spec.to_dict())

    def merged() -> ResponseReturnValue:
        title = " / ".join(each.name for each in runtime().locality.apps)
        return jsonify(documents.merged(edge().upstream, title))

    app.add_url_rule("/v1/openapi.json", "openapi", merged)
    app.view_functions["operations.openapi"] = merged
