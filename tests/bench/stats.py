"""What a measurement says: samples, rounds of them, ratios, and when a round does not count.

Absolute times mean little on a machine that others use, so each figure is a ratio to a reference measured in the same
minute. A round runs reference and ours as A B B A, which takes a steady drift out of the ratio, between two runs of a
fixed piece of work, its calibration pair. A round whose pair differs by more than ``MAX_DRIFT`` is refused.
"""

from __future__ import annotations

from statistics import median
from typing import Literal

import msgspec

MAX_DRIFT = 0.15
"""How much the two halves of a calibration pair may differ, as a share of the quicker one."""

Figure = Literal["rate", "time", "cpu", "value"]
"""What is compared: units a second, seconds a unit, CPU a unit, or a figure that the sample brings along."""


class Sample(msgspec.Struct, frozen=True):
    """One run of one side."""

    units: int
    seconds: float
    cpu: float
    """User and system seconds of everything that took part: the load and the servers."""
    load_cpu: float
    """The part of ``cpu`` that the load itself took."""
    value: float = 0.0

    def figure(self, name: Figure) -> float:
        """The figure of that name; times in seconds."""
        match name:
            case "rate":
                return self.units / self.seconds
            case "time":
                return self.seconds / self.units
            case "cpu":
                return self.cpu / self.units
            case "value":
                return self.value

    @property
    def cpu_us(self) -> float:
        """Microseconds of CPU that a unit took."""
        return self.cpu / self.units * 1e6


class Round(msgspec.Struct, frozen=True):
    """One A B B A between its calibration pair; ``reference`` is empty where the goal is an absolute one."""

    calibration: tuple[float, float]
    reference: list[Sample]
    ours: list[Sample]

    @property
    def drift(self) -> float:
        """How far the calibration pair is apart, as a share of the quicker one."""
        return max(self.calibration) / min(self.calibration) - 1

    @property
    def refused(self) -> bool:
        """Whether the machine changed too much meanwhile for the ratio to mean anything."""
        return self.drift > MAX_DRIFT


class Goal(msgspec.Struct, frozen=True):
    """What is to be reached."""

    id: str
    what: str
    reference: str
    """What it is compared with; empty where the bound is absolute."""
    unit: str
    figure: Figure
    bound: float
    at_least: bool
    """Whether ``bound`` is a lower one."""
    shown: str = "ratio"
    """Unit of the compared figure where it is absolute, e.g. ``%``."""

    def reached_by(self, figure: float) -> bool:
        """Whether ``figure`` is on the right side of the bound."""
        return figure >= self.bound if self.at_least else figure <= self.bound


class Result(msgspec.Struct, frozen=True):
    """All rounds of one goal, refused ones too."""

    goal: Goal
    wanted: int
    """How many rounds have to count."""
    rounds: list[Round]

    @property
    def counted(self) -> list[Round]:
        """The rounds that were not refused."""
        return [each for each in self.rounds if not each.refused]

    @property
    def refused(self) -> bool:
        """Whether too few rounds count for the goal to be judged."""
        return len(self.counted) < self.wanted

    @property
    def ratios(self) -> list[float]:
        """The compared figure of each round that counts; ``[]`` when none does."""
        return [ratio_of(each, self.goal.figure) for each in self.counted]

    @property
    def figure(self) -> float | None:
        """The median over the rounds that count; None when none does."""
        return median(self.ratios) if self.ratios else None

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None when the run was refused."""
        return None if self.refused or self.figure is None else self.goal.reached_by(self.figure)

    def samples(self, side: Literal["reference", "ours"]) -> list[Sample]:
        """The samples of one side in the rounds that count."""
        return [sample for each in self.counted for sample in getattr(each, side)]


def ratio_of(one: Round, figure: Figure) -> float:
    """Ours to the reference, each the mean of its two samples; ours alone where there is no reference."""
    ours = _mean([sample.figure(figure) for sample in one.ours])
    return ours / _mean([sample.figure(figure) for sample in one.reference]) if one.reference else ours


def percentile(values: list[float], share: float) -> float:
    """The smallest of ``values`` that at least ``share`` of them do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, -int(-share * len(ranked) // 1) - 1)]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
