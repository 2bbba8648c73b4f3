"""Blueprints whose arguments are parsed strictly: unknown fields, wrong types of body and unkeepable values refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import flask_smorest
from flask import Request
from webargs import core
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from kernel.json import loads_bounded, refuse_unkeepable

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A new UUID for each new request; sent again with the same body, the request happens once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}

View = TypeVar("View", bound=Callable[..., Any])


class StrictParser(FlaskParser):
    """Leaves unknown fields to the schema, which refuses them, in queries as in bodies."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body:
            return core.missing
        if not is_json_request(req):
            raise UnsupportedMediaType("Send the body as application/json.")
        return loads_bounded(body)

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """The query parameters; one given twice, where one is meant, is refused by its schema as unkeepable."""
        _refuse_unkeepable_texts(req.args)
        return super().load_querystring(req, schema)

    def load_form(self, req: Request, schema: Any) -> Any:
        """The fields of a form or of a multipart upload."""
        _refuse_unkeepable_texts(req.form)
        return super().load_form(req, schema)


def _refuse_unkeepable_texts(values: MultiDict[str, str]) -> None:
    for name, texts in values.lists():
        refuse_unkeepable({name: texts if len(texts) > 1 else texts[0]})


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's blueprint with the strict parser, and an ``operationId`` for every route.

    Every service's routes are declared on one of these; ``kernel.http.create_app`` refuses another kind.
    """

    ARGUMENTS_PARSER = StrictParser()

    if TYPE_CHECKING:

        def route(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]: ...
        def alt_response(self, status_code: int, response: Any = None, **options: Any) -> Callable[[View], View]: ...
        def doc(self, **options: Any) -> Callable[[View], View]: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_document_key)

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        """Parse and check what a route is given; a schema class is instantiated here, once, not at each request."""
        instance = schema() if isinstance(schema, type) else schema
        decorate: Callable[[View], View] = super().arguments(instance, **options)
        return decorate

    def _prepare_arguments_doc(self, doc: dict[str, Any], doc_info: dict[str, Any], **options: Any) -> Any:
        """Document a route's files and the form beside them as the one multipart body that they are."""
        parameters = doc_info.get("arguments", {}).get("parameters", [])
        parts = [each for each in parameters if isinstance(each, Mapping) and each["in"] in ("files", "form")]
        if len(parts) > 1:
            kinds = tuple(type(each["schema"]) for each in parts)
            whole = type("".join(kind.__name__ for kind in kinds), kinds, {})
            parameters[:] = [each for each in parameters if each not in parts]
            parameters.append({"in": "files", "required": True, "schema": whole()})
        return super()._prepare_arguments_doc(doc, doc_info, **options)

    def _store_endpoint_docs(self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        operations = {name: doc for name, doc in self._docs[endpoint].items() if name != "parameters"}
        for method, doc in operations.items():
            operation_id = endpoint if len(operations) == 1 else f"{endpoint}_{method}"
            doc.setdefault("manual_doc", {}).setdefault("operationId", operation_id)


def _document_key(doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **_: Any) -> dict[str, Any]:
    """Document the Idempotency-Key that every write accepts."""
    del doc_info
    if method in ("post", "put", "patch", "delete"):
        doc.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    return doc
