"""Who is told what: every process its port and the servers, only the signers their keys, only workers the broker."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from deploy.embedded import topology
from deploy.embedded.topology import SERVICES, Surroundings, env_of, roles

AROUND = Surroundings(
    locality=Path("towns.toml"),
    mongodb_uri="mongodb://somewhere",
    kafka_bootstrap="127.0.0.1:9092",
    kafka_api_version="2.3",
    auth_signing_key=Path("auth.pem"),
    passport_signing_key=Path("passport.pem"),
    checkin_signing_key=Path("checkin.pem"),
    extra={"LOG_LEVEL": "DEBUG"},
)


@pytest.fixture(autouse=True)
def numbered_ports(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    ports = count(5001)
    monkeypatch.setattr(topology, "free_port", lambda: next(ports))
    return


def test_every_service_has_an_api_and_a_worker_and_there_is_one_gateway() -> None:
    everyone = roles(8080)
    names = [role.name for role in everyone]
    assert set(names) == {"gateway", *(f"{name}.{role}" for name in SERVICES for role in ("api", "worker"))}
    assert len({role.port for role in everyone}) == len(everyone)
    assert names.index("gateway") < min(names.index(f"{name}.worker") for name in SERVICES)


def test_each_is_told_its_port_and_the_servers() -> None:
    everyone = roles(8080)
    for role in everyone:
        env = env_of(role, everyone, AROUND)
        assert env["HTTP_PORT"] == str(role.port)
        assert env["MONGODB_URI"] == "mongodb://somewhere"
        assert (env["KAFKA_BOOTSTRAP_SERVERS"], env["KAFKA_API_VERSION"]) == ("127.0.0.1:9092", "2.3")
        assert env["AUTH_JWKS"] == "http://127.0.0.1:8080/.well-known/jwks.json"
        assert env["LOG_LEVEL"] == "DEBUG"


def test_the_gateway_knows_all_apis() -> None:
    everyone = roles(8080)
    gateway = next(role for role in everyone if role.name == "gateway")
    urls = dict(pair.split("=", 1) for pair in env_of(gateway, everyone, AROUND)["SERVICE_URLS"].split(","))
    assert urls == {
        name: f"http://127.0.0.1:{role.port}" for name in SERVICES for role in everyone if role.name == f"{name}.api"
    }


def test_keys_go_only_to_those_who_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_SIGNING_KEY", "another")
    monkeypatch.setenv("PASSPORT_SIGNING_KEY", "another")
    everyone = roles(8080)
    told = {role.name: env_of(role, everyone, AROUND) for role in everyone}
    assert {name for name, env in told.items() if "AUTH_SIGNING_KEY" in env} == {"gateway"}
    assert {name for name, env in told.items() if "PASSPORT_SIGNING_KEY" in env} == {
        "marketplace.api",
        "marketplace.worker",
    }
    assert {name for name, env in told.items() if "CHECKIN_SIGNING_KEY" in env} == {"festivals.api"}
    assert told["gateway"]["AUTH_SIGNING_KEY"] == "auth.pem"


def test_a_worker_keeps_its_name_in_its_consumer_group() -> None:
    everyone = roles(8080)
    instances = {role.name: env_of(role, everyone, AROUND).get("WORKER_NAME") for role in everyone}
    assert instances == {role.name: role.name if role.role == "worker" else None for role in everyone}
