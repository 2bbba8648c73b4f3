"""How a service behind the gateway can fail a caller: the problems, and which failure is which of them."""

from __future__ import annotations

from typing import Any

import requests
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from kernel.errors import Problem


class UpstreamProblem(Problem):
    """A service behind the gateway did not answer as it should; ``service`` names it."""

    def __init__(self, service: str, detail: str, *, retry_after: float | None = None) -> None:
        headers = {"Retry-After": str(max(1, round(retry_after)))} if retry_after is not None else None
        super().__init__(detail, headers=headers)
        self.service = service

    def as_dict(self) -> dict[str, Any]:
        """The problem document, with the name of the service."""
        return {**super().as_dict(), "service": self.service}


class ServiceBroken(UpstreamProblem):
    """The service's answer broke off, was no HTTP or was larger than any answer may be."""

    status, slug, title = 502, "service-broken", "A part of the platform gave no usable answer"


class ServiceAway(UpstreamProblem):
    """The service cannot be reached, or is left alone after it could not be."""

    status, slug, title = 503, "service-away", "A part of the platform is away for a moment"


class ServiceSlow(UpstreamProblem):
    """The service did not answer in time; whether it did what was asked is not known."""

    status, slug, title = 504, "service-slow", "A part of the platform takes too long"


def timed_out(error: Exception) -> bool:
    """Whether a request was sent and no answer came in time; it may have been carried out."""
    return isinstance(error, (requests.ReadTimeout, ReadTimeoutError))


def never_sent(error: Exception) -> bool:
    """Whether no connection came about, so that the request cannot have been seen by anyone."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def problem_of(service: str, error: Exception, read_seconds: float) -> UpstreamProblem:
    """504 when it is slow, 503 when nothing listens, 502 when the connection broke while in use."""
    if timed_out(error):
        return ServiceSlow(service, f"The {service} service did not answer within {read_seconds:g} s.", retry_after=2)
    if never_sent(error):
        return ServiceAway(service, f"The {service} service cannot be reached; try again in a moment.", retry_after=2)
    return ServiceBroken(service, f"The connection to the {service} service broke; try again.", retry_after=1)
