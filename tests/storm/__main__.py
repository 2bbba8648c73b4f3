"""``python -m tests.storm --seed 1 --commands 30000 --seconds 120``: exit code 1 when a promise did not hold."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path

from pymongo import MongoClient

from deploy.demo.load import load
from deploy.embedded.apache_kafka import ApacheKafka
from deploy.embedded.mongod import MongoServer
from tests.chaos.conftest import Rig
from tests.storm.faults import Faults
from tests.storm.load import Speakers
from tests.storm.verdict import Verdict, judge, judge_sample, rebuilt_differently, wait_quiet
from tests.support.commander import read_ledger
from tests.support.event_path import event_path
from tests.support.ledger import Ledger
from tests.support.platform import Platform
from tests.support.report import STORM, counts_of
from tests.support.sample_processes import fresh_locality

QUIET_SECONDS = 300.0
KEYS = 40
LEASE_SECONDS = 10.5
"""A worker that was killed counts as running until its lease is over; a rebuild waits for that."""


def main() -> int:
    """Run one storm and say what was counted."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--commands", type=int, default=2_000, help="commands of the sample service")
    parser.add_argument("--seconds", type=float, default=30, help="how long people speak and faults happen at least")
    options = parser.parse_args()
    say(f"storm with seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="storm-") as directory:
        verdict, faults, again = storm(Path(directory), options.seed, options.commands, options.seconds)
    counted = {
        "seed": options.seed,
        "commands": verdict.commands,
        "sent again": again,
        "faults": sum(faults.values()),
        "events": verdict.events,
        "duplicates": verdict.duplicates,
        **{name: verdict.wrong[name] for name in ("lost", "ghosts", "doubled", "disordered", "parked")},
        "unequal projections": len(verdict.unequal),
    }
    say(json.dumps(counted | {"by fault": dict(faults), "unequal": verdict.unequal}))
    counts_of(STORM, str(options.seed))(**counted)
    return 0 if verdict.holds else 1


def storm(directory: Path, seed: int, commands: int, seconds: float) -> tuple[Verdict, dict[str, int], int]:
    """Commands accepted under faults; the verdict, the faults by kind, and how often a request was sent again."""
    mongod = MongoServer(directory / "mongod", cache_gb=0.5, oplog_mb=512).start()
    kafka = ApacheKafka(directory / "kafka").start()
    platform = Platform(directory, mongod, kafka).start()
    file, place = fresh_locality(directory)
    try:
        with event_path(mongod.uri, kafka, locality=place) as path:
            rig = Rig(path, file, directory)
            try:
                return _storm(platform, rig, mongod, kafka, seed, commands, seconds)
            finally:
                rig.stop()
    finally:
        platform.fleet.kill_all()
        kafka.kill()
        mongod.kill()


def _storm(
    platform: Platform, rig: Rig, mongod: MongoServer, kafka: ApacheKafka, seed: int, commands: int, seconds: float
) -> tuple[Verdict, dict[str, int], int]:
    operator = platform.directory / "operator.json"
    operator.write_text(json.dumps(platform.operator))
    api = load(platform.url, operator, platform.directory / "demo-accounts.json")
    mark = f"storm {seed}"
    faults = Faults(seed, platform, rig, mongod, kafka)
    faults.begin()
    speakers = Speakers(api, seed, mark)
    commanders = [rig.commander(commands // 2, KEYS, prefix=f"counter-{number}") for number in range(2)]
    speakers.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until or any(each.alive for each in commanders):
        faults.next()
        said = sum(len(read_ledger(each.log).accepted) for each in commanders)
        say(f"{sum(faults.done.values())} faults, {speakers.accepted.count} + {said} commands accepted")
    faults.end()
    speakers.stop()
    ended = [each.returncode for each in commanders]
    if ended != [0, 0]:
        raise RuntimeError(f"a commander gave up: {[each.tail(5) for each in commanders]}")
    ledger = Ledger()
    for each in commanders:
        ledger.accepted |= read_ledger(each.log).accepted
    with MongoClient(mongod.uri) as client:
        wait_quiet(platform, client, QUIET_SECONDS)
        verdict = judge(platform, client, speakers.accepted, mark)
    judge_sample(verdict, rig.path, ledger)
    for name in platform.fleet.workers:
        platform.fleet.processes[name].stop()
    threading.Event().wait(LEASE_SECONDS)
    verdict.unequal = rebuilt_differently(platform)
    return verdict, dict(faults.done), speakers.accepted.again


def say(text: str) -> None:
    """To whoever watches."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
