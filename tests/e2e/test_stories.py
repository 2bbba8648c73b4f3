"""The acceptance stories on the whole platform: real processes, real MongoDB, real Apache Kafka."""

from __future__ import annotations

import pytest

from deploy.demo.client import Api
from deploy.demo.load import load, refresh
from deploy.demo.stories import STORIES
from deploy.demo.stories.festival import FESTIVAL
from deploy.demo.walk import Walk, walk
from tests.e2e.conftest import Contents
from tests.support.eventually import eventually
from tests.support.platform import Platform


@pytest.mark.parametrize("name", STORIES)
def test_story(demo: Api, name: str) -> None:
    STORIES[name](Walk(demo))


def test_the_walk_can_be_repeated_on_the_same_data(demo: Api, capsys: pytest.CaptureFixture[str]) -> None:
    assert walk(demo) == 0
    assert walk(demo) == 0
    assert "7 of 7 stories as told" in capsys.readouterr().out


def test_the_walk_sees_what_differs(demo: Api, capsys: pytest.CaptureFixture[str]) -> None:
    mine = demo.items("/v1/events", as_="curator-3", festival_id=FESTIVAL, curator_id=demo.account_id("curator-3"))
    demo.post(f"/v1/events/{mine[0]['id']}/withdraw", as_="curator-3")
    try:
        assert walk(demo) == 1
        assert "! events in the programme: expected 18, saw 17" in capsys.readouterr().out
    finally:
        demo.post(f"/v1/events/{mine[0]['id']}/publish", as_="curator-3")


def test_loading_the_demo_again_changes_nothing(platform: Platform, demo: Api, contents: Contents) -> None:
    before = contents.settled()
    load(platform.url, platform.directory / "operator.json", platform.directory / "demo-accounts.json")
    refresh(platform.url, platform.directory / "demo-accounts.json")
    assert contents.settled() == before


def test_events_travel_through_kafka(platform: Platform, demo: Api) -> None:
    """With the visitor service's worker stopped its guide stays behind; started again, it catches up."""
    name = "Sail Loft at Rest"
    draft = {"town": "newhaven", "name": name, "craft": {"en": "Sails"}, "summary": {"en": "Sails."}, "synthetic": True}
    platform.kill("visitor.worker")
    try:
        made = demo.post("/v1/makers", draft, as_="maker-8", idempotent="sail-loft")
        assert demo.get(f"/v1/makers/{made['id']}")["name"] == name
        assert not in_guide(demo, made["id"])
    finally:
        platform.restart("visitor.worker")
    eventually(lambda: in_guide(demo, made["id"]), within=45, describe="the guide catches up")


def in_guide(demo: Api, maker_id: str) -> bool:
    """Whether the guide lists a maker."""
    makers = demo.get("/v1/guide", town="newhaven", kind="makers", limit=200)["makers"]["items"]
    return any(each["id"] == maker_id for each in makers)
