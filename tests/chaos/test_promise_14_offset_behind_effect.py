"""Promise 14: no position is kept before the effect of every record in front of it."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from kernel.crash import EXIT_CODE
from kernel.positions import read_positions
from tests.chaos.conftest import Rig
from tests.support.eventually import eventually


def records_ahead_of_their_effect(rig: Rig) -> list[Any]:
    """Records in front of a position whose event this service has not taken."""
    path = rig.path
    records = path.records()
    positions = {tp: at for tp, at in read_positions(path.db).items() if tp.topic == path.topic}
    assert positions, "the worker has come somewhere"
    taken = {row["_id"].rsplit("#", 1)[1] for row in path.db.inbox.find()}
    return [
        record
        for record in records
        for tp, offset in positions.items()
        if (tp.partition == record.partition and record.offset < offset)
        and dict(record.headers)["ce_id"].decode() not in taken
    ]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("place", ["consumer.handled:3", "consumer.committed:3"])
def test_a_consumer_that_dies_leaves_no_offset_ahead(rig: Rig, place: str) -> None:
    dying = rig.process(CRASH_AT=place, CONSUME_BATCH="7")
    for value in range(80):
        rig.path.count(f"counter-{value % 6}", value)
    eventually(lambda: dying.returncode == EXIT_CODE, within=40, describe=f"the worker dies at {place}")
    assert records_ahead_of_their_effect(rig) == []


@pytest.mark.timeout(120)
def test_a_consumer_that_is_killed_leaves_no_offset_ahead(rig: Rig) -> None:
    victim = rig.process(CONSUME_BATCH="5")
    for value in range(120):
        rig.path.count(f"counter-{value % 6}", value)
    eventually(lambda: rig.path.db.inbox.estimated_document_count() > 20, within=30, describe="some are applied")
    victim.signal(signal.SIGKILL)
    eventually(lambda: not victim.alive, describe="the worker is gone")
    assert records_ahead_of_their_effect(rig) == []
