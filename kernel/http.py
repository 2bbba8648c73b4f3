"""The HTTP edge of a service: from its declaration to a Flask application. Routes use ``execute`` and ``runtime``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import pymongo
import structlog
from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from kernel import etags, idempotency, problems, request_ids, telemetry
from kernel.auth import current_actor
from kernel.blueprint import Blueprint
from kernel.commands import Command
from kernel.errors import Invalid, Unauthenticated
from kernel.etags import require_match, show_version
from kernel.health import OPERATIONS, Checks, mongodb_answers, operations_blueprint
from kernel.json import OrjsonProvider, loads_bounded
from kernel.openapi import ProblemApi, openapi_config
from kernel.parked_api import parked_blueprint
from kernel.runtime import Runtime
from kernel.service import Service
from kernel.tokens import TokenVerifier
from kernel.unit_of_work import UnitOfWork

__all__ = ["Blueprint", "body_limit", "create_app", "execute", "rehearse", "require_match", "runtime", "show_version"]

CommandFunction = Callable[[Command, UnitOfWork], dict[str, Any]]
View = TypeVar("View", bound=Callable[..., Any])

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger(__name__)


def runtime() -> Runtime:
    """The runtime of the application that answers the present request."""
    return cast(Runtime, current_app.extensions["runtime"])


def execute(command: CommandFunction, body: dict[str, Any] | None = None, **path: str) -> dict[str, Any]:
    """Run ``command`` for the present request in one transaction and return its result once that is durable.

    Without ``body`` the route takes none, and a request that brings fields all the same is refused. With an
    ``Idempotency-Key`` a repeated request returns the first one's result and changes nothing. The command may be run
    several times before one commits.
    """
    if body is None:
        _refuse_fields()
    cmd = Command(actor=current_actor(), body=body or {}, path=path)
    key = idempotency.checked_key(request.headers.get(idempotency.HEADER))
    store, traceparent = runtime().store, request_ids.current_traceparent()
    if key is None:
        return idempotency.normal_form(store.transact(lambda uow: command(cmd, uow), traceparent=traceparent))
    claim = idempotency.row_id(cmd.actor.id, request.method, request.path, key)
    fingerprint = idempotency.fingerprint_of(cmd.body, request.query_string)
    result, g.replayed = idempotency.once(
        store, claim, fingerprint, lambda uow: command(cmd, uow), traceparent=traceparent
    )
    return result


class _Rehearsed(Exception):
    """Carries the result of a rehearsal out of the transaction that it rolls back."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__("rehearsed")
        self.result = result


def rehearse(command: CommandFunction, body: dict[str, Any] | None = None, **path: str) -> dict[str, Any]:
    """What ``execute`` would return, or raise, for the present request; nothing is written and nothing is said."""
    cmd = Command(actor=current_actor(), body=body or {}, path=path)

    def work(uow: UnitOfWork) -> None:
        raise _Rehearsed(command(cmd, uow))

    try:
        runtime().store.transact(work)
    except _Rehearsed as done:
        return idempotency.normal_form(done.result)
    raise AssertionError("a rehearsal ends by its own exception")


def _refuse_fields() -> None:
    """Raise ``Invalid`` for a body where none is taken: what stands in it would be lost without a word."""
    raw = request.get_data(cache=True)
    sent = loads_bounded(raw) if raw and request.is_json else raw
    if sent:
        names = list(sent) if isinstance(sent, dict) else ["body"]
        raise Invalid("This takes no fields.", errors={name: ["Unknown field."] for name in names})


def body_limit(max_bytes: int) -> Callable[[View], View]:
    """Let one route take bodies of up to ``max_bytes``, e.g. an upload; put it right below ``@blp.route``."""

    def decorate(view: View) -> View:
        view.body_limit = max_bytes  # type: ignore[attr-defined]
        return view

    return decorate


class BoundedPath(BaseConverter):
    """A path variable: an identifier, so 1 to 200 visible ASCII characters, none of them a slash."""

    regex = "[!-.0-~]{1,200}"


PATH_VARIABLE = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-.0-~]+$"}


