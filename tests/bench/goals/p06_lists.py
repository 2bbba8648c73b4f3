"""P6: a page of a list, as a route gets it before it is made JSON, beside the bare query of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kernel.pagination import MAX_LIMIT, page
from tests.bench.meter import Effort
from tests.bench.stage import NOTE, Stage
from tests.bench.stats import Goal, Result, Sample

GOAL = Goal(
    id="P6",
    what=f"a page of {MAX_LIMIT} rows with its cursor",
    reference="pymongo find, sort, limit of the same rows",
    unit="row",
    figure="rate",
    bound=0.9,
    at_least=True,
)
SELECTOR = {"town": "newhaven", "state": "published"}
SORT = [("starts", 1), ("_id", 1)]


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """Both walk a list of 4000 rows in pages of the largest size: the cursor is decoded and made each time."""
    rows, walks = 4_000, effort.sized(6, 2)
    with stage.path() as path:
        listed = path.db.listed
        listed.create_index([("town", 1), ("state", 1), *SORT])
        listed.insert_many([_row(number) for number in range(rows)])

        def ours() -> int:
            read, cursor = 0, None
            while read == 0 or cursor:
                found = page(listed, SELECTOR, sort=SORT[:1], query={"limit": MAX_LIMIT, "cursor": cursor})
                read, cursor = read + len(found["items"]), found["next_cursor"]
            return read

        def bare() -> int:
            read, last = 0, None
            while read == 0 or last:
                behind = {"starts": {"$gt": last["starts"]}} if last else {}
                found = list(listed.find({**SELECTOR, **behind}).sort(SORT).limit(MAX_LIMIT))
                read, last = read + len(found), found[-1] if len(found) == MAX_LIMIT else None
            return read

        def timed(walk: Callable[[], int]) -> Sample:
            meter = stage.meter()
            return meter.stop(sum(walk() for _ in range(walks)))

        timed(ours), timed(bare)
        yield effort.compare(GOAL, lambda: timed(ours), lambda: timed(bare), seconds=30)


def _row(number: int) -> dict[str, Any]:
    """A row about as large as what the services list."""
    return {
        "_id": f"row-{number:08}",
        **SELECTOR,
        "starts": number,
        "title": {"en": NOTE, "fr": NOTE},
        "summary": {"en": NOTE * 3, "fr": NOTE * 3},
        "where": {"name": {"en": "Quay", "fr": "Quai"}, "point": {"lat": 50.79, "lon": 0.05}},
        "keywords": ["harbour", "film", "food"],
    }
