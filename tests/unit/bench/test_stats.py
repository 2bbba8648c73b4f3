"""What counts in a benchmark: rounds, their calibration, ratios, and when no figure is to be believed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench import plot, report
from tests.bench.stats import Goal, Result, Round, Sample, percentile, ratio_of

RATE = Goal(id="P0", what="a: b", reference="c", unit="unit", figure="rate", bound=0.8, at_least=True)
TIME = msgspec.structs.replace(RATE, figure="time", bound=1.3, at_least=False)
SOLO = msgspec.structs.replace(TIME, figure="value", bound=2.0, reference="", shown="%")


def sample(seconds: float, *, units: int = 100, cpu: float = 0.5, value: float = 0.0) -> Sample:
    return Sample(units, seconds, cpu, cpu / 2, value)


def one(reference: float, ours: float, *, drift: float = 0.0) -> Round:
    return Round((1.0, 1.0 + drift), [sample(reference)] * 2, [sample(ours)] * 2)


def test_figures_of_a_sample() -> None:
    taken = sample(2.0, cpu=0.001, value=7.0)
    assert [taken.figure(name) for name in ("rate", "time", "cpu", "value")] == [50.0, 0.02, 0.00001, 7.0]
    assert taken.cpu_us == pytest.approx(10.0)


def test_a_ratio_is_ours_to_the_reference() -> None:
    twice_as_long = one(1.0, 2.0)
    assert ratio_of(twice_as_long, "time") == pytest.approx(2.0)
    assert ratio_of(twice_as_long, "rate") == pytest.approx(0.5)
    assert ratio_of(Round((1, 1), [], [sample(1.0, value=3.0)]), "value") == 3.0


@settings(max_examples=100)
@given(st.floats(0.5, 2.0), st.floats(0.0, 0.5), st.floats(0.1, 10.0))
def test_abba_takes_a_steady_drift_out(true: float, drift: float, first: float) -> None:
    """The machine gets slower by the same amount with each run; the ratio of the same work stays 1."""
    a1, b1, b2, a2 = (first * (1 + drift * place) for place in range(4))
    drifting = Round((1, 1), [sample(a1), sample(a2)], [sample(b1 * true), sample(b2 * true)])
    assert ratio_of(drifting, "time") == pytest.approx(true)


@pytest.mark.parametrize(("pair", "refused"), [((1.0, 1.149), False), ((1.0, 1.151), True), ((1.151, 1.0), True)])
def test_a_round_is_refused_when_its_calibration_pair_drifts(pair: tuple[float, float], refused: bool) -> None:
    assert Round(pair, [], []).refused is refused


def test_refused_rounds_do_not_count_and_too_few_refuse_the_run() -> None:
    good, wild = one(1.0, 1.0), one(1.0, 50.0, drift=0.4)
    result = Result(RATE, 2, [good, wild, good])
    assert (result.figure, result.refused, result.reached) == (1.0, False, True)
    result = Result(RATE, 2, [good, wild, wild])
    assert (result.figure, result.refused, result.reached) == (1.0, True, None)
    assert Result(RATE, 2, [wild]).figure is None


@pytest.mark.parametrize(("goal", "ours", "reached"), [(RATE, 1.2, True), (RATE, 1.3, False), (TIME, 1.2, True)])
def test_a_goal_is_reached_on_its_side_of_the_bound(goal: Goal, ours: float, reached: bool) -> None:
    assert Result(goal, 1, [one(1.0, ours)]).reached is reached


@settings(max_examples=100)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=200), st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[int], share: float) -> None:
    found = percentile([float(value) for value in values], share)
    assert sum(value <= found for value in values) >= share * len(values)
    assert sum(value < found for value in values) < share * len(values)


def test_the_table_tells_every_result_and_whether_to_believe_it() -> None:
    results = [
        Result(RATE, 1, [one(1.0, 1.1), one(1.0, 1.2, drift=1.0)]),
        Result(TIME, 1, [one(1.0, 2.0)]),
        Result(SOLO, 1, [Round((1.0, 9.0), [], [sample(1.0, value=1.0)])]),
    ]
    head, _, *rows = report.table(results).splitlines()
    assert head.count("|") == 11
    assert ["| yes |" in rows[0], "| no |" in rows[1], "| refused |" in rows[2]] == [True] * 3
    assert "**0.909**" in rows[0]
    assert "1 of 2" in rows[0]
    assert "≤ 2 %" in rows[2]


def test_the_plot_has_a_bar_for_what_counts() -> None:
    drawn = plot.bars([Result(RATE, 1, [one(1.0, 1.0)]), Result(TIME, 1, [one(1.0, 1.0, drift=1.0)])])
    assert drawn.count("<rect") == 2, "the background and one bar"
    assert "refused" in drawn
    assert plot.headroom(Result(RATE, 1, []), 1.6) == pytest.approx(2.0)
    assert plot.headroom(Result(TIME, 1, []), 2.6) == pytest.approx(0.5)


def test_results_are_the_same_when_read_again(tmp_path: Path) -> None:
    found = report.Report("make bench", datetime.now(UTC), 1, {"cores": 2}, [Result(RATE, 1, [one(1.0, 1.0)])])
    report.write(found, tmp_path / "deep" / "bench.json")
    assert report.read(tmp_path / "deep" / "bench.json") == found
