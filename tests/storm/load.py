"""Commands through the gateway, as people send them: under an idempotency key, again until there is an answer."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from deploy.demo.client import Api, CallFailed
from kernel.ids import new_id

GIVE_UP_SECONDS = 180.0
WORTH_ASKING_AGAIN = (409, 429)
"""The first request under the key is still at work; too many at once."""


@dataclass
class Accepted:
    """What was answered with success, by kind."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    prices: dict[str, int] = field(default_factory=dict)
    """The price that each offering was given last, in pence."""
    clicks: Counter[str] = field(default_factory=Counter)
    again: int = 0
    """Requests that were sent once more."""

    @property
    def count(self) -> int:
        """All accepted commands."""
        return sum(map(len, self.ids.values()))


class Speakers:
    """Threads that send commands until they are told to stop."""

    def __init__(self, api: Api, seed: int, mark: str, threads: int = 4) -> None:
        self.accepted = Accepted()
        self._api = api
        self._seed = seed
        self._mark = mark
        self._lock = threading.Lock()
        self._stop, self._pause = threading.Event(), threading.Event()
        self._failures: list[str] = []
        self._maker = api.get("/v1/makers", mine="true", as_="maker-1")["items"][0]["id"]
        self._placement = api.get("/v1/placements", limit=1, as_="producer")["items"][0]["id"]
        self._threads = [threading.Thread(target=self._speak, args=(number,)) for number in range(threads)]

    def start(self) -> None:
        """Begin to speak."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish its command. Raises ``RuntimeError`` when one was refused or never answered."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise RuntimeError(f"{len(self._failures)} commands failed, the first: {self._failures[0]}")

    def _speak(self, number: int) -> None:
        chance = random.Random(f"{self._seed}/{number}")
        kinds: list[Callable[[random.Random], None]] = [
            self._visit,
            self._visit,
            self._offer,
            self._reprice,
            self._reprice,
            self._stage,
            self._film,
            self._click,
        ]
        try:
            while not self._stop.is_set():
                chance.choice(kinds)(chance)
        except (CallFailed, requests.RequestException) as error:
            with self._lock:
                self._failures.append(str(error))

    def _surely(self, method: str, path: str, body: Any, as_: str | None) -> Any:
        """The answer of a command that is accepted in the end, however often it has to be sent."""
        key = {"Idempotency-Key": new_id()}
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            try:
                return self._api.call(method, path, as_=as_, json=body, headers=key)
            except (CallFailed, requests.RequestException) as error:
                refused = getattr(error, "status", 0)
                if (400 <= refused < 500 and refused not in WORTH_ASKING_AGAIN) or time.monotonic() > deadline:
                    raise
            with self._lock:
                self.accepted.again += 1
            self._pause.wait(0.5)

    def _keep(self, kind: str, accepted_id: str) -> None:
        with self._lock:
            self.accepted.ids.setdefault(kind, []).append(accepted_id)

    def _visit(self, chance: random.Random) -> None:
        body = {"town": "newhaven", "party_size": chance.randint(1, 6), "synthetic": True}
        self._keep("visit", self._surely("POST", "/v1/visits", body, "ambassador")["id"])

    def _offer(self, chance: random.Random) -> None:
        price = chance.randint(100, 9_000)
        body = {
            "maker_id": self._maker,
            "kind": "service",
            "title": {"en": f"{self._mark} mending"},
            "summary": {"en": "Nets, sails and rope."},
            "prices": [{"amount": price, "currency": "GBP"}],
            "synthetic": True,
        }
        made = self._surely("POST", "/v1/offerings", body, "maker-1")["id"]
        self._keep("offering", made)
        with self._lock:
            self.accepted.prices[made] = price

    def _reprice(self, chance: random.Random) -> None:
        with self._lock:
            if not self.accepted.prices:
                return
            # Taken out while its price changes, so that no other speaker changes it meanwhile.
            chosen = chance.choice(list(self.accepted.prices))
            del self.accepted.prices[chosen]
        price = chance.randint(100, 9_000)
        body = {"prices": [{"amount": price, "currency": "GBP"}]}
        try:
            self._surely("PATCH", f"/v1/offerings/{chosen}", body, "maker-1")
        finally:
            with self._lock:
                self.accepted.prices[chosen] = price
        self._keep("price", chosen)

    def _stage(self, chance: random.Random) -> None:
        body = {
            "festival_id": "newhaven-festival-2018",
            "title": {"en": f"{self._mark} sketching"},
            "town": "newhaven",
            "venue_id": "rnli-west-quay",
            "publish": True,
            "timings": [{"starts_at": "2018-08-22T10:00:00+01:00", "ends_at": "2018-08-22T11:00:00+01:00"}],
            "synthetic": True,
        }
        del chance
        self._keep("event", self._surely("POST", "/v1/events", body, "curator-3")["id"])

    def _film(self, chance: random.Random) -> None:
        del chance
        body = {
            "kind": "film",
            "name": {"en": f"{self._mark} short"},
            "summary": {"en": "Waves."},
            "towns": ["newhaven"],
            "synthetic": True,
        }
        made = self._surely("POST", "/v1/titles", body, "producer")["id"]
        self._surely("POST", f"/v1/titles/{made}/publish", {}, "producer")
        self._keep("title", made)

    def _click(self, chance: random.Random) -> None:
        del chance
        self._surely("POST", f"/v1/placements/{self._placement}/click", {}, None)
        self._keep("click", self._placement)
        with self._lock:
            self.accepted.clicks[self._placement] += 1
