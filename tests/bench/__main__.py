"""``python -m tests.bench``: measure all goals, print the table, keep it as JSON. ``report`` makes a page of that.

Exit code 1 when a goal was refused or not measured, so that nobody quotes a figure that does not hold; one that is not
reached is told in the table.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import report
from tests.bench.goals import GOALS
from tests.bench.meter import Effort, machine
from tests.bench.stage import stage
from tests.bench.stats import Result

RESULTS = Path("build/bench.json")


def say(text: str) -> None:
    """Tell whoever waits."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def run(names: list[str], *, quick: bool, out: Path) -> int:
    """Measure the goals ``names`` and write them to ``out``; returns the exit code."""
    effort = Effort(quick=quick, say=say)
    results: list[Result] = []
    left_out: list[str] = []
    began, started = datetime.now(UTC), time.monotonic()
    with stage() as servers:
        for number, name in enumerate(names):
            if effort.over:
                say(f"{name}: not measured, the time for the whole run is used up")
                left_out.append(name)
                continue
            at = time.monotonic()
            effort.begin(len(names) - number)
            for result in GOALS[name](servers, effort):
                results.append(result)
                results.sort(key=lambda each: int(each.goal.id[1:]))
                say(report.line(result))
            say(f"{name} took {time.monotonic() - at:.0f} s")
    found = report.Report(
        command="make bench" + (" QUICK=1" if quick else ""),
        at=began,
        seconds=round(time.monotonic() - started),
        machine=machine(),
        results=results,
    )
    report.write(found, out)
    sys.stdout.write(report.table(results))
    return 1 if left_out or any(result.refused for result in results) else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["run", "report"], default="run")
    parser.add_argument("--quick", action="store_true", help="short runs: to see that it works, not to quote")
    parser.add_argument("--only", default=",".join(GOALS), help="goals, e.g. P2,P5")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the JSON is kept")
    given = parser.parse_args()
    if given.what == "report":
        report.publish(given.out)
        return 0
    return run(given.only.split(","), quick=given.quick, out=given.out)


if __name__ == "__main__":
    sys.exit(main())
