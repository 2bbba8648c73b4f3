"""schemathesis: 0 undocumented answers, 0 server errors, by every service's own document and by the gateway's.

Requests are made from the documents, right and wrong, by every kind of caller, and aim at what exists. A status counts
as documented when the operation lists it by its number. Every operation was seen to succeed, but those of ``UNSEEN``.
``CONFORMANCE_EXAMPLES`` is how many wrong requests an operation gets, beside twice as many right ones; those that only
pass through the gateway get half. ``-rP`` shows the counts.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
)

from deploy.embedded.mongod import MongoServer
from gateway.routes import SERVICES
from tests.conformance.aims import Aims, Sent, aims_of, overlaid
from tests.conformance.works import works
from tests.security.access import line_of
from tests.security.conftest import told
from tests.security.routes import GATEWAY, Route, api_routes, documented
from tests.security.world import ROLES_OF, World, signed_in

EXAMPLES = int(os.environ.get("CONFORMANCE_EXAMPLES", "1"))
ALWAYS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
RIGHT, WRONG = GenerationMode.POSITIVE, GenerationMode.NEGATIVE

LAST = ("cancel", "close", "collect", "discard", "publish", "refuse", "revoke", "withdraw", "redrive")
"""What ends a thing is asked for when everything else has been, in this order."""

MOST = 0.8
"""Share of the operations of a document that succeed; at the gateway some of what works only once is used up."""

UNSEEN = {
    "POST /v1/events/import/address": "fetches from a public host, and no test leaves this machine",
    "POST /v1/sailings/import/address": "fetches from a public host, and no test leaves this machine",
}
"""Operations that no generated request can be seen to succeed at, and why."""


@dataclass
class Seen:
    """What came of the requests of one document."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Operation and status to how often."""
    trouble: list[str] = field(default_factory=list)
    """What was not as documented."""

    def succeeded(self) -> set[str]:
        """Operations that answered 2xx or 3xx."""
        return {label for label, status in self.answers if status < 400}


@pytest.fixture(scope="module")
def world(mongod: MongoServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One of its own: what the tests of security leave behind is what attackers sent."""
    with told(mongod, tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="module")
def aims(world: World) -> Aims:
    """What the requests of this file aim at."""
    made = works(world)
    found = aims_of(world)
    for label, requests in made.items():
        found.sent[label] = requests + found.sent.get(label, [])
    return found


def _in_order(operations: list[Any]) -> list[Any]:
    ends = {name: number for number, name in enumerate(LAST, start=1)}
    return sorted(operations, key=lambda each: (each.method == "delete", ends.get(each.path.rsplit("/", 1)[-1], 0)))


@pytest.mark.timeout(120 * EXAMPLES)
@pytest.mark.parametrize("owner", [*SERVICES, GATEWAY])
def test_every_answer_is_documented_and_no_server_fails(world: World, aims: Aims, owner: str) -> None:
    document = schemathesis.openapi.from_wsgi("/openapi.json", world.apps[owner])
    routes = {(route.method, documented(route.path)): route for route in api_routes()}
    operations = [found.ok() for found in document.get_all_operations()]
    seen, asked = Seen(), 0
    for operation in _in_order(operations):
        route = routes.get((operation.method.upper(), operation.path))
        if route is not None:
            asked += 1
            own = route.owner == owner
            _ask(operation, route, RIGHT, EXAMPLES * 2 if own else EXAMPLES, aims, seen)
            _ask(operation, route, WRONG, EXAMPLES if own else EXAMPLES // 2, aims, seen)
    errors = sum(count for (_, status), count in seen.answers.items() if status >= 500)
    sys.stdout.write(f"{owner}: {asked} operations, {seen.answers.total()} requests, {errors} server errors,")
    sys.stdout.write(f" {len(seen.trouble)} not as documented; by status: {_statuses(seen)}\n")
    assert seen.trouble == [], "\n".join(seen.trouble[:20])
    served = {route.label for route in routes.values() if owner in (GATEWAY, route.owner)}
    assert asked == len(served)
    own = {route.label for route in routes.values() if route.owner == owner}
    assert sorted(own - seen.succeeded()) == sorted(set(UNSEEN) & own)
    assert len(seen.succeeded()) >= MOST * len(served)


def _statuses(seen: Seen) -> dict[int, int]:
    found: Counter[int] = Counter()
    for (_, status), count in seen.answers.items():
        found[status] += count
    return dict(sorted(found.items()))


def _ask(operation: Any, route: Route, mode: GenerationMode, examples: int, aims: Aims, seen: Seen) -> None:
    """Send so many right or wrong requests to one operation; there are no wrong ones where nothing is taken."""
    if examples == 0:
        return
    once = aims.sent.get(route.label, []) if mode is RIGHT else []

    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data(), operation.as_strategy(generation_mode=mode))
    def ask(data: st.DataObject, case: Case) -> None:
        if once and data.draw(st.integers(0, 2)) < 2:
            caller = _as_once(data.draw, case, data.draw(st.sampled_from(once)), aims)
        else:
            caller = _as_generated(data.draw, case, route, mode, aims)
        response = case.call(headers=_headers(caller, route))
        seen.answers[route.label, response.status_code] += 1
        asked = f"{route.label}, {mode.value}, as {caller}"
        seen.trouble += [f"{asked}: {wrong}" for wrong in _wrong_with(case, response, mode)]

    try:
        ask()
    except Unsatisfiable:
        assert mode is WRONG, f"{route.label}: no request can be made from its document"


def _as_once(draw: Any, case: Case, once: Sent, aims: Aims) -> str | None:
    case.path_parameters = dict(once.path)
    case.query = dict(once.query or {})
    case.headers.pop("Idempotency-Key", None)
    if once.body is not None:
        case.body = overlaid(draw, once, aims.fitted(draw, case.body))
    return once.account


def _as_generated(draw: Any, case: Case, route: Route, mode: GenerationMode, aims: Aims) -> str | None:
    wrong = {where for where, part in case.meta.components.items() if part.mode.is_negative} if case.meta else set()
    if route.variables and ParameterLocation.PATH not in wrong:
        once = aims.sent.get(route.label)
        works = once and draw(st.booleans())
        case.path_parameters = dict(draw(st.sampled_from(once)).path) if works else aims.path(draw, route)
    if mode is RIGHT:
        case.query = aims.fitted(draw, dict(case.query or {}))
        if isinstance(case.body, (dict, list)):
            case.body = aims.fitted(draw, case.body)
    body = case.body if isinstance(case.body, dict) else {}
    values = [*(case.path_parameters or {}).values(), *(case.query or {}).values(), *body.values()]
    return aims.caller(draw, route, [value for value in values if isinstance(value, str)])


def _headers(caller: str | None, route: Route) -> dict[str, str]:
    if caller is None:
        return {}
    return signed_in(ROLES_OF.get(caller) or ["visitor", *line_of(route.label).roles], caller)


def _wrong_with(case: Case, response: Response, mode: GenerationMode) -> Iterator[str]:
    listed = set(case.operation.responses.status_codes)
    if str(response.status_code) not in listed:
        yield f"{response.status_code} is not listed: {response.text[:300]}"
    try:
        case.validate_response(response, checks=[*ALWAYS, negative_data_rejection] if mode is WRONG else ALWAYS)
    except FailureGroup as failures:
        yield from (str(each) for each in failures.exceptions)
