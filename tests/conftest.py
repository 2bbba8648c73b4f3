"""Shared by all tests: the real servers, started when first asked for, and which sockets a test may open."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.mongod import MongoServer
from tests.support.embedded_broker import start_embedded_broker
from tests.support.kafka import start_kafka
from tests.support.mongod import data_directory, start_mongod
from tests.support.platform import Platform
from tests.support.report import Counts, add, counts_of

ORDER = ("unit", "contract", "integration", "conformance", "security", "e2e", "browser", "chaos", "bench")
"""Quick ones first; those that open no socket before those whose servers stay until the end."""
TOGETHER = {"e2e": "platform", "browser": "platform", "security": "security"}


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Tests that share servers run in one process.

    Several processes run at a time, each with servers of its own. Tests of one file share what that file has started;
    those that use the whole platform stay together, since it is started once for each process, and so do those of
    security. (Marks for ``--dist loadgroup`` are lost without a word by xdist 3.8 on pytest 9.2: pytest-xdist #1386.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return TOGETHER.get(Path(file).parts[1], file)

    def _assign_work_unit(self, node: Any) -> None:
        """Every other process begins at the end: tests that wait for faults to pass run beside those that compute."""
        if self.nodes.index(node) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Hand out tests file by file."""
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests by kind; unit tests open no socket, all others only loopback ones."""
    items.sort(key=lambda item: ORDER.index(_kind(item)))
    for item in items:
        if _kind(item) == "unit":
            item.add_marker(pytest.mark.disable_socket)
        else:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))


def _kind(item: pytest.Item) -> str:
    kind = item.path.relative_to(Path(__file__).parent).parts[0]
    if kind not in ORDER:
        raise pytest.UsageError(f"{item.path}: tests live in one of the folders {', '.join(ORDER)}")
    return kind


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoServer]:
    """A real MongoDB, shared by the run: use a database of your own in it."""
    with data_directory(tmp_path_factory.mktemp("mongod")) as directory:
        server = start_mongod(directory)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """A real Apache Kafka, shared by the run: use topics of your own; whoever kills it restarts it."""
    server = start_kafka(tmp_path_factory.mktemp("kafka"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def embedded_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    """The embedded broker, shared by the run: use topics of your own; whoever kills it restarts it."""
    server = start_embedded_broker(tmp_path_factory.mktemp("broker"))
    yield server
    server.stop()


@pytest.fixture(scope="session", params=["embedded", pytest.param("apache", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> ApacheKafka | EmbeddedBroker:
    """Each broker that the platform runs on, in turn."""
    server: ApacheKafka | EmbeddedBroker = request.getfixturevalue(
        "apache_kafka" if request.param == "apache" else "embedded_broker"
    )
    return server


@pytest.fixture(scope="session")
def platform(
    tmp_path_factory: pytest.TempPathFactory, mongod: MongoServer, apache_kafka: ApacheKafka
) -> Iterator[Platform]:
    """The whole platform on Apache Kafka, shared by the run; whoever stops a process starts it again."""
    running = Platform(tmp_path_factory.mktemp("platform"), mongod, apache_kafka).start()
    yield running
    running.stop()


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Counts:
    """Takes what a test of a promise has counted, for the README's table."""
    return counts_of(request.path.name, request.node.name)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Report how each test of a promise ended, where a report is asked for."""
    module = Path(report.location[0]).name
    if module.startswith("test_promise_") and (report.when == "call" or report.failed):
        add({"module": module, "outcome": report.outcome})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the processes said last with a test that failed on them."""
    report = yield
    running = getattr(item, "funcargs", {}).get("platform")
    if report.failed and isinstance(running, Platform):
        report.sections.append(("logs of the platform", running.tails()))
    return report
