"""P7: an event to bytes and back with its contract checked, beside orjson on the same content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from contracts.base import Event, Point
from contracts.festivals import EventPublished, Timing, Where
from contracts.visitor import Call, PlaceListed, SailingScheduled
from kernel.envelope import Envelope, decode, encode
from tests.bench.meter import Effort, Meter
from tests.bench.stage import NOTE, Stage
from tests.bench.stats import Goal, Result, Sample

GOAL = Goal(
    id="P7",
    what="event to bytes and back: encode, validate, decode, validate",
    reference="orjson.dumps and orjson.loads of the same content",
    unit="event",
    figure="cpu",
    bound=3.0,
    at_least=False,
)
AT = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """Over small events of several kinds; nothing but this process is measured."""
    del stage
    rounds = effort.sized(20_000, 5_000)
    events = samples()
    envelopes = [
        Envelope(id="1", type=event.TYPE, source="/x/y", time=AT, key=event.key, data=encode(event)) for event in events
    ]
    plain = [orjson.loads(envelope.data) for envelope in envelopes]

    def ours() -> None:
        for event, envelope in zip(events, envelopes, strict=True):
            encode(event)
            decode(envelope, type(event))

    def bare() -> None:
        for content in plain:
            orjson.loads(orjson.dumps(content))

    def timed(work: Callable[[], Any]) -> Sample:
        meter = Meter([])
        for _ in range(rounds):
            work()
        return meter.stop(rounds * len(events))

    yield effort.compare(GOAL, lambda: timed(ours), lambda: timed(bare), seconds=30)


def samples() -> list[Event]:
    """A small, a middle and a large event."""
    text = {"en": NOTE, "fr": NOTE}
    departure, arrival = (
        Call(town="newhaven", at=AT, zone="Europe/London"),
        Call(town="dieppe", at=AT, zone="Europe/Paris"),
    )
    return [
        SailingScheduled(
            sailing_id="1", service_date="2026-06-01", departure=departure, arrival=arrival, checkin_minutes=45
        ),
        PlaceListed(
            place_id="fort",
            town="newhaven",
            kind="Museum",
            name=text,
            summary=text,
            point=Point(lat=50.8, lon=0.05),
            walk_minutes=20,
        ),
        EventPublished(
            event_id="1",
            festival_id="2",
            curator_id="3",
            title=text,
            summary={"en": NOTE * 4, "fr": NOTE * 4},
            town="newhaven",
            where=Where(name=text, town="newhaven", point=Point(lat=50.8, lon=0.05)),
            timings=[Timing(starts_at=AT, ends_at=AT, zone="Europe/London") for _ in range(3)],
            kind="MusicEvent",
            keywords=["harbour", "film", "food"],
            sailing_ids=["1", "2"],
        ),
    ]
