"""The results as JSON, as a table, and as the page ``docs/performance.md`` with its plot."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from tests.bench import plot
from tests.bench.stats import MAX_DRIFT, Result, Sample, ratio_of

PAGE = Path("docs/performance.md")
PLOT = Path("docs/performance.svg")
NOTES = Path("docs/performance-notes.md")


class Report(msgspec.Struct, frozen=True):
    """One run of the benchmarks."""

    command: str
    at: datetime
    seconds: int
    machine: dict[str, Any]
    results: list[Result]


def write(report: Report, path: Path) -> None:
    """Keep ``report`` as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1))


def read(path: Path) -> Report:
    """Inverse of ``write``."""
    return msgspec.json.decode(path.read_bytes(), type=Report)


def verdict(result: Result) -> str:
    """Whether the goal is reached, in a word."""
    return {None: "refused", True: "yes", False: "no"}[result.reached]


def bound(result: Result) -> str:
    """The goal itself, e.g. ``>= 0.8``."""
    unit = "" if result.goal.shown == "ratio" else f" {result.goal.shown}"
    return f"{'≥' if result.goal.at_least else '≤'} {result.goal.bound:g}{unit}"


def line(result: Result) -> str:
    """One result in one line, for whoever waits."""
    figure = f"{result.figure:.3g}" if result.figure is not None else "nothing counts"
    if result.refused and result.rounds:
        figure += f", all rounds {median(ratio_of(each, result.goal.figure) for each in result.rounds):.3g}"
    return f"{result.goal.id} {result.goal.what}: {figure} (goal {bound(result)}): {verdict(result)}"


HEAD = (
    "",
    "what",
    "median (worst)",
    "goal",
    "reached",
    "CPU µs/unit: ours",
    "reference",
    "per second: ours",
    "reference",
    "rounds",
)


def table(results: Sequence[Result]) -> str:
    """All results as a Markdown table: the compared figure, then CPU as median and minimum, then rates."""
    rows = [HEAD, tuple("---" for _ in HEAD), *map(_row, results)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(result: Result) -> tuple[str, ...]:
    ours, reference = result.samples("ours"), result.samples("reference")
    worst = (min if result.goal.at_least else max)(result.ratios, default=None)
    figure = "–" if result.figure is None else f"**{result.figure:.3g}** ({worst:.3g})"
    rounds = f"{len(result.counted)} of {len(result.rounds)}"
    return (
        result.goal.id,
        f"{result.goal.what} ({result.goal.unit})",
        figure,
        bound(result),
        verdict(result),
        _cpu(ours),
        _cpu(reference),
        _rate(ours),
        _rate(reference),
        rounds,
    )


def _cpu(samples: Sequence[Sample]) -> str:
    values = [sample.cpu_us for sample in samples]
    return f"{_short(median(values))} / {_short(min(values))}" if values else "–"


def _rate(samples: Sequence[Sample]) -> str:
    return _short(median([sample.figure("rate") for sample in samples])) if samples else "–"


def _short(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if value >= 100 else f"{value:.3g}"


def publish(results: Path) -> None:
    """Write the page and the plot from the JSON."""
    report = read(results)
    PLOT.write_text(plot.bars(report.results))
    PAGE.write_text(_page(report))
    sys.stdout.write(f"{PAGE} and {PLOT} are written\n")


def _page(report: Report) -> str:
    machine = report.machine
    about = "\n".join(
        f"- {each.goal.id}: {each.goal.what}; beside it: {each.goal.reference or 'nothing'}" for each in report.results
    )
    notes = NOTES.read_text() if NOTES.exists() else ""
    return f"""# Performance

Written by `python -m tests.bench report` from what `{report.command}` measured on {report.at:%d %B %Y} in
{report.seconds} s: {machine["cores"]} cores ({machine["processor"]}), {machine["memory_gib"]} GiB, {machine["system"]};
Apache Kafka and MongoDB on the same machine.

Each figure is ours to a reference that ran in the same minute as A B B A, between two runs of a fixed piece of work; a
round whose pair differs by more than {MAX_DRIFT:.0%} does not count. Median over the rounds, the worst one in
brackets. CPU is that of load and servers together, median / minimum. On another machine only the ratios mean anything.

![Every figure as a share of its goal](performance.svg)

{table(report.results)}
## What is compared

{about}

{notes}"""
