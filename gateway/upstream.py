"""The services behind the gateway: kept-alive connections, timeouts, one retry where it is safe, a breaker each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import urlencode

import orjson
import requests
import structlog
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from gateway import answers
from gateway.breaker import CircuitBreaker, CircuitOpen
from gateway.failures import ServiceAway, ServiceBroken, ServiceSlow, never_sent, problem_of, timed_out
from gateway.instances import SEPARATOR, Instances
from gateway.settings import GatewaySettings
from kernel.errors import Conflict, Invalid, Malformed, NotFound, Problem, TooMany, Unavailable
from kernel.request_ids import REQUEST_ID_HEADER, current_request_id, current_traceparent

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that may be sent twice (RFC 9110, section 9.2.2); any other needs an Idempotency-Key for that."""

CONNECTIONS = 64
"""Connections kept open to one service."""

PARTS_AT_ONCE = 32
"""Parts of composed answers asked for at the same time, of all requests together."""

Part = tuple[str, str, Mapping[str, Any] | None]
"""Service, path and query of one part of a composed answer."""

REFUSALS: dict[int, type[Problem]] = {problem.status: problem for problem in (Conflict, Invalid, TooMany)}
"""What a service may refuse, told on as it is."""

HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
        "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Headers that concern one connection only (RFC 9110, section 7.6.1)."""


log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """A service's whole answer."""

    status: int
    headers: list[tuple[str, str]]
    """Without those of the connection."""
    body: bytes


class Upstream:
    """Calls services. Thread-safe: connections are pooled for each service and shared by all threads."""

    def __init__(self, settings: GatewaySettings, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._adapters = {
            name: HTTPAdapter(pool_connections=1 + urls.count(SEPARATOR), pool_maxsize=CONNECTIONS, max_retries=0)
            for name, urls in settings.service_urls.items()
        }
        self._instances = Instances()
        self._pool = ThreadPoolExecutor(max_workers=PARTS_AT_ONCE, thread_name_prefix="part")
        failures = (ServiceBroken, ServiceAway, ServiceSlow)
        self.breakers = {name: CircuitBreaker(failures, monotonic=monotonic) for name in settings.service_urls}

    def send(
        self,
        service: str,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str],
        body: bytes | BinaryIO | None = None,
        read_seconds: float | None = None,
    ) -> Answer:
        """Send one request (``target`` is path and query) and read the whole answer, whatever its status.

        Request id and trace context go with it. A lost connection is tried once more, with another instance where
        there is one, when nothing was sent or sending twice does no harm. Raises ``ServiceAway``, ``ServiceSlow`` or
        ``ServiceBroken``.
        """
        addresses = self._instances.in_turn(self._settings.service_urls[service])
        prepared = self._prepare(method, addresses[0] + target, headers, body)
        try:
            with self.breakers[service].call():
                answer = self._send(service, addresses, prepared, read_seconds or self._settings.read_seconds)
        except CircuitOpen as error:
            detail = f"The {service} service has not answered lately; try again in a moment."
            raise ServiceAway(service, detail, retry_after=error.retry_after) from error
        if len(answer.body) > self._settings.response_bytes:
            raise ServiceBroken(
                service, f"The {service} service answered more than {self._settings.response_bytes} bytes."
            )
        return answer

    def get(
        self, service: str, path: str, params: Mapping[str, Any] | None = None, *, read_seconds: float | None = None
    ) -> Any:
        """The JSON that a service answers to an anonymous GET.

        Raises ``NotFound`` for a 404, ``Invalid`` with its fields for a 422, ``ServiceAway`` for a 503,
        ``ServiceBroken`` for any other refusal or a body that does not fit (``gateway.answers``), and what ``send``
        raises.
        """
        query = urlencode({name: value for name, value in (params or {}).items() if value is not None})
        target = f"{path}?{query}" if query else path
        answer = self.send(service, "GET", target, headers={"Accept": "application/json"}, read_seconds=read_seconds)
        return _content(service, path, answer)

    def post(self, service: str, path: str, body: Mapping[str, Any] | None, *, key: str, address: str) -> Any:
        """The JSON that a service answers to what someone without an account does, from the network ``address``.

        Sent again under the same ``key`` it is done once. Raises what ``get`` raises, ``Conflict`` and ``TooMany``.
        """
        headers = {"Accept": "application/json", "Idempotency-Key": key, "X-Forwarded-For": address}
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = None if body is None else orjson.dumps(body)
        return _content(service, path, self.send(service, "POST", path, headers=headers, body=content))

    def gather(self, parts: Mapping[str, Part]) -> tuple[dict[str, Any], list[str]]:
        """Get several things at once: what each part gave, by its name, and the services of those that failed.

        Waits for no part longer than its own timeout; one that fails takes nothing from the others.
        """
        seconds = self._settings.part_seconds
        asked = {
            name: self._pool.submit(copy_context().run, self.get, *part, read_seconds=seconds)
            for name, part in parts.items()
        }
        wait(asked.values(), timeout=self._settings.connect_seconds + seconds)
        found: dict[str, Any] = {}
        failed: list[str] = []
        for name, future in asked.items():
            future.cancel()
            try:
                found[name] = future.result(timeout=0)
            except (Problem, CancelledError, TimeoutError) as error:
                failed.append(parts[name][0])
                log.warning("part failed", part=name, of=parts[name][0], reason=str(error) or type(error).__name__)
        return found, list(dict.fromkeys(failed))

    def states(self) -> dict[str, str]:
        """Each service's breaker: ``closed``, ``open`` or ``half-open``."""
        return {name: breaker.state for name, breaker in self.breakers.items()}

    def close(self) -> None:
        """Close all connections."""
        for adapter in self._adapters.values():
            adapter.close()
        self._pool.shutdown(cancel_futures=True)

    def _prepare(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | BinaryIO | None
    ) -> requests.PreparedRequest:
        try:
            return requests.Request(method, url, headers={**headers, **_context()}, data=body or None).prepare()
        except (requests.RequestException, UnicodeError) as error:
            raise Malformed("A header or the address of this request cannot be passed on: write it plainly.") from error

    def _send(
        self, service: str, addresses: list[str], prepared: requests.PreparedRequest, read_seconds: float
    ) -> Answer:
        """Send to the first of ``addresses``; when that fails and it does no harm, to the second or once more."""
        target = (prepared.url or "").removeprefix(addresses[0])
        repeatable = prepared.method in IDEMPOTENT or "Idempotency-Key" in prepared.headers
        for again, address in enumerate((*addresses, addresses[0])[:2]):
            prepared.url = address + target
            if again and hasattr(prepared.body, "seek"):
                prepared.body.seek(0)
            try:
                return self._send_once(service, prepared, read_seconds)
            except (requests.RequestException, HTTPError) as error:
                self._instances.missed(address)
                may_repeat = repeatable or (never_sent(error) and len(addresses) > 1)
                if again or timed_out(error) or not may_repeat:
                    raise problem_of(service, error, read_seconds) from error
        raise AssertionError("the second try has answered or raised")

    def _send_once(self, service: str, prepared: requests.PreparedRequest, read_seconds: float) -> Answer:
        timeout = (self._settings.connect_seconds, read_seconds)
        response = self._adapters[service].send(prepared, stream=True, timeout=timeout)
        limit = self._settings.response_bytes
        try:
            body = response.raw.read(limit + 1, decode_content=False)
        except HTTPError:
            response.close()
            raise
        if len(body) > limit:
            response.close()
        else:
            response.raw.release_conn()
        return Answer(response.status_code, _end_to_end(response.raw.headers), body)


