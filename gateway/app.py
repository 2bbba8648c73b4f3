"""The gateway's application: the kernel's HTTP edge, the gateway's own routes, and everything else to the services."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.sansio.utils import host_is_trusted

from gateway import limits, openapi, pages, proxy
from gateway.edge import Edge
from gateway.issuer import Issuer, load_signing_key
from gateway.passwords import Passwords
from gateway.service import service
from gateway.settings import GatewaySettings, Network
from gateway.upstream import Upstream
from kernel.config import Settings
from kernel.errors import Malformed
from kernel.http import create_app
from kernel.runtime import Runtime, open_runtime
from kernel.serve import ApiServer
from kernel.tokens import TokenVerifier

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

TOLD_BY_PROXIES = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
FOR_MACHINES = ("/health/", "/metrics", "/.well-known/")
"""Paths that our own health checks, services and monitors ask for."""
YEAR_SECONDS = 365 * 24 * 3600
"""How long a browser that came by TLS is told to come by nothing else (RFC 6797)."""


def create_gateway(runtime: Runtime, settings: GatewaySettings) -> Flask:
    """The application. Connects nothing; raises ``ValueError`` when the signing key cannot be used."""
    issuer = Issuer(load_signing_key(settings.signing_key), runtime.settings, runtime.clock)
    rates = limits.RateLimits(settings)
    at_the_door = (_knowing_clients(settings), _under_our_names(settings), limits.counting_addresses(rates))
    app = create_app(service, runtime, first=at_the_door)
    app.wsgi_app = believing(settings.trusted_proxies, app.wsgi_app)  # type: ignore[method-assign]
    app.url_map.merge_slashes = False
    app.extensions["tokens"] = TokenVerifier(runtime.settings, runtime.clock, issuer.key_source())
    app.extensions["edge"] = Edge(
        settings=settings,
        upstream=Upstream(settings),
        limits=rates,
        passwords=Passwords(settings.hashing_at_once),
        issuer=issuer,
    )
    _stay_with_tls(app)
    limits.register(app, rates)
    openapi.register(app)
    app.register_blueprint(proxy.blueprint)
    pages.register(app)
    return app


def _knowing_clients(settings: GatewaySettings) -> Callable[[], None]:
    def know() -> None:
        forwarded_for = request.headers.getlist("X-Forwarded-For")
        g.client_address = limits.address_behind(request.remote_addr or "", forwarded_for, settings.trusted_proxies)

    return know


def _under_our_names(settings: GatewaySettings) -> Callable[[], None]:
    """Machines of ours ask by addresses that no visitor knows; Flask's own check would refuse them as well."""

    def check() -> None:
        hosts = settings.public_hosts
        if hosts and not request.path.startswith(FOR_MACHINES) and not host_is_trusted(request.host, hosts):
            g.asked_by_another_name = True
            raise Malformed("No site of ours has this name.")

    return check


def believing(proxies: tuple[Network, ...], app: WSGIApplication) -> WSGIApplication:
    """``app`` as only our own proxies tell it by which scheme and host it was asked; anyone could write that."""

    def told_by_ours(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not limits.is_in(environ.get("REMOTE_ADDR", ""), proxies):
            for name in TOLD_BY_PROXIES:
                environ.pop(name, None)
        return app(environ, start_response)

    return told_by_ours


def _stay_with_tls(app: Flask) -> None:
    @app.after_request
    def stay(response: Response) -> Response:
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR_SECONDS}"
        return response


class GatewayServer(ApiServer):
    """The gateway under gunicorn; its own settings are read before the fork, so a mistake in them ends the start."""

    def __init__(self, settings: Settings, gateway_settings: GatewaySettings) -> None:
        self._gateway_settings = gateway_settings
        super().__init__(service, settings)

    def load(self) -> Flask:
        """The application; gunicorn calls this in the worker, after the fork."""
        return create_gateway(open_runtime(service, self._settings), self._gateway_settings)
