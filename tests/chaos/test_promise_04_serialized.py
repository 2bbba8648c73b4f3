"""Promise 4: conflicting writers are serialized: 16 threads add 100 times each, through mongoengine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from kernel.unit_of_work import UnitOfWork
from tests.support.event_path import event_path
from tests.support.report import Counts
from tests.support.sample_service import Counted, Counter

THREADS, TIMES = 16, 100


def add_one(uow: UnitOfWork) -> None:
    counter = Counter.objects.get(id="shared")
    counter.value += 1
    counter.save()
    uow.publish(Counted(counter_id="shared", value=counter.value, by=1))


@pytest.mark.timeout(120)
def test_every_increment_counts_and_is_said_once(
    mongod: MongoServer, apache_kafka: ApacheKafka, counts: Counts
) -> None:
    with event_path(mongod.uri, apache_kafka, transaction_timeout=timedelta(seconds=60)) as path:
        Counter(id="shared", value=0).save()

        def work(_: int) -> None:
            for _ in range(TIMES):
                path.store.transact(add_one)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))
        assert path.db.counters.find_one({"_id": "shared"})["value"] == THREADS * TIMES
        assert path.db.outbox.count_documents({}) == THREADS * TIMES
        path.start_worker(consume_batch=500)
        path.wait_seen("shared", list(range(1, THREADS * TIMES + 1)), within=40)
        counts(commands=THREADS * TIMES, events=path.db.outbox.count_documents({}))
