"""What a generated request aims at, so that it gets beyond "no such thing": what exists, whose it is, what worked once.

Names of ids in paths, queries and bodies are filled with ids that exist; the caller is mostly whoever made the thing;
and what was once sent to an operation is sent again with some fields of the generated body in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from kernel.ids import new_id
from tests.security.access import line_of
from tests.security.routes import Route, api_routes
from tests.security.test_promise_32_01_object_level import KEPT_IN
from tests.security.world import ROLES_OF, World

Draw = Callable[[st.SearchStrategy[Any]], Any]

KEPT_TOO = {
    "arrival_sailing_id": ("visitor", "sailings"),
    "centre_id": ("visitor", "openings"),
    "channel_id": ("media", "channels"),
    "collect_sailing_id": ("marketplace", "pickups"),
    "enquiry_id": ("visitor", "enquiries"),
    "featured_in": ("festivals", "festivals"),
    "item_id": ("marketplace", "items"),
    "item_ids": ("marketplace", "items"),
    "offer_id": ("visitor", "offers"),
    "pass_id": ("visitor", "passes"),
    "placement_id": ("media", "placements"),
    "plan_id": ("visitor", "plans"),
    "referral_id": ("visitor", "referrals"),
    "return_sailing_id": ("visitor", "sailings"),
    "sailing_id": ("visitor", "sailings"),
    "sailing_ids": ("visitor", "sailings"),
    "scanner_id": ("festivals", "scanners"),
    "series_id": ("media", "titles"),
    "shift_id": ("visitor", "shifts"),
    "target_id": ("visitor", "places"),
    "venue_id": ("festivals", "venues"),
}
"""Where the services keep what an id names that belongs to nobody."""

WORDS = {
    "account_id": ["maker-1", "curator-2", "buyer"],
    "ambassador_id": ["ambassador", "ambassador-aboard"],
    "app": ["newhaven", "dieppe"],
    "code": ["guess"],
    "curator_id": ["curator-1", "curator-2"],
    "cursor": [None],
    "external_id": ["their-1", "their-2"],
    "fields": ["name,town", "id"],
    "town": ["newhaven", "dieppe"],
    "towns": ["newhaven", "dieppe"],
    "zone": ["Europe/London", "Europe/Paris"],
}
"""Fields that take what a document cannot list, and what they take; a cursor is best left out."""

AT_EACH_END = 6
"""Things of one kind that are aimed at: so many of the oldest and of the newest."""
STRANGER = "stranger"
"""An account that made nothing; it has whatever role an operation asks for."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DAY = re.compile(r"^\d{4}(?=-\d\d-\d\d)")


@dataclass(frozen=True)
class Sent:
    """A request that works: the values of its path's variables, its account, its body."""

    path: dict[str, str]
    account: str | None = None
    body: Any = None
    query: Mapping[str, Any] | None = None
    made: bool = False
    """Whether its body's ``id`` is that of what it made, so that it needs another one now."""


@dataclass
class Aims:
    """What may be aimed at in one world."""

    sent: dict[str, list[Sent]] = field(default_factory=dict)
    """By the label of the operation."""
    owners: dict[str, str] = field(default_factory=dict)
    """Id to the account that made the thing."""
    ids: dict[str, list[Any]] = field(default_factory=dict)
    """Name of a variable or field to what may stand there."""

    def path(self, draw: Draw, route: Route) -> dict[str, str]:
        """Values of the variables of a path."""
        return {name: draw(st.sampled_from(self.ids[name])) for name in route.variables}

    def caller(self, draw: Draw, route: Route, named: list[str]) -> str | None:
        """Who asks: mostly who made one of the things that are ``named``, else anybody who may; sometimes nobody."""
        makers = [self.owners[id] for id in named if id in self.owners]
        may = [name for name, roles in ROLES_OF.items() if line_of(route.label).lets_in(tuple(roles))]
        callers = st.sampled_from([*makers * 3, *may[:3], may[-1], STRANGER])
        caller: str | None = draw(st.one_of(callers, callers, callers, st.none()))
        return caller

    def fitted(self, draw: Draw, value: Any, name: str = "") -> Any:
        """``value`` with ids that exist where a field is named after one, texts that can be kept, days of our time."""
        if isinstance(value, dict):
            found = {_kept(key): self.fitted(draw, inner, key) for key, inner in value.items()}
            return {key: inner for key, inner in found.items() if inner is not None or value.get(key) is None}
        if isinstance(value, list) and name not in self.ids:
            return [self.fitted(draw, inner) for inner in value]
        if name in self.ids and value is not None and draw(st.integers(0, 5)) < 5:
            id = draw(st.sampled_from(self.ids[name]))
            return [id] if isinstance(value, list) else id
        return _kept(value) if isinstance(value, str) else value


def _kept(text: str) -> str:
    """A text without control characters; a day, or an instant, in the leap years 2012 to 2048."""
    plain = _CONTROL.sub("", text) or "plain" if _CONTROL.search(text) else text
    return _DAY.sub(lambda year: str(2012 + int(year[0]) % 10 * 4), plain)


def aims_of(world: World) -> Aims:
    """What may be aimed at in ``world`` as it is now."""
    aims = Aims(ids=dict(WORDS))
    for name, (owner, collection) in (KEPT_IN | KEPT_TOO).items():
        found = world.ids(owner, collection)
        aims.ids[name] = list(dict.fromkeys(found[-AT_EACH_END:] + found[:AT_EACH_END]))
    for method, path, account, options, answer in world.sent:
        route, values = matched(method, path)
        body = options.get("json")
        if not options.get("files"):
            made = isinstance(body, dict) and "id" in body and body["id"] == answer["id"]
            request = Sent(values, account, body, options.get("params"), made)
            aims.sent.setdefault(route.label, []).append(request)
        if account and isinstance(answer, dict) and "id" in answer:
            aims.owners.setdefault(answer["id"], account)
    return aims


def matched(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route of a path, and the values of its variables."""
    found = []
    for route in api_routes():
        pattern = re.sub(r"<(?:\w+:)?(\w+)>", r"(?P<\1>[^/]+)", route.path)
        match = re.fullmatch(pattern, path)
        if route.method == method and match:
            found.append((route, match.groupdict()))
    return min(found, key=lambda each: len(each[1]))


def overlaid(draw: Draw, once: Sent, generated: Any) -> Any:
    """The body of what worked once, with a new id where it made something, and up to two fields of a generated one."""
    if not isinstance(once.body, dict) or not isinstance(generated, dict):
        return once.body
    names = sorted(set(generated) - {"id"})
    chosen = draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if names else []
    body = {**once.body, **{name: generated[name] for name in chosen}}
    return {**body, "id": new_id()} if once.made else body
