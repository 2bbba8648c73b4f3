from __future__ import annotations

import json
from typing import Any

import mongoengine.errors
import pytest
import structlog
from flask import Flask, abort
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)
from werkzeug.exceptions import BadRequest, NotFound, RequestEntityTooLarge, UnsupportedMediaType

from kernel import errors, problems
from kernel.errors import Conflict, Invalid, KeyReused, Problem, Unavailable


def transient() -> PyMongoError:
    error = OperationFailure("WriteConflict", 112)
    error._add_error_label("TransientTransactionError")
    return error


def unknown_commit() -> PyMongoError:
    """What the driver raises when it does not know what became of a commit."""
    error = AutoReconnect("connection closed")
    error._add_error_label("UnknownTransactionCommitResult")
    return error


def wrapped(error: Exception) -> Exception:
    """As mongoengine hands on what the driver raised."""
    try:
        try:
            raise error
        except PyMongoError as cause:
            raise mongoengine.errors.OperationError("Could not save document") from cause
    except mongoengine.errors.OperationError as outer:
        return outer


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (Conflict("taken"), 409, "conflict"),
        (KeyReused("again"), 422, "idempotency-key-reused"),
        (NotFound(), 404, "not-found"),
        (BadRequest(), 400, "malformed"),
        (RequestEntityTooLarge(), 413, "too-large"),
        (UnsupportedMediaType(), 415, "unsupported-media-type"),
        (mongoengine.errors.ValidationError("bad", errors={"title": "too long"}), 422, "invalid"),
        (mongoengine.errors.NotUniqueError("dup"), 409, "conflict"),
        (DuplicateKeyError("dup", 11000), 409, "conflict"),
        (BulkWriteError({"writeErrors": [{"code": 11000}]}), 409, "conflict"),
        (BulkWriteError({"writeErrors": [{"code": 121}]}), 500, "internal"),
        (ServerSelectionTimeoutError("no primary"), 503, "unavailable"),
        (AutoReconnect("gone"), 503, "unavailable"),
        (ExecutionTimeout("slow", 50), 503, "unavailable"),
        (transient(), 503, "unavailable"),
        (wrapped(transient()), 503, "unavailable"),
        (wrapped(AutoReconnect("gone")), 503, "unavailable"),
        (OperationFailure("bad operator", 2), 500, "internal"),
        (OperationFailure("28: No space left on device", 8), 503, "unavailable"),
        (BulkWriteError({"writeErrors": [{"code": 8, "errmsg": "28: No space left on device"}]}), 503, "unavailable"),
        (unknown_commit(), 503, "outcome-unknown"),
        (wrapped(unknown_commit()), 503, "outcome-unknown"),
        (ZeroDivisionError("secret"), 500, "internal"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_an_error_means_one_thing_for_the_caller(error: Exception, status: int, slug: str) -> None:
    with Flask(__name__).test_request_context("/v1/things"):
        response = problems.respond(error)
    body = json.loads(response.get_data())
    assert (response.status_code, body["status"], body["type"]) == (status, status, f"urn:problem:{slug}")
    assert response.mimetype == "application/problem+json"
    assert body["instance"] == "/v1/things"
    assert body["title"]
    assert body["detail"]
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0


def test_what_nobody_foresaw_is_logged_with_its_cause_and_says_nothing_about_itself() -> None:
    with structlog.testing.capture_logs() as logged, Flask(__name__).test_request_context("/v1/things"):
        response = problems.respond(ZeroDivisionError("secret"))
    assert "secret" not in response.get_data(as_text=True)
    assert "ZeroDivision" not in response.get_data(as_text=True)
    (line,) = logged
    assert isinstance(line["exc_info"], ZeroDivisionError)
    assert line["log_level"] == "error"


def test_the_fields_of_a_document_that_does_not_fit_are_named() -> None:
    error = mongoengine.errors.ValidationError("bad", errors={"title": "too long"})
    assert problems.problem_of(error).errors == {"title": ["too long"]}


def test_the_location_that_webargs_adds_is_left_out() -> None:
    with Flask(__name__).test_request_context(), pytest.raises(Exception) as caught:  # noqa: PT011
        abort_with({"query": {"limit": ["Too many."]}})
    problem = problems.problem_of(caught.value)
    assert isinstance(problem, Invalid)
    assert problem.errors == {"limit": ["Too many."]}


def abort_with(messages: dict[str, Any]) -> None:
    from webargs.flaskparser import abort as webargs_abort

    webargs_abort(422, messages=messages)


def test_a_response_that_was_made_already_is_sent_as_it_is() -> None:
    app = Flask(__name__)
    with app.test_request_context(), pytest.raises(Exception) as caught:  # noqa: PT011
        abort(app.response_class("gone", status=410))
    assert problems.respond(caught.value).get_data() == b"gone"


def test_headers_of_a_problem_are_sent() -> None:
    with Flask(__name__).test_request_context():
        response = problems.response_of(Unavailable("later", headers={"Retry-After": "7"}))
    assert response.headers["Retry-After"] == "7"


def test_every_problem_has_a_type_of_its_own() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Problem)]
    assert len(kinds) > 10
    assert len({kind.slug for kind in kinds}) == len(kinds)
