"""What a worker does because time has passed."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any, cast

from kernel.chores import Chore, Chores
from tests.support.eventually import eventually

STORE = cast(Any, object())
LONG, SHORT = timedelta(hours=1), timedelta(milliseconds=1)


def test_a_chore_is_done_at_once_and_again_when_its_time_has_come() -> None:
    seen: list[tuple[str, object]] = []
    often = Chore("often", SHORT, lambda store: seen.append(("often", store)) or 1)
    seldom = Chore("seldom", LONG, lambda store: seen.append(("seldom", store)) or 0)
    stop = threading.Event()
    running = threading.Thread(target=Chores([often, seldom], STORE).run, args=(stop,))
    running.start()
    eventually(lambda: seen.count(("often", STORE)) >= 3)
    stop.set()
    running.join(5)
    assert not running.is_alive()
    assert seen.count(("seldom", STORE)) == 1


def test_without_chores_it_waits_for_the_end() -> None:
    stop = threading.Event()
    running = threading.Thread(target=Chores([], STORE).run, args=(stop,))
    running.start()
    running.join(0.05)
    assert running.is_alive()
    stop.set()
    running.join(5)
    assert not running.is_alive()


def test_one_that_fails_says_so_until_it_succeeds_and_keeps_no_other_from_being_done() -> None:
    broken, done = [True], []

    def fail(store: object) -> int:
        if broken:
            raise ValueError("no paper")
        return 0

    failing, other = Chore("print", SHORT, fail), Chore("other", SHORT, lambda store: done.append(1) or 1)
    chores = Chores([failing, other], STORE)
    assert chores.health() is None
    assert (chores.do(failing), chores.do(other)) == (False, True)
    assert chores.health() == "print: ValueError: no paper"
    broken.clear()
    assert chores.do(failing)
    assert chores.health() is None
    assert done == [1]
