"""Promise 8: events of a key are published in the order their transactions committed, not in that of their ids."""

from __future__ import annotations

import threading

from kernel.unit_of_work import UnitOfWork
from tests.support.event_path import EventPath
from tests.support.ledger import published
from tests.support.sample_service import Counted

PAIRS = 10


def test_the_later_id_that_commits_first_is_published_first(path: EventPath) -> None:
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
