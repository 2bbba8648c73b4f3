"""The whole platform as real processes, for tests: the topology of the one-machine start on servers of the tests."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.demo_data import operator_file
from deploy.embedded.fleet import Fleet
from deploy.embedded.keys import signing_key
from deploy.embedded.mongod import MongoServer
from deploy.embedded.processes import LOOPBACK, free_port
from deploy.embedded.topology import GATEWAY, ROOT, Surroundings, roles

LOCALITY = ROOT / "deploy" / "localities" / "newhaven-dieppe.toml"
GENEROUS = {
    "RATE_LIMIT": "1000000/minute",
    "RATE_LIMIT_ACCOUNT": "1000000/minute",
    "RATE_LIMIT_LOGIN": "1000000/minute",
    "RATE_LIMIT_REGISTRATION": "1000000/minute",
}
"""All tests come from one address; those of the limits set their own."""


class Platform:
    """Four APIs, four workers and the gateway, with keys, databases and topics of their own.

    ``url`` is the gateway. ``kill``, ``pause``, ``resume`` and ``restart`` take a process's name: ``visitor.worker``,
    ``media.api``, ``gateway``. Nothing is healed here: a test that kills starts again.
    """

    def __init__(
        self,
        directory: Path,
        mongod: MongoServer,
        broker: ApacheKafka | EmbeddedBroker,
        *,
        settings: Mapping[str, str] | None = None,
        instances: int = 1,
    ) -> None:
        self.directory = directory
        self.mongod = mongod
        self.broker = broker
        self.slug = f"newhaven-dieppe-{uuid.uuid4().hex[:8]}"
        self._settings = GENEROUS | dict(settings or {})
        self._locality = directory / "locality.toml"
        self._locality.write_text(LOCALITY.read_text().replace('slug = "newhaven-dieppe"', f'slug = "{self.slug}"', 1))
        port = free_port()
        self.url = f"http://{LOOPBACK}:{port}"
        self.fleet = Fleet(roles(port, instances), self.surroundings, directory / "logs")

    def surroundings(self) -> Surroundings:
        """What the processes are told."""
        return Surroundings(
            locality=self._locality,
            mongodb_uri=self.mongod.uri,
            kafka_bootstrap=self.broker.bootstrap,
            kafka_api_version=self.broker.api_version,
            auth_signing_key=signing_key(self.directory / "keys" / "auth.pem"),
            passport_signing_key=signing_key(self.directory / "keys" / "passport.pem"),
            checkin_signing_key=signing_key(self.directory / "keys" / "checkin.pem"),
            extra=self._settings,
        )

    def start(self) -> Platform:
        """Start everything and wait until all of it is ready; raises ``StartFailed`` with the reasons and logs."""
        try:
            self.fleet.prepare()
            self.fleet.launch(self.fleet.roles)
            self.fleet.wait_ready(self.fleet.roles, within=60)
        except BaseException:
            self.fleet.kill_all()
            raise
        return self

    def stop(self) -> None:
        """Stop everything cleanly."""
        self.fleet.stop()

    def kill(self, name: str) -> None:
        """SIGKILL."""
        self.fleet.kill(name)

    def pause(self, name: str) -> None:
        """SIGSTOP."""
        self.fleet.pause(name)

    def resume(self, name: str) -> None:
        """SIGCONT."""
        self.fleet.resume(name)

    def restart(self, *names: str) -> None:
        """Stop the processes if they run, start them, wait until they are ready."""
        self.fleet.restart(names)
        self.fleet.wait_ready(names)

    def ready(self, name: str = GATEWAY) -> bool:
        """Whether a process says that it can do its work."""
        return self.fleet.ready(name)

    def url_of(self, name: str) -> str:
        """The address of one process, past the gateway."""
        return f"http://{LOOPBACK}:{self.fleet.roles[name].port}"

    def database(self, service: str) -> str:
        """The name of a service's database in ``mongod``."""
        return f"{self.slug.replace('-', '_')}_{service}"

    @property
    def operator(self) -> dict[str, str]:
        """The operator's ``email`` and ``password``; the account is made at the first call."""
        credentials: dict[str, str] = json.loads(operator_file(self.directory, self.surroundings()).read_text())
        return credentials

    def tails(self, lines: int = 20) -> str:
        """The last lines of the logs, shown with a failed test."""
        return self.fleet.tails(lines)
