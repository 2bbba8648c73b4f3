"""Row A1: keywords by language, as lists, facets, calendars, feeds and whoever listens get them."""

from __future__ import annotations

import pytest
from icalendar import Calendar
from lxml import etree

from contracts.festivals import EventPublished
from services.festivals.schemas.attributes import MAX_KEYWORDS
from tests.support.services import published

BOTH = {"en": ["Sea ", "sea", "walk"], "fr": ["Mer", "balade"]}
KEPT = {"en": ["sea", "walk"], "fr": ["mer", "balade"]}
ALL = ["sea", "walk", "mer", "balade"]


@pytest.fixture
def people(afresh):
    """The people of one module, with nothing kept between its tests."""
    afresh.festival()
    return afresh


@pytest.fixture
def walk(people):
    """An event with keywords in both languages, beside a French one and one of no language."""
    people.event("Films", at="2018-08-19T14:00", keywords_by_language={"fr": ["mer", "cinéma"]})
    people.event("Plain", at="2018-08-19T16:00", keywords=["sea", "old"])
    return people.event("Walk", keywords_by_language=BOTH)


def counted(people, query):
    facets = people.get(f"/v1/events?facets=keyword&limit=1&{query}").json["facets"]
    return {each["value"]: each["count"] for each in facets["keyword"]}


def test_a1_keywords_are_answered_in_the_language_asked_for_and_of_all_without(people, walk):
    assert (walk["keywords"], walk["keywords_by_language"]) == (ALL, KEPT)
    for lang, words in (("en", KEPT["en"]), ("fr", KEPT["fr"]), ("de", KEPT["en"])):
        assert people.get(f"{walk['url']}?lang={lang}").json["keywords"] == words
    shown = people.get("/v1/events?lang=en").json["items"]
    assert [each["keywords"] for each in shown] == [["sea", "walk"], ["mer", "cinéma"], ["sea", "old"]]


@pytest.mark.parametrize("more", ["", "&age=9"], ids=["catalogue", "reading"])
def test_a1_facets_count_what_each_event_shows_in_the_language(people, walk, more):
    assert counted(people, f"lang=fr{more}") == {"balade": 1, "cinéma": 1, "mer": 2, "old": 1, "sea": 1}
    assert counted(people, f"lang=en{more}") == {"cinéma": 1, "mer": 1, "old": 1, "sea": 2, "walk": 1}
    assert counted(people, more) == {"balade": 1, "cinéma": 1, "mer": 2, "old": 1, "sea": 2, "walk": 1}


@pytest.mark.parametrize("query", ["keyword=balade", "keyword=walk&lang=fr", "q=balade", "q=walk&lang=fr"])
def test_a1_words_of_either_language_find_it(people, walk, query):
    assert people.titles(query) == ["Walk"]


def test_a1_calendars_and_feeds_are_categorized_in_their_language(people, walk):
    for lang, words in KEPT.items():
        calendar = Calendar.from_ical(people.get(f"/v1/events/calendar.ics?q=walk&lang={lang}").data)
        (entry,) = calendar.walk("VEVENT")
        assert entry["CATEGORIES"].to_ical().decode() == ",".join(words)
        rss = etree.fromstring(people.get(f"/v1/events/feed.rss?q=walk&lang={lang}").data)
        assert [each.text for each in rss.findall("channel/item/category")] == [*words, *TITLE_GAP[lang]]


TITLE_GAP = {"en": [], "fr": ["translation:partial"]}
"""What the feed says of the texts: only the keywords are in French."""


def test_a1_whoever_listens_gets_all_keywords_and_those_of_each_language(people, walk):
    told = published(people.runtime, EventPublished)[-1]
    assert (told.keywords, told.keywords_by_language) == (ALL, KEPT)


def test_a1_a_plain_list_replaces_those_by_language_and_the_other_way_round(people, walk):
    plain = people.patch(walk["url"], {"keywords": ["art"]}, as_="ada").json
    assert (plain["keywords"], plain["keywords_by_language"]) == (["art"], {})
    again = people.patch(walk["url"], {"keywords_by_language": {"fr": ["art", "mer"]}}, as_="ada").json
    assert (again["keywords"], again["keywords_by_language"]) == (["art", "mer"], {"fr": ["art", "mer"]})
    assert people.patch(walk["url"], {"keywords_by_language": {}}, as_="ada").json["keywords"] == []


def test_a1_a_gap_in_conditions_or_keywords_is_a_gap(people):
    title, conditions = {"en": "Walk", "fr": "Balade"}, {"en": "Good shoes"}
    event = people.event(title, conditions=conditions)
    assert event["translation_status"] == {"en": "complete", "fr": "partial"}
    shown = people.get(f"{event['url']}?lang=fr").json["shown"]
    assert shown["conditions"] == {"text": "Good shoes", "lang": "en"}
    assert people.titles("q=shoes") == ["Walk"]
    event = people.event(title, at="2018-08-20T11:00", keywords_by_language={"fr": ["mer"]})
    assert event["translation_status"] == {"en": "partial", "fr": "complete"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"keywords": ["a"], "keywords_by_language": {"en": ["a"]}}, "keywords"),
        ({"keywords_by_language": {"english": ["a"]}}, "keywords_by_language"),
        ({"keywords_by_language": {"en": "a"}}, "keywords_by_language"),
        ({"keywords_by_language": {"en": ["x" * 41]}}, "keywords_by_language"),
        ({"keywords_by_language": {"en": [f"k{n}" for n in range(21)]}}, "keywords_by_language"),
        ({"keywords_by_language": {f"a{code}": ["a"] for code in "abcdefghijk"}}, "keywords_by_language"),
        (
            {"keywords_by_language": {code: [f"{code}{n}" for n in range(20)] for code in ("en", "fr", "de", "es")}},
            "keywords_by_language",
        ),
    ],
)
def test_a1_what_cannot_be_keywords_is_refused_by_name(people, walk, body, field):
    assert MAX_KEYWORDS < 80
    answer = people.patch(walk["url"], body, as_="ada")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
