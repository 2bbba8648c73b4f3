"""Counts of a long run are added up by module and told in words."""

from __future__ import annotations

from tests.support.report import summed, told


def test_lines_are_added_up_by_module() -> None:
    lines = [
        {"module": "a.py", "outcome": "passed"},
        {"module": "a.py", "counted": {"commands": 5, "lost": 0}},
        {"module": "a.py", "counted": {"commands": 7, "lost": 1}},
        {"module": "a.py", "outcome": "failed"},
        {"module": "storm", "counted": {"seed": 31, "commands": 1000}},
    ]
    assert summed(lines) == {
        "a.py": {"passed": 1, "commands": 12, "lost": 1, "failed": 1},
        "storm": {"seeds": 1, "commands": 1000},
    }


def test_counts_are_told_with_their_outcomes_first() -> None:
    assert (
        told({"commands": 12_000, "passed": 3, "failed": 1, "lost": 0}) == "3 passed, 1 failed; 12,000 commands, 0 lost"
    )
    assert told({}) == ""
