"""Promise 30: whatever has happened, a projection equals what a rebuild from the log makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kafka.admin import KafkaAdminClient
from mongoengine import Document, IntField, ListField, StringField

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from kernel.broker import closing, partitions_of
from kernel.mongo import document_meta
from kernel.rebuild import StillConsuming, rebuild
from kernel.redrive import redrive
from kernel.runtime import Runtime
from kernel.service import Service
from tests.support.event_path import EventPath, event_path, failing_for, with_handler
from tests.support.eventually import eventually
from tests.support.sample_service import Counted, on_counted

pytestmark = pytest.mark.timeout(120)


def history_with_faults(path: EventPath) -> None:
    """Failures that mend, poison, parked events redriven, records delivered again."""
    path.start_worker(with_handler(failing_for("bad")), worker_name="one")
    for value in range(40):
        path.count(f"counter-{value % 4}", value)
        path.count("bad", value)
    path.produce(b"junk", b"junk", [])
    for record in path.records()[:20]:
        path.produce(record.key, record.value, list(record.headers))
    eventually(lambda: path.db.parked.count_documents({}) == 41, within=30, describe="the poison is parked")
    path.stop_workers()
    mended = path.start_worker(worker_name="one")
    redrive(path.store, mended.consumer.reader, operator="someone")
    for key in range(4):
        path.wait_seen(f"counter-{key}", list(range(key, 40, 4)))
    path.wait_seen("bad", list(range(40)))


def stopped(path: EventPath) -> Runtime:
    path.stop_workers()
    return replace(path.runtime)


def test_the_live_projection_equals_its_rebuild(path: EventPath) -> None:
    history_with_faults(path)
    report = rebuild(stopped(path), only_compare=True)
    assert report.equal, report.digests
    assert report.events == 80


def test_a_damaged_projection_is_made_whole(path: EventPath) -> None:
    history_with_faults(path)
    before = {row["_id"]: row for row in path.db.tallies.find()}
    runtime = stopped(path)
    path.db.tallies.delete_one({"_id": "counter-1"})
    path.db.tallies.update_one({"_id": "counter-2"}, {"$push": {"seen": -1}})
    assert not rebuild(runtime, only_compare=True).equal
    rebuild(runtime)
    assert {row["_id"]: row for row in path.db.tallies.find()} == before
    path.start_worker(worker_name="one")
    path.count("counter-1", 99)
    path.wait_seen("counter-1", [*before["counter-1"]["seen"], 99])


class HeardTally(Document):
    """What another service heard about a counter."""

    id = StringField(primary_key=True)
    value = IntField(default=0)
    seen = ListField(IntField())

    meta = document_meta("listener", "tallies")


LISTENER = Service(
    name="listener",
    title="Listener",
    api=[],
    documents=[],
    projections=[HeardTally],
    publishes=[],
    reacts={Counted: on_counted},
)


def test_history_that_retention_took_is_asked_for(
    path: EventPath, mongod: MongoServer, apache_kafka: ApacheKafka
) -> None:
    path.start_worker(worker_name="one")
    for value in range(40):
        path.count(f"counter-{value % 4}", value)
    with event_path(mongod.uri, apache_kafka, LISTENER, locality=path.runtime.locality) as other:
        other.start_worker()
        for key in range(4):
            other.wait_seen(f"counter-{key}", list(range(key, 40, 4)))
        trim(path)
        report = rebuild(stopped(other), only_compare=True)
        assert report.equal, report.digests
        assert report.events == 40


def trim(path: EventPath) -> None:
    """Have Kafka drop everything it holds of the service's topic."""
    with closing(path.broker.consumer()) as consumer:
        partitions = partitions_of(consumer, [path.topic])
        ends = consumer.end_offsets(partitions)
        with closing(KafkaAdminClient(bootstrap_servers=path.runtime.settings.kafka_bootstrap)) as admin:
            admin.delete_records({partition: end for partition, end in ends.items() if end})


def test_no_rebuild_under_a_running_worker(path: EventPath) -> None:
    path.start_worker()
    path.count("a", 1)
    path.wait_seen("a", [1])
    with pytest.raises(StillConsuming, match="stop the workers"):
        rebuild(replace(path.runtime))
