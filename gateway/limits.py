"""Rate limits for each client address and each account, told in RateLimit headers.

Counts live in this process's memory: one gateway process per machine counts alone. Source of the header names: IETF
draft "RateLimit header fields for HTTP", version 06.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from flask import Flask, Response, g, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from gateway.settings import GatewaySettings, Network
from kernel.auth import current_actor
from kernel.errors import TooMany

SPREAD = 10
"""Times the failed sign-ins of one address as one account that all accounts from there, or all addresses, may have."""

UNCOUNTED = ("/health/", "/metrics", "/.well-known/", "/static/")
"""Paths that machines ask for, and files that cost nothing."""


@dataclass(frozen=True)
class Standing:
    """How a caller stands against one limit."""

    limit: int
    remaining: int
    reset: int
    """Seconds until the count starts again."""


class RateLimits:
    """The gateway's limits. Thread-safe."""

    def __init__(self, settings: GatewaySettings) -> None:
        storage = MemoryStorage()
        self._windows = FixedWindowRateLimiter(storage)
        self._attempts = MovingWindowRateLimiter(storage)
        self._address = parse(settings.rate_limit)
        self._account = parse(settings.account_rate_limit)
        self._login = parse(settings.login_rate_limit)
        self._spread_login = type(self._login)(self._login.amount * SPREAD, self._login.multiples)
        self._registration = parse(settings.registration_rate_limit)

    def count_address(self, address: str) -> Standing:
        """Count one request of an address; how it stands then. Raises ``TooMany`` when its limit is used up."""
        return self._count(self._address, ("address", address))

    def count_account(self, account: str) -> Standing:
        """Count one request of an account; how it stands then. Raises ``TooMany`` when its limit is used up."""
        return self._count(self._account, ("account", account))

    def count_registration(self, address: str) -> None:
        """Count one new account. Raises ``TooMany``."""
        self._count(self._registration, ("registration", address))

    def check_login(self, email: str, address: str) -> None:
        """Raise ``TooMany`` after too many failed sign-ins: of this account from this address, of any account from
        there (one password tried on many), or of this account from anywhere. Counts nothing.
        """
        for item, key in self._sign_ins(email, address):
            if not self._attempts.test(item, *key):
                reset, _ = self._attempts.get_window_stats(item, *key)
                raise _too_many("Too many failed sign-ins.", Standing(item.amount, 0, _seconds_until(reset)))

    def count_failed_login(self, email: str, address: str) -> None:
        """Count one failed sign-in as ``email``."""
        for item, key in self._sign_ins(email, address):
            self._attempts.hit(item, *key)

    def forget_failed_logins(self, email: str, address: str) -> None:
        """Start again after a sign-in that succeeded; what else was tried from there, or as them, still counts."""
        self._attempts.clear(self._login, "login", email, address)

    def _sign_ins(self, email: str, address: str) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
        return [
            (self._login, ("login", email, address)),
            (self._spread_login, ("logins from", address)),
            (self._spread_login, ("logins as", email)),
        ]

    def _count(self, item: RateLimitItem, key: tuple[str, str]) -> Standing:
        admitted = self._windows.hit(item, *key)
        reset, remaining = self._windows.get_window_stats(item, *key)
        standing = Standing(item.amount, max(0, remaining), _seconds_until(reset))
        if not admitted:
            raise _too_many("Too many requests from here.", standing)
        return standing


def counting_addresses(limits: RateLimits) -> Callable[[], None]:
    """What counts every request for its address, also one whose sender turns out not to be who they say."""

    def count() -> None:
        if not request.path.startswith(UNCOUNTED):
            g.rate_standing = limits.count_address(client_address())

    return count


def register(app: Flask, limits: RateLimits) -> None:
    """Count every request of ``app`` for its account too, and tell each caller how they stand against the nearer
    limit.
    """

    @app.before_request
    def count() -> None:
        account = current_actor().id
        if account and not request.path.startswith(UNCOUNTED):
            standing = limits.count_account(account)
            g.rate_standing = min(g.rate_standing, standing, key=lambda each: each.remaining)

    @app.after_request
    def tell(response: Response) -> Response:
        standing: Standing | None = g.get("rate_standing")
        if standing is not None:
            response.headers.update(_headers(standing))
        return response


def client_address() -> str:
    """The address this request counts for, set by ``address_behind`` at the start of the request."""
    return str(g.get("client_address") or request.remote_addr or "unknown")


def address_behind(peer: str, forwarded_for: Iterable[str], trusted: tuple[Network, ...]) -> str:
    """The client's address behind proxies that are ours, from X-Forwarded-For read from its right end.

    The first address that is no trusted proxy is the client: what stands left of it anyone could have written. An
    entry that is no address ends the search at the last proxy.
    """
    hops = [hop.strip() for header in forwarded_for for hop in header.split(",")]
    address = peer
    while is_in(address, trusted) and hops:
        hop = hops.pop()
        try:
            ip_address(hop)
        except ValueError:
            break
        address = hop
    return address


def is_in(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether an address, as text, is in one of ``networks``; False for no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _seconds_until(instant: float) -> int:
    return max(1, round(instant - time.time()))


def _headers(standing: Standing) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(standing.limit),
        "RateLimit-Remaining": str(standing.remaining),
        "RateLimit-Reset": str(standing.reset),
    }


def _too_many(what: str, standing: Standing) -> TooMany:
    detail = f"{what} Come back in {standing.reset} s."
    return TooMany(detail, headers={"Retry-After": str(standing.reset), **_headers(standing)})
