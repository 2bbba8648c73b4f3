"""Rebuilding projections: dropped and made anew from the log, by the same handlers, with the same result.

The handlers run against an empty database beside the live one, with nothing published, over every event this
service has taken (its inbox says which). Then each projection is replaced in one step. The service's workers must
not run meanwhile.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import bson
import structlog

from contracts.registry import topic_of
from kernel import inbox, mongo, parking, positions
from kernel.broker import Broker, closing, partitions_of
from kernel.delivery import Delivery, Reader
from kernel.history import read_history
from kernel.lease import CONSUMING, REBUILDING, Lease, held
from kernel.relay import Relay
from kernel.runtime import Runtime, prepare_database
from kernel.unit_of_work import Store, UnitOfWork

log = structlog.get_logger()


class StillConsuming(Exception):
    """A worker of this service is running; its effects would be lost."""


@dataclass
class Report:
    """What a rebuild found: events applied, and each projection's digest before and after."""

    events: int
    digests: dict[str, tuple[str, str]]

    @property
    def equal(self) -> bool:
        """Whether every projection was what its log says."""
        return all(live == rebuilt for live, rebuilt in self.digests.values())


def digest(db: mongo.RawDatabase, collection: str) -> str:
    """SHA-256 over a collection's documents in the order of their ids, each with its fields sorted."""
    total = hashlib.sha256()
    for row in db[collection].find().sort("_id", 1):
        total.update(bson.encode(_sorted(row)))
    return total.hexdigest()


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value


def rebuild(runtime: Runtime, *, only_compare: bool = False) -> Report:
    """Make all projections of the service anew; with ``only_compare`` leave the live ones as they are.

    Raises ``StillConsuming`` while a worker of the service runs.
    """
    lease = Lease(runtime.db, REBUILDING, "rebuild", runtime.settings.lease * 100)
    if not lease.acquire():
        raise StillConsuming("another rebuild is under way")
    try:
        if running := held(runtime.db, CONSUMING):
            raise StillConsuming(f"stop the workers of {runtime.service.name} first: {', '.join(running)}")
        positions.seize(runtime.db, REBUILDING, runtime.settings.lease * 100)
        names = [document._get_collection_name() for document in runtime.service.projections]
        before = {name: digest(runtime.db, name) for name in names}
        with _beside(runtime) as shadow:
            events = _replay(runtime, shadow)
            digests = {name: (before[name], digest(shadow.db, name)) for name in names}
            if not only_compare:
                for name in names:
                    shadow.db[name].aggregate([{"$out": {"db": runtime.db.name, "coll": name}}])
    finally:
        positions.free(runtime.db, REBUILDING)
        lease.release()
    log.info("rebuilt", events=events, projections=names, only_compare=only_compare)
    return Report(events, digests)


@contextmanager
def _beside(runtime: Runtime) -> Iterator[Runtime]:
    """The same service on an empty database beside the live one; its documents write there meanwhile."""
    service, settings, locality = runtime.service, runtime.settings, runtime.locality
    name, live = f"{runtime.db.name}_rebuild", f"{service.name}.live"
    mongo.connect(settings, locality, service.name, alias=live)  # keeps the live connection open meanwhile
    mongo.disconnect(service.name, service.all_documents)
    db = mongo.connect(settings, locality, service.name, database=name)
    try:
        db.client.drop_database(name)
        shadow = replace(runtime, db=db, store=Store(db, locality, runtime.clock, settings))
        prepare_database(shadow)
        yield shadow
    finally:
        db.client.drop_database(name)
        mongo.disconnect(service.name, service.all_documents)
        mongo.connect(settings, locality, service.name)
        mongo.disconnect(live)


def _replay(runtime: Runtime, shadow: Runtime) -> int:
    """Run the handlers over everything this service has taken; returns how many events that were."""
    broker = Broker(runtime.settings, f"{runtime.db.name}.rebuild")
    reader = Reader(runtime.service, dict(runtime.service.reacts))
    topics = {topic_of(runtime.locality.slug, event.service()) for event in runtime.service.reacts}
    relay = Relay(runtime.service.name, runtime.store, runtime.settings, broker, "rebuild")
    stop = threading.Event()
    # Carries the requests for history that the broker no longer has, which the stopped worker would have carried.
    thread = threading.Thread(target=relay.run, args=(stop,), name="relay")
    seen: set[str] = set()
    thread.start()
    try:
        with closing(broker.consumer()) as consumer:
            partitions = partitions_of(consumer, sorted(topics)) if topics else []
            for batch in read_history(consumer, runtime.store, partitions, f"{runtime.db.name}.rebuild"):
                deliveries = [delivery for delivery in map(reader.read, batch) if delivery.handler is not None]
                fresh = [delivery for delivery in deliveries if delivery.id not in seen]
                taken = _applied(runtime.db, {delivery.id for delivery in fresh})
                todo = list({delivery.id: delivery for delivery in fresh if delivery.id in taken}.values())
                seen |= {delivery.id for delivery in todo}
                if todo:
                    shadow.store.transact(lambda uow: _apply(uow, todo))  # noqa: B023  run before todo moves on
    finally:
        stop.set()
        thread.join()
    return len(seen)


def _applied(db: mongo.RawDatabase, ids: set[str]) -> set[str]:
    """Those of ``ids`` that had their effect: claimed, and neither parked still nor discarded."""
    taken = inbox.claimed(db, ids)
    parked = {row["_id"] for row in db[parking.PARKED].find({"_id": {"$in": list(taken)}}, {"_id": 1})}
    discarded = db[parking.ACTS].distinct("parked_id", {"act": "discard", "parked_id": {"$in": list(taken)}})
    return taken - parked - set(discarded)


def _apply(uow: UnitOfWork, deliveries: list[Delivery]) -> None:
    for delivery in deliveries:
        if delivery.handler is not None and delivery.envelope is not None:
            delivery.handler(delivery.event, uow.handling(delivery.envelope))
    uow.unsay()
