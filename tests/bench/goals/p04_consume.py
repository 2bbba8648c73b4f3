"""P4: consuming exactly once, beside one transaction for each event and beside a bare consume and bulk write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import orjson
from pymongo import UpdateOne
from pymongo.write_concern import WriteConcern

from kernel import inbox, positions
from kernel.broker import closing, partitions_of
from kernel.consumer import EventConsumer
from kernel.outbox import envelope_of
from kernel.telemetry import REGISTRY
from tests.bench.meter import Effort
from tests.bench.stage import Stage, counted, thread
from tests.bench.stats import Goal, Result, Sample
from tests.support.event_path import EventPath
from tests.support.eventually import eventually
from tests.support.sample_service import service

SINGLE = Goal(
    id="P4",
    what="consumption exactly once: events from Kafka to effects committed",
    reference="the same consumer with one transaction for each event",
    unit="event",
    figure="rate",
    bound=40,
    at_least=True,
)
RAW = Goal(
    id="P4",
    what="consumption exactly once, beside a bare one",
    reference="poll and one bulk write of the same effects (majority, journalled), no inbox, no transaction",
    unit="event",
    figure="rate",
    bound=0.6,
    at_least=True,
)
WITHIN = 60.0


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """All read the same records and keep the same tallies."""
    events, few = effort.sized(20_000, 5_000), effort.sized(400, 200)
    with stage.path() as path:
        path.broker.ensure_topics([path.topic])
        produce(path, path.topic, events)

        def ours() -> Sample:
            return consume(stage, path, events)

        def singles() -> Sample:
            return consume(stage, path, few, consume_batch=1)

        def bare() -> Sample:
            return consume_bare(stage, path, events)

        yield effort.compare(RAW, ours, bare, seconds=70)
        yield effort.compare(SINGLE, ours, singles, seconds=70)


def produce(path: EventPath, topic: str, events: int) -> list[str]:
    """Put ``events`` records into ``topic`` as the relay would; returns what the inbox calls them."""
    sent, ids = [], []
    with closing(path.broker.producer()) as producer:
        for value in range(events):
            event = counted(value)
            envelope = envelope_of(
                event,
                event_id=f"{value:036}",
                time=datetime.now(UTC),
                locality=path.runtime.locality.slug,
                traceparent=None,
                causationid=None,
            )
            ids.append(f"{envelope.source}#{envelope.id}")
            sent.append(producer.send(topic, envelope.data, envelope.key.encode(), envelope.headers()))
        for future in sent:
            future.get(WITHIN)
    return ids


def consume(stage: Stage, path: EventPath, events: int, **settings: int) -> Sample:
    """Run a consumer over the topic from its beginning until ``events`` of it are applied."""
    for name in (inbox.COLLECTION, positions.COLLECTION, "tallies"):
        path.db[name].delete_many({})
    runner = EventConsumer(service, path.store, replace(path.runtime.settings, **settings), path.broker)
    before, meter = _applied(), stage.meter()
    with thread(runner.run):
        eventually(lambda: _applied() - before >= events, within=WITHIN, describe="all is applied", every=0.01)
        return meter.stop(int(_applied() - before))


def consume_bare(stage: Stage, path: EventPath, events: int) -> Sample:
    """Poll the topic from its beginning and write the same tallies, each poll with one bulk write."""
    tallies = path.db.get_collection("tallies", write_concern=WriteConcern("majority", j=True))
    tallies.delete_many({})
    left = events
    meter = stage.meter()
    with closing(path.broker.consumer()) as consumer:
        partitions = partitions_of(consumer, [path.topic])
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, 0)
        while left > 0:
            polled = consumer.poll(timeout_ms=200, max_records=path.runtime.settings.consume_batch)
            records = [record for each in polled.values() for record in each]
            if records:
                tallies.bulk_write([_tally(record.key, record.value) for record in records])
            left -= len(records)
        return meter.stop(events)


def _tally(key: bytes, value: bytes) -> UpdateOne:
    said = orjson.loads(value)["value"]
    return UpdateOne({"_id": key.decode()}, {"$set": {"value": said}, "$push": {"seen": said}}, upsert=True)


def _applied() -> float:
    labels = {"service": service.name, "result": "applied"}
    return REGISTRY.get_sample_value("events_consumed_total", labels) or 0.0
