"""The command line of a service: ``python -m services.<name> api|worker|indexes|...``.

A role is a function that adds its own subcommand; what it needs is imported when it runs.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from environs import EnvError

from kernel import operate

if TYPE_CHECKING:
    from kernel.config import Settings
    from kernel.service import Service

Subcommands = Any
"""What ``ArgumentParser.add_subparsers`` returns."""
Run = Callable[["Service", "Settings", argparse.Namespace], int]
"""Runs a role to its end and returns the exit code."""


def main(service_module: str, argv: Sequence[str] | None = None) -> None:
    """Run the role named on the command line for the ``service`` declared in ``service_module``; exits with its code.

    Exit code 2: the command line or the environment is not right, and the message says what.
    """
    arguments = _parser(service_module).parse_args(argv)
    with collector_paused():
        service: Service = importlib.import_module(service_module).service
    run: Run = arguments.run
    sys.exit(run(service, _settings_or_exit(), arguments))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Import much at once without the garbage collector: it would look at every new module again and again.

    A fifth of the start of a process goes into that. What was imported stays for good, so it is never looked at again,
    which also keeps it shared between gunicorn's processes.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _settings_or_exit() -> Settings:
    from kernel.config import load_settings

    try:
        return load_settings()
    except EnvError as error:
        sys.stderr.write(f"The environment is not right: {error}\n")
        sys.exit(2)


def _parser(service_module: str) -> argparse.ArgumentParser:
    package = service_module.removesuffix(".service")
    parser = argparse.ArgumentParser(prog=f"python -m {package}")
    subcommands = parser.add_subparsers(required=True, metavar="ROLE")
    for add in ROLES:
        add(subcommands)
    return parser


def _add_api(subcommands: Subcommands) -> None:
    def run(service: Service, settings: Settings, arguments: argparse.Namespace) -> int:
        from kernel.serve import serve_api

        del arguments
        serve_api(service, settings)
        return 0

    subcommands.add_parser("api", help="answer HTTP on HTTP_PORT").set_defaults(run=run)


def _add_indexes(subcommands: Subcommands) -> None:
    def run(service: Service, settings: Settings, arguments: argparse.Namespace) -> int:
        from kernel.runtime import open_runtime, prepare_database

        del arguments
        runtime = open_runtime(service, settings)
        try:
            names = prepare_database(runtime)
        finally:
            runtime.close()
        sys.stdout.write(f"{runtime.db.name}: {len(names)} collections ready\n")
        return 0

    subcommands.add_parser("indexes", help="create collections and indexes; safe to repeat").set_defaults(run=run)


ROLES: list[Callable[[Subcommands], None]] = [
    _add_api,
    operate.add_worker,
    _add_indexes,
    operate.add_parked,
    operate.add_redrive,
    operate.add_republish,
    operate.add_rebuild,
    operate.add_accept_gap,
]
