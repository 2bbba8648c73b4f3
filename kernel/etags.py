"""Conditional requests: what did not change is not sent again, and what did change is not overwritten unseen.

Source: RFC 9110, sections 8.8.3 and 13.1.
"""

from __future__ import annotations

import hashlib

from flask import Request, Response, g, has_request_context, request

from kernel.errors import PreconditionFailed

PUBLIC = "public, max-age=5"
"""Reads that anyone may see: short, since a change that matters must show."""
PRIVATE = "private, no-store"
NEVER = "no-store"


def make_conditional(response: Response, asked: Request) -> Response:
    """Give a response its strong ETag and its caching rule; answer 304 to a GET when the caller has it already."""
    readable = asked.method in ("GET", "HEAD") and response.status_code == 200
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = _caching(asked) if readable else NEVER
    if readable:
        response.vary.add("Authorization")
    version = g.get("version")
    if response.status_code not in (200, 201) or response.is_streamed or response.direct_passthrough:
        return response
    if (readable and "no-store" not in response.headers["Cache-Control"]) or version is not None:
        if response.get_etag()[0] is None:
            response.set_etag(etag_of(response.get_data(), version))
        if readable:
            response.make_conditional(asked)
    return response


def _caching(asked: Request) -> str:
    return PRIVATE if "Authorization" in asked.headers else PUBLIC


def etag_of(body: bytes, version: str | int | None = None) -> str:
    """The strong entity tag of a body, without quotes; begins with the version where there is one."""
    digest = hashlib.blake2b(body, digest_size=16).hexdigest()
    return digest if version is None else f"{version}.{digest}"


def show_version(version: str | int) -> None:
    """Put the version of the one object that the present response shows into its ETag, for a later ``If-Match``.

    Call it in the view of a GET, and of a write that returns the object.
    """
    g.version = version


def require_match(current: str | int) -> None:
    """Refuse the request when its ``If-Match`` names another version than ``current``.

    What matches: the ETag of a response that called ``show_version(current)``, the bare version, and ``*``. Without
    ``If-Match`` everything passes. Call it inside the command, behind reading the object, so that the check and the
    write are one transaction; outside of a request it does nothing. Raises ``PreconditionFailed``.
    """
    if not has_request_context() or not request.if_match or request.if_match.star_tag:
        return
    named = {tag.split(".", 1)[0] for tag in request.if_match.as_set()}
    if str(current) not in named:
        raise PreconditionFailed("Read it again and repeat the change on the present version.")
