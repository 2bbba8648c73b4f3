from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, g

from kernel.auth import ANONYMOUS, Actor, check_roles, current_actor, require
from kernel.errors import Forbidden, Unauthenticated

ADA = Actor("ada", frozenset({"curator"}))


@require("curator", "operator")
def curate(**path: Any) -> str:
    return f"done {path}"


@require()
def mine() -> str:
    return "mine"


def ask(view: Any, actor: Actor | None, **path: Any) -> Any:
    with Flask(__name__).test_request_context():
        if actor:
            g.actor = actor
        return view(**path)


def test_any_of_the_roles_will_do() -> None:
    assert ask(curate, ADA, id="x") == "done {'id': 'x'}"
    assert ask(curate, Actor("bob", frozenset({"visitor", "operator"}))) == "done {}"


def test_nobody_is_asked_to_sign_in() -> None:
    for view in (curate, mine):
        with pytest.raises(Unauthenticated) as refusal:
            ask(view, None)
        assert refusal.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_another_account_is_refused_and_told_which_roles_may() -> None:
    with pytest.raises(Forbidden, match="curator, operator"):
        ask(curate, Actor("eve", frozenset({"maker"})))


def test_without_roles_any_account_will_do() -> None:
    assert ask(mine, Actor("eve")) == "mine"


def test_the_operator_is_not_automatically_everything() -> None:
    with pytest.raises(Forbidden):
        check_roles(Actor("op", frozenset({"operator"})), ("maker",))


def test_what_a_route_requires_stands_in_its_documentation() -> None:
    manual = curate._apidoc["manual_doc"]  # type: ignore[attr-defined]
    assert manual == {"security": [{"bearer": []}], "x-roles": ["curator", "operator"]}
    assert curate.required_roles == {"curator", "operator"}  # type: ignore[attr-defined]


def test_outside_of_a_request_nobody_is_there() -> None:
    assert current_actor() is ANONYMOUS
    assert ANONYMOUS.anonymous
