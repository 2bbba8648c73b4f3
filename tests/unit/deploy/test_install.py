"""What make installs: packages by their locked hashes, tools where this user may, a plain sentence where not."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from deploy import install
from deploy.install import Unable


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree whose virtual environment is there and whose pip writes down how it was called."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/embedded.txt").write_text("flask==1 \\\n    --hash=sha256:0\n")
    program(tmp_path / ".venv/bin/python", f'echo "$@" >> {tmp_path}/calls\n[ ! -e {tmp_path}/fail ]')
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    return tmp_path


@pytest.fixture
def only_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on PATH but an apt-get that writes down how it was called."""
    program(tmp_path / "bin/apt-get", f'echo "$@" >> {tmp_path}/calls\n[ ! -e {tmp_path}/fail ]')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


def test_packages_are_installed_once_and_again_when_the_lock_changes(tree: Path) -> None:
    install.install_packages("embedded")
    install.install_packages("embedded")
    assert len(calls(tree)) == 1
    assert "--require-hashes" in calls(tree)[0]
    (tree / "requirements/embedded.txt").write_text("flask==2 \\\n    --hash=sha256:0\n")
    install.install_packages("embedded")
    assert len(calls(tree)) == 2


def test_an_environment_whose_python_is_gone_is_made_anew(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install.install_packages("embedded")
    (tree / ".venv/bin/python").rename(tree / "python")

    def create(path: Path, *, clear: bool, with_pip: bool) -> None:
        assert clear
        assert with_pip
        (tree / "python").rename(path / "bin/python")

    monkeypatch.setattr(install.venv, "create", create)
    install.install_packages("embedded")
    assert len(calls(tree)) == 2


def test_a_failed_installation_is_said_and_tried_again(tree: Path) -> None:
    (tree / "fail").touch()
    with pytest.raises(Unable, match="could not be installed"):
        install.install_packages("embedded")
    (tree / "fail").unlink()
    install.install_packages("embedded")
    locked = (tree / "requirements/embedded.txt").read_bytes()
    assert (tree / ".venv/.embedded-installed").read_text() == hashlib.sha256(locked).hexdigest()
    assert len(calls(tree)) == 2


def test_an_old_python_is_refused_with_what_to_do(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(Unable, match=r"Python 3\.11 or later is needed, this is 3\.9\.2.*make PYTHON="):
        install.install_packages("embedded")


def test_missing_tools_are_installed_by_root_on_debian(only_apt: Path) -> None:
    install.install_tools(["java", "maven", "chromium"])
    assert calls(only_apt)[0].startswith("update")
    assert calls(only_apt)[1].endswith("default-jre-headless maven chromium")


def test_tools_that_are_there_are_left_alone(only_apt: Path) -> None:
    program(only_apt / "bin/java", "true")
    program(only_apt / "bin/chromium-browser", "true")
    install.install_tools(["java", "chromium"])
    assert not (only_apt / "calls").exists()


@pytest.mark.parametrize("hindrance", ["no apt-get", "not root", "apt-get fails"])
def test_what_cannot_be_installed_is_said_and_an_error_only_in_ci(
    only_apt: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], hindrance: str
) -> None:
    if hindrance == "no apt-get":
        (only_apt / "bin/apt-get").unlink()
    elif hindrance == "not root":
        monkeypatch.setattr("os.geteuid", lambda: 1000)
    else:
        (only_apt / "fail").touch()
    install.install_tools(["java", "maven"])
    assert "Missing: java, maven; install default-jre-headless maven" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Unable, match="Missing: java, maven"):
        install.install_tools(["java", "maven"])


def test_a_library_is_there_when_it_can_be_loaded(only_apt: Path) -> None:
    assert install.is_there("libc.so.6")
    assert not install.is_there("libno-such-thing.so.9")


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def calls(tree: Path) -> list[str]:
    return (tree / "calls").read_text().splitlines()
