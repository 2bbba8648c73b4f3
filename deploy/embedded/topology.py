"""What runs on one machine: which processes, what each is told, on which ports, in which order.

Read this file to know the whole platform from outside. MongoDB and the broker come first (``mongod.py``,
``broker.py``, ``apache_kafka.py``); then one preparation that makes collections and indexes; then for each service an
API and a worker; the gateway is the only one that people talk to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded.processes import LOOPBACK, free_port

ROOT = Path(__file__).parent.parent.parent
SERVICES = ("visitor", "festivals", "marketplace", "media")
GATEWAY = "gateway"
PREPARE = (sys.executable, "-m", "deploy.embedded.prepare")
"""Makes the collections and indexes of all services; workers start after it, APIs and the gateway beside it."""


@dataclass(frozen=True)
class Surroundings:
    """What all processes are told."""

    locality: Path
    mongodb_uri: str
    kafka_bootstrap: str
    kafka_api_version: str | None
    """Told only where the broker cannot be asked."""
    auth_signing_key: Path
    passport_signing_key: Path
    checkin_signing_key: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further settings, see ``kernel/config.py`` and ``gateway/settings.py``."""

    def env(self) -> dict[str, str]:
        """The environment of any process of the platform; a key goes only to those that sign with it."""
        given = {name: value for name, value in os.environ.items() if not name.endswith("_SIGNING_KEY")}
        return given | {
            "LOCALITY": str(self.locality),
            "MONGODB_URI": self.mongodb_uri,
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka_bootstrap,
            "KAFKA_API_VERSION": self.kafka_api_version or "",
            **self.extra,
        }


@dataclass(frozen=True)
class Role:
    """One process: ``visitor.api``, ``visitor.worker``, ..., ``gateway``; a second API is ``visitor.api.2``."""

    name: str
    module: str
    role: str
    port: int

    @property
    def needs_broker(self) -> bool:
        """Whether it talks to the broker: workers do, so they are told when its address has changed."""
        return self.role == "worker"

    @property
    def argv(self) -> list[str]:
        """Its command line."""
        return [sys.executable, "-m", self.module, self.role]

    @property
    def ready_url(self) -> str:
        """Where it says whether it can work."""
        return f"http://{LOOPBACK}:{self.port}/health/ready"


def roles(gateway_port: int, instances: int = 1) -> list[Role]:
    """All processes in the order they are started; each but the gateway gets a port that is free now.

    With several ``instances`` of each API, one may be stopped without anyone noticing.
    """
    numbered = ["", *(f".{number}" for number in range(2, instances + 1))]
    apis = [Role(f"{name}.api{n}", f"services.{name}", "api", free_port()) for name in SERVICES for n in numbered]
    workers = [Role(f"{name}.worker", f"services.{name}", "worker", free_port()) for name in SERVICES]
    return [*apis, Role(GATEWAY, "gateway", "api", gateway_port), *workers]


def env_of(role: Role, everyone: list[Role], around: Surroundings) -> Mapping[str, str]:
    """The environment of one process."""
    ports = {each.name: each.port for each in everyone}
    env = around.env() | {
        "HTTP_PORT": str(role.port),
        "AUTH_JWKS": f"http://{LOOPBACK}:{ports[GATEWAY]}/.well-known/jwks.json",
    }
    if role.needs_broker:
        env["WORKER_NAME"] = role.name
    if role.name == GATEWAY:
        env["AUTH_SIGNING_KEY"] = str(around.auth_signing_key)
        env["SERVICE_URLS"] = ",".join(f"{name}={_addresses(name, ports)}" for name in SERVICES)
    if role.name.startswith("marketplace."):
        env["PASSPORT_SIGNING_KEY"] = str(around.passport_signing_key)
    if role.name == "festivals.api":
        env["CHECKIN_SIGNING_KEY"] = str(around.checkin_signing_key)
    return env


def _addresses(service: str, ports: Mapping[str, int]) -> str:
    """Where the APIs of a service answer, as ``gateway/settings.py`` reads it."""
    return "|".join(f"http://{LOOPBACK}:{port}" for name, port in ports.items() if name.startswith(f"{service}.api"))
