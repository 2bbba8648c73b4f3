"""Promise 12: published rows leave the outbox after retention, unpublished ones never."""

from __future__ import annotations

from datetime import timedelta

from kernel import telemetry
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


def test_an_outbox_that_grows_beyond_its_limit_raises_an_alarm(path: EventPath) -> None:
    worker = path.start_worker(outbox_alarm_rows=20, relay_window=5)
    eventually(lambda: worker.checks.report()[0], within=20, describe="the worker is ready")
    for value in range(21):
        path.count("a", value)
    ready, told = worker.checks.report()
    assert (ready, told["checks"]["outbox"]["ok"]) == (False, False)
    assert told["checks"]["outbox"]["reason"] == "the outbox holds 21 rows, more than OUTBOX_ALARM_ROWS=20"
    assert b'outbox_rows{service="sample"} 21.0' in telemetry.exposition()
    path.wait_seen("a", list(range(21)))
    eventually(
        lambda: PublicationLog(path.db).purge(path.runtime.clock.now() + timedelta(days=1)) > 0,
        within=10,
        describe="windows before the last one leave",
    )
    eventually(lambda: worker.checks.report()[0], within=10, describe="the alarm is over")


def test_purging_is_not_slower_than_publishing(path: EventPath) -> None:
    path.start_worker(relay_window=1, outbox_retention=timedelta(0))
    for value in range(200):
        path.count("a", value)
    path.wait_seen("a", list(range(200)))
    eventually(lambda: path.db.outbox.estimated_document_count() < 100, within=15, describe="the relay purges on")
