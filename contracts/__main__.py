"""``python -m contracts write|check``: generated documents and golden schemas of the events."""

from __future__ import annotations

import argparse
import sys

from contracts import release
from contracts.registry import REGISTRY


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status: 0, or 1 when something differs or would break a release."""
    parser = argparse.ArgumentParser(prog="python -m contracts", description=__doc__)
    parser.add_argument("command", choices=["write", "check"], help="write what is generated, or compare it")
    command = parser.parse_args(arguments).command
    problems = release.write() if command == "write" else release.check()
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.stderr.write(f"{len(problems)} problems\n")
        return 1
    sys.stdout.write(f"{len(REGISTRY)} events, schemas and documents {'written' if command == 'write' else 'agree'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
