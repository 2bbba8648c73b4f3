"""The OpenAPI 3.1 document of a service, made from its routes: what is not in it does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import flask_smorest
import marshmallow as ma
from apispec import BasePlugin
from flask import Response
from marshmallow import fields

from kernel import problems
from kernel.auth import SECURITY_SCHEME
from kernel.schemas import DateOnly, Instant, TextMap
from kernel.service import Service

VERSION = "1.0.0"


class ProblemSchema(ma.Schema):
    """RFC 9457 problem details."""

    class Meta:
        unknown = ma.INCLUDE

    type = fields.String(required=True, metadata={"description": "What kind of problem; stable.", "format": "uri"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "What to do next."})
    instance = fields.String(metadata={"description": "The path that was asked."})
    request_id = fields.String(metadata={"description": "Name it when you report this."})
    errors = fields.Dict(metadata={"description": "Field to what is wrong with it and what would be right."})


class Problems(BasePlugin):
    """Writes the problems that an operation can be answered with into it, by what kind of operation it is.

    What is left to ``default`` is what stands between a client and the service.
    """

    def operation_helper(self, path: str | None = None, operations: dict[str, Any] | None = None, **_: Any) -> None:
        """Add the responses that an operation does not name itself."""
        for method, operation in (operations or {}).items():
            if path and path.startswith("/v1/"):
                for status in _problems_of(path, method, operation):
                    operation.setdefault("responses", {}).setdefault(str(status.value), status.name)


def _problems_of(path: str, method: str, operation: dict[str, Any]) -> Iterator[HTTPStatus]:
    writes = method in ("post", "put", "patch", "delete")
    asked = [each["name"] for each in operation.get("parameters", []) if each.get("in") == "query"]
    if method == "get":
        yield HTTPStatus.NOT_MODIFIED
    yield HTTPStatus.UNAUTHORIZED
    yield HTTPStatus.SERVICE_UNAVAILABLE
    if operation.get("security"):
        yield HTTPStatus.FORBIDDEN
    if writes or "{" in path or any(name == "id" or name.endswith("_id") for name in asked):
        yield HTTPStatus.NOT_FOUND
    if writes:
        yield from (
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.CONFLICT,
            HTTPStatus.PRECONDITION_FAILED,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.TOO_MANY_REQUESTS,
        )
    if "requestBody" in operation:
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class ProblemApi(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's API with problem documents for every error, thrown and documented."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_RESPONSE_CONTENT_TYPE: str = "application/json"

    def handle_http_exception(self, error: Exception) -> Response:
        """The problem document of an error."""
        return problems.respond(error)

    def _register_responses(self) -> None:
        usual = self.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = problems.MEDIA_TYPE
        try:
            super()._register_responses()
        finally:
            self.DEFAULT_RESPONSE_CONTENT_TYPE = usual

    def _register_pagination_header(self) -> None:
        """Nothing: pages are by cursor, in the body."""

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(extra_plugins=[Problems()], **options)
        self.register_field(TextMap, "object", None)
        self.register_field(Instant, "string", "date-time")
        self.register_field(DateOnly, "string", "date")


def openapi_config(service: Service) -> dict[str, Any]:
    """Flask configuration of the document."""
    return {
        "API_TITLE": service.title,
        "API_VERSION": VERSION,
        "OPENAPI_VERSION": "3.1.0",
        "API_SPEC_OPTIONS": {
            "info": {"description": f"The {service.name} service. Errors are RFC 9457 problem documents."},
            "components": {
                "securitySchemes": {
                    SECURITY_SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                }
            },
        },
    }
