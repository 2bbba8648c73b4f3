"""What came of a storm, counted from the databases and from Kafka once all is quiet, against the ledger."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from contracts.registry import topic_of
from deploy.embedded.topology import ROOT, SERVICES, env_of
from kernel.broker import Broker, closing, partitions_of
from kernel.replay import read_marker
from services.festivals.service import service as festivals
from services.marketplace.service import service as marketplace
from services.media.service import service as media
from services.visitor.service import service as visitor
from tests.storm.load import Accepted
from tests.support.event_path import EventPath
from tests.support.eventually import eventually
from tests.support.ledger import Ledger
from tests.support.platform import Platform
from tests.support.services import settings_for

DECLARED = {"visitor": visitor, "festivals": festivals, "marketplace": marketplace, "media": media}
SAID_BY = {
    "visit": ("visitor", "visitor.visit.recorded.v1"),
    "offering": ("marketplace", "marketplace.offering.listed.v1"),
    "event": ("festivals", "festivals.event.published.v1"),
    "title": ("media", "media.title.published.v1"),
}
"""Kind of accepted command to the service that says so and the event it says it with, under the id it answered."""
KEPT_IN = {"offering": ("offerings", "title.en"), "event": ("events", "title.en"), "title": ("titles", "name.en")}
"""Kind to the collection that keeps it, and the field that the storm marks."""


@dataclass
class Verdict:
    """Counts; anything but 0 under ``wrong`` is a broken promise."""

    commands: int = 0
    events: int = 0
    duplicates: int = 0
    """Records in Kafka beyond the first of their event: what consumers had to drop."""
    wrong: Counter[str] = field(default_factory=Counter)
    unequal: list[str] = field(default_factory=list)
    """Projections that differ from their rebuild."""

    @property
    def holds(self) -> bool:
        """Whether every promise held."""
        return not any(self.wrong.values()) and not self.unequal


def wait_quiet(platform: Platform, client: MongoClient[dict[str, Any]], within: float) -> None:
    """Wait until every event of every service is in Kafka and in the inbox of each service that reacts to it."""
    databases = {name: client[platform.database(name)] for name in SERVICES}
    eventually(
        lambda: not any(missing(databases).values()),
        within=within,
        every=1.0,
        describe="every event has arrived everywhere",
    )


def missing(databases: dict[str, Database[dict[str, Any]]]) -> dict[str, int]:
    """For each service, how many events that it reacts to are not in its inbox."""
    found = {}
    for name, db in databases.items():
        wanted: set[str] = set()
        for event in DECLARED[name].reacts:
            said = databases[event.service()].outbox.find({"type": event.TYPE}, {"_id": 1})
            wanted |= {row["_id"] for row in said}
        taken = {row["_id"].rsplit("#", 1)[1] for row in db.inbox.find({}, {"_id": 1}) if "#" in row["_id"]}
        found[name] = len(wanted - taken)
    return found


def judge(platform: Platform, client: MongoClient[dict[str, Any]], accepted: Accepted, mark: str) -> Verdict:
    """Count what the platform made of the commands that it accepted."""
    verdict = Verdict(commands=accepted.count)
    databases = {name: client[platform.database(name)] for name in SERVICES}
    for name, db in databases.items():
        said = {row["_id"] for row in db.outbox.find({}, {"_id": 1})}
        heard = in_kafka(platform, topic_of(platform.slug, name))
        verdict.events += len(said)
        verdict.duplicates += sum(heard.values()) - len(heard)
        verdict.wrong["lost"] += len(said - heard.keys())
        verdict.wrong["ghosts"] += len(heard.keys() - said)
        verdict.wrong["parked"] += db.parked.count_documents({})
    verdict.wrong["lost"] += sum(missing(databases).values())
    for kind, (name, event_type) in SAID_BY.items():
        spoken = set(databases[name].outbox.distinct("key", {"type": event_type}))
        verdict.wrong["lost"] += len(set(accepted.ids.get(kind, ())) - spoken)
    for kind, (collection, marked) in KEPT_IN.items():
        kept = databases[SAID_BY[kind][0]][collection].count_documents({marked: {"$regex": f"^{mark}"}})
        verdict.wrong["doubled"] += max(0, kept - len(accepted.ids.get(kind, ())))
    for placement, clicks in accepted.clicks.items():
        counted = databases["media"].placements.find_one({"_id": placement})["clicks"]
        verdict.wrong["lost"] += max(0, clicks - counted)
        verdict.wrong["doubled"] += max(0, counted - clicks)
    for row in databases["visitor"].known_offerings.find({"_id": {"$in": list(accepted.prices)}}):
        last = row["listing"]["prices"][0]["amount"]
        verdict.wrong["disordered"] += last != accepted.prices[row["_id"]]
    return verdict


def judge_sample(verdict: Verdict, path: EventPath, ledger: Ledger) -> None:
    """Add what the sample service made of its commanders' commands: to the letter, and in the order of each key."""
    eventually(
        lambda: not any(path.wrongs(ledger).values()), within=120, every=1.0, describe="every counter saw its values"
    )
    verdict.wrong.update(path.wrongs(ledger))
    verdict.wrong["parked"] += path.db.parked.count_documents({})
    verdict.commands += len(ledger.accepted)
    said = {row["_id"] for row in path.db.outbox.find({}, {"_id": 1})}
    heard = Counter(dict(record.headers)["ce_id"].decode() for record in path.records() if not _marker(record))
    verdict.events += len(said)
    verdict.duplicates += sum(heard.values()) - len(heard)
    verdict.wrong["ghosts"] += len(said ^ set(ledger.accepted)) + len(heard.keys() - said)
    verdict.wrong["lost"] += len(said - heard.keys())


def rebuilt_differently(platform: Platform) -> list[str]:
    """Projections of any service that are not what a rebuild from the log makes; the workers must be stopped."""
    unequal: list[str] = []
    for name in SERVICES:
        role = platform.fleet.roles[f"{name}.worker"]
        env = dict(env_of(role, list(platform.fleet.roles.values()), platform.surroundings()))
        command = [*role.argv[:-1], "rebuild", "--compare"]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode not in (0, 1) or not done.stdout.strip():
            raise RuntimeError(f"{name} could not be rebuilt: {done.stderr[-2000:]}")
        digests = json.loads(done.stdout.splitlines()[-1])["digests"]
        unequal += [f"{name}.{collection}" for collection, (live, again) in digests.items() if live != again]
    return unequal


def in_kafka(platform: Platform, topic: str) -> Counter[str]:
    """How often each event stands in a topic."""
    settings = settings_for(platform.mongod.uri, kafka_bootstrap=platform.broker.bootstrap)
    found: Counter[str] = Counter()
    with closing(Broker(settings, "storm").consumer()) as consumer:
        partitions = partitions_of(consumer, [topic])
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        for partition, beginning in consumer.beginning_offsets(partitions).items():
            consumer.seek(partition, beginning)

        def read_on() -> bool:
            for records in consumer.poll(timeout_ms=500).values():
                found.update(dict(each.headers)["ce_id"].decode() for each in records if not _marker(each))
            return all(consumer.position(partition) >= end for partition, end in ends.items())

        eventually(read_on, within=120, every=0.01, describe=f"{topic} is read to its end")
    return found


def _marker(record: Any) -> bool:
    return read_marker(list(record.headers)) is not None
