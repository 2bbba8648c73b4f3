"""Each rule of the repository finds a bad sample and leaves a good one alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import source_rules


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("contracts/a.py", "import kernel.mongo"),
        ("kernel/a.py", "from services.media import models"),
        ("kernel/a.py", "from gateway import routes"),
        ("kernel/a.py", "import importlib\nimportlib.import_module('services.media.service')"),
        ("services/media/api.py", "from services.visitor import models"),
        ("services/media/api.py", "import services.visitor.models"),
        ("services/media/api.py", "from services import visitor"),
        ("services/media/api.py", "from ..visitor import models"),
        ("services/media/commands/a.py", "from ...visitor import models"),
        ("services/media/api.py", "def late():\n    from gateway import routes"),
        ("services/media/api.py", "from tests.support import eventually"),
        ("services/media/domain.py", "from bson import ObjectId"),
        ("services/media/domain/money.py", "import flask"),
        ("gateway/a.py", "from services.media import views"),
        ("gateway/a.py", "from deploy.embedded import mongod"),
        ("deploy/a.py", "import tests.support"),
    ],
)
def test_an_import_against_the_direction_is_found(path: str, source: str) -> None:
    assert len(source_rules.wrong_imports(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("contracts/a.py", "from contracts.base import Event\nimport msgspec"),
        ("kernel/a.py", "import contracts.registry\nfrom kernel import mongo\nimport kafka"),
        ("services/media/api.py", "from services.media import models\nfrom . import views\nfrom kernel import http"),
        ("services/media/commands/a.py", "from ..models import Title\nfrom contracts import visitor"),
        ("services/media/domain.py", "from datetime import date\nfrom contracts.base import Money"),
        ("gateway/a.py", "from kernel import auth\nimport requests"),
    ],
)
def test_an_import_along_the_direction_passes(path: str, source: str) -> None:
    assert source_rules.wrong_imports(path, source) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("class FestivalStore: ...", ["festival"]),
        ("on_sailing_cancelled", ["sailing"]),
        ("MAKER_ID = 1  # of the ferries", ["ferries", "maker"]),
        ('role = "visitors"', ["visitors"]),
        ("HTTPVisitor popupShop", ["popup", "visitor"]),
        ("filmed confirmation of shopmakers, a passing aircraft; outbox event handler", []),
    ],
)
def test_business_words_are_found_as_words(text: str, found: list[str]) -> None:
    assert source_rules.business_words(text) == found


def test_registry_hosts_are_found() -> None:
    for host in source_rules.REGISTRY_HOSTS:
        assert host in source_rules.registry_hosts(f"see https://files.{host}/simple")
        assert source_rules.registry_hosts(f"my{host} {host}er {host.replace('.', '-')}") == []


@pytest.mark.parametrize("folder", ["work", "root", "home", "Users", "tmp"])
def test_machine_paths_are_found(folder: str) -> None:
    assert source_rules.machine_paths(f'open("/{folder}/thing")') == [f"/{folder}/thing"]
    assert source_rules.machine_paths(f"https://example.test/{folder}/thing a/{folder}/b /{folder}") == []


@pytest.mark.parametrize(
    "source", ["import time\ntime.sleep(1)", "from time import sleep", "import time as t\nt.sleep(1)", "x = time.sleep"]
)
def test_sleeping_is_found(source: str) -> None:
    assert len(source_rules.sleeps(source)) == 1
    assert source_rules.sleeps("import time\ntime.monotonic()\nclock.sleep(1)  # time.sleep") == []


def test_a_service_has_its_files_and_tells_of_others() -> None:
    right = source_rules.SERVICE_FILES | {"__init__.py", "__main__.py"}
    assert source_rules.service_layout(right) == []
    assert source_rules.service_layout(right - {"views.py"} | {"views"}) == []
    assert source_rules.service_layout(right - {"views.py"}) == ["views.py is missing"]
    assert source_rules.service_layout(right | {"feed.py"}, "about feed.py") == ["feed.py is not told in README.md"]
    assert source_rules.service_layout(right | {"feed.py"}, "`feed.py`: the feed, outside HTTP") == []


HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "line",
    [
        "flask==3.0.0",
        f"flask>=3 {HASH}",
        "--index-url https://example.test/simple",
        f"flask @ https://example.test/flask.whl {HASH}",
        "-r other.txt",
        "flask==3.0.0 --hash=sha256:12",
    ],
)
def test_an_unlocked_requirement_is_found(line: str) -> None:
    good = f'# words\nmsgspec==0.20.0 ; sys_platform == "linux" \\\n    {HASH} \\\n    {HASH}\n'
    assert source_rules.unlocked(good) == []
    assert source_rules.unlocked(good + line) == [line]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9), 0.1)", "socket.connect"),
        ("import threading; threading.Thread(target=print, daemon=True).start()", "thread"),
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import socket\nkept = socket.socket()\nkept.bind(('127.0.0.1', 0))\nkept.listen()", "a socket stays open"),
        ("import concurrent.futures as f\npool = f.ThreadPoolExecutor()\npool.submit(id, 1).result()", "thread"),
        ("raise RuntimeError('no settings')", "noisy: RuntimeError: no settings"),
    ],
)
def test_a_module_that_acts_on_import_is_found(tmp_path: Path, source: str, told: str) -> None:
    (tmp_path / "noisy.py").write_text(source)
    assert any(told in found for found in source_rules.loud_imports(["noisy"], tmp_path))


def test_a_module_that_only_defines_is_quiet(tmp_path: Path) -> None:
    (tmp_path / "quiet.py").write_text("import socket, threading\n\ndef connect():\n    threading.Thread().start()\n")
    assert source_rules.loud_imports(["quiet"], tmp_path) == []
