"""Row A9 and "cost does not grow with the collection": an index answers whatever lists ask of a large collection."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from kernel.auth import ANONYMOUS, Actor
from services.festivals import filters
from services.festivals.models import FestivalEvent
from tests.integration.festivals.conftest import opened

ADA = Actor(id="ada", roles=frozenset({"curator"}))
NOW = datetime(2018, 8, 17, 12, tzinfo=UTC)
TOWN_AND_DAY = {"town": "newhaven", "date": date(2018, 8, 19)}
TERMS = {
    "town": {"town": "newhaven"},
    "festival": {"festival_id": "f-6"},
    "featured": {"featured_in": "f-6"},
    "kind": {"kind": ["MusicEvent", "FoodEvent"]},
    "keyword": {"keyword": ["k7"]},
    "language": {"language": ["fr"]},
    "accessibility": {"accessibility": ["visual", "motor"]},
    "status": {"status": ["cancelled"]},
    "attendance": {"attendance": ["online"]},
    "admission": {"admission": ["free"]},
    "age": {"age": 9},
}
TIMES = {
    "day": {"date": date(2018, 8, 19)},
    "now": {"when": "now"},
    "today": {"when": "today"},
    "weekend": {"when": "weekend"},
    "upcoming": {"when": "upcoming"},
    "from": {"from": datetime(2020, 12, 1, tzinfo=UTC)},
    "to": {"to": datetime(2016, 1, 10, tzinfo=UTC)},
    "from-to": {"from": datetime(2019, 3, 1, tzinfo=UTC), "to": datetime(2019, 3, 8, tzinfo=UTC)},
    "time-of-day": {"time_from": time(9, 30), "time_to": time(11)},
    "night": {"time_from": time(23, 30), "time_to": time(2)},
    "created": {"created_from": datetime(2019, 1, 1, tzinfo=UTC), "created_to": datetime(2019, 1, 20, tzinfo=UTC)},
    "updated": {"updated_from": datetime(2020, 12, 10, tzinfo=UTC)},
}
PLACES = {
    "bbox": {"bbox": [0.040, 50.7800, 0.060, 50.7805]},
    "near": {"near": [50.780, 0.05], "radius": 100},
}
TOGETHER = {
    "town-and-day": TOWN_AND_DAY,
    "own": {"curator_id": "ada"},
    "curator": {"curator_id": "c-6"},
    "words": {"q": "w77"},
    "slips": {"q": "birdsnog"},
    "all": {},
    "to-in-town": {"to": datetime(2016, 1, 10, tzinfo=UTC), "town": "dieppe"},
    "upcoming-music-in-town": {"when": "upcoming", "kind": ["MusicEvent"], "town": "newhaven"},
    "festival-evenings": {"festival_id": "f-6", "time_from": time(18), "when": "upcoming"},
    "weekend-for-children": {"when": "weekend", "age": 9, "accessibility": ["motor"]},
}
QUERIES = TERMS | TIMES | PLACES | TOGETHER
KINDS = ("MusicEvent", "FoodEvent", "SaleEvent", "DanceEvent")
DAYS_LONG = (0, 0, 0, 0, 3, 0, 0, 30, 0, 200)


@pytest.fixture(scope="module")
def crowd(mongod):
    """Five years of made-up events in both towns."""
    with opened(mongod) as people:
        people.festival()
        fill(people)
        yield people


def fill(people):
    """Put events straight into the collection."""
    seed = people.event("Seed", keywords=["nature"], where={"name": {"en": "x"}, "point": {"lat": 50.79, "lon": 0.05}})
    event = FestivalEvent.objects.get(id=seed["id"])
    rows = [row_of(event, n) for n in range(4000)]
    people.runtime.db.events.insert_many(rows)
    people.event("Birdsong")


def row_of(event, n):
    """The n-th event, as ``save`` would keep it."""
    start = datetime(2016, 1, 1, 10, tzinfo=UTC) + timedelta(hours=n * 11)
    (timing,) = event.timings
    timing.starts_at, timing.ends_at = start, start + timedelta(hours=2, days=DAYS_LONG[n % 10])
    event.festival_id, event.town, event.kind = f"f-{n % 40}", ("newhaven", "dieppe")[n % 2], KINDS[n % 4]
    event.featured_in = [event.festival_id] if n % 80 == 6 else []
    event.state = ("published", "published", "published", "draft")[n % 4]
    event.keywords, event.words = [f"k{n % 50}"], [f"w{n % 500}", "event"]
    event.title = {("en", "fr")[n % 3 == 0]: "Event"}
    event.accessibility = ["motor", "visual"][: n % 3]
    event.attendance = "online" if n % 11 == 0 else "offline"
    event.admission = (None, "free", "ticketed")[n % 3]
    event.status = "cancelled" if n % 90 == 0 else "scheduled"
    event.where.point.lat = 50.77 + n % 1000 / 20000
    event.clean()
    row = event.to_mongo().to_dict()
    return row | {
        "_id": f"e-{n:05}",
        "curator": {"id": f"c-{n % 300}", "name": "C"},
        "first_start": start,
        "last_end": timing.ends_at,
        "days": [start.date().isoformat()],
        "sailing_ids": [f"s-{n % 900}"],
        "created_at": start,
        "updated_at": start,
    }


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_of_a_large_collection_is_answered_from_an_index(crowd, name):
    actor = ADA if name == "own" else ANONYMOUS
    selectors = filters.events(crowd.runtime.db, QUERIES[name], actor, crowd.runtime.locality, NOW)
    found = sum(examined(crowd, selector)["nReturned"] for selector in selectors)
    assert found, "the question has an answer, so that the plan means something"


def examined(crowd, selector):
    """What a page of one selector cost."""
    plan = crowd.runtime.db.events.find(selector).sort([("first_start", 1), ("_id", 1)]).limit(51).explain()
    stages = stages_of(plan["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in stages
    assert "COLLSCAN" not in stages
    assert plan["executionStats"]["totalDocsExamined"] <= 300, plan["queryPlanner"]["winningPlan"]
    assert plan["executionStats"]["totalKeysExamined"] <= 600, plan["queryPlanner"]["winningPlan"]
    return plan["executionStats"]


@pytest.mark.parametrize("name", ["town-and-day", "town", "all", "festival", "kind", "accessibility", "time-of-day"])
def test_the_order_of_common_lists_comes_from_the_index_too(crowd, name):
    for selector in filters.events(crowd.runtime.db, QUERIES[name], ANONYMOUS, crowd.runtime.locality, NOW):
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
