"""What an operator can do to a service from the command line: the parking lot, history, projections."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kernel.ids import new_id
from kernel.json import dumps

if TYPE_CHECKING:
    from kernel.config import Settings
    from kernel.runtime import Runtime
    from kernel.service import Service

Act = Callable[["Runtime", argparse.Namespace], int]


def add_worker(subcommands: Any) -> None:
    """``worker``: relay this service's events and consume the others'."""

    def run(service: Service, settings: Settings, arguments: argparse.Namespace) -> int:
        from kernel.worker import run_worker

        del arguments
        return run_worker(service, settings)

    subcommands.add_parser("worker", help="relay and consume events; health on HTTP_PORT").set_defaults(run=run)


def add_parked(subcommands: Any) -> None:
    """``parked``: list what is parked, or show or discard one record."""
    parser = subcommands.add_parser("parked", help="list parked events, or show or discard one")
    parser.add_argument("--id", help="show this one in full")
    parser.add_argument("--discard", metavar="REASON", help="take it out of the lot without applying it")
    parser.add_argument("--operator", help="who does it")
    parser.set_defaults(run=_with_runtime(_parked))


def add_redrive(subcommands: Any) -> None:
    """``redrive``: apply parked events again, in the order of their keys."""
    parser = subcommands.add_parser("redrive", help="apply parked events, in the order of their keys")
    parser.add_argument("--operator", required=True, help="who does it")
    parser.add_argument("--fingerprint", help="only the keys parked by this fault")
    parser.set_defaults(run=_with_runtime(_redrive))


def add_republish(subcommands: Any) -> None:
    """``republish``: have the relay publish retained history again."""
    parser = subcommands.add_parser("republish", help="publish retained history again; consumers drop what they know")
    parser.add_argument("--since", type=datetime.fromisoformat, help="ISO 8601 instant with offset; default: all of it")
    parser.add_argument("--operator", required=True, help="who does it")
    parser.set_defaults(run=_with_runtime(_republish))


def add_rebuild(subcommands: Any) -> None:
    """``rebuild``: make projections anew from the log."""
    parser = subcommands.add_parser("rebuild", help="make the projections anew from the log; stop the workers first")
    parser.add_argument("--compare", action="store_true", help="only tell whether they equal what the log says")
    parser.set_defaults(run=_with_runtime(_rebuild))


def add_accept_gap(subcommands: Any) -> None:
    """``accept-gap``: let a consumer go on without history that nobody has any more."""
    parser = subcommands.add_parser("accept-gap", help="go on without history that nobody has any more")
    parser.add_argument("--topic", required=True)
    parser.add_argument("--partition", type=int, required=True)
    parser.add_argument("--from-offset", type=int, required=True, help="the first offset that is missing")
    parser.add_argument("--operator", required=True, help="who does it")
    parser.set_defaults(run=_with_runtime(_accept_gap))


def _with_runtime(act: Act) -> Callable[[Service, Settings, argparse.Namespace], int]:
    def run(service: Service, settings: Settings, arguments: argparse.Namespace) -> int:
        from kernel.logs import configure_logging
        from kernel.runtime import open_runtime

        configure_logging(service.name, "operator", settings.log_level)
        runtime = open_runtime(service, settings)
        try:
            return act(runtime, arguments)
        finally:
            runtime.close()

    return run


def _say(document: Any) -> None:
    sys.stdout.write(dumps(document).decode() + "\n")


def _refuse(message: str) -> int:
    sys.stderr.write(message + "\n")
    return 1


def _parked(runtime: Runtime, arguments: argparse.Namespace) -> int:
    from kernel import parking, redrive

    if arguments.discard:
        if not (arguments.id and arguments.operator):
            return _refuse("--discard needs --id and --operator")
        if not redrive.discard(runtime.store, arguments.id, operator=arguments.operator, reason=arguments.discard):
            return _refuse(f"nothing is parked as {arguments.id}")
        return 0
    match = {"_id": arguments.id} if arguments.id else {}
    for row in runtime.db[parking.PARKED].find(match).sort([("lane", 1), ("place", 1)]):
        shown = {name: row[name] for name in ("_id", "lane", "reason", "error", "fingerprint", "type", "origin")}
        if arguments.id:
            shown["value"] = bytes(row["value"] or b"").decode(errors="replace")
            shown["headers"] = {name: bytes(value).decode(errors="replace") for name, value in row["headers"]}
        _say({**shown, "attempts": row["attempts"], "parked_at": row["parked_at"].isoformat()})
    return 0


def _redrive(runtime: Runtime, arguments: argparse.Namespace) -> int:
    from kernel.delivery import Reader
    from kernel.redrive import redrive

    match = {"fingerprint": arguments.fingerprint} if arguments.fingerprint else {}
    reader = Reader(runtime.service, dict(runtime.service.reacts))
    outcome = redrive(runtime.store, reader, operator=arguments.operator, match=match)
    _say({"applied": outcome.applied, "left": outcome.left, "stopped": outcome.stopped})
    return 0 if not outcome.stopped else 1


def _republish(runtime: Runtime, arguments: argparse.Namespace) -> int:
    from kernel.publications import PublicationLog

    if arguments.since is not None and arguments.since.tzinfo is None:
        return _refuse("--since needs an offset, e.g. 2026-06-01T00:00:00+00:00")
    order = {
        "_id": new_id(),
        "since": arguments.since,
        "reason": f"asked for by {arguments.operator}",
        "asked_at": runtime.clock.now(),
    }
    PublicationLog(runtime.db).order(order)
    _say({"order": order["_id"], "state": "the relay carries it out as soon as it runs"})
    return 0


def _rebuild(runtime: Runtime, arguments: argparse.Namespace) -> int:
    from kernel.history import HistoryLost
    from kernel.rebuild import StillConsuming, rebuild

    try:
        report = rebuild(runtime, only_compare=arguments.compare)
    except (StillConsuming, HistoryLost) as error:
        return _refuse(str(error))
    _say({"events": report.events, "equal": report.equal, "digests": report.digests})
    return 0 if report.equal or not arguments.compare else 1


def _accept_gap(runtime: Runtime, arguments: argparse.Namespace) -> int:
    from kafka import TopicPartition

    from kernel.history import accept_gap

    partition = TopicPartition(arguments.topic, arguments.partition)
    accept_gap(runtime.store, partition, arguments.from_offset, operator=arguments.operator)
    _say({"accepted": f"{partition.topic}/{partition.partition}", "from_offset": arguments.from_offset})
    return 0
