"""Promise 18: what is parked keeps the order of its key, and so does redriving it."""

from __future__ import annotations

from kernel.redrive import redrive
from tests.support.event_path import EventPath, failing_for, with_handler
from tests.support.eventually import eventually


def test_later_events_park_behind_and_are_redriven_in_order(path: EventPath) -> None:
    worker = path.start_worker(with_handler(failing_for("bad", "other")))
    for value in range(6):
        path.count("bad", value)
        path.count("other", value)
    eventually(lambda: path.db.parked.count_documents({}) == 12, describe="both keys are parked")
    for value in range(6, 9):
        path.count("bad", value)
    eventually(lambda: path.db.parked.count_documents({}) == 15, describe="later ones park behind")
    places = [row["place"] for row in path.db.parked.find({"key": b"bad"}).sort("place", 1)]
    assert places == sorted(set(places))
    still_broken = redrive(path.store, worker.consumer.reader, operator="someone")
    assert (still_broken.applied, still_broken.left, len(still_broken.stopped)) == (0, 15, 2)
    path.stop_workers()
    mended = path.start_worker()
    outcome = redrive(path.store, mended.consumer.reader, operator="someone")
    assert (outcome.applied, outcome.left) == (15, 0)
    path.count("bad", 9)
    path.wait_seen("bad", list(range(10)))
    path.wait_seen("other", list(range(6)))
    assert path.db.parked_lanes.count_documents({}) == 0
