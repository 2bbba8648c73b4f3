"""What all pages share: their blueprint, their static files, and which of them hold forms or are one person's alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, current_app, request

from kernel.errors import NotFound

YEAR_SECONDS = 365 * 24 * 3600
_ID = re.compile(r"[A-Za-z0-9._~-]{1,200}")
View = TypeVar("View", bound=Callable[..., Any])


class Pages(Blueprint):
    """Pages and their static files; a file's address changes with its content."""

    def get_send_file_max_age(self, filename: str | None) -> int:
        """Seconds a static file may be kept."""
        del filename
        return YEAR_SECONDS


pages = Pages("pages", "gateway", template_folder="templates", static_folder="static", static_url_path="/static")


def with_form(view: View) -> View:
    """Let the forms of a page tell this site, and no other, where they come from: else they could not be told apart
    from those of another site. Put it right below ``@pages.route``.
    """
    view.with_form = True  # type: ignore[attr-defined]
    return view


def private(view: View) -> View:
    """A page with a form that is one person's alone: nobody keeps it, nobody lists it."""
    view.private = True  # type: ignore[attr-defined]
    return with_form(view)


@pages.after_request
def protect(response: Response) -> Response:
    """The headers of pages with forms and of private ones, whatever the answer."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "with_form", False):
        response.headers["Referrer-Policy"] = "same-origin"
    if getattr(view, "private", False):
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def known_id(identity: str) -> str:
    """An id as it may stand in a path to a service. Raises ``NotFound`` for what no service would have given out."""
    if not _ID.fullmatch(identity) or set(identity) == {"."}:
        raise NotFound("There is no such thing, or it is no longer public.")
    return identity
