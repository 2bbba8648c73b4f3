"""The compose file is valid and keeps what it promises: least rights, start order by health, secrets where needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from compose_spec import PyCompose

from deploy.embedded.topology import GATEWAY, ROOT, SERVICES
from tests.support.compose import load_compose, make_secrets
from tests.support.source_rules import imports_of

OURS = [GATEWAY, *(f"{name}-{role}" for name in SERVICES for role in ("api", "worker")), "init"]


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return make_secrets(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def compose(values: dict[str, str]) -> dict[str, Any]:
    return load_compose(values)


def test_it_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    parsed = PyCompose.from_json(json.dumps(compose))
    assert set(parsed.service_names()) == {*OURS, "mongodb", "kafka"}


def test_the_check_would_notice_a_misspelt_key(compose: dict[str, Any]) -> None:
    compose = {**compose, "services": {"gateway": {**compose["services"]["gateway"], "read_onyl": True}}}
    with pytest.raises(ValueError, match="read_onyl"):
        PyCompose.from_json(json.dumps(compose))


def test_nothing_starts_without_secrets() -> None:
    with pytest.raises(KeyError, match="run deploy/compose/make-secrets first"):
        load_compose({})


def test_only_the_gateway_is_reachable_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert ports == {GATEWAY: ["127.0.0.1:8080:8000"]}
    assert compose["networks"]["inside"]["internal"]
    assert [name for name, service in compose["services"].items() if "outside" in service["networks"]] == [GATEWAY]


def test_only_the_gateway_and_who_imports_by_address_reach_beyond_the_platform(compose: dict[str, Any]) -> None:
    """A network that is internal leads nowhere else, so an import by address from there could never work."""
    fetching = {
        f"{name}-api" for name in SERVICES if any(fetches(path) for path in (ROOT / "services" / name).rglob("*.py"))
    }
    assert fetching
    leading_out = {name for name, network in compose["networks"].items() if not network.get("internal")}
    reaching = {name: leading_out.intersection(service["networks"]) for name, service in compose["services"].items()}
    assert {name: networks for name, networks in reaching.items() if networks} == {
        GATEWAY: {"outside"},
        **{name: {"fetching"} for name in fetching},
    }
    assert all("inside" in service["networks"] for service in compose["services"].values())


def fetches(path: Path) -> bool:
    """Whether a module fetches addresses that a user gives."""
    source = path.read_text()
    return "outbound" in source and any(name.startswith("kernel.outbound") for name in imports_of(str(path), source))


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_the_least_rights(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] not in ("0", "root")
    assert {"mem_limit", "cpus", "pids_limit"} <= service.keys()


def test_everything_that_stays_has_a_health_check_and_whoever_needs_it_waits(compose: dict[str, Any]) -> None:
    services = compose["services"]
    lasting = [name for name in services if name != "init"]
    assert all("test" in services[name]["healthcheck"] for name in lasting)
    for name in OURS:
        for needed, how in services[name]["depends_on"].items():
            expected = "service_completed_successfully" if needed == "init" else "service_healthy"
            assert how == {"condition": expected}, f"{name} needs {needed}"
    assert {f"{name}-api" for name in SERVICES} <= services[GATEWAY]["depends_on"].keys()


def test_a_service_has_the_password_of_its_own_database_and_no_other(
    compose: dict[str, Any], values: dict[str, str]
) -> None:
    passwords = {name: values[f"MONGO_{name.upper()}_PASSWORD"] for name in (*SERVICES, GATEWAY)}
    assert len(set(passwords.values())) == len(passwords)
    for container in OURS[:-1]:
        environment = compose["services"][container]["environment"]
        owner = container.removesuffix("-api").removesuffix("-worker")
        seen = {name for name, password in passwords.items() if password in str(environment)}
        assert seen == {owner}
        assert values["MONGO_ROOT_PASSWORD"] not in str(environment)


def test_keys_go_only_to_those_who_sign(compose: dict[str, Any]) -> None:
    holders = {name: service["secrets"] for name, service in compose["services"].items() if "secrets" in service}
    assert holders == {
        GATEWAY: ["auth.pem"],
        "festivals-api": ["checkin.pem"],
        "marketplace-api": ["passport.pem"],
        "marketplace-worker": ["passport.pem"],
    }


def test_secrets_are_made_once_and_read_by_their_owner_only(tmp_path: Path) -> None:
    first = make_secrets(tmp_path)
    files = [tmp_path / ".env", *(tmp_path / "deploy/compose/secrets").iterdir()]
    contents = [file.read_bytes() for file in files]
    assert len(files) == 4
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert make_secrets(tmp_path) == first
    assert [file.read_bytes() for file in files] == contents


def test_the_image_runs_as_nobody_special_and_contains_no_secrets() -> None:
    lines = (ROOT / "deploy/Dockerfile").read_text().splitlines()
    assert "USER 10001:10001" in lines
    assert lines.index("USER 10001:10001") < lines.index('ENTRYPOINT ["python", "-m"]')
    assert "deploy/compose/secrets" in (ROOT / ".dockerignore").read_text().splitlines()
