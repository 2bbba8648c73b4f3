"""Finding events: every filter, and texts picked for a language."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.integration.festivals import conftest


@pytest.fixture(scope="module")
def programme(mongod):
    """A programme that these tests only read."""
    with conftest.opened(mongod) as people:
        conftest.programme(people)
        yield people


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Birdsong", "Late show", "Interviews", "Ramble", "Sea films"]),
        ("town=dieppe", ["Sea films"]),
        ("town=newhaven&date=2018-08-19", ["Birdsong", "Late show", "Interviews", "Ramble"]),
        ("town=newhaven&date=2018-08-20", ["Birdsong"]),
        ("date=2018-08-25", []),
        ("festival_id=deux-rives", ["Sea films"]),
        ("festival_id=nobody-knows", []),
        ("kind=MusicEvent", ["Late show"]),
        ("keyword=NATURE", ["Birdsong", "Ramble"]),
        ("curator_id=ben", ["Interviews"]),
        ("status=disrupted", []),
        ("from=2018-08-19T10:45:00Z&to=2018-08-19T23:00:00Z", ["Birdsong", "Interviews", "Ramble"]),
        ("from=2018-08-19T00:00:00Z&to=2018-08-19T00:10:00Z", []),
        ("from=2018-08-18T22:30:00Z&to=2018-08-19T00:10:00Z", ["Late show"]),
        ("from=2018-08-24T16:29:59Z", ["Birdsong"]),
        ("from=2018-08-24T16:30:00Z", []),
        ("to=2018-08-18T09:30:00Z", []),
        ("q=STORY", ["Interviews"]),
        ("q=cinema", ["Sea films"]),
        ("q=cote%20oeuv", ["Sea films"]),
        ("q=" + quote("CÔTÉ œuvres"), ["Sea films"]),
        ("q=oeuvres%20birdsong", []),
        ("q=station%20newhaven", ["Birdsong", "Late show", "Interviews", "Ramble"]),
        ("town=newhaven&date=2018-08-19&q=walk&kind=Event", ["Ramble"]),
        ("town=newhaven&lang=fr&date=2018-08-20", ["Birdsong"]),
    ],
)
def test_every_filter_and_filters_together(programme, query, titles):
    assert programme.titles(query) == titles


def test_lang_picks_the_texts_of_a_whole_list(programme):
    (item,) = programme.get("/v1/events?town=dieppe&lang=fr").json["items"]
    assert item["shown"]["title"] == {"text": "Cinéma de la mer, côté Œuvres", "lang": "fr"}
    assert item["title"]["en"] == "Sea films"
    assert "shown" not in programme.get("/v1/events?town=dieppe").json["items"][0]