def _content(service: str, path: str, answer: Answer) -> Any:
    """The JSON of an answer; raises the problem that it is."""
    if answer.status == NotFound.status:
        raise NotFound("There is no such thing, or it is no longer public.")
    headers = {name.lower(): value for name, value in answer.headers}
    refusal = REFUSALS.get(answer.status)
    if answer.status == Unavailable.status:
        raise ServiceAway(service, f"The {service} service is busy; try again in a moment.", retry_after=2)
    if answer.status not in (200, 201) and refusal is None:
        raise ServiceBroken(service, f"The {service} service answered {answer.status}.")
    try:
        if refusal is not None:
            told = answers.read_refusal(answer.body)
            retry = {"Retry-After": headers["retry-after"]} if "retry-after" in headers else None
            raise refusal(told.detail, errors=told.errors, headers=retry)
        return answers.read(path, headers.get("content-type", ""), answer.body)
    except ValueError as error:
        log.warning("answer does not fit", of=service, path=path, reason=str(error)[:300])
        raise ServiceBroken(service, f"The {service} service answered something that cannot be used.") from error


def _context() -> dict[str, str]:
    context = {REQUEST_ID_HEADER: current_request_id(), "traceparent": current_traceparent()}
    return {name: value for name, value in context.items() if value}


def _end_to_end(headers: Any) -> list[tuple[str, str]]:
    named = {name.strip().lower() for name in headers.get("connection", "").split(",")}
    return [(name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP | named]
