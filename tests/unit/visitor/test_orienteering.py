"""Row GB6: the planner reaches proved optima; all instances are measured by ``python -m tests.bench.orienteering``."""

from __future__ import annotations

import json

import pytest

from services.visitor.domain.orienteering import Problem, Slot, Visit, prize_of, schedule, solve
from tests.bench.orienteering import OPTIMA, instance, proved_optimum

KNOWN = json.loads(OPTIMA.read_text())


@pytest.mark.parametrize("known", KNOWN[::9], ids=lambda known: f"{known['kind']}-{known['size']}-{known['seed']}")
def test_gb6_the_gap_to_a_proved_optimum_is_small(known):
    problem = instance(known["kind"], known["size"], known["seed"])
    found = prize_of(problem, solve(problem, seconds=1.2, patience=800))
    assert known["optimum"] * 0.982 <= found <= known["optimum"]


def test_the_proof_is_of_the_same_problem():
    """The checker counts what the planner counts: on three visits of which two fit."""
    travel = [[0, 10, 10, 10, 0], [10, 0, 5, 5, 10], [10, 5, 0, 5, 10], [10, 5, 5, 0, 10], [0, 10, 10, 10, 0]]
    visits = [Visit(prize, (Slot(opens, 40, 10),)) for prize, opens in ((5, 0), (7, 20), (9, 0))]
    problem = Problem(visits, travel, 0, 46)
    assert proved_optimum(problem, 10) == prize_of(problem, solve(problem, seconds=0.2)) == 16
    assert schedule(problem, [(2, 0), (1, 0), (0, 0)]) is None


def test_a_large_prize_out_of_reach_does_not_make_a_tour_late():
    """What was found: the solver was late by minutes for a prize that was worth more than its penalty."""
    travel = [[0, 45, 40, 0], [45, 0, 20, 45], [40, 20, 0, 40], [0, 45, 40, 0]]
    visits = [Visit(500, (Slot(41, 41, 120),)), Visit(10, (Slot(0, 204, 30),))]
    tour = solve(Problem(visits, travel, 0, 237), seconds=0.5, patience=200)
    assert [stop.visit for stop in tour.stops] == [1]
