"""The one-machine start: from nothing to a running platform, and cleanly back to nothing."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import demo_data
from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.files import write_private
from deploy.embedded.fleet import Fleet
from deploy.embedded.keys import signing_key
from deploy.embedded.mongod import MongoServer
from deploy.embedded.processes import LOOPBACK, require_free_port
from deploy.embedded.supervisor import StopRequested, Supervisor
from deploy.embedded.topology import GATEWAY, Role, Surroundings, roles

PROCESSES = "processes.json"
"""Name to process id and address of every process that runs, in the data directory."""


@dataclass(frozen=True)
class Options:
    """What whoever starts the platform may choose."""

    gateway_port: int
    locality: Path
    mongodb_uri: str | None
    """A replica set that runs already, instead of one of our own."""
    kafka_bootstrap: str | None
    """A Kafka that runs already, instead of a broker of our own."""
    apache: bool
    """Run a real Apache Kafka instead of the embedded broker."""
    demo: bool
    """Load the demonstration data at the first start."""


class Starter:
    """One run of the platform on a data directory."""

    def __init__(self, options: Options, data: Path) -> None:
        self._options = options
        self._data = data
        self._logs = data / "logs"
        self._supervisor = Supervisor(say, self._logs)
        self._mongod: MongoServer | None = None
        self._broker: ApacheKafka | EmbeddedBroker | None = None
        self._fleet: Fleet | None = None

    def run(self, work: Callable[[], int] | None = None) -> int:
        """Start everything, keep it running until SIGINT or SIGTERM, stop everything; returns 0.

        With ``work`` it runs only as long as that takes, and returns what it returns. Raises ``StartFailed`` when it
        cannot be started; what had started is stopped then, too.
        """
        with self._supervisor:
            self._supervisor.take_signals()
            try:
                self._start()
                if work:
                    return work()
                self._supervisor.watch()
            except StopRequested:
                say("Stopping; once more ends it at once.")
            finally:
                self._stop()
        return 0

    def _start(self) -> None:
        began = time.monotonic()
        require_free_port(self._options.gateway_port, "GATEWAY_PORT")
        self._start_servers()
        everyone = roles(self._options.gateway_port)
        self._fleet = fleet = Fleet(everyone, self._surroundings, self._logs)
        fronts = [name for name in fleet.roles if name not in fleet.workers]
        preparation = fleet.preparing()
        preparation.start()
        fleet.launch(fronts)
        fleet.prepared(preparation)
        say(f"Databases are ready ({time.monotonic() - began:.1f} s)")
        fleet.launch(fleet.workers)
        fleet.wait_ready(fleet.roles, within=120)
        self._keep_all(fleet)
        url = f"http://{LOOPBACK}:{self._options.gateway_port}"
        say(f"All {len(fleet.roles)} processes are ready ({time.monotonic() - began:.1f} s)")
        if self._options.demo:
            demo_data.load_once(url, self._data, self._surroundings(), say)
        self._announce(url, everyone)

    def _start_servers(self) -> None:
        """MongoDB and the broker, at the same time, unless they run elsewhere."""
        if not self._options.kafka_bootstrap:
            kind = ApacheKafka if self._options.apache else EmbeddedBroker
            self._broker = kind(self._data / "broker" / kind.__name__, log=self._logs / "broker.log")
            self._broker.launch()
        if not self._options.mongodb_uri:
            self._mongod = MongoServer(self._data / "mongod", log=self._logs / "mongod.log")
            self._mongod.start()
            say("MongoDB runs")
        if self._broker:
            self._broker.wait_ready()
            say("Apache Kafka runs" if self._options.apache else "The embedded broker runs")

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            locality=self._options.locality,
            mongodb_uri=self._mongod.uri if self._mongod else self._options.mongodb_uri or "",
            kafka_bootstrap=self._broker.bootstrap if self._broker else self._options.kafka_bootstrap or "",
            kafka_api_version=self._broker.api_version if self._broker else os.environ.get("KAFKA_API_VERSION"),
            auth_signing_key=signing_key(self._data / "keys" / "auth.pem"),
            passport_signing_key=signing_key(self._data / "keys" / "passport.pem"),
            checkin_signing_key=signing_key(self._data / "keys" / "checkin.pem"),
        )

    def _keep_all(self, fleet: Fleet) -> None:
        if self._mongod:
            self._supervisor.keep(self._mongod.process, self._mongod.launch)
        if self._broker:
            self._supervisor.keep(self._broker.process, self._revive_broker)
        for name, process in fleet.processes.items():
            self._supervisor.keep(process, lambda name=name: self._revive_role(name))
        self._write_processes()

    def _revive_role(self, name: str) -> None:
        self._fleet.launch([name])
        self._write_processes()

    def _revive_broker(self) -> None:
        """Start the broker again; one that comes back elsewhere, and empty, is made known by restarting the workers.

        Their relays notice that its log is shorter than what they had published, and publish again.
        """
        before = self._broker.bootstrap
        self._broker.launch()
        if isinstance(self._broker, EmbeddedBroker):
            self._broker.wait_ready()
        if self._broker.bootstrap != before:
            self._fleet.restart(self._fleet.workers)
            self._write_processes()

    def _write_processes(self) -> None:
        """Keep ``processes.json`` true, for whoever wants to look at or meddle with a single process."""
        found = {
            name: {"pid": process.pid, "url": f"http://{LOOPBACK}:{self._fleet.roles[name].port}"}
            for name, process in self._fleet.processes.items()
        }
        write_private(self._data / PROCESSES, json.dumps(found, indent=2))

    def _announce(self, url: str, everyone: list[Role]) -> None:
        say("")
        say(f"The platform runs: {url}")
        say(f"  API      {url}/v1/openapi.json")
        for role in everyone:
            if role.name != GATEWAY:
                say(f"  {role.name:<20} http://{LOOPBACK}:{role.port}")
        say(f"  data, keys and logs in {self._data}")
        for line in demo_data.shown_accounts(self._data):
            say(f"  {line}".rstrip())
        say("Ctrl-C stops it.")

    def _stop(self) -> None:
        """Everything that started, in the reverse order; at once when asked a second time."""
        (self._data / PROCESSES).unlink(missing_ok=True)
        servers = [server for server in (self._broker, self._mongod) if server]
        try:
            if self._fleet:
                self._fleet.stop()
            for server in servers:
                server.stop(within=5.0)
        except StopRequested:
            say("Ending everything at once.")
            if self._fleet:
                self._fleet.kill_all()
            for server in servers:
                server.kill()


def say(line: str) -> None:
    """A line for whoever started the platform."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
