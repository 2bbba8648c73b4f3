"""Orders to publish again that the relay cannot carry out as they stand: none keeps it from its work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from deploy.embedded.broker import EmbeddedBroker
from deploy.embedded.mongod import MongoServer
from kernel.publications import PublicationLog
from kernel.relay import Relay
from kernel.republish import Republisher
from tests.support.event_path import EventPath, event_path
from tests.support.eventually import eventually


class AwayAtFirst(Republisher):
    """Finds no database the first time."""

    times = 0

    def all_again(self, reason: str) -> None:
        self.times += 1
        if self.times == 1:
            raise AutoReconnect("no primary")
        super().all_again(reason)


@pytest.fixture
def path(mongod: MongoServer, embedded_broker: EmbeddedBroker) -> Iterator[EventPath]:
    with event_path(mongod.uri, embedded_broker) as path:
        yield path


def order(path: EventPath, order_id: str, partition: int) -> None:
    """What a consumer that asks for ``partition`` of the service's topic leaves for the relay."""
    asked = {"topic": path.topic, "partition": partition, "from_offset": 0, "reason": "t", "asked_at": None}
    PublicationLog(path.db).order({"_id": order_id, **asked})


def done(path: EventPath, order_id: str) -> dict[str, Any]:
    found = eventually(
        lambda: path.db.replay_orders.find_one({"_id": order_id, "state": "done"}), describe=f"{order_id} is done"
    )
    assert path.db.relay_state.count_documents({"_id": "rewind"}) == 0
    return dict(found)


def test_a_partition_that_is_not_there_is_answered_and_costs_nothing_else(path: EventPath) -> None:
    """Asked for before anything was published, while it is, and as what a relay that died had begun with."""
    order(path, "first", partition=99)
    path.start_worker()
    assert done(path, "first")["covered"] is False
    path.count("a", 1)
    path.wait_seen("a", [1])
    order(path, "second", partition=99)
    assert done(path, "second")["covered"] is False
    path.stop_workers()
    order(path, "third", partition=99)
    begun = {"until": 1, "next": 1, "order": "third", "reason": "t", "covered": True, "marker": "third"}
    PublicationLog(path.db).save_rewind({**begun, "topic": path.topic, "partition": 99})
    again = path.start_worker()
    assert done(path, "third")["covered"] is False
    order(path, "fourth", partition=0)
    assert done(path, "fourth")["covered"] is True
    path.count("a", 2)
    path.wait_seen("a", [1, 2])
    assert again.relay.health() is None


def test_a_database_that_is_away_when_a_loss_is_noticed_is_waited_for(path: EventPath) -> None:
    """The log is shorter than it was: that is noted, and all of it published again, as soon as it can be noted."""
    path.start_worker()
    path.count("a", 1)
    path.wait_seen("a", [1])
    path.stop_workers()
    path.db.outbox_windows.update_many({}, {"$set": {"ends.0.e": 10_000}})
    relay, stop = Relay("sample", path.store, path.runtime.settings, path.broker, "tester"), threading.Event()
    relay._again = away = AwayAtFirst("sample", path.store, relay._log, relay._lease)
    running = threading.Thread(target=relay.run, args=(stop,), daemon=True)
    running.start()
    try:
        eventually(lambda: len(path.records()) == 2, describe="it is published again")
        assert away.times == 2
        assert running.is_alive()
    finally:
        stop.set()
        running.join(10)


def test_what_another_relay_has_noted_is_done_by_the_one_that_leads(
    path: EventPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.relay.LOG_CHECK_SECONDS", 0.2)
    worker = path.start_worker()
    path.count("a", 1)
    path.wait_seen("a", [1])
    eventually(lambda: path.db.outbox_windows.count_documents({}) == 1, describe="it is kept as published")
    log = PublicationLog(path.db)
    Republisher("sample", path.store, log, worker.relay._lease).all_again("noted by another")
    eventually(lambda: len(path.records()) == 2, describe="it is published again")
    eventually(lambda: log.saved_rewind() is None, describe="it is done")
    path.count("a", 2)
    path.wait_seen("a", [1, 2])
