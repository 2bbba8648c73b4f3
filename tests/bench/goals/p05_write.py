"""P5: a write that also says something, in one transaction, beside one plain insert; eight threads each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from pymongo.write_concern import WriteConcern

from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from tests.bench.meter import Effort
from tests.bench.stage import NOTE, Stage, counted
from tests.bench.stats import Goal, Result, Sample

THREADS = 8
GOAL = Goal(
    id="P5",
    what="safe write: state and event in one transaction",
    reference="one plain insert of the same state (majority, journalled)",
    unit="write",
    figure="time",
    bound=1.3,
    at_least=False,
)


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """The state is one document; the event is one outbox row."""
    writes = effort.sized(1_600, 400)
    with stage.path() as path:
        plain = path.db.get_collection("plain", write_concern=WriteConcern("majority", j=True))
        path.db.create_collection("stated")
        plain.insert_one({})

        def safe(number: int) -> None:
            def work(uow: UnitOfWork) -> None:
                uow.db.stated.insert_one(_state(number))
                uow.publish(counted(number))

            path.store.transact(work)

        def insert(number: int) -> None:
            plain.insert_one(_state(number))

        def timed(write: Callable[[int], None]) -> Sample:
            meter = stage.meter()
            with ThreadPoolExecutor(THREADS) as pool:
                for done in [pool.submit(_each, write, range(first, writes, THREADS)) for first in range(THREADS)]:
                    done.result()
            return meter.stop(writes)

        timed(safe), timed(insert)
        yield effort.compare(GOAL, lambda: timed(safe), lambda: timed(insert), seconds=50)


def _each(write: Callable[[int], None], numbers: range) -> None:
    for number in numbers:
        write(number)


def _state(number: int) -> dict[str, object]:
    return {"_id": new_id(), "value": number, "title": {"en": NOTE, "fr": NOTE}, "town": "newhaven"}
