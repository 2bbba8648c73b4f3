"""Promises 16 and 18 while the database goes away just as an event is parked: its key stays in hand, and in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from kafka import TopicPartition
from pymongo.errors import PyMongoError

from deploy.embedded.mongod import MongoServer
from kernel.applier import Applier
from kernel.delivery import Delivery, Reader
from kernel.halt import Halted
from kernel.parking import parked_lanes
from kernel.positions import Positions, read_positions
from kernel.progress import Progress
from kernel.retry import is_infrastructure
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from tests.support.event_path import failing_for, with_handler
from tests.support.events import enveloped
from tests.support.eventually import eventually
from tests.support.faulty_link import FaultyLink, Trigger
from tests.support.sample_service import Counted, on_counted, service
from tests.support.services import running

PARTITION = TopicPartition("t.sample", 0)


def parking(message: bytes) -> Trigger:
    """At ``message`` of the transaction that parks: the one after that which a failed handler rolled back."""
    rolled_back = False

    def reached(sent: bytes) -> bool:
        nonlocal rolled_back
        found = rolled_back and message in sent
        rolled_back = rolled_back or b"abortTransaction" in sent
        return found

    return reached


LOST, UNKNOWN = b"startTransaction", b"commitTransaction"


@pytest.fixture
def link(mongod: MongoServer) -> Iterator[FaultyLink]:
    with closing(FaultyLink(mongod.port)) as link:
        yield link


@pytest.fixture
def runtime(mongod: MongoServer, link: FaultyLink) -> Iterator[Runtime]:
    uri = mongod.uri.replace(f":{mongod.port}/", f":{link.port}/")
    options: dict[str, Any] = {"retry_attempts": 1, "transaction_timeout": timedelta(seconds=0.5)}
    with running(service, uri, halt_consecutive=2, **options) as opened:
        try:
            yield opened
        finally:
            link.mend()


class Hands:
    """An applier at work on one partition, which is handed records one after the other."""

    def __init__(self, runtime: Runtime) -> None:
        self._positions = Positions(runtime.db, "tester", timedelta(seconds=60))
        self._positions.take([PARTITION], share=1)
        self._progress = Progress(self._positions)
        self.applier = Applier("sample", runtime.store, runtime.settings, self._progress)
        self._ends = 0
        self.handler: Any = failing_for("bad")

    def polled(self, *events: tuple[str, int]) -> list[Delivery]:
        """The batch in hand when ``events`` have come."""

        def handle(event: Counted, uow: UnitOfWork) -> None:
            self.handler(event, uow)

        reader = Reader(with_handler(handle), {Counted: handle})
        fresh = []
        for counter, value in events:
            envelope = enveloped(Counted(counter_id=counter, value=value, by=1))
            self._progress.polled(PARTITION, self._ends)
            fresh.append(
                reader.read_raw(PARTITION, self._ends, counter.encode(), envelope.data, list(envelope.headers()))
            )
            self._ends += 1
        return self.applier.in_order(fresh)

    def lose_the_database(self, link: FaultyLink, trigger: Trigger, *events: tuple[str, int], delivered: bool) -> None:
        """Apply ``events`` while the database goes away at ``trigger``, and the rest of them when it is back."""
        batch = self.polled(*events)
        link.cut_at(trigger, delivered=delivered, refuse=True)
        with pytest.raises(PyMongoError) as caught:
            self.applier.apply_all(batch)
        assert is_infrastructure(caught.value)
        assert link.cuts == 1, "it was the parking that met it"
        link.mend()
        self.finish(batch)

    def finish(self, batch: list[Delivery]) -> None:
        """Apply ``batch``, again while the database is not back yet."""

        def applied() -> bool:
            try:
                self.applier.apply_all(batch)
            except PyMongoError as error:
                raise AssertionError(f"not yet: {error}") from error
            return True

        eventually(applied, within=10, describe="the database is back")


def seen(runtime: Runtime, counter: str) -> list[int]:
    row = runtime.db.tallies.find_one({"_id": counter})
    return list(row["seen"]) if row else []


@pytest.mark.parametrize(("message", "delivered"), [(LOST, False), (UNKNOWN, True)], ids=["lost", "answer-lost"])
def test_the_key_is_parked_in_order_when_the_database_is_back(
    runtime: Runtime, link: FaultyLink, message: bytes, delivered: bool
) -> None:
    hands = Hands(runtime)
    hands.lose_the_database(link, parking(message), ("bad", 0), ("bad", 1), ("good", 2), delivered=delivered)
    hands.finish(hands.polled(("bad", 3)))
    hands.finish(hands.polled())
    assert hands.applier.waiting == 0
    rows = list(runtime.db.parked.find().sort("place", 1))
    assert [(row["origin"]["offset"], row["reason"]) for row in rows] == [
        (0, "handler-failed"),
        (1, "behind"),
        (3, "behind"),
    ]
    assert parked_lanes(runtime.db, [("t.sample", b"bad")])
    assert (seen(runtime, "bad"), seen(runtime, "good")) == ([], [2])
    assert read_positions(runtime.db) == {PARTITION: 4}


def test_what_can_be_handled_by_then_is_handled_in_order(runtime: Runtime, link: FaultyLink) -> None:
    hands = Hands(runtime)
    hands.lose_the_database(link, parking(LOST), ("bad", 0), ("bad", 1), delivered=False)
    hands.handler = on_counted
    hands.finish(hands.polled(("bad", 3)))
    assert seen(runtime, "bad") == [0, 1, 3]
    assert runtime.db.parked.count_documents({}) == 0
    assert read_positions(runtime.db) == {PARTITION: 3}


def test_an_outage_does_not_count_one_event_as_two_that_failed(runtime: Runtime, link: FaultyLink) -> None:
    hands = Hands(runtime)
    hands.handler = failing_for("bad", "worse")
    hands.lose_the_database(link, parking(LOST), ("bad", 0), ("bad", 1), delivered=False)
    hands.finish(hands.polled())
    hands.finish(hands.polled())
    assert runtime.db.parked.count_documents({}) == 2
    batch = hands.polled(("worse", 3))
    with pytest.raises(Halted):
        hands.applier.apply_all(batch)
