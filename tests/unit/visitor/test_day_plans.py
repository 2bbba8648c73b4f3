"""Rows B10 and GB1: random days in both towns end before the last check-in; small ones are as good as can be."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.visitor.domain.day_plans import IN_HAND, Candidate, Chance, Day, plan, problem_of
from services.visitor.domain.hours import Span, Spans
from services.visitor.domain.orienteering import Problem, prize_of, schedule, solve
from services.visitor.domain.timetable import local
from services.visitor.domain.walking import Spot
from services.visitor.domain.windows import attendances, opening_windows, stays

TOWNS = {
    "newhaven": (ZoneInfo("Europe/London"), Spot(50.794, 0.056)),
    "dieppe": (ZoneInfo("Europe/Paris"), Spot(49.934, 1.091)),
}
CLOCKS_CHANGE = (date(2018, 3, 25), date(2018, 10, 28), date(2027, 3, 28), date(2026, 10, 25))
PLANS = int(os.environ.get("PLANS", "1000"))
"""GB1 counts 5,000: ``PLANS=5000 pytest tests/unit/visitor/test_day_plans.py`` (10 to 60 seconds)."""


def random_day(rng: random.Random, town: str) -> tuple[Day, list[Candidate], dict[str, list]]:
    """A day in a town, on one of four when the clocks change; what there is to see; and its opening by local clocks."""
    zone, quay = TOWNS[town]
    change = rng.random() < 0.4
    on = rng.choice(CLOCKS_CHANGE) if change else date(2018, 1, 1) + timedelta(days=rng.randrange(700))
    starts_at = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(minutes=rng.randrange(-120, 1080))
    closes_at = starts_at + timedelta(minutes=rng.randint(20, 900))
    found, opening = [], {}
    for number in range(rng.randint(0, 14)):
        spot = Spot(quay.lat + rng.uniform(-0.02, 0.02), quay.lon + rng.uniform(-0.03, 0.03), rng.choice((None, 5, 30)))
        stay = rng.choice((15, 30, 45, 75))
        if rng.random() < 0.7:
            opens = 60 * rng.randint(0, 20)
            spans = (Span(opens, opens + 60 * rng.randint(1, 8)),)
            chances = stays(opening_windows(lambda _, spans=spans: spans, starts_at, closes_at, zone), stay)
        else:
            begins = starts_at + timedelta(minutes=rng.randint(-60, 800))
            spans = None
            chances = attendances([(begins, begins + timedelta(minutes=rng.choice((45, 120, 400))))])
        opening[str(number)] = spans
        found.append(Candidate("place", str(number), spot, rng.choice((10, 50, 90)), chances))
    return Day(starts_at, closes_at, quay, rng.choice(("slow", "normal", "brisk"))), found, opening


def test_gb1_every_random_plan_ends_before_the_last_check_in_at_the_right_local_times():
    rng = random.Random(1)
    planned = stops = over_a_change = 0
    for number in range(PLANS):
        town = ("newhaven", "dieppe")[number % 2]
        zone = TOWNS[town][0]
        day, candidates, opening = random_day(rng, town)
        made = plan(day, candidates, patience=40)
        if made is None:
            assert day.closes_at - IN_HAND < day.starts_at or not candidates
            continue
        planned += 1
        at = day.starts_at
        for stop in made.stops:
            assert stop.arrives_at == at + timedelta(minutes=stop.walk_minutes)
            assert stop.arrives_at <= stop.begins_at < stop.leaves_at
            spans = opening[stop.candidate.id]
            if spans is not None:
                begins, leaves = (
                    local(each, zone.key).replace(tzinfo=None) for each in (stop.begins_at, stop.leaves_at)
                )
                assert in_spans(begins, leaves, spans), (begins, leaves, spans)
            here, there = (local(stop.begins_at, each) for each in ("Europe/London", "Europe/Paris"))
            assert (
                datetime.fromisoformat(here.isoformat()) == datetime.fromisoformat(there.isoformat()) == stop.begins_at
            )
            assert there.utcoffset() - here.utcoffset() == timedelta(hours=1)
            at = stop.leaves_at
            stops += 1
        back_at = at + timedelta(minutes=made.walk_back_minutes)
        assert made.back_at == back_at <= day.closes_at - IN_HAND
        ends = [local(each, zone.key).utcoffset() for each in (day.starts_at, day.closes_at)]
        over_a_change += ends[0] != ends[1]
    assert planned > PLANS * 0.9
    assert stops > PLANS
    assert over_a_change > PLANS * 0.01


def in_spans(begins: datetime, leaves: datetime, spans: Spans) -> bool:
    """Whether a stay lies in opening hours as a person with a local clock reads them; over midnight too."""
    midnights = (datetime.combine(begins.date() - timedelta(days=back), datetime.min.time()) for back in (0, 1))
    return any(
        midnight + timedelta(minutes=span.opens) <= begins and leaves <= midnight + timedelta(minutes=span.closes)
        for midnight in midnights
        for span in spans
    )


def best_prize(problem: Problem) -> int:
    """The most that any order of any visits in any of their slots collects: by trying them all."""

    def extended(order: list[tuple[int, int]]) -> int:
        tour = schedule(problem, order)
        if tour is None:
            return 0
        best = prize_of(problem, tour)
        visited = {index for index, _ in order}
        for index, visit in enumerate(problem.visits):
            if index not in visited:
                for number in range(len(visit.slots)):
                    best = max(best, extended([*order, (index, number)]))
        return best

    return extended([])


def test_b10_small_days_are_planned_as_well_as_trying_everything_would():
    rng = random.Random(10)
    compared = longest = 0
    while compared < 100:
        day, candidates, _ = random_day(rng, rng.choice(list(TOWNS)))
        problem = problem_of(day, [each for each in candidates if each.chances][:7])
        if schedule(problem, []) is None or not problem.visits:
            continue
        tour = solve(problem, seconds=1.0, patience=100)
        assert prize_of(problem, tour) == best_prize(problem)
        compared += 1
        longest = max(longest, len(tour.stops))
    assert longest >= 5


def test_gb2_the_rest_of_a_day_is_planned_anew_as_well_as_trying_everything_would():
    rng = random.Random(2)
    compared = 0
    while compared < 60:
        day, candidates, _ = random_day(rng, rng.choice(list(TOWNS)))
        here = Spot(day.quay.lat + rng.uniform(-0.02, 0.02), day.quay.lon + rng.uniform(-0.02, 0.02))
        day = replace(day, here=here)
        problem = problem_of(day, [each for each in candidates if each.chances][:6])
        if schedule(problem, []) is None or not problem.visits:
            continue
        best = best_prize(problem)
        assert prize_of(problem, solve(problem, seconds=1.0, patience=100)) >= 0.9 * best
        compared += 1


def test_an_opening_over_a_night_when_the_clocks_change_lasts_as_long_as_it_does():
    zone = ZoneInfo("Europe/London")
    start, end = datetime(2018, 10, 27, 20, tzinfo=UTC), datetime(2018, 10, 28, 6, tzinfo=UTC)
    night = (Span(22 * 60, 27 * 60),)
    [[opens, closes]] = opening_windows(lambda day: night if day.day == 27 else (), start, end, zone)
    assert (opens.hour, closes.hour, closes - opens) == (21, 3, timedelta(hours=6))


def test_what_asks_for_more_time_than_there_is_is_left_out():
    quay = TOWNS["newhaven"][1]
    now = datetime(2018, 8, 19, 9, tzinfo=UTC)
    long = Candidate("place", "long", quay, 90, (Chance(now, now + timedelta(hours=3), 200),))
    short = Candidate("place", "short", quay, 10, (Chance(now, now + timedelta(hours=3), 20),))
    made = plan(Day(now, now + timedelta(hours=2), quay, "slow"), [long, short])
    assert [stop.candidate.id for stop in made.stops] == ["short"]
