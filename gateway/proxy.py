"""Passes a request on to the service that owns its resource, and the answer back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from gateway.edge import edge
from gateway.limits import client_address
from gateway.routes import MEGABYTE, route_of
from kernel.ids import new_id

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

PASSED_ON = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Content-Encoding",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "Sec-Purpose",
    "User-Agent",
)
"""The request headers that services read; no other travels, so none can be smuggled."""

GIVEN_A_KEY = ("POST", "PATCH")
"""Methods of which a request without an Idempotency-Key gets one here, so that it can be sent to another instance when
the first is being stopped: it happens once all the same (decision 15). So does a GET that counts (`Route.counted`)."""

KEPT_OFF = frozenset({"date", "server", "x-request-id"})
"""Answer headers that the gateway sets itself."""

CHUNK = 64 * 1024

blueprint = Blueprint("proxy", __name__)


@blueprint.route("/v1/<path:rest>", methods=METHODS)
def forward(rest: str) -> Response:
    """Whatever no route of the gateway's own answers: to the resource's owner as it came."""
    del rest
    route = route_of(request.method, raw_path(request.environ))
    if route.body_bytes is not None:
        request.max_content_length = route.body_bytes
    query = request.environ.get("QUERY_STRING", "")
    with _body() as body:
        answer = edge().upstream.send(
            route.service,
            request.method,
            f"{route.path}?{query}" if query else route.path,
            headers=_headers(with_key=request.method in GIVEN_A_KEY or route.counted),
            body=body,
            read_seconds=route.read_seconds,
        )
    is_head = request.method == "HEAD"
    kept_off = KEPT_OFF if is_head else KEPT_OFF | {"content-length"}
    headers = [(name, value) for name, value in answer.headers if name.lower() not in kept_off]
    content = [] if is_head else answer.body
    return Response(content, status=answer.status, headers=headers, direct_passthrough=is_head)


def raw_path(environ: dict[str, Any]) -> str:
    """The path as the client wrote it, before any decoding (gunicorn and werkzeug keep it; WSGI itself does not)."""
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    return urlsplit(target).path if "://" in target[:10] else target.split("?", 1)[0]


def _headers(*, with_key: bool) -> dict[str, str]:
    headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    if with_key:
        headers.setdefault("Idempotency-Key", new_id())
    headers["X-Forwarded-For"] = client_address()
    headers["X-Forwarded-Host"] = request.host
    headers["X-Forwarded-Proto"] = request.scheme
    return headers


@contextmanager
def _body() -> Iterator[bytes | BinaryIO | None]:
    """The request's body: in memory up to a megabyte, else in a temporary file; so that it can be sent twice.

    Reading stops with 413 at the limit of the route (``request.max_content_length``).
    """
    first = request.stream.read(MEGABYTE)
    if len(first) < MEGABYTE:
        yield first or None
        return
    with TemporaryFile() as spool:
        spool.write(first)
        while chunk := request.stream.read(CHUNK):
            spool.write(chunk)
        spool.seek(0)
        yield cast(BinaryIO, spool)
