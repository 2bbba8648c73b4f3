"""Every error that leaves a process is an RFC 9457 problem document, whoever raised it and wherever."""

from __future__ import annotations

from typing import Any

import mongoengine.errors
import structlog
from flask import Flask, Response, request
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    PyMongoError,
    WaitQueueTimeoutError,
)
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as RoutingNotFound

from kernel import errors
from kernel.errors import Conflict, Invalid, OutcomeUnknown, Problem, Unavailable
from kernel.json import dumps
from kernel.request_ids import current_request_id
from kernel.retry import is_disk_full

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "2"
"""Seconds after which a database that was away is worth another try."""

_DUPLICATE_KEY = 11000

_BY_STATUS: dict[int, type[Problem]] = {
    problem.status: problem
    for problem in (
        errors.Malformed,
        errors.Unauthenticated,
        errors.Forbidden,
        errors.NotFound,
        errors.Conflict,
        errors.PreconditionFailed,
        errors.TooLarge,
        errors.Invalid,
        errors.TooMany,
        errors.Unavailable,
    )
}

log = structlog.get_logger(__name__)


def register(app: Flask) -> None:
    """Answer every exception of ``app`` with a problem document."""
    app.register_error_handler(Exception, respond)
    app.register_error_handler(HTTPException, respond)


def respond(error: Exception) -> Response:
    """The response to ``error``; what nobody foresaw is logged with its traceback and says nothing about itself."""
    if isinstance(error, HTTPException) and error.response is not None:
        return error.response  # type: ignore[return-value]
    problem = problem_of(error)
    if isinstance(problem, Unavailable):
        log.warning("unavailable", path=request.path, cause=f"{type(error).__name__}: {error}"[:300])
    elif problem.status >= 500:
        log.error("request failed", status=problem.status, path=request.path, exc_info=error)
    return response_of(problem)


def response_of(problem: Problem) -> Response:
    """``problem`` as a response."""
    body = {**problem.as_dict(), "instance": request.path, "request_id": current_request_id()}
    response = Response(dumps(body), status=problem.status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    return response


def problem_of(error: BaseException) -> Problem:
    """What ``error`` means for the caller."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, mongoengine.errors.ValidationError):
        return Invalid("The values do not fit what is kept of this.", errors=_field_errors(error))
    if _is_duplicate(error):
        return Conflict("There is one like this already.")
    if _is_commit_unknown(error):
        detail = (
            "The database went away during the commit. Send the same request with the same Idempotency-Key: "
            "it happens once, whichever it was."
        )
        return OutcomeUnknown(detail, headers={"Retry-After": RETRY_AFTER})
    if _is_outage(error):
        detail = "The database does not answer at the moment; send the same request again."
        return Unavailable(detail, headers={"Retry-After": RETRY_AFTER})
    return Problem("The server could not do this. Name the request id when you report it.")


def _of_http(error: HTTPException) -> Problem:
    data: dict[str, Any] = getattr(error, "data", None) or {}
    if error.code == Invalid.status and "messages" in data:
        return Invalid("The fields named in errors are not right.", errors=_by_field(data["messages"]))
    problem = _BY_STATUS.get(error.code or 0, Problem)(_detail(error))
    if type(problem) is Problem:
        problem.status = error.code or 500
        problem.slug = error.name.lower().replace(" ", "-").replace("'", "")
        problem.title = error.name
    problem.headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return problem


def _detail(error: HTTPException) -> str:
    if isinstance(error, RequestEntityTooLarge):
        return _too_large()
    if isinstance(error, RoutingNotFound):
        return "There is nothing at this path; /openapi.json lists what there is."
    if isinstance(error, MethodNotAllowed):
        return f"Use {' or '.join(sorted(error.valid_methods or []))} here."
    return error.description or error.name


def _too_large() -> str:
    limit = request.max_content_length
    return f"The body is larger than {limit} bytes." if limit else "The body is too large."


def _by_field(messages: dict[str, Any]) -> dict[str, Any]:
    """webargs groups messages by location (json, query); a caller cares only for the field."""
    fields: dict[str, Any] = {}
    for location, wrong in messages.items():
        fields.update(wrong if isinstance(wrong, dict) else {location: wrong})
    return fields


def _field_errors(error: mongoengine.errors.ValidationError) -> dict[str, Any]:
    return {str(name): [str(wrong)] for name, wrong in error.to_dict().items()}


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain


def _is_duplicate(error: BaseException) -> bool:
    if isinstance(error, (mongoengine.errors.NotUniqueError, DuplicateKeyError)):
        return True
    if isinstance(error, BulkWriteError):
        written = error.details.get("writeErrors", []) if error.details else []
        return bool(written) and all(each.get("code") == _DUPLICATE_KEY for each in written)
    return False


def _is_commit_unknown(error: BaseException) -> bool:
    """Whether the driver's last word is that a commit was sent and nothing came back (its specification's label)."""
    last = next((cause for cause in _causes(error) if isinstance(cause, PyMongoError)), None)
    return last is not None and last.has_error_label("UnknownTransactionCommitResult")


def _is_outage(error: BaseException) -> bool:
    return any(
        isinstance(cause, (ConnectionFailure, ExecutionTimeout, WaitQueueTimeoutError))
        or is_disk_full(cause)
        or (
            isinstance(cause, PyMongoError)
            and (
                cause.timeout
                or cause.has_error_label("TransientTransactionError")
                or cause.has_error_label("UnknownTransactionCommitResult")
                or cause.has_error_label("RetryableWriteError")
            )
        )
        for cause in _causes(error)
    )
