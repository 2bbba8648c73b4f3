"""The whole platform with the demonstration data, and people who use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient

from deploy.demo.client import Api, Credentials
from deploy.demo.load import load
from gateway.routes import SERVICES
from gateway.schemas import ROLES
from tests.support.eventually import eventually
from tests.support.platform import Platform

BOOKKEEPING = ("leases", "positions", "outbox_windows", "relay_state", "replay_orders")
"""Collections that workers write without anyone having asked for anything."""


@pytest.fixture(scope="session")
def demo(platform: Platform) -> Api:
    """The platform's API with the demonstration data loaded, to be used as any of its accounts."""
    operator, accounts = platform.directory / "operator.json", platform.directory / "demo-accounts.json"
    operator.write_text(json.dumps(platform.operator))
    return load(platform.url, operator, accounts)


@dataclass
class Caller:
    """Sends any request through the gateway, right or wrong, and checks that a refusal is a proper one."""

    api: Api

    def send(self, method: str, path: str, *, as_: str | None = None, **options: Any) -> requests.Response:
        headers = {**options.pop("headers", {})}
        if as_:
            headers.setdefault("Authorization", self.authorization(as_))
        return requests.request(method, self.api.url + path, headers=headers, timeout=30, **options)

    def refused(self, status: int, method: str, path: str, **options: Any) -> dict[str, Any]:
        """The problem that answers the request, which must have this status and be a problem document."""
        answer = self.send(method, path, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        problem = answer.json()
        assert problem["status"] == status
        assert problem["type"].startswith("urn:problem:")
        assert problem["detail"]
        assert problem["request_id"] == answer.headers["X-Request-ID"]
        assert "Traceback" not in answer.text
        return dict(problem)

    def authorization(self, name: str) -> str:
        """The header that signs in an account of the demo."""
        return self.api._authorization(name)["Authorization"]


@pytest.fixture
def caller(demo: Api) -> Caller:
    return Caller(demo)


@dataclass
class Contents:
    """What all services keep."""

    platform: Platform

    def digest(self) -> dict[str, str]:
        """A digest of every collection of every service and of the gateway, by its name."""
        client: MongoClient[dict[str, Any]] = MongoClient(self.platform.mongod.uri)
        try:
            return {
                f"{service}.{name}": value
                for service in (*SERVICES, "gateway")
                for name, value in self._collections(client, service).items()
                if name not in BOOKKEEPING
            }
        finally:
            client.close()

    def _collections(self, client: MongoClient[dict[str, Any]], service: str) -> dict[str, str]:
        return dict(client[self.platform.database(service)].command("dbHash")["collections"])

    def settled(self) -> dict[str, str]:
        """The digest once everything said so far has had its effect: it stays the same while being looked at."""
        seen: list[dict[str, str]] = []

        def same() -> bool:
            seen.append(self.digest())
            return len(seen) >= 10 and all(each == seen[-1] for each in seen[-10:])

        eventually(same, within=30, describe="the services come to rest", every=0.1)
        return seen[-1]


@pytest.fixture
def contents(platform: Platform, demo: Api) -> Contents:
    return Contents(platform)


@pytest.fixture(scope="session")
def auth_key(platform: Platform) -> Path:
    """The private key that signs the platform's tokens."""
    return platform.directory / "keys" / "auth.pem"


@pytest.fixture(scope="session")
def everyone(demo: Api) -> str:
    """An account with every role, so that what is refused is refused for what was sent."""
    demo.accounts["everyone"] = Credentials("everyone@example.org", "a long enough password")
    body = {"email": "everyone@example.org", "password": "a long enough password", "name": "Everyone"}
    demo.post("/v1/accounts", body, idempotent="everyone")
    path = f"/v1/accounts/{demo.account_id('everyone')}/roles"
    demo.post(path, {"add": list(ROLES)}, as_="operator", idempotent="everyone-roles")
    demo.accounts["everyone"].token = None
    return "everyone"


@contextmanager
def nothing_changes(contents: Contents) -> Iterator[None]:
    """What all services keep is the same before and after."""
    before = contents.settled()
    yield
    assert contents.settled() == before
