"""A ship docks: phones fetch today's page and the offline bundle of the town, and look again a little later."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

AT_ONCE = 32
"""Phones that can wait for an answer at the same time; one that has to wait for its turn counts as waiting."""


@dataclass
class Boarding:
    """What the phones saw."""

    seconds: list[float] = field(default_factory=list)
    """For each request the time from when it was wanted until its answer was there."""
    first: list[int] = field(default_factory=list)
    """Status of each request of a first sync."""
    pages: list[int] = field(default_factory=list)
    """Status of each page of a second sync: the page tells the time of day, so it is another one each minute."""
    bundles: list[int] = field(default_factory=list)
    """Status of each bundle of a second sync, sent with the ETag of the first."""

    @property
    def errors(self) -> int:
        """Answers that are neither 200 nor 304."""
        return sum(status not in (200, 304) for status in self.first + self.pages + self.bundles)

    @property
    def unchanged(self) -> float:
        """The share of second syncs that were told that the bundle is as it was."""
        return self.bundles.count(304) / len(self.bundles)


def board(url: str, town: str, *, phones: int, within: float) -> Boarding:
    """``phones`` come one by one ``within`` seconds; each syncs, and syncs again a quarter of that time later."""
    seen, pause = Boarding(), threading.Event()
    paths = (f"/today/{town}?lang=en", f"/v1/guide/bundle?town={town}")
    arrivals = [(within * number / phones, number) for number in range(phones)]
    visits = sorted([(at + again, 1 + bool(again), number) for at, number in arrivals for again in (0, within / 4)])
    tags: dict[int, Future[dict[str, str]]] = {}
    began = time.monotonic()

    def sync(due: float, known: Future[dict[str, str]] | None) -> dict[str, str]:
        before = known.result() if known else {}
        told = (seen.pages, seen.bundles) if known else (seen.first, seen.first)
        found = {}
        with requests.Session() as phone:
            phone.trust_env = False
            for path, statuses in zip(paths, told, strict=True):
                wanted = {"If-None-Match": before[path]} if path in before else {}
                answer = phone.get(url + path, headers=wanted, timeout=30)
                seen.seconds.append(time.monotonic() - began - due)
                statuses.append(answer.status_code)
                found[path] = answer.headers.get("ETag", "")
                due = time.monotonic() - began
        return found

    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = []
        for due, turn, number in visits:
            pause.wait(max(0.0, began + due - time.monotonic()))
            future = pool.submit(sync, due, tags[number] if turn == 2 else None)
            tags.setdefault(number, future)
            futures.append(future)
        for future in futures:
            future.result()
    return seen
