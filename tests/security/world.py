"""The whole platform in this process with the demonstration data: four services and the gateway on a real MongoDB.

Requests go through test clients; the gateway asks the services over loopback. Events travel when ``deliver`` is called,
straight from the outboxes to the handlers, so no broker is needed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from contracts.base import Event
from deploy.demo import festivals, marketplace, media, visitor
from deploy.demo.accounts import AMBASSADORS, SELF_SERVICE
from deploy.demo.client import Api
from deploy.embedded.mongod import MongoServer
from gateway.app import create_gateway
from gateway.routes import SERVICES
from gateway.service import service as gateway_service
from kernel.http import create_app
from kernel.runtime import Runtime
from tests.security.routes import GATEWAY, owner_of, service_named
from tests.support.gateway import gateway_settings, served
from tests.support.services import consume, running, signing_key, token

KEY_ID = signing_key().thumbprint()
ROLES_OF: dict[str, list[str]] = {
    "operator": ["operator"],
    **{name: ["visitor", *roles] for name, (_, roles, _) in SELF_SERVICE.items()},
    **{name: ["visitor", "ambassador"] for name in AMBASSADORS},
}
"""The demo's accounts; here an account's name is its id too."""


def signed_in(roles: list[str] | tuple[str, ...], id: str, **wrong: Any) -> dict[str, str]:
    """The header of a request that the gateway and all services accept; every part can be made wrong."""
    return token(roles, id, **{"header": {"kid": KEY_ID}, **wrong})


@dataclass
class World:
    """The platform: a client, a runtime and an application for each process."""

    apps: dict[str, Flask] = field(default_factory=dict)
    runtimes: dict[str, Runtime] = field(default_factory=dict)
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    answered: list[tuple[str, str, TestResponse]] = field(default_factory=list)
    """Method, path and answer of every request that the demonstration data was made with."""
    sent: list[tuple[str, str, str | None, dict[str, Any], Any]] = field(default_factory=list)
    """Those requests themselves: method, path, account, options of the client, and the JSON they were answered with."""

    def send(
        self, method: str, path: str, *, roles: list[str] | tuple[str, ...] = (), id: str = "", **options: Any
    ) -> TestResponse:
        """A request to the process that owns the path, as the account ``id`` with ``roles``; as nobody without."""
        headers = {**(signed_in(roles, id) if id else {}), **options.pop("headers", {})}
        return self.clients[owner_of(path)].open(path, method=method, headers=headers, **options)

    def as_(self, name: str, method: str, path: str, **options: Any) -> TestResponse:
        """A request as one of the demo's accounts."""
        return self.send(method, path, roles=ROLES_OF[name], id=name, **options)

    def made(self, name: str, path: str, body: Any = None) -> dict[str, Any]:
        """What a POST of a demo account answers, which must have worked."""
        answer = self.as_(name, "POST", path, json=body)
        assert answer.status_code in (200, 201), f"POST {path}: {answer.text}"
        return dict(answer.json)

    def ids(self, owner: str, collection: str, **filter: Any) -> list[str]:
        """The ids of what a service keeps."""
        return [str(row["_id"]) for row in self.runtimes[owner].db[collection].find(filter, {"_id": 1}).sort("_id")]

    def digest(self, owner: str) -> dict[str, str]:
        """A digest of every collection of a process: equal when nothing was written."""
        found: dict[str, str] = self.runtimes[owner].db.command("dbHash")["collections"]
        return found

    def deliver(self) -> None:
        """Let every service hear what all have said and it has not heard yet, until nobody says anything new."""
        heard = {name: set(self._heard.setdefault(name, set())) for name in SERVICES}
        while True:
            before = sum(map(len, heard.values()))
            rows = [row for name in SERVICES for row in self.runtimes[name].db.outbox.find().sort("_id")]
            for name in SERVICES:
                reacts = {event.TYPE: event for event in self.runtimes[name].service.reacts}
                wanted = [row for row in rows if row["type"] in reacts and row["_id"] not in heard[name]]
                events: list[Event] = [msgspec.json.decode(row["value"], type=reacts[row["type"]]) for row in wanted]
                for start in range(0, len(events), 200):
                    consume(self.runtimes[name].service, self.runtimes[name], *events[start : start + 200])
                heard[name] |= {row["_id"] for row in wanted}
            if sum(map(len, heard.values())) == before:
                self._heard = heard
                return

    private: dict[str, str] = field(default_factory=dict)
    """What is not for everybody: what it is, and the id that no public answer may hold."""
    known: dict[str, str] = field(default_factory=dict)
    """Codes and ids that the tests need: what they open, and the value."""
    _heard: dict[str, set[str]] = field(default_factory=dict)


class DirectApi(Api):
    """The demo's client, without a network between it and the services."""

    def __init__(self, world: World) -> None:
        super().__init__("")
        self._world = world

    def account_id(self, name: str) -> str:
        """Accounts are called by their ids here."""
        return name

    def call(self, method: str, path: str, *, as_: str | None = None, repeat: bool = False, **request: Any) -> Any:
        """The JSON that a request answers, which must have worked."""
        options: dict[str, Any] = {"headers": request.get("headers") or {}, "query_string": request.get("params")}
        files: Mapping[str, Any] | None = request.get("files")
        if files:
            options["data"] = {name: (BytesIO(content), filename) for name, (filename, content, _) in files.items()}
        elif request.get("json") is not None:
            options["json"] = request["json"]
        options = {name: value for name, value in options.items() if value is not None}
        answer = self._world.as_(as_, method, path, **options) if as_ else self._world.send(method, path, **options)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        self._world.answered.append((method, path, answer))
        self._world.sent.append((method, path, as_, request, answer.json))
        return answer.json


@contextmanager
def opened(mongod: MongoServer, directory: Path) -> Iterator[World]:
    """The platform with the demonstration data loaded and every event delivered."""
    world = World()
    key_set = KeySet([signing_key()]).as_dict(private=False)
    key_set["keys"][0]["kid"] = KEY_ID
    (directory / "jwks.json").write_text(json.dumps(key_set))
    (directory / "auth.pem").write_text(json.dumps(signing_key().as_dict(private=True)))
    with ExitStack() as stack:
        urls = {}
        for name in SERVICES:
            runtime = stack.enter_context(
                running(service_named(name), mongod.uri, auth_jwks=str(directory / "jwks.json"))
            )
            app = create_app(runtime.service, runtime)
            urls[name] = stack.enter_context(served(app))
            world.apps[name], world.runtimes[name], world.clients[name] = app, runtime, app.test_client()
        runtime = stack.enter_context(running(gateway_service, mongod.uri))
        gateway = create_gateway(runtime, gateway_settings(directory, urls))
        world.apps[GATEWAY], world.runtimes[GATEWAY], world.clients[GATEWAY] = gateway, runtime, gateway.test_client()
        stack.callback(gateway.extensions["edge"].upstream.close)
        # Tens of thousands of requests follow: what each was is told by the test that fails, not by a line of log.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        api = DirectApi(world)
        visitor.load(api)
        world.deliver()
        for part in (festivals, marketplace, media):
            part.load(api)
        world.deliver()
        try:
            yield world
        finally:
            structlog.reset_defaults()


def private_key(path: Path) -> Path:
    """A file with a new key for signatures, at that path."""
    private = Ed25519PrivateKey.generate()
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path
