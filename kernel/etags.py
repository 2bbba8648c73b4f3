"""Conditional requests: what did not change is not sent again, and what did change is not overwritten unseen.

Source: RFC 9110, sections 8.8.3 and 13.1.
"""

from __future__ import annotations

import hashlib

from flask import Request, Response, has_request_context, request

from kernel.errors import PreconditionFailed

PUBLIC = "public, max-age=5"
"""Reads that anyone may see: short, since a cancelled sailing must show."""
PRIVATE = "private, no-store"
NEVER = "no-store"


def make_conditional(response: Response, asked: Request) -> Response:
    """Give a successful GET its strong ETag and its caching rule; answer 304 when the caller has it already."""
    private = "Authorization" in asked.headers
    if asked.method not in ("GET", "HEAD") or response.status_code != 200:
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = NEVER
        return response
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = PRIVATE if private else PUBLIC
    response.vary.add("Authorization")
    if not response.is_streamed and not response.direct_passthrough:
        if response.get_etag()[0] is None:
            response.set_etag(etag_of(response.get_data()))
        response.make_conditional(asked)
    return response


def etag_of(body: bytes) -> str:
    """The strong entity tag of a body, without quotes."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def require_match(current: str | int) -> None:
    """Refuse the request when its ``If-Match`` names another version than ``current`` (an ETag or a version number).

    Without ``If-Match`` everything passes. Call it inside the command, behind reading the object, so that the check
    and the write are one transaction; outside of a request it does nothing. Raises ``PreconditionFailed``.
    """
    if not has_request_context() or not request.if_match:
        return
    if not request.if_match.contains(str(current)):
        raise PreconditionFailed("Read it again and repeat the change on the present version.")
