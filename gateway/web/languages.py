"""Which language someone reads: the one they chose, else the first they understand that the platform speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Request, Response

COOKIE = "lang"
KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Choice:
    """The language of one request."""

    lang: str
    chosen_now: bool = False
    """Whether the request itself chose it, so that it is to be remembered."""


def choose(request: Request, languages: Sequence[str]) -> Choice:
    """``?lang=`` wins, then what was chosen before, then Accept-Language, then the first language there is.

    A language that the platform does not speak is passed over, wherever it was named.
    """
    asked = request.args.get("lang")
    if asked in languages:
        return Choice(str(asked), chosen_now=request.cookies.get(COOKIE) != asked)
    before = request.cookies.get(COOKIE)
    if before in languages:
        return Choice(str(before))
    return Choice(request.accept_languages.best_match(list(languages)) or languages[0])


def remember(response: Response, choice: Choice, *, secure: bool) -> None:
    """Keep a choice for later pages. The cookie says a language and nothing about anyone."""
    if choice.chosen_now:
        response.set_cookie(COOKIE, choice.lang, max_age=KEPT, httponly=True, samesite="Lax", secure=secure)
