"""The gateway's command line: ``python -m gateway api|indexes|operator``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from environs import EnvError
from marshmallow import ValidationError

from kernel.cli import collector_paused
from kernel.config import Settings, load_settings


def main(argv: Sequence[str] | None = None) -> None:
    """Run the role named on the command line; exits with its code, 2 when the environment or input is not right."""
    arguments = _parser().parse_args(argv)
    try:
        sys.exit(arguments.run(load_settings(), arguments))
    except (EnvError, ValueError) as error:
        sys.stderr.write(f"The environment is not right: {error}\n")
        sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gateway")
    roles = parser.add_subparsers(required=True, metavar="ROLE")
    roles.add_parser("api", help="answer HTTP on HTTP_PORT").set_defaults(run=_api)
    roles.add_parser("indexes", help="create collections and indexes; safe to repeat").set_defaults(run=_indexes)
    operator = roles.add_parser("operator", help="make an operator's account, or renew its password and role")
    operator.add_argument("--email", required=True)
    operator.add_argument("--password-stdin", action="store_true", required=True, help="read the password from stdin")
    operator.set_defaults(run=_operator)
    return parser


def _api(settings: Settings, _arguments: argparse.Namespace) -> int:
    with collector_paused():
        from gateway.app import GatewayServer
        from gateway.issuer import load_signing_key
        from gateway.settings import load_gateway_settings
        from kernel.logs import configure_logging

    gateway_settings = load_gateway_settings()
    load_signing_key(gateway_settings.signing_key)
    configure_logging("gateway", "api", settings.log_level)
    GatewayServer(settings, gateway_settings).run()
    return 0


def _indexes(settings: Settings, _arguments: argparse.Namespace) -> int:
    from gateway.service import service
    from kernel.runtime import open_runtime, prepare_database

    runtime = open_runtime(service, settings)
    try:
        names = prepare_database(runtime)
    finally:
        runtime.close()
    sys.stdout.write(f"{runtime.db.name}: {len(names)} collections ready\n")
    return 0


def _operator(settings: Settings, arguments: argparse.Namespace) -> int:
    from gateway.commands import install_operator
    from gateway.passwords import HASHER
    from gateway.schemas import Registration
    from gateway.service import service
    from kernel.runtime import open_runtime

    draft = {"email": arguments.email, "password": sys.stdin.readline().rstrip("\n"), "name": "Operator"}
    try:
        checked = Registration().load(draft)
    except ValidationError as error:
        sys.stderr.write(f"Not an account that can be made: {error.messages}\n")
        return 2
    runtime = open_runtime(service, settings)
    try:
        language, password_hash = runtime.locality.languages[0], HASHER.hash(checked["password"])
        account = runtime.store.transact(lambda uow: install_operator(checked["email"], password_hash, language, uow))
    finally:
        runtime.close()
    sys.stdout.write(f"{account['id']}\n")
    return 0
