"""``python -m tests.mutations [PROMISE ...]``: exit code 1 when a test stayed green; all together write the table."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutations import ROOT, Mutation
from tests.mutations.listed import MUTATIONS

README = ROOT / "tests" / "chaos" / "README.md"
BEGIN, END = "<!-- mutations: begin -->\n", "<!-- mutations: end -->\n"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".data", ".cache", ".*_cache", ".hypothesis", "__pycache__", "build")
FAILED = 1
"""pytest's exit code when tests ran and some failed."""
SECONDS = 300


def main() -> int:
    """Apply the chosen mutations, or all."""
    chosen = [each for each in MUTATIONS if not sys.argv[1:] or str(each.promise) in sys.argv[1:]]
    green: list[Mutation] = []
    with tempfile.TemporaryDirectory(prefix="mutations-") as directory:
        tree = Path(directory) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        for mutation in chosen:
            seen = is_seen(mutation, tree)
            say(f"{'seen' if seen else 'NOT SEEN':8}  {mutation.promise:2}  {mutation.file}: {mutation.taken_out}")
            green += [] if seen else [mutation]
    if not green and not sys.argv[1:]:
        README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    return 1 if green else 0


def is_seen(mutation: Mutation, tree: Path) -> bool:
    """Whether the test fails on ``tree`` with the mutation, which is taken back afterwards."""
    file = tree / mutation.file
    text = file.read_text(encoding="utf-8")
    file.write_text(mutation.applied(text), encoding="utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "--quiet", "--exitfirst", mutation.test]
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    finally:
        file.write_text(text, encoding="utf-8")
    return done.returncode == FAILED


def table() -> str:
    """The table in Markdown."""
    rows = ["| promise | taken out | in | seen by |", "|---|---|---|---|"]
    rows += [f"| {each.promise} | {each.taken_out} | `{each.file}` | `{each.test}` |" for each in MUTATIONS]
    return "\n".join(rows) + "\n"


def with_table(readme: str) -> str:
    """``readme`` with the table as it is now."""
    head, rest = readme.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}{table()}{END}{tail}"


def say(text: str) -> None:
    """To whoever watches."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
