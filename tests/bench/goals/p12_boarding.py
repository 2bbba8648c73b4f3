"""P12: 600 phones off one ship fetch today's page and the offline bundle, and look again.

The goal is 600 phones in 5 minutes. They come within one minute here, five times as close: a platform that holds this
holds the goal, and the whole run stays short. ``PACE=real`` takes the 5 minutes. What is synced is the bundle; the page
is fetched with its ETag too, but tells the time of day, and is another one each minute.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import msgspec

from deploy.demo.load import load
from tests.bench.meter import Effort, Meter, calibrate, cores, pinned
from tests.bench.stage import Stage
from tests.bench.stats import Goal, Result, Round, Sample, percentile
from tests.support.boarding import board
from tests.support.platform import Platform

PHONES = 600
AT_REAL_PACE, CLOSE = 300.0, 60.0
ATTEMPTS = 2
QUICKLY = Goal(
    id="P12",
    what="boarding burst, 600 phones: 95th percentile of page and bundle",
    reference="",
    unit="request",
    figure="value",
    bound=300.0,
    at_least=False,
    shown="ms",
)
UNCHANGED = Goal(
    id="P12",
    what="boarding burst: second syncs of the bundle answered 304",
    reference="",
    unit="request",
    figure="value",
    bound=90.0,
    at_least=True,
    shown="%",
)


def measure(stage: Stage, effort: Effort) -> Iterator[Result]:
    """The platform with the demonstration data; ``ValueError`` for any answer but 200 and 304.

    One burst that counts is enough: it is 2,400 requests. The phones have a core of their own.
    """
    directory = stage.directory / "boarding"
    directory.mkdir()
    pace = AT_REAL_PACE if os.environ.get("PACE") == "real" else CLOSE
    phones = effort.sized(PHONES, PHONES // 10)
    rounds: list[Round] = []
    _, servers = cores()
    with pinned(servers):
        platform = Platform(directory, stage.mongod, stage.kafka).start()
    try:
        operator = directory / "operator.json"
        operator.write_text(json.dumps(platform.operator))
        load(platform.url, operator, directory / "demo-accounts.json")
        while len(rounds) < ATTEMPTS and all(each.refused for each in rounds):
            before = calibrate()
            meter = stage.meter(*(each.pid for each in platform.fleet.processes.values()))
            sample = _burst(platform.url, phones, pace * phones / PHONES, effort, meter)
            rounds.append(Round((before, calibrate()), [], [sample]))
    finally:
        platform.stop()
    yield Result(QUICKLY, 1, rounds)
    yield Result(UNCHANGED, 1, [_unchanged(each) for each in rounds])


def _burst(url: str, phones: int, within: float, effort: Effort, meter: Meter) -> Sample:
    seen = board(url, "newhaven", phones=phones, within=within)
    if seen.errors:
        raise ValueError(f"{seen.errors} answers were neither 200 nor 304")
    half, most, nearly_all = (percentile(seen.seconds, share) * 1e3 for share in (0.5, 0.95, 0.99))
    effort.say(
        f"P12: {phones} phones in {within:.0f} s, {len(seen.seconds)} requests: median {half:.0f} ms,"
        f" p95 {most:.0f} ms, p99 {nearly_all:.0f} ms; 304 for {seen.unchanged:.1%} of second syncs of the bundle"
        f" and {seen.pages.count(304)} of {len(seen.pages)} pages"
    )
    return msgspec.structs.replace(meter.stop(len(seen.seconds), value=most), beside=seen.unchanged * 100)


def _unchanged(one: Round) -> Round:
    """The same round, of which only the share of second syncs is looked at that were answered 304."""
    return Round(one.calibration, [], [msgspec.structs.replace(each, value=each.beside) for each in one.ours])
