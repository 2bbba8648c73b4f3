"""A real Apache Kafka: one KRaft node without docker, from jars that Maven copies once."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from deploy.embedded.processes import LOOPBACK, Process, StartFailed, free_port, port_answers, wait_until

POM = Path(__file__).parent.parent / "kafka" / "pom.xml"
JAVA_OPTIONS = ("-Xms128m", "-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.level=WARN")


def jars() -> Path:
    """The folder with Kafka's jars, filled by Maven at the first call.

    It lies outside the tree, named after the version and the content of ``pom.xml``, and appears whole or not at all,
    so several starts at once are safe. Raises ``StartFailed`` that says what is missing.
    """
    text = POM.read_bytes()
    version = re.search(rb"<artifactId>kafka_2\.13</artifactId>\s*<version>([^<]+)</version>", text)[1].decode()
    name = f"kafka-{version}-{hashlib.sha256(text).hexdigest()[:12]}"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "living-newhaven"
    ready = cache / name
    if ready.is_dir():
        return ready
    cache.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=cache, prefix=f".{name}-"))
    try:
        _copy_jars(partial)
        try:
            partial.rename(ready)
        except OSError:
            if not ready.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return ready


def _copy_jars(target: Path) -> None:
    command = [
        _program("mvn"),
        "-q",
        "-B",
        "-f",
        str(POM),
        "dependency:copy-dependencies",
        f"-DoutputDirectory={target}",
    ]
    done = subprocess.run(
        [*command, "-DincludeScope=runtime"], capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode:
        raise StartFailed(f"Maven could not fetch Apache Kafka:\n{(done.stdout + done.stderr)[-3000:]}")


def _program(name: str) -> str:
    if found := shutil.which(name):
        return found
    raise StartFailed(
        f"`{name}` is missing. Apache Kafka needs Java 17 or later and Maven: install both, or leave KAFKA=apache out."
    )


class ApacheKafka:
    """One broker that is its own controller. Restarts keep its data and its address."""

    def __init__(self, directory: Path, *, port: int = 0, log: Path | None = None) -> None:
        self.directory = directory.resolve()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self._config = self.directory / "server.properties"
        self._config.write_text(self._properties(free_port()))
        self.process = Process(
            "broker",
            self._java("kafka.Kafka", str(self._config)),
            env=os.environ,
            log=log or self.directory / "kafka.log",
        )

    @property
    def bootstrap(self) -> str:
        """``host:port`` for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def api_version(self) -> None:
        """Clients may ask it for its protocol versions."""

    def start(self, within: float = 60.0) -> ApacheKafka:
        """Start it and wait until clients are answered."""
        self.launch()
        self.wait_ready(within)
        return self

    def launch(self) -> None:
        """Format the storage when it is new, and start; does not wait."""
        if not (self.directory / "data" / "meta.properties").exists():
            self._format()
        self.process.start()

    def wait_ready(self, within: float = 60.0) -> None:
        """Wait until clients are answered; a server that does not get there is ended."""
        try:
            wait_until(lambda: port_answers(self.port), self.process, within, "Apache Kafka is not ready")
        except BaseException:
            self.process.kill()
            raise

    def stop(self, within: float = 10.0) -> None:
        """A controlled shutdown."""
        self.process.stop(within)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()

    def restart(self) -> None:
        """Start again on the same data and address."""
        self.start()

    def _format(self) -> None:
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = self._java("kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(self._config))
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise StartFailed(f"Apache Kafka's storage cannot be made:\n{(done.stdout + done.stderr)[-3000:]}")

    def _java(self, main: str, *arguments: str) -> list[str]:
        return [_program("java"), *JAVA_OPTIONS, "-cp", f"{jars()}/*", main, *arguments]

    def _properties(self, controller: int) -> str:
        """One node that is broker and controller; every internal topic fits on it."""
        values = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "listeners": f"PLAINTEXT://{LOOPBACK}:{self.port},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
            "log.dirs": self.directory / "data",
            "num.partitions": 4,
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "broker.session.timeout.ms": 2000,
            "broker.heartbeat.interval.ms": 500,
            "group.initial.rebalance.delay.ms": 0,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
        }
        return "".join(f"{name}={value}\n" for name, value in values.items())
