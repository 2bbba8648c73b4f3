"""The README's table of promises, made of the tests: ``python -m tests.support.promises`` writes it anew.

A test of a promise is a module ``test_promise_<number>_<words>.py``; the first sentence of its docstring, behind
``Promise <number>:``, is what is promised. What was counted is that of the last ``make chaos`` (``docs/chaos.json``).
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.support.report import STORM, kept, told

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BEGIN, END = "<!-- promises: begin -->\n", "<!-- promises: end -->\n"

_NAME = re.compile(r"test_promise_(\d{2})_\w+\.py")
_SAID = re.compile(r"(?:Promise \d+[^:]*: )?(.+?\.)(?:\s|$)", re.DOTALL)


def promises(tests: Path = ROOT / "tests") -> dict[int, list[tuple[str, Path]]]:
    """Number to what is promised and the module that tests it. Raises ``ValueError`` for one that does not say."""
    found = defaultdict(list)
    for path in sorted(tests.rglob("test_promise_*.py")):
        number = _NAME.fullmatch(path.name)
        said = _SAID.match(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
        if number is None or said is None:
            raise ValueError(f"{path} must be named test_promise_<NN>_<words>.py and say what is promised")
        found[int(number[1])].append((" ".join(said[1].split()), path))
    return dict(sorted(found.items()))


def table() -> str:
    """The table in Markdown, one row for each test, and what the storms of the last long run counted."""
    counted = kept()
    rows = ["| | promise | test | last counts |", "|---|---|---|---|"]
    for number, tests in promises().items():
        for index, (said, path) in enumerate(tests):
            link = path.relative_to(ROOT).as_posix()
            shown = f"{said[0].upper()}{said[1:]}"
            counts = told(counted.get(path.name, {}))
            rows.append(f"| {'' if index else number} | {shown} | [{path.parent.name}]({link}) | {counts} |")
    if STORM in counted:
        rows += ["", f"Storms over the whole platform (`python -m tests.storm`): {told(counted[STORM])}."]
    return "\n".join(rows) + "\n"


def with_table(readme: str) -> str:
    """``readme`` with the table as it is now."""
    head, rest = readme.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}{table()}{END}{tail}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
