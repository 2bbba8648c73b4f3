"""Forms that people send: only from a page of this site, once however often they are sent, and shown again with what
is wrong beside each field.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import request

from gateway.web.page import texts
from kernel.errors import Forbidden, Malformed

FORM_BYTES = 32 * 1024
"""Bytes of one form: the longest texts there are fields for, in any script, as browsers write them."""
LONGEST = 5_000
"""Characters of one field; what the services take is shorter."""
ONCE = "once"
"""The hidden field that makes what is sent from one look at a form one thing."""
_ONCE = re.compile(r"[A-Za-z0-9_-]{24,64}")


@dataclass
class Filled:
    """A form as it was filled in, and what is wrong with it: a text for each field, and one for the whole."""

    values: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    """The fields of which several can be ticked."""
    errors: dict[str, str] = field(default_factory=dict)
    whole: str | None = None
    once: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def value(self, name: str, otherwise: str = "") -> str:
        """What stands in a field."""
        return self.values.get(name, otherwise)

    def need(self, *names: str) -> None:
        """Note each of ``names`` that was left empty."""
        for name in names:
            if not self.values.get(name):
                self.errors.setdefault(name, texts()("form.needed"))

    def refused(self, errors: Mapping[str, Any], known: Mapping[str, tuple[str, str]], otherwise: str) -> None:
        """Note what a service refused. ``known`` is, for each field of the service that one of this form was filled
        into, that field and the words; for any other ``otherwise`` is said of the whole.
        """
        for way in leaves(errors):
            field_and_words = next((known[part] for part in way if part in known), None)
            if field_and_words is None:
                self.whole = otherwise
            else:
                self.errors.setdefault(*field_and_words)
        if not errors:
            self.whole = otherwise


def leaves(errors: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterable[tuple[str, ...]]:
    """The fields that a problem document names, each by its way from the top."""
    for name, wrong in errors.items():
        way = (*above, *str(name).split("."))
        if isinstance(wrong, Mapping):
            yield from leaves(wrong, way)
        else:
            yield way


def must_be_ours() -> None:
    """Raise ``Forbidden`` for a form that was not on a page of this site: a cookie or an address would be misused."""
    if not from_this_site():
        raise Forbidden("Only the page itself may do this: open it and use its form.")


def from_this_site() -> bool:
    """Whether a browser says that the form was on a page of this site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def filled(*names: str, several: Iterable[str] = ()) -> Filled:
    """What was filled in, with spaces around it taken off. Raises ``Malformed`` for what no form of ours sends."""
    sent = {name: request.form.get(name, "").strip() for name in names}
    chosen = {name: request.form.getlist(name)[:50] for name in several}
    if any(len(text) > LONGEST for text in (*sent.values(), *(each for many in chosen.values() for each in many))):
        raise Malformed(f"A field holds more than {LONGEST} characters: use fewer.")
    once = request.form.get(ONCE, "")
    if not _ONCE.fullmatch(once):
        raise Malformed("The form is not whole: open its page again and send it from there.")
    return Filled(values=sent, chosen=chosen, once=once)


def key_of(form: Filled, *about: str) -> str:
    """The Idempotency-Key of a form: sent twice it is one thing; filled in otherwise, or opened anew, it is another."""
    content = orjson.dumps([form.once, about, form.values, form.chosen], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()
