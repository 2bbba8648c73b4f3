"""A plot of the results as SVG: every figure on one scale, on which 1 is its goal and further right is better."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tests.bench.stats import Result

WIDTH, BAR, GAP, LEFT, SCALE = 760, 18, 10, 250, 3.0
"""Pixels, and how many times a goal may be surpassed before its bar is cut."""


def headroom(result: Result, figure: float) -> float:
    """How far ``figure`` surpasses the goal: 1 is just reached, less is not."""
    return figure / result.goal.bound if result.goal.at_least else result.goal.bound / figure


def bars(results: Sequence[Result]) -> str:
    """One bar for each result that counts, with a whisker over its rounds and a line at the goal."""
    height = (BAR + GAP) * len(results) + 50
    unit = (WIDTH - LEFT - 60) / SCALE
    goal = LEFT + unit
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"'
        ' font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for number, result in enumerate(results):
        top = 10 + number * (BAR + GAP)
        parts.append(f'<text x="{LEFT - 8}" y="{top + 13}" text-anchor="end">{escape(_label(result))}</text>')
        if result.figure is None:
            parts.append(f'<text x="{LEFT + 4}" y="{top + 13}" fill="#666">refused</text>')
            continue
        shares = sorted(min(headroom(result, ratio), SCALE) * unit for ratio in result.ratios)
        length = min(headroom(result, result.figure), SCALE) * unit
        colour = "#2a7f62" if result.goal.reached_by(result.figure) else "#b3541e"
        middle = top + BAR / 2
        parts += [
            f'<rect x="{LEFT}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{colour}"/>',
            f'<path d="M{LEFT + shares[0]:.1f} {middle}H{LEFT + shares[-1]:.1f}" stroke="#222"/>',
            f'<text x="{LEFT + max(length, shares[-1]) + 5:.1f}" y="{top + 13}">{result.figure:.3g}</text>',
        ]
    bottom = height - 32
    parts += [
        f'<path d="M{goal:.1f} 4V{bottom}" stroke="#222" stroke-dasharray="4 3"/>',
        f'<text x="{goal:.1f}" y="{height - 14}" text-anchor="middle">goal</text>',
        "</svg>\n",
    ]
    return "\n".join(parts)


def _label(result: Result) -> str:
    what = result.goal.what.split(":")[0]
    return f"{result.goal.id} {what}" if len(what) < 36 else f"{result.goal.id} {what[:33]}…"
