"""What the tests of the promises counted in the last long run, kept for the README.

Where ``CHAOS_REPORT`` names a file, each test of a promise adds a JSON line to it, and so does each storm.
``python -m tests.support.report LINES`` adds them up into ``docs/chaos.json``, from which the README's table is made.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "chaos.json"
STORM = "storm"

Counts = Callable[..., None]
"""Called with what was counted: ``counts(commands=1200, lost=0)``."""


def add(line: dict[str, Any]) -> None:
    """Add ``line`` to the report, where one is asked for."""
    if path := os.environ.get("CHAOS_REPORT"):
        with Path(path).open("a", encoding="utf-8") as report:
            report.write(json.dumps(line) + "\n")


def counts_of(module: str, test: str) -> Counts:
    """A function that prints what ``test`` of ``module`` has counted, and reports it."""

    def counts(**counted: int | float) -> None:
        print(json.dumps({"test": test, **counted}))  # noqa: T201  shown with a failed test, or with -s
        add({"module": module, "counted": counted})

    return counts


def summed(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, int | float]]:
    """For each module its tests by outcome and the sum of each thing that was counted; a seed is no number to add."""
    found: dict[str, Counter[str]] = {}
    for line in lines:
        sums = found.setdefault(line["module"], Counter())
        if "outcome" in line:
            sums[line["outcome"]] += 1
        for name, number in line.get("counted", {}).items():
            if name == "seed":
                sums["seeds"] += 1
            else:
                sums[name] += number
    return {module: dict(sums) for module, sums in sorted(found.items())}


def kept() -> dict[str, dict[str, int | float]]:
    """What the last long run counted, by module."""
    counted: dict[str, dict[str, int | float]] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return counted


def told(counted: dict[str, int | float]) -> str:
    """Counts in words: ``3 passed; 1,320 commands, 0 lost``."""
    outcomes = [f"{counted[name]} {name}" for name in ("passed", "failed") if counted.get(name)]
    others = [f"{number:,} {name}" for name, number in counted.items() if name not in ("passed", "failed")]
    return "; ".join(part for part in (", ".join(outcomes), ", ".join(others)) if part)


if __name__ == "__main__":
    report = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    KEPT.write_text(json.dumps(summed(report), indent=1, sort_keys=True) + "\n", encoding="utf-8")
