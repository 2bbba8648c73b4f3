from __future__ import annotations

import re
import sys
import types
from typing import Any

import pytest

from kernel import cli, serve
from tests.support.sample_service import service
from tests.support.services import settings_for


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> str:
    declared = types.ModuleType("sample.service")
    declared.service = service  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sample.service", declared)
    return "sample.service"


def test_a_role_runs_with_the_service_and_the_environment(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []
    monkeypatch.setenv("MONGODB_URI", "mongodb://127.0.0.1/")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setenv("HTTP_PORT", "8123")
    monkeypatch.setattr(serve, "serve_api", lambda *given: ran.append(given))
    with pytest.raises(SystemExit) as end:
        cli.main(module, ["api"])
    assert end.value.code == 0
    ((ran_service, settings),) = ran
    assert ran_service is service
    assert settings.http_port == 8123


@pytest.mark.parametrize("missing", ["MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS"])
def test_a_variable_that_is_missing_is_named(
    module: str, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("MONGODB_URI", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.delenv(missing)
    with pytest.raises(SystemExit) as end:
        cli.main(module, ["api"])
    assert end.value.code == 2
    assert missing in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["dance"], ["api", "now"]])
def test_a_command_line_that_is_not_right_is_explained(
    module: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(module, arguments)
    assert end.value.code == 2
    assert "python -m sample" in capsys.readouterr().err


def test_help_names_every_role(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(module, ["--help"])
    told = capsys.readouterr().out
    for role in ("api", "worker", "indexes", "redrive", "republish", "rebuild"):
        assert re.search(rf"\n    {role}\s", told)


def test_an_api_is_one_process_of_many_threads() -> None:
    options = serve.gunicorn_options(settings_for("mongodb://127.0.0.1/", http_host="127.0.0.1", http_port=8123))
    assert (options["workers"], options["worker_class"]) == (1, "gthread")
    assert options["bind"] == "127.0.0.1:8123"
    assert options["graceful_timeout"] < 10
