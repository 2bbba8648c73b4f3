"""The feed of any programme can be read back, whatever its texts hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from kernel.locality import load_locality
from services.festivals import feed

LOCALITY = load_locality(Path(__file__).parents[3] / "deploy/localities/newhaven-dieppe.toml")
NOON = datetime(2018, 8, 19, 12, tzinfo=UTC)
FESTIVAL = {"_id": "f", "name": {"en": "Festival"}, "summary": {"en": "A week."}}

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=120).filter(
    str.strip
)
maps = st.dictionaries(st.sampled_from(["en", "fr", "de"]), texts.map(str.strip), min_size=1)


@st.composite
def events(draw):
    """Stored rows of public events."""
    rows = []
    for number in range(draw(st.integers(0, 4))):
        starts = draw(st.lists(st.integers(0, 60 * 24 * 800), max_size=4, unique=True))
        zone = draw(st.sampled_from(["Europe/London", "Europe/Paris"]))
        timings = [
            {
                "id": f"t{n}",
                "starts_at": NOON + timedelta(minutes=start),
                "ends_at": NOON + timedelta(minutes=start + draw(st.integers(1, 3000))),
                "zone": zone,
            }
            for n, start in enumerate(sorted(starts))
        ]
        rows.append(
            {
                "_id": f"e{number}",
                "title": draw(maps),
                "summary": draw(st.just({}) | maps),
                "status": draw(st.sampled_from(["scheduled", "disrupted", "cancelled"])),
                "town": "newhaven",
                "curator": {"id": "c", "name": "Cora"},
                "sequence": number,
                "timings": timings,
                "where": {"name": draw(maps)},
                "keywords": draw(st.lists(texts, max_size=2)),
                "created_at": NOON,
                "updated_at": NOON,
            }
        )
    return rows


@settings(max_examples=60, deadline=None)
@given(rows=events(), lang=st.sampled_from([None, "en", "fr", "it"]))
def test_what_is_read_back_is_what_was_listed(rows, lang):
    raw = feed.calendar(FESTIVAL, rows, LOCALITY, lang)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw == feed.calendar(FESTIVAL, rows, LOCALITY, lang)
    entries = Calendar.from_ical(raw).walk("VEVENT")
    listed = {
        f"{row['_id']}-{timing['id']}@newhaven-dieppe": (row, timing) for row in rows for timing in row["timings"]
    }
    assert {str(entry["UID"]) for entry in entries} == set(listed)
    assert len(entries) == len(listed)
    for entry in entries:
        row, timing = listed[str(entry["UID"])]
        assert entry["SUMMARY"] == row["title"][entry["SUMMARY"].params["LANGUAGE"]]
        # Python calls an hour that clocks repeat unequal to every time of another zone (PEP 495): compared in UTC.
        assert entry["DTSTART"].dt.astimezone(UTC) == timing["starts_at"]
        assert entry["DTEND"].dt.astimezone(UTC) == timing["ends_at"]


def test_both_of_the_hours_that_clocks_repeat_are_read_back():
    first = datetime(2018, 10, 28, 0, 30, tzinfo=UTC)
    for starts in (first, first + timedelta(hours=1)):
        timing = {"id": "t1", "starts_at": starts, "ends_at": starts + timedelta(hours=3), "zone": "Europe/London"}
        row = {
            "_id": "e", "title": {"en": "Night"}, "town": "newhaven", "curator": {"id": "c", "name": "C"},
            "timings": [timing], "status": "scheduled", "sequence": 0, "created_at": NOON, "updated_at": NOON,
        }  # fmt: skip
        [entry] = Calendar.from_ical(feed.calendar(FESTIVAL, [row], LOCALITY, "en")).walk("VEVENT")
        assert entry["DTSTART"].dt.astimezone(UTC) == starts
