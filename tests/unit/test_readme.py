"""What the README tells is so: files, commands, variables, steps and promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.embedded.__main__ import CHOICES
from tests.support.promises import README, ROOT, with_table

TEXT = README.read_text(encoding="utf-8")
TELLERS = [ROOT / "README.md", *sorted((ROOT / "services").glob("*/README.md"))]
SETTINGS = [
    "kernel/config.py",
    "gateway/settings.py",
    "services/festivals/checkin/keys.py",
    "services/marketplace/keys.py",
]
EXAMPLE = "services/welcome"


def section(heading: str) -> str:
    """The text under a second-level heading."""
    return TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("teller", TELLERS, ids=lambda path: path.parent.name)
def test_files_that_are_named_exist(teller: Path) -> None:
    text = teller.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?)`", text)) | set(re.findall(r"\]\(([^)#:]+)\)", text))
    missing = [name for name in named if not any((base / name).exists() for base in (ROOT, teller.parent))]
    assert [name for name in missing if not name.startswith(EXAMPLE)] == []


def test_commands_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^|\s)make ([a-z]+)\b(?= *[`#\s])", TEXT, re.MULTILINE))
    assert {"up", "test", "demo", "help"} <= named <= targets


def test_each_step_from_an_event_to_its_handler_is_a_definition_there() -> None:
    steps = re.findall(r"^\d\. `([\w/.]+)`, `(\w+)`", section("Follow any event in four steps"), re.MULTILINE)
    assert len(steps) == 4
    (contract, event), (command, publisher), (service, entry), (handlers, handler) = steps
    assert f"class {event}(Event" in (ROOT / contract).read_text()
    assert re.search(rf"def {publisher}\(.*?{event}\(", (ROOT / command).read_text(), re.DOTALL)
    assert f"{entry}: handlers.{handler}" in (ROOT / service).read_text()
    assert f"def {handler}(event: {event}" in (ROOT / handlers).read_text()


def test_all_variables_and_no_others_are_told() -> None:
    read = {name for path in SETTINGS for name in re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / path).read_text())}
    read |= set(re.findall(r"^ {2}([A-Z_]+)", CHOICES, re.MULTILINE))
    told = re.findall(r"^\| ((?:`[A-Z_]+` ?)+)\|", section("Environment"), re.MULTILINE)
    assert {name for cell in told for name in re.findall(r"`([A-Z_]+)`", cell)} == read


def test_the_table_of_promises_is_that_of_the_tests() -> None:
    assert with_table(TEXT) == TEXT, "write it anew: python -m tests.support.promises"
