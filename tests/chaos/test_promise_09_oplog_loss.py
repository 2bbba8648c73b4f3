"""Promise 9: when the oplog does not reach back to the checkpoint, the relay drains the collection; nothing is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from kernel.publications import PublicationLog
from kernel.relay import HISTORY_LOST
from tests.support.event_path import EventPath
from tests.support.eventually import eventually
from tests.support.ledger import published
from tests.support.report import Counts

WRITERS, ROUNDS = 6, 8


def lost_token(path: EventPath) -> dict[str, Any]:
    """A resume token of an event that the oplog does not have: MongoDB refuses it as it does one that is too old."""
    with path.db.watch([{"$match": {"operationType": "insert"}}]) as stream:
        path.db.tokens.insert_one({"_id": "k" * 20})
        token = stream.next()["_id"]
        path.db.tokens.delete_many({})
    known = b"k".hex().upper()
    lost = {"_data": token["_data"].replace(known * 20, known * 19 + b"l".hex().upper())}
    with pytest.raises(OperationFailure) as refused, path.db.watch(resume_after=lost) as stream:
        stream.try_next()
    assert refused.value.code in HISTORY_LOST
    return lost


@pytest.mark.timeout(120)
def test_rows_that_commit_while_the_relay_drains_are_not_lost(path: EventPath, counts: Counts) -> None:
    lost = lost_token(path)
    said: list[str] = []
    done = threading.Event()

    def write(writer: int) -> None:
        value = 0
        while not done.is_set():
            said.append(path.count(f"counter-{writer}", value))
            value += 1

    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write, number) for number in range(WRITERS)]
        for _ in range(ROUNDS):
            path.start_worker(relay_window=50)
            aim = len(said) + 60
            eventually(lambda aim=aim: len(said) > aim, within=20, describe="more is said")
            path.stop_workers()
            path.db.outbox_windows.update_many({}, {"$set": {"token": lost}})
        done.set()
        for writer in writers:
            writer.result()
    path.start_worker()

    def all_kept() -> bool:
        kept: list[Any] = [event_id for row in path.db.outbox_windows.find() for event_id in row["ids"]]
        assert sorted(kept) == sorted(said), f"{len(said) - len(set(kept))} of {len(said)} are in no window"
        return True

    eventually(all_kept, within=20, describe="every event is in exactly one window")
    found = published(path.records())
    assert set(found.ids) == set(said)
    for writer in range(WRITERS):
        values = found.first[f"counter-{writer}"]
        assert values == sorted(values)
    counts(commands=len(said), drains=ROUNDS, lost=0, duplicates=found.duplicates)


@pytest.mark.timeout(60)
def test_what_was_drained_is_not_said_again_by_the_next_relay(path: EventPath, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that commit once the stream has begun and before the collection is read stand in both."""
    said: list[str] = []
    unpublished = PublicationLog.unpublished

    def after_more_was_said(self: PublicationLog, *read: Any) -> Any:
        said.extend(path.count("late", value) for value in range(len(said), len(said) + 5))
        return unpublished(self, *read)

    monkeypatch.setattr(PublicationLog, "unpublished", after_more_was_said)
    for round_ in range(1, 4):
        worker = path.start_worker()
        eventually(lambda: set(published(path.records()).ids) == set(said), within=20, describe="all is published")
        if round_ == 2:
            said.append(path.count("later", 1))
            path.wait_seen("later", [1])
        worker.stop()
    kept = [event_id for row in path.db.outbox_windows.find() for event_id in row["ids"]]
    assert sorted(kept) == sorted(said), "every event is in exactly one window"
    assert published(path.records()).duplicates == 0
