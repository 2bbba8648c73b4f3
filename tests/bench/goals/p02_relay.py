"""P2: the relay carries a backlog at 80 % of the speed of a bare producer that already has the records in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from unittest.mock import patch

from kernel.broker import Broker, closing
from kernel.publications import WINDOWS, PublicationLog, Window
from kernel.relay import Relay
from tests.bench.meter import Effort, Meter
from tests.bench.stage import Stage, fill_outbox, records_of, thread
from tests.bench.stats import Goal, Result, Sample
from tests.support.event_path import EventPath

GOAL = Goal(
    id="P2",
    what="relay of a backlog: outbox to acknowledged by Kafka, checkpoints kept",
    reference="kafka-python producer (idempotent, acks=all), records in memory",
    unit="record",
    figure="rate",
    bound=0.8,
    at_least=True,
)
WITHIN = 60.0


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """Both send the same records; both are timed from opening the producer to the last acknowledgement."""
    events = effort.sized(30_000, 10_000)
    with stage.path() as path:
        path.broker.ensure_topics([path.topic])
        path.count("first", 1)
        relay(stage, path, 1)
        checkpoint = path.db[WINDOWS].find_one()
        fill_outbox(path, events)
        records = records_of(path)[1:]

        def ours() -> Sample:
            path.db[WINDOWS].replace_one({"_id": checkpoint["_id"]}, checkpoint)
            path.db[WINDOWS].delete_many({"_id": {"$gt": checkpoint["_id"]}})
            return relay(stage, path, events)

        def reference() -> Sample:
            meter = stage.meter()
            with closing(path.broker.producer()) as producer:
                sent = [producer.send(path.topic, value, key, headers) for key, value, headers in records]
                for future in sent:
                    future.get(WITHIN)
                return meter.stop(events)

        yield effort.compare(GOAL, ours, reference, seconds=80)


def relay(stage: Stage, path: EventPath, events: int) -> Sample:
    """Run a relay from opening its producer until it has kept ``events`` more as published."""
    meters: list[Meter] = []
    samples: list[Sample] = []
    done = threading.Event()
    left = events
    append, producer = PublicationLog.append, Broker.producer

    def kept(log: PublicationLog, window: Window, at: datetime) -> None:
        nonlocal left
        ids = len(window.ids)
        append(log, window, at)
        left -= ids
        if left <= 0:
            samples.append(meters[0].stop(events))
            done.set()

    def opened(broker: Broker) -> object:
        meters.append(stage.meter())
        return producer(broker)

    runner = Relay(path.runtime.service.name, path.store, path.runtime.settings, path.broker, "bench")
    with patch.object(PublicationLog, "append", kept), patch.object(Broker, "producer", opened), thread(runner.run):
        if not done.wait(WITHIN):
            raise TimeoutError(f"{left} of {events} records are not published: {runner.health()}")
    return samples[0]
