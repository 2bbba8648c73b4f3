"""A day between two ferries: what to see in which order, so that one is at the check-in before it closes.

Instants are UTC throughout, so that a day on which the clocks change has the hours it has; only windows are read from
local clocks, and only people read local times.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.visitor.domain.hours import Hours
from services.visitor.domain.orienteering import Problem, Slot, Visit, schedule, solve
from services.visitor.domain.walking import Spot, walk, walk_from_quay

MINUTE = timedelta(minutes=1)
IN_HAND = timedelta(minutes=10)
"""How long before check-in closes a plan is back at the ferry."""
MAX_CANDIDATES = 40
"""Listings the solver chooses from: those worth most, the nearest first among equals."""
LONGEST = timedelta(hours=48)

Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class Chance:
    """A visit may begin between the two instants and takes so many minutes."""

    first: datetime
    last: datetime
    minutes: int


@dataclass(frozen=True)
class Candidate:
    """A listing that could be visited, once, at one of its chances."""

    kind: str
    id: str
    spot: Spot
    prize: int
    chances: tuple[Chance, ...]
    hours: Hours | None = None
    """The opening hours that the chances were made of; None for what has times of its own."""
    hours_assumed: bool = False
    """Whether nobody has told them."""


@dataclass(frozen=True)
class Day:
    """The time there is, and where one walks from."""

    starts_at: datetime
    closes_at: datetime
    """When the last check-in closes."""
    quay: Spot
    pace: str
    here: Spot | None = None
    """Where one is at the start, when not at the ferry."""


@dataclass(frozen=True)
class PlannedStop:
    """A stop with when one is there, begins and leaves."""

    candidate: Candidate
    walk_minutes: int
    arrives_at: datetime
    begins_at: datetime
    leaves_at: datetime


@dataclass(frozen=True)
class DayPlan:
    """The stops and when one is back at the ferry."""

    stops: tuple[PlannedStop, ...]
    walk_back_minutes: int
    back_at: datetime


def plan(day: Day, candidates: Sequence[Candidate], *, seconds: float = 1.0, patience: int = 600) -> DayPlan | None:
    """The day that is worth most; None when there is not even the time to walk back to the ferry."""
    chosen = _chosen(day, candidates)
    problem = problem_of(day, chosen)
    if schedule(problem, []) is None:
        return None
    tour = solve(problem, seconds=seconds, patience=patience)
    stops, node = [], 0
    for stop in tour.stops:
        walked = problem.travel[node][stop.visit + 1]
        times = [day.starts_at + each * MINUTE for each in (stop.arrives, stop.begins, stop.leaves)]
        stops.append(PlannedStop(chosen[stop.visit], walked, *times))
        node = stop.visit + 1
    return DayPlan(tuple(stops), problem.travel[node][-1], day.starts_at + tour.back_at * MINUTE)


def _chosen(day: Day, candidates: Sequence[Candidate]) -> list[Candidate]:
    def rank(each: Candidate) -> tuple[int, int, str, str]:
        return -each.prize, walk_from_quay(day.quay, each.spot, day.pace), each.kind, each.id

    return sorted((each for each in candidates if _slots(day, each)), key=rank)[:MAX_CANDIDATES]


def problem_of(day: Day, candidates: Sequence[Candidate]) -> Problem:
    """The orienteering problem of a day, in minutes since its start."""
    visits = [Visit(each.prize, _slots(day, each)) for each in candidates]
    spots = [each.spot for each in candidates]
    to_quay = [walk_from_quay(day.quay, spot, day.pace) for spot in spots]
    first = to_quay if day.here is None else [walk(day.here, spot, day.pace) for spot in spots]
    direct = 0 if day.here is None else walk_from_quay(day.quay, day.here, day.pace)
    travel = [[0, *first, direct]]
    for a, spot in enumerate(spots):
        travel.append([first[a], *(walk(spot, other, day.pace) for other in spots), to_quay[a]])
    travel.append([direct, *to_quay, 0])
    latest = math.floor((day.closes_at - IN_HAND - day.starts_at) / MINUTE)
    return Problem(visits, travel, 0, latest)


def _slots(day: Day, each: Candidate) -> tuple[Slot, ...]:
    """The chances that lie in the day, in minutes since its start."""
    found = []
    for chance in each.chances:
        opens = max(0, math.ceil((chance.first - day.starts_at) / MINUTE))
        closes = math.floor((chance.last - day.starts_at) / MINUTE)
        if closes >= opens and chance.first < day.closes_at:
            found.append(Slot(opens, closes, chance.minutes))
    return tuple(found)
