"""Promise 22: workers come, go, die and sleep: nothing is lost, doubled or out of order; who returns moves nobody."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable

import pytest

from deploy.embedded.processes import Process
from tests.chaos.conftest import Rig, ready
from tests.support.commander import read_ledger
from tests.support.eventually import eventually
from tests.support.report import Counts

KEYS = 12
FAULTS = int(os.environ.get("CHAOS_FAULTS", "10"))
BETWEEN = 120
"""Commands from one fault to the next."""


class Crew:
    """The workers of the service, of whom now and then one joins, leaves, dies, falls asleep or wakes."""

    def __init__(self, rig: Rig, seed: int) -> None:
        self.rig = rig
        self.chance = random.Random(seed)
        self.awake: list[Process] = []
        self.asleep: list[Process] = []
        self.done: dict[str, int] = {}

    def join(self) -> None:
        self.awake.append(self.rig.process(CONSUME_BATCH="20", RELAY_WINDOW="50"))

    def leave(self) -> None:
        self.awake.pop(self.chance.randrange(len(self.awake))).terminate()

    def die(self) -> None:
        self.awake.pop(self.chance.randrange(len(self.awake))).signal(signal.SIGKILL)

    def sleep(self) -> None:
        process = self.awake.pop(self.chance.randrange(len(self.awake)))
        process.signal(signal.SIGSTOP)
        self.asleep.append(process)

    def wake(self) -> None:
        process = self.asleep.pop(0)
        process.signal(signal.SIGCONT)
        self.awake.append(process)

    def next_fault(self) -> None:
        """Whatever is possible: at least one worker stays awake, at most four processes are there."""
        possible: list[Callable[[], None]] = []
        if len(self.awake) + len(self.asleep) < 4:
            possible += [self.join] * 2
        if len(self.awake) > 1:
            possible += [self.leave, self.die, self.sleep]
        if self.asleep:
            possible += [self.wake] * 2
        fault = self.chance.choice(possible)
        fault()
        self.done[fault.__name__] = self.done.get(fault.__name__, 0) + 1


@pytest.mark.timeout(120 + 20 * FAULTS)
@pytest.mark.parametrize("seed", [22])
def test_workers_come_and_go(rig: Rig, seed: int, counts: Counts) -> None:
    crew = Crew(rig, seed)
    crew.join()
    crew.join()
    eventually(lambda: all(map(ready, crew.awake)), within=30, describe="two workers are ready")
    speaking = rig.commander((FAULTS + 1) * BETWEEN, KEYS)
    for number in range(FAULTS):
        aim = (number + 1) * BETWEEN
        eventually(
            lambda aim=aim: len(read_ledger(speaking.log).accepted) >= aim, within=60, describe="commands are accepted"
        )
        crew.next_fault()
    while crew.asleep:
        crew.wake()
    eventually(lambda: speaking.returncode == 0, within=120, describe="every command was accepted")
    ledger = read_ledger(speaking.log)
    for counter in sorted(ledger.counters()):
        rig.path.wait_seen(counter, ledger.order(counter), within=60)
    assert rig.path.db.inbox.count_documents({}) == len(ledger.accepted)
    assert rig.path.db.parked.count_documents({}) == 0
    counts(commands=len(ledger.accepted), faults=sum(crew.done.values()), **crew.done, **rig.path.wrongs(ledger))


@pytest.mark.timeout(120)
def test_who_comes_back_under_its_name_moves_nobody(rig: Rig) -> None:
    first = rig.process(WORKER_NAME="first")
    rig.process(WORKER_NAME="second")

    def readers() -> dict[str, tuple[str, int]]:
        return {row["_id"]: (row["owner"], row["epoch"]) for row in rig.path.db.positions.find()}

    def shared() -> bool:
        owners = [owner for owner, _ in readers().values()]
        return len(owners) == 8 and owners.count("first") == owners.count("second") == 4

    eventually(shared, within=30, describe="each reads its half")
    before = readers()
    first.kill()
    rig.process(WORKER_NAME="first")
    eventually(
        lambda: sum(epoch - before[row][1] for row, (_, epoch) in readers().items()) == 4,
        within=30,
        describe="it has taken its four again, once",
    )
    assert {row: owner for row, (owner, _) in readers().items()} == {row: owner for row, (owner, _) in before.items()}
    assert all(epoch == before[row][1] for row, (owner, epoch) in readers().items() if owner == "second")
