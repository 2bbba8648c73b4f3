"""How a page leaves: in someone's language, safe to show, cacheable for a moment, and light."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from flask import Response, current_app, g, render_template, request, url_for

from gateway.reader import Reader, reader_of
from gateway.web.languages import Choice, choose, remember
from gateway.web.texts import Texts, languages, texts_of
from kernel.http import runtime

POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""Nothing runs and nothing comes from elsewhere; JSON-LD is data, which browsers do not run."""

FRESH = "public, max-age=10"
"""The time left changes each minute."""
OWN = "private, no-cache"
"""For the page on which someone chooses a language: its cookie is theirs."""


def language() -> Choice:
    """The language of the present request."""
    if "language" not in g:
        g.language = choose(request, _spoken())
    choice: Choice = g.language
    return choice


def _spoken() -> list[str]:
    return [lang for lang in runtime().locality.languages if lang in languages()]


def texts() -> Texts:
    """The words of the present request's language."""
    return texts_of(runtime().locality, language().lang)


def brand() -> str:
    """The name of the platform in the present request's language."""
    return _reader().app.name


def _reader() -> Reader:
    return reader_of(runtime().locality, lang=language().lang)


def address(page: str, **values: Any) -> str:
    """The absolute address of a page, without a language: it is the same thing in each."""
    return url_for(f"pages.{page}", **values, _external=True)


def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that it can be kept for good."""
    return url_for("pages.static", filename=name, v=_fingerprint(f"{current_app.root_path}/static/{name}"))


@cache
def _fingerprint(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.blake2b(file.read(), digest_size=6).hexdigest()


def show(template: str, *, status: int = 200, data: dict[str, Any] | None = None, **content: Any) -> Response:
    """A page with its headers. ``data`` is its JSON-LD, ``content`` what the template shows.

    One that misses a part is not kept by anyone: the next look should show the whole.
    """
    choice, at, reader = language(), runtime(), _reader()
    html = render_template(
        template,
        t=texts(),
        lang=choice.lang,
        brand=reader.app.name,
        towns=[(town, reader.shown(town.name)) for town in at.locality.towns],
        other_languages=[(lang, Texts(lang)("language.own"), _link_in(lang)) for lang in _spoken()],
        canonical=request.base_url,
        now=at.clock.now(),
        data=data,
        asset=asset,
        **content,
    )
    response = Response(html, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Language"] = choice.lang
    if status == 200:
        partial = (content.get("answer") or {}).get("partial")
        response.headers["Cache-Control"] = "no-store" if partial else OWN if choice.chosen_now else FRESH
    remember(response, choice, secure=request.is_secure)
    return vary_by_language(response)


def vary_by_language(response: Response) -> Response:
    """Tell caches what the language of a response depends on."""
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def _link_in(lang: str) -> str:
    """The present page in another language: everything else that was asked for stays."""
    if request.endpoint is None or not request.endpoint.startswith(("pages.", "operate.")):
        return url_for("pages.home", lang=lang)
    asked = {name: value for name, value in request.args.items() if name != "lang"}
    # What stands in the path cannot be asked for, and names that mean something to url_for are not passed on to it.
    free = {name: value for name, value in asked.items() if not name.startswith("_") and name != "endpoint"}
    return url_for(request.endpoint, **{**free, **(request.view_args or {}), "lang": lang})
