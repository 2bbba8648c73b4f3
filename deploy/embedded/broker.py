"""The embedded broker: librdkafka's in-memory Kafka, as a process of its own.

It keeps nothing on disk and listens on a port that it chooses, so its address is written to a file when it is ready.
``python -m deploy.embedded.broker ADDRESS_FILE``
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from types import TracebackType

from deploy.embedded.processes import Process, wait_until

API_VERSION = "2.3"
"""The protocol version clients must be told: this broker cannot be asked."""


class EmbeddedBroker:
    """The broker as a child process. A restart gives an empty broker at another address."""

    def __init__(self, directory: Path, *, log: Path | None = None) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._address = directory / "address"
        self.process = Process(
            "broker",
            [sys.executable, "-m", "deploy.embedded.broker", str(self._address)],
            env=os.environ,
            log=log or directory / "broker.log",
        )

    @property
    def bootstrap(self) -> str:
        """``host:port`` for clients."""
        return self._address.read_text()

    @property
    def api_version(self) -> str:
        """What clients are told in ``KAFKA_API_VERSION``."""
        return API_VERSION

    def start(self, within: float = 20.0) -> EmbeddedBroker:
        """Start it and wait until it has told its address."""
        self.launch()
        self.wait_ready(within)
        return self

    def launch(self) -> None:
        """Start it; does not wait."""
        self._address.unlink(missing_ok=True)
        self.process.start()

    def wait_ready(self, within: float = 20.0) -> None:
        """Wait until it has told its address."""
        wait_until(self._address.exists, self.process, within, "The embedded broker is not ready")

    def stop(self, within: float = 5.0) -> None:
        """End it; everything it held is gone."""
        self.process.stop(within)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()

    def restart(self) -> None:
        """Start an empty one."""
        self.start()


class InMemoryCluster:
    """The cluster inside this process, open as long as the block lasts."""

    def __enter__(self) -> str:
        """Start it and return its address."""
        from confluent_kafka import Producer  # here: it brings a large library that only this process needs

        quiet = logging.getLogger("embedded-broker")
        quiet.addFilter(lambda record: "MOCK" not in record.getMessage())
        self._host = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": "1"}, logger=quiet)
        broker = next(iter(self._host.list_topics(timeout=10).brokers.values()))
        return f"{broker.host}:{broker.port}"

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop it."""
        del self._host


def main(address_file: Path) -> None:
    """Host the broker until SIGTERM or SIGINT."""
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    with InMemoryCluster() as address:
        partial = address_file.with_name(address_file.name + ".partial")
        partial.write_text(address)
        partial.replace(address_file)
        signal.sigwait(stop)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
