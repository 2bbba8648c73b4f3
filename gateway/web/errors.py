"""What went wrong, as a page for people; programs get the problem document that every other part answers."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from gateway.web.page import show
from gateway.web.texts import Texts
from kernel import problems
from kernel.request_ids import current_request_id

FOR_PROGRAMS = ("/v1/", "/health/", "/metrics", "/openapi.json", "/.well-known/", "/static/")
"""Paths that no person opens: their errors are problem documents whatever is asked for."""

TOLD = {
    **dict.fromkeys((400, 409, 412, 413, 415, 422), 422),
    **dict.fromkeys((401, 403), 403),
    **dict.fromkeys((404, 405, 410), 404),
    429: 429,
    **dict.fromkeys((502, 503, 504), 503),
}
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
    told = TOLD.get(answer.status_code, 500)
    page = show(
        "error.html",
        status=answer.status_code,
        told=told,
        words_in=Texts,
        number=current_request_id(),
        sent=_sent() if told == 503 else [],
    )
    for name in ("Retry-After", "Allow", "WWW-Authenticate"):
        if name in answer.headers:
            page.headers[name] = answer.headers[name]
    page.vary.add("Accept")
    return page


def _sent() -> list[tuple[str, str]]:
    """The form that was not answered, to be sent again as it is: with the key in it, it is done once however often.

    Whoever filled it in afresh would do it twice, or be told that they have done it already.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "with_form", False):
        return []
    return list(request.form.items(multi=True))


def wants_page() -> bool:
    """Whether a person asks: ``text/html`` is named in Accept, no less wanted than JSON.

    Nobody is shown a page by a name that is not ours: its links would lead there.
    """
    accept = request.accept_mimetypes
    if (
        g.get("asked_by_another_name")
        or request.path.startswith(FOR_PROGRAMS)
        or not any(kind == "text/html" for kind, _ in accept)
    ):
        return False
    return bool(accept["text/html"] >= max(accept["application/json"], accept["application/problem+json"]))
