"""What every broker must do for the event path, by name; each test runs on the embedded broker and on Apache Kafka."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.embedded.mongod import MongoServer
from kernel import redrive
from kernel.service import Service
from tests.support.event_path import BrokerServer, EventPath, event_path, failing_for, with_handler
from tests.support.eventually import eventually
from tests.support.sample_service import Counted, on_counted

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def path(mongod: MongoServer, broker: BrokerServer) -> Iterator[EventPath]:
    with event_path(mongod.uri, broker) as opened:
        yield opened


def test_every_event_has_its_effect_once_and_in_the_order_of_its_key(path: EventPath) -> None:
    for value in range(50):
        path.count(f"counter-{value % 5}", value)
    path.start_worker()
    for number in range(5):
        path.wait_seen(f"counter-{number}", list(range(number, 50, 5)))


def test_an_event_is_seen_as_soon_as_it_is_published(path: EventPath) -> None:
    path.start_worker()
    path.count("warm", 1)
    path.wait_seen("warm", [1])
    path.count("next", 2)
    path.wait_seen("next", [2], within=3)


def test_redelivered_records_have_no_second_effect(path: EventPath) -> None:
    path.count("a", 1)
    path.start_worker()
    path.wait_seen("a", [1])
    for record in path.records():
        for _ in range(3):
            path.produce(record.key, record.value, list(record.headers))
    path.count("a", 2)
    path.wait_seen("a", [1, 2])


def test_a_failing_event_is_tried_again_and_later_ones_of_its_key_wait(path: EventPath) -> None:
    for value in (1, 2, 3):
        path.count("bad", value)
        path.count("good", value)
    path.start_worker(with_handler(failing_for("bad", times=2)))
    path.wait_seen("good", [1, 2, 3])
    path.wait_seen("bad", [1, 2, 3])
    assert path.db.parked.count_documents({}) == 0


def test_poison_is_parked_with_its_reason_and_everything_else_goes_on(path: EventPath) -> None:
    path.start_worker(with_handler(failing_for("bad")))
    path.count("bad", 1)
    path.count("bad", 2)
    path.produce(b"junk", b"\xff\xfe", [])
    path.count("good", 1)
    path.wait_seen("good", [1])
    eventually(lambda: path.db.parked.count_documents({}) == 3, describe="three records are parked")
    reasons = {row["reason"] for row in path.db.parked.find()}
    assert reasons == {"handler-failed", "behind", "undecodable"}
    failed = path.db.parked.find_one({"reason": "handler-failed"})
    assert failed["origin"]["topic"] == path.topic
    assert "bad cannot be handled" in failed["error"]
    assert len(failed["fingerprint"]) == 16


def test_parked_events_are_redriven_in_the_order_of_their_key(path: EventPath) -> None:
    worker = path.start_worker(with_handler(failing_for("bad")))
    for value in (1, 2, 3):
        path.count("bad", value)
    eventually(lambda: path.db.parked.count_documents({}) == 3, describe="the key is parked")
    path.stop_workers()
    outcome = redrive.redrive(path.store, path.start_worker().consumer.reader, operator="someone")
    assert (outcome.applied, outcome.left) == (3, 0)
    path.wait_seen("bad", [1, 2, 3])
    path.count("bad", 4)
    path.wait_seen("bad", [1, 2, 3, 4])
    assert path.db.parked_acts.count_documents({"operator": "someone", "act": "redrive"}) == 3
    del worker


def test_a_worker_that_comes_back_goes_on_where_it_was(path: EventPath) -> None:
    path.start_worker(worker_name="one")
    path.count("a", 1)
    path.wait_seen("a", [1])
    path.stop_workers()
    path.count("a", 2)
    path.count("a", 3)
    path.start_worker(worker_name="one")
    path.wait_seen("a", [1, 2, 3])


def test_a_new_consumer_reads_from_the_earliest_record(
    path: EventPath, mongod: MongoServer, broker: BrokerServer
) -> None:
    path.start_worker()
    path.count("a", 1)
    path.count("a", 2)
    path.wait_seen("a", [1, 2])
    newcomer = Service(
        name="newcomer", title="Newcomer", api=[], documents=[], publishes=[], reacts={Counted: on_counted}
    )
    with event_path(mongod.uri, broker, newcomer, locality=path.runtime.locality) as other:
        other.start_worker()
        other.wait_seen("a", [1, 2])
        path.count("a", 3)
        other.wait_seen("a", [1, 2, 3])
    path.wait_seen("a", [1, 2, 3])
