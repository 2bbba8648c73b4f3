"""Row GB6: how far the planner's tours are from the best there are, on instances whose optimum is proved.

``python -m tests.bench.orienteering`` measures on one core and prints the table of ``docs/planner.md``.
``python -m tests.bench.orienteering prove`` finds and proves the optima anew and writes them beside this file.

The instances follow the published way of making them for the orienteering problem with time windows: points as in M. M.
Solomon, Operations Research 35 (1987), R uniform, C in clusters, RC both; prizes and a single tour as in G. Righini, M.
Salani, "Decremental state space relaxation strategies and initialization heuristics for solving the orienteering
problem with time windows", Computers & Operations Research 36 (2009). They are made from their seed, not copied.
The proof is by OR-Tools CP-SAT: a circuit through the chosen nodes, times along its arcs, until the bound is the value.
"""

from __future__ import annotations

import json
import math
import os
import random
import statistics
import sys
import time
from pathlib import Path

from ortools.sat.python import cp_model

from services.visitor.domain.orienteering import Problem, Slot, Visit, prize_of, solve

OPTIMA = Path(__file__).with_name("orienteering.json")
SERVICE = 10
SECONDS = 1.2
"""What the planner is given for each instance here; a day plan of the service is given 1."""
PROOF_SECONDS = 60.0


def instance(kind: str, size: int, seed: int) -> Problem:
    """The instance of that kind, number of visits and seed."""
    rng = random.Random(f"{kind}-{size}-{seed}")
    centres = [(rng.uniform(15, 85), rng.uniform(15, 85)) for _ in range(max(2, size // 8))]
    points = [(50.0, 50.0)]
    for number in range(size):
        clustered = kind == "C" or (kind == "RC" and number % 2 == 0)
        x, y = rng.choice(centres) if clustered else (rng.uniform(0, 100), rng.uniform(0, 100))
        points.append((x + rng.gauss(0, 5), y + rng.gauss(0, 5)) if clustered else (x, y))
    points.append(points[0])
    travel = [[math.ceil(math.dist(a, b)) for b in points] for a in points]
    horizon = rng.choice((230, 240, 480))
    visits = []
    for _ in range(size):
        width, middle = rng.choice((10, 30, 60, 120, horizon)), rng.randint(0, horizon)
        slot = Slot(max(0, middle - width // 2), middle + width // 2, SERVICE)
        visits.append(Visit(rng.randint(1, 50), (slot,)))
    return Problem(visits, travel, 0, horizon)


def proved_optimum(problem: Problem, seconds: float) -> int | None:
    """The most that can be collected; None when it could not be proved in that time."""
    model, count = cp_model.CpModel(), len(problem.visits)
    made = [model.new_bool_var("") for _ in problem.visits]
    begins = [model.new_int_var(visit.slots[0].opens, visit.slots[0].closes, "") for visit in problem.visits]
    nothing = model.new_bool_var("")
    arcs = [(0, 0, nothing)]
    for a, visit in enumerate(problem.visits):
        leaves = begins[a] + visit.slots[0].duration
        first, last = model.new_bool_var(""), model.new_bool_var("")
        arcs += [(a + 1, a + 1, ~made[a]), (0, a + 1, first), (a + 1, 0, last)]
        model.add_implication(nothing, ~made[a])
        model.add(begins[a] >= problem.starts_at + problem.travel[0][a + 1]).only_enforce_if(first)
        model.add(leaves + problem.travel[a + 1][-1] <= problem.ends_at).only_enforce_if(last)
        for b in range(count):
            if a != b:
                follows = model.new_bool_var("")
                arcs.append((a + 1, b + 1, follows))
                model.add(begins[b] >= leaves + problem.travel[a + 1][b + 1]).only_enforce_if(follows)
    model.add_circuit(arcs)
    model.maximize(sum(visit.prize * there for visit, there in zip(problem.visits, made, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 4
    return round(solver.objective_value) if solver.solve(model) == cp_model.OPTIMAL else None


def prove() -> None:
    """Prove the optima of five instances of each kind and size, leaving out those that take too long."""
    proved = []
    for size in (15, 20, 25):
        for kind in ("R", "C", "RC"):
            for seed in range(5):
                best = proved_optimum(instance(kind, size, seed), PROOF_SECONDS)
                sys.stderr.write(f"{kind} {size} {seed}: {best}\n")
                if best:
                    proved.append({"kind": kind, "size": size, "seed": seed, "optimum": best})
                    OPTIMA.write_text(json.dumps(proved, indent=1) + "\n")


def measure() -> tuple[list[str], float, float]:
    """A row for each instance, the mean gap in percent, and the 95th percentile of the time in seconds."""
    rows, gaps, times = [], [], []
    for known in json.loads(OPTIMA.read_text()):
        problem = instance(known["kind"], known["size"], known["seed"])
        started = time.perf_counter()
        tour = solve(problem, seconds=SECONDS)
        times.append(time.perf_counter() - started)
        found = prize_of(problem, tour)
        gaps.append(100 * (known["optimum"] - found) / known["optimum"])
        name = f"{known['kind']}-{known['size']}-{known['seed']}"
        rows.append(f"| {name} | {known['optimum']} | {found} | {gaps[-1]:.2f} | {times[-1]:.2f} |")
    return rows, statistics.mean(gaps), statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    if sys.argv[1:] == ["prove"]:
        prove()
    else:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        table, gap, p95 = measure()
        sys.stdout.write("\n".join(table) + f"\nmean gap {gap:.2f} %, p95 {p95:.2f} s, {len(table)} instances\n")
        sys.exit(gap > 1.8 or p95 > 2.0)
