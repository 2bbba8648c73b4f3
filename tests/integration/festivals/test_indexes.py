"""An index answers what lists ask of a large collection."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.auth import ANONYMOUS, Actor
from services.festivals import filters
from tests.integration.festivals.conftest import opened

ADA = Actor(id="ada", roles=frozenset({"curator"}))
TOWN_AND_DAY = {"town": "newhaven", "date": date(2018, 8, 19)}


@pytest.fixture(scope="module")
def crowd(mongod):
    """Five years of made-up events in both towns."""
    with opened(mongod) as people:
        people.festival()
        fill(people)
        yield people


def fill(people):
    """Put events straight into the collection."""
    row = people.runtime.db.events.find_one({"_id": people.event("Seed", keywords=["nature"])["id"]})
    rows = []
    for n in range(4000):
        start = datetime(2016, 1, 1, 10, tzinfo=UTC) + timedelta(hours=n * 11)
        rows.append(
            row
            | {
                "_id": f"e-{n:05}",
                "town": ("newhaven", "dieppe")[n % 2],
                "festival_id": f"f-{n % 40}",
                "state": ("published", "published", "published", "draft")[n % 4],
                "curator": {"id": f"c-{n % 300}", "name": "C"},
                "keywords": [f"k{n % 50}"],
                "words": [f"w{n % 500}", "event"],
                "first_start": start,
                "last_end": start + timedelta(hours=2),
                "timings": [{"id": "t1", "starts_at": start, "ends_at": start + timedelta(hours=2), "zone": "UTC"}],
                "days": [start.date().isoformat()],
                "sailing_ids": [f"s-{n % 900}"],
            }
        )
    people.runtime.db.events.insert_many(rows)


@pytest.mark.parametrize(
    ("query", "actor"),
    [
        (TOWN_AND_DAY, ANONYMOUS),
        ({"date": date(2018, 8, 19)}, ANONYMOUS),
        ({"town": "newhaven"}, ANONYMOUS),
        ({}, ANONYMOUS),
        ({"festival_id": "f-7"}, ANONYMOUS),
        ({"curator_id": "ada"}, ADA),
        ({"curator_id": "c-7"}, ANONYMOUS),
        ({"keyword": "k7"}, ANONYMOUS),
        ({"q": "w77"}, ANONYMOUS),
        ({"from": datetime(2020, 12, 1, tzinfo=UTC)}, ANONYMOUS),
        ({"to": datetime(2016, 1, 10, tzinfo=UTC), "town": "dieppe"}, ANONYMOUS),
    ],
    ids=lambda value: "-".join(value) or "all" if isinstance(value, dict) else "",
)
def test_a_page_of_a_large_collection_is_answered_from_an_index(crowd, query, actor):
    selector = filters.events(query, actor, crowd.runtime.locality)
    cursor = crowd.runtime.db.events.find(selector).sort([("first_start", 1), ("_id", 1)]).limit(51)
    plan = cursor.explain()
    stages = stages_of(plan["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in stages
    assert "COLLSCAN" not in stages
    assert plan["executionStats"]["totalDocsExamined"] <= 250


@pytest.mark.parametrize("query", [TOWN_AND_DAY, {"town": "newhaven"}, {}, {"festival_id": "f-7"}])
def test_the_order_of_common_lists_comes_from_the_index_too(crowd, query):
    selector = filters.events(query, ANONYMOUS, crowd.runtime.locality)
    cursor = crowd.runtime.db.events.find(selector).sort([("first_start", 1), ("_id", 1)]).limit(51)
    assert "SORT" not in stages_of(cursor.explain()["queryPlanner"]["winningPlan"])


def test_the_events_of_a_cancelled_sailing_are_found_by_an_index(crowd):
    plan = crowd.runtime.db.events.find({"sailing_ids": "s-8", "status": {"$ne": "cancelled"}}).explain()
    assert plan["executionStats"]["totalDocsExamined"] == plan["executionStats"]["nReturned"] == 5


def stages_of(plan):
    """The names of all stages of a query plan."""
    inner = [plan["inputStage"]] if "inputStage" in plan else plan.get("inputStages", [])
    queue = [plan["queryPlan"]] if "queryPlan" in plan else inner
    return [*([plan["stage"]] if "stage" in plan else []), *(name for part in queue for name in stages_of(part))]
