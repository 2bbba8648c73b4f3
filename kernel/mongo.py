"""MongoDB: one database for each service of a locality, connected when first used and never at import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mongoengine
from mongoengine import Document
from pymongo import MongoClient
from pymongo.database import Database

from kernel.config import Settings
from kernel.locality import Locality

RawDatabase = Database[dict[str, Any]]


def document_meta(service: str, collection: str, **extra: Any) -> dict[str, Any]:
    """The ``meta`` of a document: its service's database, no index made behind anyone's back."""
    return {"db_alias": service, "collection": collection, "auto_create_index": False, **extra}


def database_name(locality: Locality, service: str) -> str:
    """``<locality>_<service>``: a second locality shares nothing with the first."""
    return f"{locality.slug.replace('-', '_')}_{service}"


def connect(
    settings: Settings, locality: Locality, service: str, *, database: str | None = None, alias: str | None = None
) -> RawDatabase:
    """Connect this process to a service's database under the alias of the service's name.

    ``database`` names another database than the service's own, for what is built beside it; ``alias`` another name
    to keep the connection under.

    Must be called after a fork, not before. Opens no socket by itself: the driver connects on the first operation.
    No ``w`` or ``journal`` may stand in the URI: durability is set on each transaction, and a client with its own
    write concern fails every write inside one (error 72).
    """
    name = database or database_name(locality, service)
    client: MongoClient[dict[str, Any]] = mongoengine.connect(
        db=name,
        alias=alias or service,
        host=settings.mongodb_uri,
        uuidRepresentation="standard",
        tz_aware=True,
        connect=False,
        appname=f"{locality.slug}.{service}",
        serverSelectionTimeoutMS=5000,
        maxPoolSize=32,
    )
    return client[name]


def disconnect(service: str, documents: Sequence[type[Document]] = ()) -> None:
    """Close the connections of ``connect`` and let ``documents`` look theirs up again.

    mongoengine finds the documents of an alias by class name, so of two services in one process that have a class of
    the same name it would leave one bound to a closed client.
    """
    mongoengine.disconnect(alias=service)
    for document in documents:
        document._collection = None


def ensure_indexes(documents: Sequence[type[Document]]) -> None:
    """Create the indexes that documents declare; safe to repeat."""
    for document in documents:
        document.ensure_indexes()
