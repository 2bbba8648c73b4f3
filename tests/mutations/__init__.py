"""What was taken out of the code on purpose, and which test saw it: one mechanism for each promise.

``python -m tests.mutations`` applies each mutation to a copy of the tree, runs the test, and expects it to fail; then
it writes the table into ``tests/chaos/README.md``. A test that stays green is the finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutation:
    """A line of a file that is replaced, and the test that has to fail then."""

    promise: int
    taken_out: str
    """What no longer works, in words."""
    file: str
    old: str
    """Stands once in the file."""
    new: str
    test: str
    """Path of a test, with ``::name`` where one of a module is meant."""

    def applied(self, text: str) -> str:
        """``text`` of the file with the mutation. Raises ``ValueError`` where its place is not found once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file} has {text.count(self.old)} times: {self.old}")
        return text.replace(self.old, self.new)
