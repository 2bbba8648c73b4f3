"""The walk reports what differs, goes on with the other stories and counts those that differ."""

from __future__ import annotations

import pytest

from deploy.demo.client import Api, CallFailed
from deploy.demo.stories import STORIES
from deploy.demo.walk import Differs, Walk, walk


@pytest.fixture
def api() -> Api:
    return Api("http://nowhere")


def test_every_story_of_the_first_release_is_walked() -> None:
    assert list(STORIES) == ["S1", "S2", "S3", "S4", "S5", "S6", "S9"]
    assert all(story.__doc__ for story in STORIES.values())


def test_each_way_to_differ_is_told_and_counted(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def right(walk: Walk) -> None:
        """Goes as told."""
        walk.same("one and one", 1 + 1, 2)

    def wrong(walk: Walk) -> None:
        """Does not."""
        walk.same("one and one", 1 + 1, 3)

    def refused(walk: Walk) -> None:
        """Is refused."""
        raise CallFailed("POST", "/v1/x", 403, {"detail": "No."})

    def shapeless(walk: Walk) -> None:
        """Gets another answer than it knows."""
        walk.same("name", {}["name"], "x")

    stories = {"right": right, "wrong": wrong, "refused": refused, "shapeless": shapeless}
    monkeypatch.setattr("deploy.demo.stories.STORIES", stories)
    assert walk(api) == 3
    told = capsys.readouterr().out
    assert "right  Goes as told.\n    = one and one: 2" in told
    assert "! one and one: expected 3, saw 2" in told
    assert "! POST /v1/x answered 403: No." in told
    assert "! an answer lacks something: KeyError: 'name'" in told
    assert told.endswith("1 of 4 stories as told\ndiffering: wrong, refused, shapeless\n")


def test_an_effect_is_awaited_and_not_for_ever(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    looks = iter([0, 0, "there"])
    assert Walk(api).eventually("it is there", lambda: next(looks)) == "there"
    with pytest.raises(Differs, match="still not so: it is there"):
        Walk(api, patience=0.0).eventually("it is there", lambda: None)
    with pytest.raises(Differs, match="does not hold: it is so"):
        Walk(api).sure("it is so", [])
