"""Promise 34: a consumer whose next record the broker no longer has says so, gets it again, and skips nothing."""

from __future__ import annotations

from typing import Any

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from contracts.visitor import PlaceListed
from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.mongod import MongoServer
from kernel.broker import closing, partitions_of
from kernel.history import accept_gap
from kernel.publications import PublicationLog
from kernel.service import Service
from kernel.worker import Worker
from tests.support.event_path import EventPath, event_path
from tests.support.eventually import eventually
from tests.support.report import Counts
from tests.support.sample_service import Counted, on_counted

KEYS = 8

pytestmark = pytest.mark.timeout(180)


def say(path: EventPath, values: range) -> None:
    for value in values:
        path.count(f"counter-{value % KEYS}", value)


def trim(path: EventPath) -> dict[TopicPartition, int]:
    """Have Apache Kafka drop everything it holds of the topic; returns where each partition begins now."""
    with closing(path.broker.consumer()) as consumer:
        partitions = partitions_of(consumer, [path.topic])
        ends = consumer.end_offsets(partitions)
        with closing(KafkaAdminClient(bootstrap_servers=path.runtime.settings.kafka_bootstrap)) as admin:
            admin.delete_records(dict(ends))
        eventually(lambda: consumer.beginning_offsets(partitions) == ends, within=20, describe="the log is trimmed")
    return ends


def notice(worker: Worker, seen: list[str]) -> bool:
    """Collect what the consumer says is missing."""
    reason = worker.consumer.health()
    if reason and "no longer in the broker's log" in reason:
        seen.append(reason)
    return bool(seen)


def with_relay_only() -> Service:
    """The sample service without reactions: its worker relays, and consumes nothing of the topic."""
    return Service(name="sample", title="Relay", api=[], documents=[], publishes=[Counted], reacts={})


def test_what_retention_took_is_published_again_and_nothing_is_skipped(path: EventPath, counts: Counts) -> None:
    path.start_worker(worker_name="one")
    say(path, range(40))
    for key in range(KEYS):
        path.wait_seen(f"counter-{key}", list(range(key, 40, KEYS)))
    path.stop_workers()
    relaying = path.start_worker(with_relay_only(), worker_name="two")
    say(path, range(40, 120))
    eventually(lambda: path.db.outbox_windows.count_documents({}) > 0, describe="the relay works")
    eventually(lambda: len(path.records()) == 120, within=20, describe="all is published")
    trim(path)
    relaying.stop()
    worker = path.start_worker(worker_name="one")
    said: list[str] = []
    eventually(lambda: notice(worker, said), within=20, every=0.005, describe="the consumer says what is missing")
    say(path, range(120, 160))
    for key in range(KEYS):
        path.wait_seen(f"counter-{key}", list(range(key, 160, KEYS)), within=40)
    eventually(lambda: worker.consumer.health() is None, describe="the consumer is well again")
    assert path.topic in said[0]
    assert path.db.replay_orders.count_documents({"state": "done", "covered": True}) > 0
    counts(events=160, lost=0)


def test_a_new_consumer_gets_the_history_that_retention_took(
    path: EventPath, mongod: MongoServer, apache_kafka: ApacheKafka
) -> None:
    path.start_worker(worker_name="one")
    say(path, range(40))
    for key in range(KEYS):
        path.wait_seen(f"counter-{key}", list(range(key, 40, KEYS)))
    trim(path)
    newcomer = Service(
        name="newcomer", title="Newcomer", api=[], documents=[], publishes=[], reacts={Counted: on_counted}
    )
    with event_path(mongod.uri, apache_kafka, newcomer, locality=path.runtime.locality) as other:
        other.start_worker()
        for key in range(KEYS):
            other.wait_seen(f"counter-{key}", list(range(key, 40, KEYS)), within=40)


def test_what_nobody_has_any_more_is_not_passed_over_in_silence(path: EventPath) -> None:
    path.start_worker(worker_name="one")
    path.count("a", 1)
    path.wait_seen("a", [1])
    path.stop_workers()
    relaying = path.start_worker(with_relay_only(), worker_name="two")
    windows = path.db.outbox_windows
    for value in (2, 3):
        path.count("a", value)
        eventually(lambda value=value: windows.count_documents({}) == value, within=20, describe="a window of its own")
    relaying.stop()
    trim(path)
    assert PublicationLog(path.db).purge(path.runtime.clock.now()) > 0
    worker = path.start_worker(worker_name="one")
    reason = eventually(
        lambda: (said := worker.consumer.health()) and "accept-gap" in said and said,
        within=20,
        describe="the consumer says that it is lost",
    )
    assert "offsets 1 to 2" in reason
    path.stop_workers()
    partition = next(tp for tp in ends_of(path) if ends_of(path)[tp] > 0)
    accept_gap(path.store, partition, 1, operator="someone")
    path.start_worker(worker_name="one")
    path.count("a", 4)
    eventually(lambda: path.seen("a")[-1:] == [4], within=30, describe="it goes on")


def ends_of(path: EventPath) -> dict[TopicPartition, int]:
    with closing(path.broker.consumer()) as consumer:
        ends: dict[TopicPartition, int] = consumer.end_offsets(partitions_of(consumer, [path.topic]))
    return ends


def test_the_embedded_broker_drops_old_records_when_it_is_full(mongod: MongoServer, tmp_path_factory: Any) -> None:
    server = EmbeddedBroker(tmp_path_factory.mktemp("small")).start()
    try:
        with event_path(mongod.uri, server) as path:
            path.start_worker()
            say(path, range(20))
            for key in range(KEYS):
                path.wait_seen(f"counter-{key}", list(range(key, 20, KEYS)))
            path.stop_workers()
            path.start_worker(with_relay_only())
            say(path, range(20, 60))
            eventually(lambda: len(path.records()) == 60, within=20, describe="all is published")
            fill(path)
            path.stop_workers()
            worker = path.start_worker()
            said: list[str] = []
            eventually(lambda: notice(worker, said), within=20, every=0.005, describe="the gap is noticed")
            for key in range(KEYS):
                path.wait_seen(f"counter-{key}", list(range(key, 60, KEYS)), within=60)
    finally:
        server.stop()


def fill(path: EventPath) -> None:
    """Write records that nobody reacts to until the broker has dropped the beginning of every partition."""
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_type", PlaceListed.TYPE.encode()),
        ("ce_source", b"/filler"),
        ("ce_time", b"2026-01-01T00:00:00Z"),
    ]
    with closing(path.broker.producer()) as producer, closing(path.broker.consumer()) as consumer:
        partitions = partitions_of(consumer, [path.topic])
        for partition in partitions:
            for number in range(14):
                name = f"filler-{partition.partition}-{number}".encode()
                record = [*headers, ("ce_id", name)]
                producer.send(path.topic, value=b"x" * 500_000, headers=record, partition=partition.partition).get(10)
        eventually(
            lambda: all(consumer.beginning_offsets(partitions).values()), within=20, describe="the beginning is gone"
        )
