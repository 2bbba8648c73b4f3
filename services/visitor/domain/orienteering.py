"""The orienteering problem with time windows: visit what is worth most and be back in time.

Each visit has a prize and slots in which it may begin, each with the time it takes then; a tour leads from the first
node to the last within the time there is. Prizes come first, then less walking. The problem is the one of P.
Vansteenwegen, W. Souffriau, D. Van Oudheusden, "The orienteering problem: a survey", European Journal of Operational
Research 209 (2011). PyVRP finds the tour (iterated local search for prize-collecting routing); it is checked here.

Times are whole units (minutes or any other) from 0 on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

PRIZE_OVER_WALKING = 100
"""What one point of a prize is worth in units of walking."""
MAX_PENALTY = 10_000_000.0
"""The most the solver counts for each unit of being late: above any prize, or it would rather be late."""


@dataclass(frozen=True)
class Slot:
    """A visit may begin from ``opens`` to ``closes``, both included, and takes ``duration``."""

    opens: int
    closes: int
    duration: int


@dataclass(frozen=True)
class Visit:
    """Something to visit once, in one of its slots."""

    prize: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Problem:
    """Node 0 is the start, ``visits[i]`` node ``i + 1``, the last node the end; ``travel[a][b]`` leads from a to b."""

    visits: Sequence[Visit]
    travel: Sequence[Sequence[int]]
    starts_at: int
    ends_at: int


@dataclass(frozen=True)
class Stop:
    """A visit of a tour, by its place in ``Problem.visits``, with when one is there, begins and leaves."""

    visit: int
    arrives: int
    begins: int
    leaves: int


@dataclass(frozen=True)
class Tour:
    """Stops in their order and when one is at the end."""

    stops: tuple[Stop, ...]
    back_at: int


Order = Sequence[tuple[int, int]]
"""Visits in their order, each with the slot it is made in."""


def schedule(problem: Problem, order: Order) -> Tour | None:
    """The earliest tour that makes the visits in that order; None when it breaks a slot or comes back too late."""
    at, node, stops = problem.starts_at, 0, []
    for index, chosen in order:
        slot = problem.visits[index].slots[chosen]
        arrives = at + problem.travel[node][index + 1]
        if arrives > slot.closes:
            return None
        begins = max(arrives, slot.opens)
        at, node = begins + slot.duration, index + 1
        stops.append(Stop(index, arrives, begins, at))
    back_at = at + problem.travel[node][-1]
    return Tour(tuple(stops), back_at) if back_at <= problem.ends_at else None


def prize_of(problem: Problem, tour: Tour) -> int:
    """What a tour collects."""
    return sum(problem.visits[stop.visit].prize for stop in tour.stops)


def solve(problem: Problem, *, seconds: float, patience: int = 2_000, seed: int = 1) -> Tour:
    """A tour that collects much, in at most about ``seconds``; ends early after ``patience`` rounds without gain.

    Whatever the solver says, the answer keeps every slot and the end, and no visit that is left out could simply be
    added. Raises ``ValueError`` when there is not even the time to go to the end.
    """
    nothing = schedule(problem, [])
    if nothing is None:
        raise ValueError("no time to go to the end")
    chances = _reachable(problem)
    order = _kept(problem, _route(problem, chances, seconds, patience, seed)) if chances else []
    for chance in sorted(chances, key=lambda each: -problem.visits[each[0]].prize):
        order = _with(problem, order, chance)
    return schedule(problem, order) or nothing


def _reachable(problem: Problem) -> list[tuple[int, int]]:
    """The visits and slots that can be made when nothing else is."""
    pairs = ((index, number) for index, visit in enumerate(problem.visits) for number in range(len(visit.slots)))
    return [pair for pair in pairs if schedule(problem, [pair]) is not None]


def _kept(problem: Problem, order: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What can be made of a route that may be late: each visit in turn, unless it breaks what is before it."""
    kept: list[tuple[int, int]] = []
    for pair in order:
        if schedule(problem, [*kept, pair]) is not None:
            kept.append(pair)
    return kept


def _with(problem: Problem, order: list[tuple[int, int]], pair: tuple[int, int]) -> list[tuple[int, int]]:
    """The order with one more visit, at the first place where it fits; without it where it fits nowhere."""
    if any(index == pair[0] for index, _ in order):
        return order
    for place in range(len(order) + 1):
        longer = [*order[:place], pair, *order[place:]]
        if schedule(problem, longer) is not None:
            return longer
    return order


def _route(
    problem: Problem, chances: Sequence[tuple[int, int]], seconds: float, patience: int, seed: int
) -> list[tuple[int, int]]:
    """The solver's route. PyVRP is imported here: numpy starts threads when imported, before a process has forked."""
    from pyvrp import Model, PenaltyParams, SolveParams
    from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

    model = Model()
    nodes = [model.add_location(0, 0) for _ in problem.travel]
    model.add_vehicle_type(
        start_depot=model.add_depot(nodes[0]),
        end_depot=model.add_depot(nodes[-1]),
        tw_early=problem.starts_at,
        tw_late=problem.ends_at,
        unit_distance_cost=1,
    )
    slots_of = Counter(index for index, _ in chances)
    groups = {index: model.add_client_group(required=False) for index, slots in slots_of.items() if slots > 1}
    for index, number in chances:
        slot = problem.visits[index].slots[number]
        model.add_client(
            nodes[index + 1],
            service_duration=slot.duration,
            tw_early=slot.opens,
            tw_late=slot.closes,
            prize=problem.visits[index].prize * PRIZE_OVER_WALKING,
            required=False,
            group=groups.get(index),
        )
    for a, row in enumerate(problem.travel):
        for b, time in enumerate(row):
            model.add_edge(nodes[a], nodes[b], distance=time, duration=time)
    stop = MultipleCriteria([MaxRuntime(seconds), NoImprovement(patience)])
    params = SolveParams(penalty=PenaltyParams(max_penalty=MAX_PENALTY))
    best = model.solve(stop, seed=seed, collect_stats=False, display=False, params=params).best
    return [chances[each.idx] for route in best.routes() for each in route if each.is_client()]
