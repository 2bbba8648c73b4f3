"""Promise 19: a release whose handlers fail cannot drain a topic into the parking lot."""

from __future__ import annotations

from tests.support.event_path import EventPath, failing_for, with_handler
from tests.support.eventually import eventually

LIMIT = 5
KEYS = [f"counter-{number}" for number in range(40)]


def test_consumption_stops_at_the_limit_and_the_next_release_goes_on(path: EventPath) -> None:
    for counter in KEYS:
        path.count(counter, 1)
    bad = path.start_worker(with_handler(failing_for(*KEYS)), halt_consecutive=LIMIT)
    reason = eventually(bad.consumer.health, within=30, describe="the worker is not ready")
    assert "consumption stopped: 5 events in a row failed" in reason
    assert path.db.parked.count_documents({}) == LIMIT - 1
    path.count("counter-0", 2)
    path.stop_workers()
    assert path.db.parked.count_documents({}) == LIMIT - 1, "nothing more was parked"
    path.start_worker()
    parked = {bytes(row["key"]).decode() for row in path.db.parked.find()}
    for counter in sorted(set(KEYS) - parked - {"counter-0"}):
        path.wait_seen(counter, [1])


def test_a_ratio_of_failures_stops_it_too(path: EventPath) -> None:
    failing = [f"bad-{number}" for number in range(20)]
    for number, counter in enumerate(failing):
        path.count(counter, 1)
        path.count(f"good-{number}", 1)
    bad = path.start_worker(
        with_handler(failing_for(*failing)), halt_consecutive=1000, halt_window=20, halt_ratio=0.4, retry_attempts=2
    )
    reason = eventually(bad.consumer.health, within=30, describe="the worker is not ready")
    assert "of the last 20 events failed" in reason
    assert path.db.parked.count_documents({}) < len(failing)
