"""What went wrong, as a page for people; programs get the problem document that every other part answers."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from gateway.web.page import show
from gateway.web.texts import Texts
from kernel import problems
from kernel.request_ids import current_request_id

FOR_PROGRAMS = ("/v1/", "/health/", "/metrics", "/openapi.json", "/.well-known/", "/static/")
"""Paths that no person opens: their errors are problem documents whatever is asked for."""

TOLD = {400: 422, 404: 404, 405: 404, 410: 404, 422: 422, 429: 429, 502: 503, 503: 503, 504: 503}
"""Status to the words that tell it; every other one is told as 500."""


def register(app: Flask) -> None:
    """Answer the errors of pages with pages."""
    app.register_error_handler(Exception, respond)
    app.register_error_handler(HTTPException, respond)


def respond(error: Exception) -> Response:
    """The answer to an error: status and headers of its problem, as a page where one was asked for."""
    answer = problems.respond(error)
    if not wants_page() or answer.status_code < 400:
        return answer
    page = show(
        "error.html",
        status=answer.status_code,
        told=TOLD.get(answer.status_code, 500),
        words_in=Texts,
        number=current_request_id(),
    )
    for name in ("Retry-After", "Allow", "WWW-Authenticate"):
        if name in answer.headers:
            page.headers[name] = answer.headers[name]
    page.vary.add("Accept")
    return page


def wants_page() -> bool:
    """Whether a person asks: ``text/html`` is named in Accept, no less wanted than JSON."""
    accept = request.accept_mimetypes
    if request.path.startswith(FOR_PROGRAMS) or not any(kind == "text/html" for kind, _ in accept):
        return False
    return bool(accept["text/html"] >= max(accept["application/json"], accept["application/problem+json"]))
