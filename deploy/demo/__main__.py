"""``python -m deploy.demo load|refresh|walk|accounts``: see ``--help``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.demo import accounts
from deploy.demo.client import Api, CallFailed


def main() -> int:
    """0 when all went as it should; 1 when it did not, and the message says what."""
    arguments = _parser().parse_args()
    data = arguments.data_dir
    operator, known = arguments.operator or data / "operator.json", arguments.accounts or data / "demo-accounts.json"
    try:
        return int(arguments.run(arguments.url, operator, known) or 0)
    except (CallFailed, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.demo")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, help_text in (
        ("load", _load, "load the demonstration data; safe to repeat"),
        ("refresh", _refresh, "bring a demo of an earlier day up to this one; safe to repeat"),
        ("walk", _walk, "walk the acceptance stories; safe to repeat"),
        ("accounts", _accounts, "print the accounts and their passwords"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("--url", "--gateway", default="http://127.0.0.1:8080", help="address of the gateway")
        command.add_argument("--data-dir", type=Path, default=Path(".data"), help="where the two files below are kept")
        command.add_argument("--operator", type=Path, help="JSON file with the operator's email and password")
        command.add_argument("--accounts", type=Path, help="JSON file with the demo accounts")
        command.set_defaults(run=run)
    return parser


def _load(url: str, operator: Path, known: Path) -> None:
    from deploy.demo.load import load

    load(url, operator, known)


def _refresh(url: str, _operator: Path, known: Path) -> None:
    from deploy.demo.load import refresh

    refresh(url, known)


def _walk(url: str, _operator: Path, known: Path) -> int:
    from deploy.demo.walk import walk

    return walk(Api(url, accounts.read_accounts(known)))


def _accounts(_url: str, _operator: Path, known: Path) -> None:
    sys.stdout.write(accounts.table(accounts.read_accounts(known)) + "\n")


if __name__ == "__main__":
    sys.exit(main())
