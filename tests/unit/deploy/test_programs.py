"""Which programs are run: mongod as chosen, on PATH or from the wheel; Kafka's jars fetched once and whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.embedded import apache_kafka, mongod
from deploy.embedded.mongod import find_mongod
from deploy.embedded.processes import StartFailed

FAKE_MAVEN = """\
for argument; do case "$argument" in -DoutputDirectory=*) target="${argument#*=}";; esac; done
echo run >> "$CALLS"
touch "$target/kafka.jar"
[ ! -e "$CALLS.fail" ]
"""


@pytest.fixture
def bin_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH besides the shell's own; empty at first."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.delenv("MONGOD", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return directory


def test_mongod_is_the_chosen_one_else_that_on_path_else_that_of_the_wheel(
    bin_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_mongod().match("fiftyone/db/bin/mongod")
    on_path = program(bin_directory / "mongod", "true")
    assert find_mongod() == on_path
    chosen = program(tmp_path / "my-mongod", "true")
    monkeypatch.setenv("MONGOD", str(chosen))
    assert find_mongod() == chosen


def test_a_machine_without_mongod_is_told_three_ways_out(bin_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StartFailed, match=r"no mongod found.*PATH.*MONGOD.*MONGODB_URI"):
        find_mongod()


def test_jars_are_fetched_once(bin_directory: Path, tmp_path: Path) -> None:
    program(bin_directory / "mvn", FAKE_MAVEN)
    with_system_tools(bin_directory)
    first = apache_kafka.jars()
    assert os.listdir(first) == ["kafka.jar"]
    assert first.parent == tmp_path / "cache/living-newhaven"
    assert first.name.startswith("kafka-4.")
    assert apache_kafka.jars() == first
    assert (tmp_path / "calls").read_text() == "run\n"


def test_a_broken_fetch_leaves_nothing_and_is_tried_again(bin_directory: Path, tmp_path: Path) -> None:
    program(bin_directory / "mvn", FAKE_MAVEN)
    with_system_tools(bin_directory)
    (tmp_path / "calls.fail").touch()
    with pytest.raises(StartFailed, match="Maven could not fetch"):
        apache_kafka.jars()
    assert os.listdir(tmp_path / "cache/living-newhaven") == []
    (tmp_path / "calls.fail").unlink()
    assert apache_kafka.jars().is_dir()


def test_another_list_of_jars_has_another_folder(
    bin_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bin_directory / "mvn", FAKE_MAVEN)
    with_system_tools(bin_directory)
    first = apache_kafka.jars()
    pom = tmp_path / "pom.xml"
    pom.write_bytes(apache_kafka.POM.read_bytes() + b"<!-- changed -->")
    monkeypatch.setattr(apache_kafka, "POM", pom)
    assert apache_kafka.jars() != first


def test_without_maven_it_is_said_what_apache_kafka_needs(bin_directory: Path) -> None:
    with pytest.raises(StartFailed, match=r"`mvn` is missing\. Apache Kafka needs Java 17 or later and Maven"):
        apache_kafka.jars()


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def with_system_tools(directory: Path) -> None:
    """The one program beside the shell that the fake needs."""
    (directory / "touch").symlink_to("/usr/bin/touch")
