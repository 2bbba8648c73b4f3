"""Promise 20: redriving twice, or dying in the middle of it, applies each event once, and says who did it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kernel.crash import EXIT_CODE
from kernel.delivery import Reader
from kernel.redrive import discard, redrive
from tests.chaos.conftest import Rig
from tests.support.event_path import EventPath, failing_for, with_handler
from tests.support.eventually import eventually
from tests.support.sample_service import service

READER = Reader(service, dict(service.reacts))


def park(path: EventPath, count: int) -> None:
    path.start_worker(with_handler(failing_for("bad")))
    for value in range(count):
        path.count("bad", value)
    eventually(lambda: path.db.parked.count_documents({}) == count, describe="all are parked")
    path.stop_workers()


@pytest.mark.timeout(120)
def test_a_redrive_that_dies_in_the_middle_is_simply_repeated(rig: Rig) -> None:
    park(rig.path, 6)
    dying = rig.process("redrive --operator someone", CRASH_AT="redrive.applied:3")
    eventually(lambda: dying.returncode == EXIT_CODE, within=30, describe="it dies")
    assert rig.path.seen("bad") == [0, 1, 2]
    for _ in range(2):
        again = rig.process("redrive --operator another")
        eventually(lambda again=again: again.returncode == 0, within=30, describe="it ends")
    assert rig.path.seen("bad") == list(range(6))
    acts = [(row["operator"], row["act"]) for row in rig.path.db.parked_acts.find().sort("_id", 1)]
    assert acts == [("someone", "redrive")] * 3 + [("another", "redrive")] * 3


def test_nothing_is_done_where_no_handler_runs(path: EventPath) -> None:
    park(path, 2)
    without = Reader(replace(service, reacts={}), {})
    outcome = redrive(path.store, without, operator="someone")
    assert (outcome.applied, outcome.left) == (0, 2)
    assert "no handler" in next(iter(outcome.stopped.values()))
    assert path.db.parked_acts.count_documents({}) == 0


def test_what_is_discarded_is_kept_with_the_reason(path: EventPath) -> None:
    park(path, 2)
    first = path.db.parked.find_one({}, sort=[("place", 1)])
    assert discard(path.store, first["_id"], operator="someone", reason="a test record")
    assert not discard(path.store, first["_id"], operator="someone", reason="again")
    act = path.db.parked_acts.find_one({"act": "discard"})
    assert (act["reason"], act["record"]["value"]) == ("a test record", first["value"])
    assert redrive(path.store, READER, operator="someone").applied == 1
    assert path.seen("bad") == [1]
