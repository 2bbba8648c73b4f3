"""Private files, bounded logs, and one start at a time on a data directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deploy.embedded import files
from deploy.embedded.files import DataDirectory, rotate, write_private
from deploy.embedded.processes import StartFailed


def test_a_private_file_is_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "keys" / "auth.pem"
    write_private(target, "first")
    write_private(target, "second")
    assert target.read_text() == "second"
    assert target.stat().st_mode & 0o777 == 0o600
    assert os.listdir(target.parent) == ["auth.pem"]


def test_a_log_over_its_limit_is_moved_aside_and_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "visitor.api.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 200)
        rotate(log, limit=100)
        writer.write(b"after")
    assert log.read_bytes() == b"after"
    assert (tmp_path / "visitor.api.log.1").read_bytes() == b"x" * 200


def test_a_log_within_its_limit_and_a_missing_one_are_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "small.log"
    log.write_bytes(b"x" * 100)
    rotate(log, limit=100)
    rotate(tmp_path / "missing.log", limit=100)
    assert os.listdir(tmp_path) == ["small.log"]


def test_a_data_directory_is_held_by_one_and_free_afterwards(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    assert not directory.in_use
    with directory as path:
        assert path.stat().st_mode & 0o077 == 0
        assert DataDirectory(tmp_path / "data").in_use
        with pytest.raises(StartFailed, match=f"already runs on {path} as process {os.getpid()}"):
            DataDirectory(tmp_path / "data").__enter__()
    assert not directory.in_use
    with directory:
        pass


def test_too_little_room_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "NEEDED_BYTES", 2**63)
    with pytest.raises(StartFailed, match=r"MB are free for .*DATA_DIR"):
        DataDirectory(tmp_path / "data").__enter__()
    assert os.listdir(tmp_path / "data") == []


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StartFailed, match=r"data cannot be written: File exists\. Set DATA_DIR"):
        DataDirectory(tmp_path / "data").__enter__()
