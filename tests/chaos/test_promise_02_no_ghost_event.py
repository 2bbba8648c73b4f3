"""Promise 2: a command that fails or is rolled back says nothing."""

from __future__ import annotations

import pytest

from kernel.crash import EXIT_CODE
from kernel.unit_of_work import UnitOfWork
from tests.chaos.conftest import Rig
from tests.support.commander import read_ledger
from tests.support.event_path import EventPath
from tests.support.eventually import eventually
from tests.support.ledger import published
from tests.support.report import Counts
from tests.support.sample_service import Counted, Counter


def test_a_command_that_raises_after_publishing_says_nothing(path: EventPath, counts: Counts) -> None:
    def fails(uow: UnitOfWork) -> None:
        Counter(id="ghost", value=1).save()
        uow.publish(Counted(counter_id="ghost", value=1, by=1))
        raise ValueError("after all, no")

    for _ in range(20):
        with pytest.raises(ValueError, match="after all"):
            path.store.transact(fails)
    path.start_worker()
    accepted = path.count("real", 1)
    path.wait_seen("real", [1])
    assert published(path.records()).ids == [accepted]
    assert path.db.outbox.count_documents({}) == 1
    assert path.db.counters.count_documents({}) == 0
    counts(rollbacks=20, ghosts=0)


def test_a_process_that_dies_before_its_commit_says_nothing(rig: Rig) -> None:
    dying = rig.commander(30, 3, CRASH_AT="work.flushed:10")
    eventually(lambda: dying.returncode == EXIT_CODE, within=30, describe="the commander dies")
    ledger = read_ledger(dying.log)
    rig.process()
    last = rig.path.count("last", 1)
    rig.path.wait_seen("last", [1], within=30)
    assert set(published(rig.path.records()).ids) == {*ledger.accepted, last}
