"""A service that runs in this process: its declaration together with the place, the database and the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from kernel import idempotency, inbox, mongo, outbox, parking
from kernel.clock import Clock, SystemClock
from kernel.config import Settings
from kernel.locality import Locality, load_locality
from kernel.mongo import RawDatabase
from kernel.service import Service
from kernel.unit_of_work import Store

log = structlog.get_logger()

INDEX_OPTIONS_CONFLICT = 85
"""MongoDB has an index of this name and these keys already, with other options."""


@dataclass(frozen=True)
class Runtime:
    """What routes, handlers and roles work with."""

    service: Service
    settings: Settings
    locality: Locality
    db: RawDatabase
    store: Store
    clock: Clock

    def close(self) -> None:
        """Give back the database connections."""
        mongo.disconnect(self.service.name, self.service.all_documents)


def open_runtime(
    service: Service, settings: Settings, *, locality: Locality | None = None, clock: Clock | None = None
) -> Runtime:
    """Bind ``service`` to the place and database that ``settings`` name. Opens no socket; call it after a fork.

    Raises ``ValueError`` naming what is wrong in the locality file.
    """
    locality = locality or load_locality(settings.locality)
    clock = clock or SystemClock()
    db = mongo.connect(settings, locality, service.name)
    return Runtime(service, settings, locality, db, Store(db, locality, clock, settings), clock)


def kernel_indexes(settings: Settings) -> dict[str, list[IndexModel]]:
    """The kernel's own collections in every service's database, with their indexes."""
    from kernel import positions, publications  # here, so that an API process starts without the Kafka client

    return {
        idempotency.COLLECTION: idempotency.indexes(settings),
        outbox.COLLECTION: outbox.indexes(),
        publications.WINDOWS: publications.indexes(),
        publications.ORDERS: [],
        inbox.COLLECTION: inbox.indexes(settings),
        positions.COLLECTION: [],
        parking.PARKED: parking.indexes(),
        parking.LANES: [],
        parking.ACTS: [],
    }


def prepare_database(runtime: Runtime) -> list[str]:
    """Create every collection and index the service needs; safe to repeat. Returns the collections' names.

    Collections are made here so that no transaction has to: two that create the same one get in each other's way.
    """
    wanted = kernel_indexes(runtime.settings)
    documents = runtime.service.all_documents
    names = {*wanted, *(document._get_collection_name() for document in documents)}
    existing = set(runtime.db.list_collection_names())
    for name in sorted(names - existing):
        runtime.db.create_collection(name, check_exists=False)
    for name, models in wanted.items():
        if models:
            _create_indexes(runtime.db[name], models)
    mongo.ensure_indexes(documents)
    return sorted(names)


def _create_indexes(rows: Collection[dict[str, Any]], models: list[IndexModel]) -> None:
    """Create ``models``; an index that expires documents is made anew when they now stay for another time.

    MongoDB refuses an index of the same name with another time, and its own change of that time (``collMod``) needs
    more rights than a service has. Dying in between leaves no such index: nothing expires until the next start.
    """
    try:
        rows.create_indexes(models)
    except OperationFailure as error:
        there = rows.index_information()
        other = [model.document["name"] for model in models if _stays_otherwise(model.document, there)]
        if error.code != INDEX_OPTIONS_CONFLICT or not other:
            raise
        for name in other:
            rows.drop_index(name)
            log.info("retention_changed", collection=rows.name, index=name)
        rows.create_indexes(models)


def _stays_otherwise(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """Whether the index of that name that is ``there`` expires documents after another time than ``wanted``."""
    before = there.get(wanted["name"], {}).get("expireAfterSeconds")
    return before is not None and wanted.get("expireAfterSeconds") not in (None, before)
