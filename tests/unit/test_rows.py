"""Every row of the feature table has a test through the gateway that names it, so that no row loses its test unseen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

E2E = Path(__file__).parents[1] / "e2e"

FESTIVALS = {f"A{n}" for n in range(1, 21)} - {"A16"} | {f"GA{n}" for n in range(1, 7)}
"""There is no A16."""
VISITOR = {f"B{n}" for n in range(12)} - {"B5"} | {f"GB{n}" for n in range(1, 8)}
"""There is no B5."""

_ROW = re.compile(r"(?<![a-z0-9])(g?[ab]\d{1,2})(?![0-9a-z])", re.IGNORECASE)


def rows_in(text: str) -> set[str]:
    """The rows that a name or a docstring names."""
    return {found.upper() for found in _ROW.findall(text)}


def named(source: str) -> set[str]:
    """The rows that a module's tests name, by their names or docstrings; what its own docstring names shows nothing."""
    module = ast.parse(source)
    tests = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return set().union(*(rows_in(f"{test.name.replace('_', ' ')} {ast.get_docstring(test) or ''}") for test in tests))


def test_a_name_is_seen_whole() -> None:
    assert rows_in("test a1 ga2 GB4 a15s xa3 A9 to A12 b") == {"A1", "GA2", "GB4", "A9", "A12"}
    source = '"""Row A9."""\ndef test_a1_ga2_x():\n    """B3."""\ndef helper_a7():\n    pass\n'
    assert named(source) == {"A1", "GA2", "B3"}


def test_every_row_is_named_by_a_test_through_the_gateway() -> None:
    found = set().union(*(named(path.read_text(encoding="utf-8")) for path in E2E.glob("test_*.py")))
    assert (FESTIVALS | VISITOR) - found == set()
