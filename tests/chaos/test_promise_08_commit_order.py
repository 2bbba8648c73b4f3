"""Promise 8: events of a key are published in the order their transactions committed, not in that of their ids."""

from __future__ import annotations

import threading
from unittest.mock import patch

from kernel.publications import PublicationLog
from kernel.relay import BACKLOG
from kernel.unit_of_work import UnitOfWork
from tests.support.event_path import EventPath
from tests.support.ledger import published
from tests.support.report import Counts
from tests.support.sample_service import Counted

PAIRS = 10


def test_the_later_id_that_commits_first_is_published_first(path: EventPath, counts: Counts) -> None:
    path.start_worker()
    ids: dict[int, str] = {}
    for pair in range(PAIRS):
        said, may_commit = threading.Event(), threading.Event()

        def slow(uow: UnitOfWork, value: int = 2 * pair, said=said, may_commit=may_commit) -> None:
            ids[value] = uow.publish(Counted(counter_id="a", value=value, by=1))
            said.set()
            assert may_commit.wait(8)

        first = threading.Thread(target=path.store.transact, args=(slow,))
        first.start()
        assert said.wait(8)
        ids[2 * pair + 1] = path.count("a", 2 * pair + 1)
        may_commit.set()
        first.join()
        assert ids[2 * pair] < ids[2 * pair + 1], "the id that was made first sorts first"
    committed = [value for pair in range(PAIRS) for value in (2 * pair + 1, 2 * pair)]
    path.wait_seen("a", committed)
    assert published(path.records()).first["a"] == committed
    counts(crossed=PAIRS, disordered=0)


def test_a_backlog_is_drained_in_the_order_of_its_commits(path: EventPath) -> None:
    """So much that the relay reads the collection instead of the change stream; what is said meanwhile comes behind."""
    path.count("first", 0)
    path.start_worker()
    path.wait_seen("first", [0])
    path.stop_workers()
    rounds, keys = BACKLOG // 100 + 5, [f"counter-{number}" for number in range(20)]
    for round_ in range(rounds):
        path.publish(*(Counted(counter_id=key, value=5 * round_ + more, by=1) for more in range(5) for key in keys))
    with patch.object(PublicationLog, "unpublished", autospec=True, side_effect=PublicationLog.unpublished) as drained:
        path.start_worker()
        for value in range(5 * rounds, 5 * rounds + 20):
            path.count(keys[0], value)
        path.wait_seen(keys[0], list(range(5 * rounds + 20)))
    assert drained.call_count == 1
    found = published(path.records())
    assert found.duplicates == 0
    assert all(found.first[key] == list(range(5 * rounds)) for key in keys[1:])
    assert found.first[keys[0]] == list(range(5 * rounds + 20))
