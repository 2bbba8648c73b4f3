"""Promise 12: published rows leave the outbox after retention, unpublished ones never."""

from __future__ import annotations

from datetime import timedelta

from kernel.publications import PublicationLog
from tests.support.event_path import EventPath
from tests.support.eventually import eventually


def test_only_what_was_published_long_enough_ago_leaves(path: EventPath) -> None:
    path.start_worker(relay_window=5)
    for value in range(20):
        path.count("a", value)
    path.wait_seen("a", list(range(20)))
    log = PublicationLog(path.db)
    eventually(lambda: sum(len(row["ids"]) for row in path.db.outbox_windows.find()) == 20, describe="all windows kept")
    path.stop_workers()
    unpublished = [path.count("a", value) for value in range(20, 25)]
    now = path.runtime.clock.now()
    assert log.purge(now - timedelta(days=1)) == 0
    kept = log.last()
    removed = log.purge(now + timedelta(days=1))
    assert removed > 0
    assert log.last() == kept, "the checkpoint stays"
    left = {row["_id"] for row in path.db.outbox.find()}
    assert left >= set(unpublished)
    assert len(left) == 25 - removed
    path.start_worker()
    path.wait_seen("a", list(range(25)))
