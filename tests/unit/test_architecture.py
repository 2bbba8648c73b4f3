"""The rules of the repository, applied to every file that is or would be committed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts.registry import PRODUCERS
from tests.support import source_rules

ROOT = Path(__file__).parents[2]
MAX_LINES = 400
MAX_SERVICE_LINES = 60
GENERATED = ("docs/events/", "contracts/schemas/", "requirements/")
SOURCE = {".py", ".html", ".css", ".js", ".md", ".toml", ".yml", ".yaml", ".sh", ".xml", ".jinja", ".in"}
SERVICES = [module.__name__.rsplit(".", 1)[1] for module in PRODUCERS]


def tracked() -> list[str]:
    """Every path of the tree, but for what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted({path for path in listed.stdout.splitlines() if (ROOT / path).is_file()})


FILES = tracked()
PYTHON = [path for path in FILES if path.endswith(".py")]


def text_of(path: str) -> str:
    """The text of a file; empty for a picture or a font."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_the_tree_is_seen() -> None:
    """All rules below would pass on an empty list."""
    assert {"contracts/base.py", "kernel/envelope.py", "tests/unit/test_architecture.py"} <= set(PYTHON)


def test_imports_point_one_way() -> None:
    assert [found for path in PYTHON for found in source_rules.wrong_imports(path, text_of(path))] == []


def test_the_kernel_knows_no_business_word() -> None:
    found = {path: source_rules.business_words(text_of(path)) for path in PYTHON if path.startswith("kernel/")}
    assert {path: words for path, words in found.items() if words} == {}


def test_no_file_is_long() -> None:
    lengths = {
        path: len(text_of(path).splitlines())
        for path in FILES
        if (Path(path).suffix in SOURCE or Path(path).name in ("Makefile", "Dockerfile"))
        and not path.startswith(GENERATED)
    }
    assert {path: length for path, length in lengths.items() if length >= MAX_LINES} == {}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_declared_on_one_screen(name: str) -> None:
    assert len(text_of(f"services/{name}/service.py").splitlines()) <= MAX_SERVICE_LINES


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_the_ten_files(name: str) -> None:
    folder = f"services/{name}/"
    names = {path.removeprefix(folder).split("/")[0] for path in FILES if path.startswith(folder)}
    readme = text_of(f"{folder}README.md") if "README.md" in names else ""
    assert source_rules.service_layout(names, readme) == []


def test_no_file_names_a_package_registry() -> None:
    found = {path: source_rules.registry_hosts(text_of(path)) for path in FILES}
    assert {path: hosts for path, hosts in found.items() if hosts} == {}


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    # A Dockerfile speaks of the file system inside its image.
    found = {path: source_rules.machine_paths(text_of(path)) for path in FILES if Path(path).name != "Dockerfile"}
    assert {path: paths for path, paths in found.items() if paths} == {}


def test_no_test_sleeps() -> None:
    found = {path: source_rules.sleeps(text_of(path)) for path in PYTHON if path.startswith("tests/")}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_requirements_are_locked() -> None:
    compiled = [path for path in FILES if path.startswith("requirements/") and path.endswith(".txt")]
    assert len(compiled) >= 3
    assert {path: lines for path in compiled if (lines := source_rules.unlocked(text_of(path)))} == {}


def test_an_api_starts_without_the_kafka_client() -> None:
    """It says its events into the outbox; the client costs every start a tenth of a second and every process memory."""
    services = ", ".join(f"services.{name}.service" for name in SERVICES)
    loaded = subprocess.run(
        [sys.executable, "-c", f"import sys, kernel.serve, {services}; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "kernel.runtime" in loaded
    assert [module for module in loaded if module.partition(".")[0] == "kafka"] == []
