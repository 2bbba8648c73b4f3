"""A service that answers what it likes: the real answers of the services, with one thing in them changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway.settings import GatewaySettings
from gateway.upstream import Answer, Upstream
from tests.security.routes import owner_of
from tests.security.world import World

HOSTILE: list[Any] = [
    None, True, -1, 2**70, 1e300, "", "x", "javascript:alert(1)", "x" * 50_000, "9999-99-99T99:99:99Z", [], {}, [[]],
    {"en": 7}, {"xx": "y"}, {"en": ""}, ["x"], [None], {"a": {"b": {"c": {}}}},
]  # fmt: skip

Step = str | int
Change = Callable[[str, bytes], Answer | None]


class Impostor(Upstream):
    """The gateway's way to the services, without a network: what it gets can be changed on the way."""

    def __init__(self, world: World, settings: GatewaySettings) -> None:
        super().__init__(settings)
        self._world = world
        self._known: dict[str, Answer] = {}
        self.change: Change = lambda path, body: None

    def send(self, service: str, method: str, target: str, **options: Any) -> Answer:
        """The real answer, or what ``change`` makes of it. What is read by a POST is asked for anew each time."""
        if target not in self._known or method != "GET":
            client = self._world.clients[owner_of(target) if target.startswith("/v1") else service]
            response = client.open(target, method=method, data=options.get("body"), headers=options["headers"])
            self._known[target] = Answer(response.status_code, list(response.headers), response.data)
        known = self._known[target]
        return self.change(target.split("?")[0], known.body) or known


def json_answer(value: Any) -> Answer:
    """A proper answer with that content."""
    return Answer(200, [("Content-Type", "application/json")], json.dumps(value).encode())


def places_in(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The place of every value inside ``value``; of a list only its first item's."""
    if path:
        yield path
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from places_in(inner, (*path, name))
    elif isinstance(value, list) and value:
        yield from places_in(value[0], (*path, 0))


def with_value(value: Any, path: tuple[Step, ...], new: Any) -> Any:
    """A copy of ``value`` that holds ``new`` at a place."""
    changed = copy.deepcopy(value)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = new
    return changed


def without(value: Any, path: tuple[Step, ...]) -> Any:
    """A copy of ``value`` that lacks a place."""
    changed = copy.deepcopy(value)
    at = changed
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    return changed
