"""Promise 32 (5): every route lets in exactly the roles that its line of the table names.

OWASP API5:2023, broken function level authorization. Every route is asked as nobody, as an account without a role, and
with each role; what is sent is empty and about nothing that exists, so that only the door is tried.
"""

from __future__ import annotations

import pytest

from gateway.schemas import ROLES
from tests.security.access import access, line_of
from tests.security.routes import Route, api_routes
from tests.security.world import World

CALLERS: list[tuple[str, ...] | None] = [None, (), *((role,) for role in ROLES), ("root", "admin", "Operator")]
"""Nobody, an account without a role, one with each role, and one with roles that do not exist."""


def test_every_route_has_one_line_and_every_line_a_route() -> None:
    assert sorted(access()) == sorted(route.label for route in api_routes())


@pytest.mark.parametrize("route", api_routes(), ids=lambda route: route.label)
def test_a_route_lets_in_whom_its_line_names(world: World, route: Route) -> None:
    line, before = line_of(route.label), world.digest(route.owner)
    for roles in CALLERS:
        who = {} if roles is None else {"roles": roles, "id": "mallory"}
        answer = world.send(route.method, route.at(), json={} if route.writes else None, **who)
        shown = f"{route.label} as {roles}: {answer.status_code} {answer.text[:200]}"
        if line.lets_in(roles):
            assert answer.status_code not in (401, 403) or _wrong_credentials(route, answer.status_code), shown
        else:
            assert answer.status_code == (401 if roles is None else 403), shown
            assert answer.mimetype == "application/problem+json", shown
    assert world.digest(route.owner) == before


@pytest.mark.parametrize("route", api_routes(), ids=lambda route: route.label)
def test_the_document_says_who_may_use_a_route(route: Route) -> None:
    line = line_of(route.label)
    assert bool(route.operation.get("security")) is not line.open
    assert route.operation.get("x-roles", []) == sorted(line.roles)


def _wrong_credentials(route: Route, status: int) -> bool:
    """Signing in is refused with 401 for its content, not for its caller."""
    return route.label == "POST /v1/auth/token" and status == 401