class EdgeFlask(Flask):
    """Flask that gives a read no more time than a transaction has."""

    read_timeout: float = 10.0

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer a request; a read that the database delays beyond the limit becomes 503."""
        if request.method not in ("GET", "HEAD"):
            return super().dispatch_request()
        with pymongo.timeout(self.read_timeout):
            return super().dispatch_request()


def create_app(
    service: Service, runtime: Runtime, checks: Checks | None = None, *, first: Sequence[Callable[[], None]] = ()
) -> Flask:
    """The application of ``service``. Connects nothing; raises ``TypeError`` for a blueprint of another kind.

    ``first`` is called before each request, when not even its sender is known yet.
    """
    app = EdgeFlask(service.name, static_folder=None)
    # Only the gateway calls a service: links in feeds are made of the address that it was asked under.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.read_timeout = runtime.settings.transaction_timeout.total_seconds()
    app.json = OrjsonProvider(app)
    app.url_map.converters.update(default=BoundedPath, string=BoundedPath)
    app.config.update(
        MAX_CONTENT_LENGTH=runtime.settings.max_body_bytes,
        MAX_FORM_PARTS=100,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        **openapi_config(service),
    )
    app.extensions["runtime"] = runtime
    app.extensions["tokens"] = TokenVerifier(runtime.settings, runtime.clock)
    _register_hooks(app, first)
    api = ProblemApi(app)
    problems.register(app)
    api.register_converter(BoundedPath, lambda _: PATH_VARIABLE)
    if checks is None:
        checks = Checks()
        checks.add("mongodb", mongodb_answers(runtime.db))
    parked = [parked_blueprint(service)] if service.reacts else []
    for blueprint in (*service.api, *parked, operations_blueprint(checks, api)):
        if not isinstance(blueprint, Blueprint):
            raise TypeError(f"{service.name}: {blueprint.name} must be a kernel.http.Blueprint")
        api.register_blueprint(blueprint)
    return app


def _register_hooks(app: Flask, first: Sequence[Callable[[], None]]) -> None:
    @app.before_request
    def begin() -> None:
        request_ids.begin(request.headers.get(request_ids.REQUEST_ID_HEADER), request.headers.get("traceparent"))
        g.started = telemetry.start_timer()

    for hook in first:
        app.before_request(hook)

    @app.before_request
    def admit() -> None:
        view = app.view_functions.get(request.endpoint or "")
        limit = getattr(view, "body_limit", None)
        if limit is not None:
            request.max_content_length = limit
        if request.blueprint != OPERATIONS and not getattr(view, "signs_in_itself", False):
            authenticate(app)
            if request.method not in ("GET", "HEAD"):
                idempotency.checked_key(request.headers.get(idempotency.HEADER))

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers[request_ids.REQUEST_ID_HEADER] = request_ids.current_request_id() or ""
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if "frame-ancestors *" in response.headers["Content-Security-Policy"]:
            # The older header cannot say so, and would be obeyed by what does not know the newer one.
            response.headers.pop("X-Frame-Options")
        if g.get("replayed"):
            response.headers[idempotency.REPLAYED_HEADER] = "true"
        response = etags.make_conditional(response, request)
        _record(response)
        return response


def authenticate(app: Flask) -> None:
    """Establish who sent the present request. Raises ``Unauthenticated`` for a credential that is not valid."""
    header = request.headers.get("Authorization")
    if header is None:
        return
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        challenge = {"WWW-Authenticate": 'Bearer realm="api"'}
        raise Unauthenticated("Send the access token as: Authorization: Bearer <token>.", headers=challenge)
    g.actor = cast(TokenVerifier, app.extensions["tokens"]).verify(token.strip())


def _record(response: Response) -> None:
    seconds = telemetry.elapsed(g.started)
    endpoint = request.endpoint or "none"
    method = request.method if request.method in KNOWN_METHODS else "other"
    labels = {"service": current_app.name, "method": method, "endpoint": endpoint}
    telemetry.count("http_requests_total", 1, status=str(response.status_code), **labels)
    telemetry.observe("http_request_seconds", seconds, **labels)
    tell = log.debug if request.blueprint == OPERATIONS else log.info
    tell(
        "request",
        method=method,
        endpoint=endpoint,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
    )
