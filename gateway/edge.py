"""What the gateway's routes work with, opened once for an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from gateway.issuer import Issuer
from gateway.limits import RateLimits
from gateway.passwords import Passwords
from gateway.settings import GatewaySettings
from gateway.upstream import Upstream


@dataclass(frozen=True)
class Edge:
    """The gateway's parts beside those of every service (``kernel.http.runtime``)."""

    settings: GatewaySettings
    upstream: Upstream
    limits: RateLimits
    passwords: Passwords
    issuer: Issuer


def edge() -> Edge:
    """The parts of the application that answers the present request."""
    return cast(Edge, current_app.extensions["edge"])
