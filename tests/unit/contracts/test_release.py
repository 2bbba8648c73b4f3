"""What ``python -m contracts write|check`` does when an event changes: each step on files of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts import release
from contracts.__main__ import main
from contracts.base import Event, Identifier
from contracts.schemas import released


class First(Event, frozen=True, kw_only=True):
    """A lamp was lit."""

    TYPE = "lamps.lamp.lit.v1"
    KEY = "lamp_id"
    lamp_id: Identifier


class WithColour(First, frozen=True, kw_only=True):
    """A lamp was lit."""

    colour: str = "white"


class WithRequired(First, frozen=True, kw_only=True):
    """A lamp was lit."""

    watts: int


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "schemas", tmp_path / "events"


def test_what_is_written_agrees(folders: tuple[Path, Path]) -> None:
    assert release.write(*folders, [First]) == []
    assert release.check(*folders, [First]) == []
    assert len(released(First.TYPE, folders[0])) == 1


def test_nothing_written_yet_is_told(folders: tuple[Path, Path]) -> None:
    problems = release.check(*folders, [First])
    assert len(problems) == 1 + len(release.documents())
    assert all("is missing: run `python -m contracts write`" in problem for problem in problems)


def test_an_optional_field_makes_a_release_and_keeps_the_one_before(folders: tuple[Path, Path]) -> None:
    release.write(*folders, [First])
    before = released(First.TYPE, folders[0])
    [problem] = release.check(*folders, [WithColour])
    assert "lamps.lamp.lit.v1.json differs from the code" in problem
    assert '"colour"' in problem
    assert release.write(*folders, [WithColour]) == []
    assert released(First.TYPE, folders[0])[:1] == before
    assert len(released(First.TYPE, folders[0])) == 2
    assert release.check(*folders, [WithColour]) == []
    assert release.write(*folders, [First]) == []
    assert [path.name for path in sorted((folders[0] / "earlier").iterdir())] == [
        "lamps.lamp.lit.v1.1.json",
        "lamps.lamp.lit.v1.2.json",
    ]


def test_words_for_readers_make_no_release(folders: tuple[Path, Path]) -> None:
    class Reworded(First, frozen=True, kw_only=True):
        """A lamp gives light."""

    Reworded.__name__ = "First"
    release.write(*folders, [First])
    assert release.check(*folders, [Reworded]) != []
    assert release.write(*folders, [Reworded]) == []
    assert len(released(First.TYPE, folders[0])) == 1


def test_a_breaking_change_is_refused_and_nothing_is_written(folders: tuple[Path, Path]) -> None:
    release.write(*folders, [First])
    before = {path: path.read_bytes() for folder in folders for path in folder.rglob("*.json")}
    [problem] = release.write(*folders, [WithRequired])
    assert problem.startswith("lamps.lamp.lit.v1 breaks its released schema at /$defs/WithRequired/properties/watts")
    assert "new major version" in problem
    assert {path: path.read_bytes() for folder in folders for path in folder.rglob("*.json")} == before
    assert any("breaks its released schema" in problem for problem in release.check(*folders, [WithRequired]))


def test_a_change_that_breaks_only_the_first_release_is_refused(folders: tuple[Path, Path]) -> None:
    class OtherColour(First, frozen=True, kw_only=True):
        """A lamp was lit."""

        colour: int = 0

    for event in (WithColour, First):
        assert release.write(*folders, [event]) == []
    assert "properties/colour" in release.write(*folders, [OtherColour])[0]


def test_a_released_event_may_not_just_vanish(folders: tuple[Path, Path]) -> None:
    release.write(*folders, [First])
    assert release.write(*folders, []) == []
    [problem] = release.check(*folders, [])
    assert problem.startswith("lamps.lamp.lit.v1 is released but no longer declared")


def test_the_command_tells_and_exits(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "check", lambda: ["something differs"])
    assert main(["check"]) == 1
    assert "something differs" in capsys.readouterr().err
    monkeypatch.setattr(release, "check", list)
    assert main(["check"]) == 0
    assert "agree" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["publish"])
