"""Requests made from the document, right and wrong: every answer is one that the document describes, none is a 500."""

from __future__ import annotations

from typing import Any

import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from kernel.runtime import Runtime
from tests.support.services import token

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


def test_every_answer_is_as_documented(sample: tuple[FlaskClient, Runtime]) -> None:
    document = schemathesis.openapi.from_wsgi("/openapi.json", sample[0].application)
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) == 11
    seen: dict[str, set[int]] = {}

    for operation in operations:
        takes_something = operation.path.startswith("/v1/")
        for mode in [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if takes_something else [])]:

            @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            @given(operation.as_strategy(generation_mode=mode))
            def answers_as_documented(case: Any) -> None:
                response = case.call(headers=token(["curator", "operator"]))
                seen.setdefault(case.operation.label, set()).add(response.status_code)
                case.validate_response(response, checks=CHECKS)

            answers_as_documented()

    assert {201, 422} <= seen["POST /v1/counters/{counter_id}/count"]
    assert {200, 422} <= seen["GET /v1/counters"]
    assert {200, 422} <= seen["POST /v1/parked/sample/redrive"]
