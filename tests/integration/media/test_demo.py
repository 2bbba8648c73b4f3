"""The demo data goes through the public API, and story S4 comes out of it."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.demo import media as demo
from tests.integration.media.conftest import Media


class DirectApi:
    """Sends what the demo data posts straight to the service; an account's name is its id."""

    def __init__(self, media: Media) -> None:
        self.media = media

    def post(self, path: str, json: Any, as_: str, idempotent: str) -> dict[str, Any]:
        answer = self.media.post(path.removeprefix("/v1"), json, by=as_, headers={"Idempotency-Key": idempotent})
        assert answer.status_code in (200, 201), (path, answer.json)
        return answer.json


@pytest.fixture
def loaded(media: Media) -> Media:
    demo.load(DirectApi(media))
    return media


def test_seaside_town_is_public_with_its_six_episodes_and_its_amazon_link(loaded):
    for town in ("newhaven", "dieppe"):
        listed = {each["id"]: each for each in loaded.items(f"/titles?town={town}")}
        [release] = listed["seaside-town"]["releases"]
        assert release["url"] == "https://www.amazon.co.uk/dp/B07KMPFX5W"
        out = loaded.get(release["out"].removeprefix("/v1"))
        assert (out.status_code, out.headers["Location"]) == (302, release["url"])
    clicks = {each["town"]: each["clicks"] for each in loaded.items("/placements?channel_id=app&title_id=seaside-town")}
    assert clicks == {"newhaven": 1, "dieppe": 1}
    episodes = loaded.get("/titles/seaside-town").json["episodes"]
    assert [each["episode_number"] for each in episodes] == [1, 2, 3, 4, 5, 6]
    assert {each["runtime_minutes"] for each in episodes} == {10}
    assert all(each["synthetic"] for each in episodes)


def test_seen_from_a_day_before_it_the_series_is_not_there_yet(loaded):
    assert {each["id"] for each in loaded.items("/titles?as_of=2018-11-17")} == {"creative-makers-cluster"}
    assert {each["id"] for each in loaded.items("/titles?as_of=2018-11-18")} == {
        "creative-makers-cluster",
        "seaside-town",
    }


def test_loading_again_changes_nothing(loaded):
    before = loaded.runtime.db.outbox.count_documents({})
    demo.load(DirectApi(loaded))
    assert loaded.runtime.db.outbox.count_documents({}) == before
    assert loaded.runtime.db.titles.count_documents({}) == 9


def test_texts_are_there_in_both_languages_and_the_name_of_the_series_is_its_own(loaded):
    titles = [*loaded.items("/titles?lang=fr"), *loaded.items("/titles?kind=episode&lang=fr")]
    shown = {title["id"]: {part: text["lang"] for part, text in title["shown"].items()} for title in titles}
    assert shown.pop("seaside-town") == {"name": "en", "summary": "fr"}
    assert len(shown) == 8
    assert all(langs == {"name": "fr", "summary": "fr"} for langs in shown.values())
