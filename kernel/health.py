"""Whether a process is alive, and whether it can do its work, with the reason when it cannot."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import pymongo
from flask import Response
from pymongo.errors import PyMongoError

from kernel import outbox, telemetry
from kernel.blueprint import Blueprint
from kernel.json import dumps
from kernel.mongo import RawDatabase

Check = Callable[[], str | None]
"""Returns None when all is well, else the reason why not; what it raises is a reason too."""

OPERATIONS = "operations"
"""Name of the blueprint of routes by which a process is operated: they ask nobody who they are."""

PATIENCE = 2.0
"""Seconds a check may take before it counts as failed."""


@dataclass(frozen=True)
class Outcome:
    """What one check found."""

    ok: bool
    reason: str | None = None


class _Asking(threading.Thread):
    """One check being asked."""

    def __init__(self, name: str, check: Check) -> None:
        super().__init__(name=f"check-{name}", daemon=True)
        self._check = check
        self.outcome: Outcome | None = None

    def run(self) -> None:
        try:
            reason = self._check()
        except Exception as error:  # noqa: BLE001  whatever keeps a check from answering is the reason
            reason = f"{type(error).__name__}: {error}"[:500]
        self.outcome = Outcome(ok=reason is None, reason=reason)


class Checks:
    """Named checks that together say whether this process is ready.

    A check that does not answer in time counts as failed and is not started again until it has returned, so a hanging
    dependency neither hangs readiness nor piles up threads.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._checks: dict[str, Check] = {}
        self._asking: dict[str, _Asking] = {}
        self._lock = threading.Lock()
        self._patience = patience

    def add(self, name: str, check: Check) -> None:
        """Ask ``check`` whenever readiness is asked. Two checks of one name are refused."""
        if name in self._checks:
            raise ValueError(f"there is a check named {name} already")
        self._checks[name] = check

    def run(self) -> dict[str, Outcome]:
        """The outcome of every check, all asked at the same time; returns within the patience they share."""
        deadline = time.monotonic() + self._patience
        asking = {name: self._ask(name) for name in list(self._checks)}
        for each in asking.values():
            each.join(max(0.0, deadline - time.monotonic()))
        late = Outcome(ok=False, reason=f"no answer within {self._patience:g} s")
        return {name: each.outcome or late for name, each in asking.items()}

    def _ask(self, name: str) -> _Asking:
        with self._lock:
            known = self._asking.get(name)
            if known is not None and known.is_alive():
                return known
            self._asking[name] = asking = _Asking(name, self._checks[name])
            asking.start()
            return asking

    def report(self) -> tuple[bool, dict[str, Any]]:
        """Whether all is well, and the document that says so."""
        outcomes = self.run()
        ready = all(outcome.ok for outcome in outcomes.values())
        checks = {
            name: {"ok": outcome.ok} | ({"reason": outcome.reason} if outcome.reason else {})
            for name, outcome in outcomes.items()
        }
        return ready, {"status": "ready" if ready else "not ready", "checks": checks}


def mongodb_answers(db: RawDatabase) -> Check:
    """A check that the database answers as a writable primary."""

    def ask() -> str | None:
        try:
            with pymongo.timeout(PATIENCE * 0.9):
                hello = db.command("hello")
        except PyMongoError as error:
            return f"{type(error).__name__}: the database does not answer"
        return None if hello.get("isWritablePrimary") else "the database has no writable primary"

    return ask


def outbox_is_bounded(db: RawDatabase, service: str, most: int) -> Check:
    """A check that the outbox holds no more than ``most`` rows; keeps the metric ``outbox_rows`` true on the way."""

    def ask() -> str | None:
        with pymongo.timeout(PATIENCE * 0.9):
            rows = db[outbox.COLLECTION].estimated_document_count()
        telemetry.gauge("outbox_rows", rows, service=service)
        return None if rows <= most else f"the outbox holds {rows} rows, more than OUTBOX_ALARM_ROWS={most}"

    return ask


_OBJECT = {"type": "object"}


def _uncached(body: bytes, content_type: str, status: int = 200) -> Response:
    return Response(body, status=status, content_type=content_type, headers={"Cache-Control": "no-store"})


def operations_blueprint(checks: Checks, api: Any) -> Blueprint:
    """The routes by which a process is operated: health, metrics and its OpenAPI document."""
    blueprint = Blueprint(OPERATIONS, __name__, description="Health, metrics and this document.")

    @blueprint.route("/health/live")
    @blueprint.response(200, _OBJECT, description="The process answers.")
    def live() -> Response:
        """Whether the process answers; depends on nothing outside of it."""
        return _uncached(dumps({"status": "alive"}), "application/json")

    @blueprint.route("/health/ready")
    @blueprint.response(200, _OBJECT, description="Everything it needs answers.")
    @blueprint.alt_response(503, schema=_OBJECT, description="Something it needs does not answer; checks says what.")
    def ready() -> Response:
        """Whether the process can do its work, with reasons."""
        ok, document = checks.report()
        return _uncached(dumps(document), "application/json", 200 if ok else 503)

    @blueprint.route("/metrics")
    @blueprint.response(200, {"type": "string"}, content_type="text/plain", description="Prometheus text format.")
    def metrics() -> Response:
        """Metrics of this process."""
        return _uncached(telemetry.exposition(), telemetry.CONTENT_TYPE)

    @blueprint.route("/openapi.json")
    @blueprint.response(200, _OBJECT, description="OpenAPI 3.1.")
    def openapi() -> Response:
        """This document."""
        return Response(dumps(api.spec.to_dict(), indent=True), mimetype="application/json")

    return blueprint


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    address_family = WSGIServer.address_family


class _QuietHandler(WSGIRequestHandler):
    timeout = 5

    def log_message(self, format: str, *args: Any) -> None:
        del format, args


@dataclass(frozen=True)
class HealthServer:
    """A running health server; ``port`` is the real one when 0 was asked for."""

    port: int
    _server: WSGIServer
    _thread: threading.Thread

    def stop(self) -> None:
        """Stop answering and close the socket."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def serve_health(port: int, checks: Checks, host: str = "127.0.0.1") -> HealthServer:
    """Answer ``/health/live``, ``/health/ready`` and ``/metrics`` on a thread of its own, for a process without an API.

    Raises ``OSError`` when the port is taken.
    """
    server = make_server(host, port, _health_app(checks), server_class=_Server, handler_class=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="health", daemon=True)
    thread.start()
    return HealthServer(server.server_port, server, thread)


def _health_app(checks: Checks) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, content_type, body = _answer(environ.get("PATH_INFO", ""), checks)
        headers = [("Content-Type", content_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(status, headers)
        return [body]

    return app


def _answer(path: str, checks: Checks) -> tuple[str, str, bytes]:
    if path == "/health/live":
        return "200 OK", "application/json", dumps({"status": "alive"})
    if path == "/health/ready":
        ok, document = checks.report()
        return ("200 OK" if ok else "503 Service Unavailable"), "application/json", dumps(document)
    if path == "/metrics":
        return "200 OK", telemetry.CONTENT_TYPE, telemetry.exposition()
    body = {"type": "urn:problem:not-found", "title": "There is no such thing", "status": 404}
    return "404 Not Found", "application/problem+json", dumps(body)
