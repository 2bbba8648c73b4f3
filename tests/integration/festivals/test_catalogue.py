"""Rows A1 and A10 at scale: counts come from the catalogue in memory, and are those that reading the events gives."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from kernel.auth import ANONYMOUS
from services.festivals import facets, filters
from services.festivals.catalogue import Catalogue
from tests.integration.festivals import conftest

WANTED = ("kind", "keyword", "town", "festival", "accessibility", "status", "day", "hour", "age")
QUERIES = [
    {}, {"kind": ["MusicEvent", "FoodEvent"]}, {"keyword": ["k1", "k2"]}, {"accessibility": ["motor", "visual"]},
    {"festival_id": "newhaven-festival-2018", "admission": ["free"]}, {"status": ["disrupted"]},
]  # fmt: skip
STEPS = 60


@pytest.fixture(scope="module")
def history(mongod):
    """An open festival whose curator does all that can be done to events."""
    with conftest.opened(mongod) as people:
        people.festival()
        yield people


def some_keywords(rng):
    """Of no language, or by language, some of them in one alone."""
    some = [rng.sample(["k1", "k2", "k3"], k=rng.randrange(4)) for _ in range(2)]
    if rng.random() < 0.4:
        return {"keywords": some[0]}
    return {"keywords_by_language": dict(zip(rng.sample(["en", "fr", "de"], k=2), some, strict=True))}


def step(people, rng, known):
    """Something happens to some event."""
    act = rng.choice(["add", "add", "change", "withdraw", "publish", "cancel", "ferry"])
    if act == "ferry":
        return people.hear(conftest.cancelled(f"s-{rng.randrange(6)}"))
    more = {
        "kind": rng.choice(["MusicEvent", "FoodEvent", "Event"]),
        **some_keywords(rng),
        "accessibility": rng.sample(["motor", "visual"], k=rng.randrange(3)),
        "admission": rng.choice([None, "free", "ticketed"]),
        "sailing_ids": rng.sample([f"s-{n}" for n in range(6)], k=rng.randrange(2)),
    }
    if act == "add" or not known:
        return known.append(people.event(at=f"2018-08-{rng.randint(18, 24)}T{rng.randint(8, 21):02}:00", **more)["url"])
    url = rng.choice(known)
    if act == "change":
        return people.patch(url, more, as_="ada")
    return people.post(f"{url}/{act}", {"reason": {"en": "x"}} if act == "cancel" else None, as_="ada")


def test_a10_after_every_change_the_catalogue_counts_what_reading_counts(history):
    rng, known, catalogue = random.Random(7), [], Catalogue()
    db, locality, clock = history.runtime.db, history.runtime.locality, history.runtime.clock
    for _ in range(STEPS):
        clock.advance(timedelta(seconds=rng.choice([0, 1, 45, 600])))
        step(history, rng, known)
        query = rng.choice(QUERIES)
        selectors = filters.events(db, query, ANONYMOUS, locality, clock.now())
        groups = filters.as_groups(query)
        assert groups is not None
        for order in (None, ["en", "fr"], ["fr", "en"]):
            total, counts = facets._by_reading(db, selectors, WANTED, order)
            told = total, {name: dict(each) for name, each in counts.items()}
            assert catalogue.count(db, groups, WANTED, order) == told


@pytest.mark.parametrize(
    "query", [{"q": "walk"}, {"when": "now"}, {"age": 9}, {"near": [50.0, 0.0]}, {"curator_id": "a"}]
)
def test_a10_what_is_not_about_terms_alone_is_counted_by_reading(query):
    assert filters.as_groups(query) is None


def test_a10_only_what_changed_is_read_again_and_an_index_finds_it(history):
    plan = history.runtime.db.events.find(
        {"state": {"$in": ["draft", "published", "withdrawn"]}, "updated_at": {"$gte": history.runtime.clock.now()}}
    ).explain()
    assert plan["executionStats"]["totalDocsExamined"] == plan["executionStats"]["nReturned"]
