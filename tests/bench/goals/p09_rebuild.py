"""P9: rebuilding a read model from the log: 100 000 events in minutes, and the time grows with the events only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
from mongoengine import Document, StringField

from contracts.registry import topic_of
from kernel import inbox
from kernel.mongo import document_meta
from kernel.rebuild import rebuild
from tests.bench.goals.p04_consume import produce
from tests.bench.meter import Effort
from tests.bench.stage import Stage
from tests.bench.stats import Goal, Result, Round, Sample
from tests.support.event_path import EventPath
from tests.support.sample_service import Counted
from tests.support.sample_service import service as sample_service

EVENTS = 100_000
WHOLE = Goal(
    id="P9",
    what="rebuild of a projection from 100 000 events",
    reference="",
    unit="event",
    figure="value",
    bound=300,
    at_least=False,
    shown="s",
)
LINEAR = Goal(
    id="P9",
    what="rebuild of ten times the events: time for an event",
    reference="rebuild of a tenth of them",
    unit="event",
    figure="time",
    bound=1.2,
    at_least=False,
)


class FewerTally(Document):
    """What the service keeps that has taken fewer events."""

    id = StringField(primary_key=True)

    meta = document_meta("fewer", "tallies")


FEWER = replace(sample_service, name="fewer", api=[], documents=[], publishes=[], projections=[FewerTally])


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """One service has taken all events, another a tenth; a quick run takes fewer and judges the whole by them."""
    many = effort.sized(EVENTS, EVENTS // 10)
    with stage.path() as path:
        elsewhere = msgspec.structs.replace(path.runtime.locality, slug=f"{path.runtime.locality.slug}-few")
        with stage.path(FEWER, locality=elsewhere) as fewer:
            prepare(path, many)
            prepare(fewer, many // 10)

            def timed(rebuilt: EventPath, events: int) -> Sample:
                meter = stage.meter()
                report = rebuild(rebuilt.runtime, only_compare=True)
                if report.events != events:
                    raise ValueError(f"{report.events} events were applied, not {events}")
                return meter.stop(events)

            linear = effort.compare(LINEAR, lambda: timed(path, many), lambda: timed(fewer, many // 10), seconds=120)
    yield linear
    yield Result(WHOLE, linear.wanted, [_whole(each) for each in linear.rounds])


def _whole(one: Round) -> Round:
    """The same round, of which only the time for all events is looked at."""
    ours = [msgspec.structs.replace(each, value=each.figure("time") * EVENTS) for each in one.ours]
    return Round(one.calibration, [], ours)


def prepare(path: EventPath, events: int) -> None:
    """Records on the topic, taken by the service: what a rebuild reads."""
    topic = topic_of(path.runtime.locality.slug, Counted.service())
    path.broker.ensure_topics([topic])
    ids = produce(path, topic, events)
    for first in range(0, events, 10_000):
        claims = [{"_id": each, "at": datetime.now(UTC)} for each in ids[first : first + 10_000]]
        path.db[inbox.COLLECTION].insert_many(claims)
