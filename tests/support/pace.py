"""How quick the API's writes are: measured in blocks, so that one busy moment of the machine decides nothing."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import requests

from deploy.embedded.processes import Process


class Writer:
    """Writes to the sample service over one connection, one after the other, each to be answered with success."""

    def __init__(self, api: Process, block: int = 100) -> None:
        self._url = f"http://127.0.0.1:{api.env['HTTP_PORT']}/v1/counters"
        self._session = requests.Session()
        self._block = block
        self.count = 0
        """Writes that were accepted: all that were sent."""

    def write_for(self, seconds: float) -> list[float]:
        """As ``write_while``, for a time."""
        until = time.monotonic() + seconds
        return self.write_while(lambda: time.monotonic() < until)

    def write_while(self, going: Callable[[], bool]) -> list[float]:
        """The p99 of each block of writes, in seconds. Fails at the first that is refused."""
        blocks: list[list[float]] = [[]]
        while going():
            began = time.perf_counter()
            answer = self._session.post(f"{self._url}/paced-{self.count % 8}/count", json={}, timeout=10)
            blocks[-1].append(time.perf_counter() - began)
            assert answer.status_code == 201, answer.text
            self.count += 1
            if len(blocks[-1]) == self._block:
                blocks.append([])
        # The last block is as long as time allowed; it counts where it is the only one, for then writes were slow.
        whole = blocks[:-1] or blocks
        return [sorted(block)[-1 - self._block // 100] for block in whole if len(block) > self._block // 100]


def ratio(changed: list[float], normal: list[float]) -> tuple[float, str]:
    """How many times as slow the p99 of ``changed`` is as that of ``normal``, and both in words."""
    slow, usual = statistics.median(changed), statistics.median(normal)
    told = f"p99 {slow * 1000:.1f} ms in {len(changed)} blocks, usually {usual * 1000:.1f} ms in {len(normal)}"
    return slow / usual, f"{told}: ratio {slow / usual:.2f}"
