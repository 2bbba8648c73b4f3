"""Row GA1: one event, two languages, one UID. Over 1,000 made-up events: 0 empty titles, 0 duplicates, gaps shown."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from lxml import etree

from services.festivals import feed
from services.festivals.models import FestivalEvent
from tests.integration.festivals.conftest import opened

EVENTS = 1000
LANGUAGES = ("en", "fr")
WORDS = ["Fête", "Été", "Walk", "Sea & sky", "Œuvres", "a;b,c", "Opéra", "日本", "\\n", "<b>", "“quoted”", "é" * 20]


def text(rng, spoken):
    """A text in some of the languages; two in three have a gap."""
    return {code: " ".join(rng.choices(WORDS, k=rng.randint(1, 4))) for code in spoken}


def some(rng, *, at_least):
    return rng.sample(["en", "fr", "de"], k=rng.randint(at_least, 3))


@pytest.fixture(scope="module")
def crowd(mongod):
    """A thousand made-up events, each with its texts in some languages."""
    rng = random.Random(1824)
    with opened(mongod) as people:
        people.festival()
        event = FestivalEvent.objects.get(id=people.event("Seed")["id"])
        rows = []
        for n in range(EVENTS):
            event.title, event.summary = text(rng, some(rng, at_least=1)), text(rng, some(rng, at_least=0))
            event.description = text(rng, some(rng, at_least=0))
            start = datetime(2018, 8, 18, tzinfo=UTC) + timedelta(minutes=n * 7)
            event.timings[0].starts_at, event.timings[0].ends_at = start, start + timedelta(hours=1)
            event.clean()
            row = event.to_mongo().to_dict() | {"_id": f"e-{n}", "first_start": start}
            rows.append(row | {"last_end": start + timedelta(hours=1), "updated_at": start})
        people.runtime.db.events.delete_many({})
        people.runtime.db.events.insert_many(rows)
        yield people


def listed(people, lang):
    """Every event of the list in one language."""
    items, cursor = [], ""
    while cursor is not None:
        page = people.get(f"/v1/events?limit=200&lang={lang}{cursor and '&cursor=' + cursor}").json
        items, cursor = items + page["items"], page["next_cursor"]
    return items


def test_ga1_lists_have_every_event_once_with_a_title_in_either_language(crowd):
    gaps = 0
    for lang in LANGUAGES:
        items = listed(crowd, lang)
        assert len(items) == len({item["id"] for item in items}) == EVENTS
        assert all(item["shown"]["title"]["text"].strip() for item in items)
        for item in items:
            named = item["shown"]["title"]["lang"]
            assert (named == lang) == (lang in item["title"])
            texts = [each for each in (item["title"], item["summary"], item["description"]) if each]
            there = sum(lang in each for each in texts)
            expected = "missing" if not there else "complete" if there == len(texts) else "partial"
            assert item["translation_status"][lang] == expected
            gaps += expected != "complete"
    assert gaps > EVENTS / 2, "the made-up events have gaps to show"


def test_ga1_calendars_have_one_uid_for_both_languages(crowd):
    found = {}
    for lang in LANGUAGES:
        calendar = Calendar.from_ical(crowd.get(f"/v1/events/calendar.ics?lang={lang}").data)
        entries = calendar.walk("VEVENT")
        assert len(entries) == len({str(entry["UID"]) for entry in entries}) == EVENTS
        assert all(str(entry["SUMMARY"]).strip() for entry in entries)
        assert all(f"{lang}=" in entry["X-TRANSLATION-STATUS"] for entry in entries)
        found[lang] = {(str(entry["UID"]), entry["DTSTART"].dt, entry["SEQUENCE"]) for entry in entries}
    assert found["en"] == found["fr"]


def test_ga1_rss_has_one_guid_for_both_languages(crowd, monkeypatch):
    monkeypatch.setattr(feed, "MAX_ITEMS", EVENTS)
    guids = {}
    for lang in LANGUAGES:
        items = etree.fromstring(crowd.get(f"/v1/events/feed.rss?lang={lang}").data).findall("channel/item")
        assert all(item.findtext("title").strip() for item in items)
        guids[lang] = {item.findtext("guid") for item in items}
        assert len(items) == len(guids[lang]) == EVENTS
    assert guids["en"] == guids["fr"]
