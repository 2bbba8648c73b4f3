"""Services that answer from a dict, and what they would answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.aggregate.sources import Part
from gateway.failures import ServiceAway
from kernel.errors import NotFound


class FakeServices:
    """Answers by path, a page of nothing where none is set; the services in ``down`` fail."""

    def __init__(self, answers: dict[str, Any] | None = None, down: tuple[str, ...] = ()) -> None:
        self.answers = answers or {}
        self.down = down
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def get(self, service: str, path: str, params: Mapping[str, Any] | None = None) -> Any:
        self.asked.append((service, path, dict(params or {})))
        if service in self.down:
            raise ServiceAway(service, "away")
        answer = self.answers.get(path, page())
        if answer is None:
            raise NotFound("nothing here")
        return answer(dict(params or {})) if callable(answer) else answer

    def gather(self, parts: Mapping[str, Part]) -> tuple[dict[str, Any], list[str]]:
        found, failed = {}, []
        for name, part in parts.items():
            try:
                found[name] = self.get(*part)
            except (ServiceAway, NotFound):
                failed.append(part[0])
        return found, list(dict.fromkeys(failed))


def page(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "next_cursor": None}


def sailing(id: str = "s-1", direction: str = "departure", **changes: Any) -> dict[str, Any]:
    here = {
        "town": "newhaven",
        "at": "2018-08-19T09:00:00Z",
        "local": "2018-08-19T10:00:00+01:00",
        "zone": "Europe/London",
    }
    there = {
        "town": "dieppe",
        "at": "2018-08-19T13:00:00Z",
        "local": "2018-08-19T15:00:00+02:00",
        "zone": "Europe/Paris",
    }
    ends = {"departure": here, "arrival": there} if direction == "departure" else {"departure": there, "arrival": here}
    return {"id": id, "direction": direction, "status": "scheduled", "reason": None, **ends, **changes}


def event(id: str = "e-1", town: str = "newhaven", **changes: Any) -> dict[str, Any]:
    timing = {
        "id": "1",
        "starts_at": "2018-08-19T11:00:00+01:00",
        "ends_at": "2018-08-19T12:00:00+01:00",
        "zone": "Europe/London",
    }
    return {
        "id": id,
        "town": town,
        "festival_id": "f-1",
        "festival": {"id": "f-1", "name": {"en": "Festival"}},
        "curator": {"id": "c-1", "name": "Cora"},
        "title": {"en": "A walk", "fr": "Une balade"},
        "summary": {"en": "Up the hill."},
        "kind": "Event",
        "status": "scheduled",
        "timings": [timing],
        "where": {"name": {"en": "Fort", "fr": "Fort"}, "address": None, "point": {"lat": 50.783, "lon": 0.053}},
        "synthetic": False,
        **changes,
    }


def maker(id: str = "m-1", town: str = "newhaven", walk_minutes: int | None = 7, **changes: Any) -> dict[str, Any]:
    return {
        "id": id,
        "town": town,
        "kind": "individual",
        "name": "Chalk & Tide",
        "craft": {"en": "Pottery", "fr": "Céramique"},
        "summary": {"en": "Bowls.", "fr": "Des bols."},
        "walk_minutes": walk_minutes,
        "joined_at": "2018-01-01T00:00:00Z",
        "synthetic": True,
        **changes,
    }


def place(id: str = "p-1", town: str = "newhaven", kind: str = "Museum", **changes: Any) -> dict[str, Any]:
    point = {"lat": 50.794, "lon": 0.056}
    texts = {"name": {"en": "Fort", "fr": "Fort"}, "summary": {"en": "A fort.", "fr": "Un fort."}}
    return {
        "id": id,
        "town": town,
        "kind": kind,
        "point": point,
        "walk_minutes": 5,
        "synthetic": False,
        **texts,
        **changes,
    }


def title(id: str = "t-1", **changes: Any) -> dict[str, Any]:
    return {
        "id": id,
        "kind": "film",
        "towns": ["newhaven", "dieppe"],
        "name": {"en": "Seaside Town"},
        "summary": {"en": "Football.", "fr": "Du football."},
        "releases": [],
        "synthetic": False,
        **changes,
    }
