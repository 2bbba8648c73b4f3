"""One service on a real MongoDB, without its processes: its routes through a client, its handlers called directly."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import structlog
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from contracts.base import Event
from kernel import mongo
from kernel.clock import Clock
from kernel.config import Settings, load_settings
from kernel.http import create_app
from kernel.ids import new_id
from kernel.locality import Locality
from kernel.outbox import envelope_of
from kernel.runtime import Runtime, kernel_indexes, open_runtime, prepare_database
from kernel.service import Service
from kernel.unit_of_work import UnitOfWork

REPOSITORY = Path(__file__).parents[2]
LOCALITY_FILE = REPOSITORY / "deploy/localities/newhaven-dieppe.toml"
ISSUER = AUDIENCE = "living-newhaven"


@cache
def signing_key() -> OKPKey:
    """The key that signs the tokens of this test run."""
    return OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig"})


@cache
def jwks_file() -> Path:
    """A file with the public half of ``signing_key``, as the gateway publishes it."""
    path = Path(tempfile.mkdtemp(prefix="jwks-")) / "jwks.json"
    path.write_text(json.dumps(KeySet([signing_key()]).as_dict(private=False)))
    return path


def token_text(
    roles: list[str] | tuple[str, ...] = (),
    id: str = "account-1",
    *,
    name: str = "Test",
    at: datetime | None = None,
    expires_in: float = 3600,
    key: OKPKey | None = None,
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """An access token as the gateway signs them; every part can be made wrong."""
    now = int((at or datetime.now(UTC)).timestamp())
    content = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": id,
        "name": name,
        "roles": roles,
        "iat": now,
        "exp": now + int(expires_in),
        "jti": new_id(),
        **claims,
    }
    content = {claim: value for claim, value in content.items() if value is not None}
    return jwt.encode({"alg": "Ed25519", "kid": "test", **(header or {})}, content, key or signing_key(), ["Ed25519"])


def token(roles: list[str] | tuple[str, ...] = (), id: str = "account-1", **wrong: Any) -> dict[str, str]:
    """The header of a request from an account with ``roles``."""
    return {"Authorization": f"Bearer {token_text(roles, id, **wrong)}"}


def settings_for(mongodb_uri: str, **changes: Any) -> Settings:
    """Settings of a process under test; ``changes`` are fields of ``Settings``."""
    environment = {
        "MONGODB_URI": mongodb_uri,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "LOCALITY": str(LOCALITY_FILE),
        "AUTH_JWKS": str(jwks_file()),
    }
    with patch.dict(os.environ, environment):
        return replace(load_settings(), **changes)


@contextmanager
def running(
    service: Service,
    mongodb_uri: str,
    *,
    clock: Clock | None = None,
    locality: Locality | None = None,
    **settings: Any,
) -> Iterator[Runtime]:
    """A runtime of ``service`` on an empty database with all its indexes; emptied afterwards."""
    mongo.disconnect(service.name, service.all_documents)
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    runtime = open_runtime(service, settings_for(mongodb_uri, **settings), locality=locality, clock=clock)
    _leave_empty(service, runtime, mongodb_uri)
    try:
        yield runtime
    finally:
        _leave_empty(service, runtime, mongodb_uri)
        runtime.close()


_prepared: dict[tuple[str, str], Any] = {}
"""The documents and indexes that each database was made with, and the collections that it has had since."""
FEW = 1000
"""How many documents are deleted sooner than their database is made anew, which takes half a second."""


def _leave_empty(service: Service, runtime: Runtime, mongodb_uri: str) -> None:
    """Have every collection of ``service`` exist, indexed and empty, and none beside them."""
    indexes = {name: [model.document for model in models] for name, models in kernel_indexes(runtime.settings).items()}
    names = runtime.db.list_collection_names()
    made = (service.all_documents, indexes, sorted(names))
    if _prepared.get((mongodb_uri, runtime.db.name)) == made:
        filled = {name: count for name in names if (count := runtime.db[name].estimated_document_count())}
        if sum(filled.values()) <= FEW:
            for name in filled:
                runtime.db[name].delete_many({})
            return
    runtime.db.client.drop_database(runtime.db.name)
    prepare_database(runtime)
    names = runtime.db.list_collection_names()
    _prepared[mongodb_uri, runtime.db.name] = (service.all_documents, indexes, sorted(names))


@contextmanager
def service_app(service: Service, mongodb_uri: str, **options: Any) -> Iterator[tuple[FlaskClient, Runtime]]:
    """A client of the service's routes and its runtime, as ``running``; an exception in a route is answered as 500."""
    with running(service, mongodb_uri, **options) as runtime:
        app = create_app(service, runtime)
        yield app.test_client(), runtime


def consume(service: Service, runtime: Runtime, *events: Event) -> None:
    """Apply ``events`` with the service's handlers in one transaction, as the consumer does with a batch.

    What the handlers publish names the event as its cause. ``AssertionError`` when the service does not react to one.
    """
    missing = [event.TYPE for event in events if type(event) not in service.reacts]
    assert not missing, f"{service.name} does not react to {missing}"

    def work(uow: UnitOfWork) -> None:
        for event in events:
            cause = envelope_of(
                event,
                event_id=new_id(),
                time=uow.now(),
                locality=runtime.locality.slug,
                traceparent=None,
                causationid=None,
            )
            service.reacts[type(event)](event, uow.handling(cause))

    runtime.store.transact(work)


def published(runtime: Runtime, event: type[Event]) -> list[Any]:
    """The events of that class in the service's outbox, in the order they were said."""
    rows = runtime.db.outbox.find({"type": event.TYPE}).sort([("stamp", 1), ("n", 1), ("_id", 1)])
    return [msgspec.json.decode(row["value"], type=event) for row in rows]
