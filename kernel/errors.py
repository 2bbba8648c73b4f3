"""What can go wrong for a caller, as RFC 9457 problems.

Raise one of these in a command, a policy or a view; the HTTP edge turns it into problem+json, the consumer counts it
as a failed handler. ``type`` is stable: ``urn:problem:<slug>``.
"""

from __future__ import annotations

from typing import Any

FieldErrors = dict[str, Any]
"""Field path to what is wrong with it and what would be right."""


class Problem(Exception):
    """A refusal that tells the caller what to do next."""

    status = 500
    slug = "internal"
    title = "Something went wrong here"

    def __init__(self, detail: str, *, errors: FieldErrors | None = None, headers: dict[str, str] | None = None):
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or {}
        self.headers = headers or {}

    def as_dict(self) -> dict[str, Any]:
        """The members of the problem document; the HTTP edge adds ``instance`` and ``request_id``."""
        body: dict[str, Any] = {
            "type": f"urn:problem:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = self.errors
        return body


class Invalid(Problem):
    """The request is understood and its content is not acceptable; ``errors`` names the fields."""

    status, slug, title = 422, "invalid", "Some fields are not right"


class Malformed(Problem):
    """The request cannot be read at all."""

    status, slug, title = 400, "malformed", "The request cannot be read"


class Unauthenticated(Problem):
    """No token, or one that is not valid."""

    status, slug, title = 401, "unauthenticated", "Sign in first"


class Forbidden(Problem):
    """The caller is known and may not do this."""

    status, slug, title = 403, "forbidden", "This is not yours to do"


class NotFound(Problem):
    """No such thing, or none that this caller may know of."""

    status, slug, title = 404, "not-found", "There is no such thing"


class Conflict(Problem):
    """What is asked contradicts the present state; nothing was changed."""

    status, slug, title = 409, "conflict", "This contradicts the present state"


class KeyReused(Problem):
    """An Idempotency-Key came back with another request."""

    status, slug, title = 422, "idempotency-key-reused", "This Idempotency-Key was used for another request"


class PreconditionFailed(Problem):
    """If-Match names a version that is no longer the present one."""

    status, slug, title = 412, "precondition-failed", "Someone changed this in the meantime"


class TooLarge(Problem):
    """The body is over the limit."""

    status, slug, title = 413, "too-large", "The request is too large"


class TooMany(Problem):
    """The caller is over a rate limit; ``Retry-After`` says when to come back."""

    status, slug, title = 429, "too-many", "Too many requests"


class Unavailable(Problem):
    """Something this needs does not answer; the same request may be sent again."""

    status, slug, title = 503, "unavailable", "Not available at the moment"


class OutcomeUnknown(Unavailable):
    """The database went away while it was told to commit: the request was carried out or was not.

    The same request with the same ``Idempotency-Key`` finds out: it happens once, now or then.
    """

    slug, title = "outcome-unknown", "Whether this was done is not known yet"
