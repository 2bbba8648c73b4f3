"""What the promises' tests count, kept for the README: ``CHAOS_REPORT`` names the file, one JSON line for each run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

Counts = Callable[..., None]
"""Called with what was counted: ``counts(commands=1200, lost=0)``."""


def counts_of(module: str, test: str) -> Counts:
    """A function that prints what ``test`` of ``module`` has counted, and keeps it where a report is asked for."""

    def counts(**counted: int | float) -> None:
        line = json.dumps({"module": module, "test": test, **counted})
        if path := os.environ.get("CHAOS_REPORT"):
            with Path(path).open("a", encoding="utf-8") as report:
                report.write(line + "\n")
        else:
            print(line)  # noqa: T201  shown with a failed test, or with -s

    return counts
