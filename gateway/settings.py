"""What only the gateway is told from outside."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from environs import Env

from gateway.instances import SEPARATOR
from gateway.routes import SERVICES

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class GatewaySettings:
    """The gateway's own settings; what it shares with the services is in ``kernel.config.Settings``."""

    service_urls: dict[str, str]
    """Service to the base URL of its API, or to those of its instances with ``|`` between them."""
    signing_key: str
    """Path of the Ed25519 private key (PEM or JWK) that signs access tokens."""
    rate_limit: str
    """Requests of one client address, e.g. ``600/minute``."""
    account_rate_limit: str
    """Requests of one account, whatever its addresses."""
    login_rate_limit: str
    """Failed sign-ins of one e-mail address from one client address; ten times as many for either of them alone."""
    registration_rate_limit: str
    """Accounts made from one client address."""
    trusted_proxies: tuple[Network, ...]
    """Whose X-Forwarded-For, -Proto and -Host are believed; nobody's unless named."""
    connect_seconds: float
    read_seconds: float
    part_seconds: float
    """How long a page composed of several services waits for each of its parts."""
    response_bytes: int
    """The largest answer a service may give."""
    hashing_at_once: int
    """Passwords hashed at the same time: each takes one core and 19 MiB."""
    public_hosts: tuple[str, ...] = ()
    """Host names that the gateway answers under, ``.example.org`` with all below it; any when none is named."""


def _addresses(urls: str) -> str:
    return SEPARATOR.join(url.strip().rstrip("/") for url in urls.split(SEPARATOR))


def load_gateway_settings(env: Env | None = None) -> GatewaySettings:
    """Read the environment; raises ``environs.EnvError`` or ``ValueError`` naming what is missing or wrong."""
    env = env or Env()
    urls = {name: _addresses(urls) for name, urls in env.dict("SERVICE_URLS").items()}
    missing = [name for name in SERVICES if name not in urls]
    if missing:
        raise ValueError(f"SERVICE_URLS names no address for: {', '.join(missing)}")
    return GatewaySettings(
        service_urls=urls,
        signing_key=env.str("AUTH_SIGNING_KEY"),
        rate_limit=env.str("RATE_LIMIT", "3000/minute"),
        account_rate_limit=env.str("RATE_LIMIT_ACCOUNT", "1500/minute"),
        login_rate_limit=env.str("RATE_LIMIT_LOGIN", "10/5minute"),
        registration_rate_limit=env.str("RATE_LIMIT_REGISTRATION", "120/minute"),
        trusted_proxies=tuple(ip_network(text) for text in env.list("TRUSTED_PROXIES", [])),
        connect_seconds=env.float("UPSTREAM_CONNECT_SECONDS", 2.0),
        read_seconds=env.float("UPSTREAM_READ_SECONDS", 15.0),
        part_seconds=env.float("UPSTREAM_PART_SECONDS", 3.0),
        response_bytes=env.int("UPSTREAM_RESPONSE_BYTES", 16 * 1024 * 1024),
        hashing_at_once=env.int("PASSWORD_HASHING_AT_ONCE", 2),
        public_hosts=tuple(env.list("PUBLIC_HOSTS", [])),
    )
