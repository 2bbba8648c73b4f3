"""Rules of release windows, links, territories, series and subjects."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kernel.locality import load_locality
from services.media import domain

DAYS = st.dates(date(2018, 1, 1), date(2018, 3, 1))
WINDOWS = st.tuples(DAYS, st.none() | DAYS).filter(lambda window: window[1] is None or window[1] >= window[0])


def text(window: tuple[date, date | None]) -> tuple[str, str | None]:
    start, end = window
    return start.isoformat(), end.isoformat() if end else None


def days_of(window: tuple[date, date | None]) -> set[date]:
    """The oracle: every single day of a window, an open one counted to well behind all others."""
    start, end = window
    last = end or date(2018, 6, 1)
    return {start + timedelta(days=n) for n in range((last - start).days + 1)}


@given(WINDOWS, DAYS)
def test_a_window_is_open_on_exactly_its_own_days(window, day):
    assert domain.is_open(*text(window), day.isoformat()) == (day in days_of(window))


@given(WINDOWS, WINDOWS)
@example((date(2018, 1, 1), date(2018, 1, 5)), (date(2018, 1, 5), None))
@example((date(2018, 1, 1), date(2018, 1, 5)), (date(2018, 1, 6), None))
def test_windows_overlap_when_they_share_a_day(one, other):
    assert domain.overlap(text(one), text(other)) == bool(days_of(one) & days_of(other))
    assert domain.overlap(text(one), text(other)) == domain.overlap(text(other), text(one))


def test_all_249_countries_and_the_world_are_territories():
    assert len(domain.territories()) == 250
    assert {"WW", "GB", "FR", "GG", "JE", "UA"} <= domain.territories()
    assert not {"EU", "ZZ", "UK", "gb", "001", ""} & domain.territories()


@pytest.mark.parametrize(
    ("channel", "asked", "served"), [("WW", "GB", True), ("GB", "GB", True), ("GB", "FR", False), ("GB", "WW", False)]
)
def test_a_channel_serves_its_territory(channel, asked, served):
    assert domain.covers(channel, asked) is served


@pytest.mark.parametrize(
    "url",
    [
        "https://www.amazon.co.uk/dp/B07KMPFX5W",
        "https://vimeo.com/266605131?h=1#t=20s",
        "https://xn--ch-brban-d4a.example.fr/film",
        "https://a.b.c.example.org",
    ],
)
def test_public_links_are_taken(url):
    assert domain.trouble_with_link(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://vimeo.com/1",
        "ftp://vimeo.com/1",
        "javascript:alert(1)",
        "//vimeo.com/1",
        "vimeo.com/1",
        "https:///1",
        "https://",
        "https://localhost/1",
        "https://intranet/1",
        "https://127.0.0.1/1",
        "https://2130706433/1",
        "https://0x7f.0.0.1/1",
        "https://10.0.0.8/1",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/1",
        "https://[fd00::1]/1",
        "https://printer.local/1",
        "https://db.internal/1",
        "https://app.localhost/1",
        "https://vimeo.com:8443/1",
        "https://vimeo.com:443/1",
        "https://vimeo.com:x/1",
        "https://user@vimeo.com/1",
        "https://vimeo.com@evil.example.com/1",
        "https://vimeo.com\\@evil.example.com/1",
        "https://vimeo.com/a b",
        "https://vimeo.com/\r\nSet-Cookie: a=b",
        "https://vimeo.com/é",
        "https://vimeo.com./1",
        "https://-vimeo.com/1",
        "https://vimeo.com/" + "a" * domain.URL_LENGTH,
    ],
)
def test_links_that_people_must_not_be_sent_to_are_refused(url):
    assert domain.trouble_with_link(url)


@pytest.mark.parametrize(
    ("url", "base", "under"),
    [
        ("https://vimeo.com/1", "https://vimeo.com/", True),
        ("https://vimeo.com/1", "https://vimeo.com", True),
        ("https://vimeo.com/channels/town/1", "https://vimeo.com/channels/town", True),
        ("https://vimeo.com/channels/town", "https://vimeo.com/channels/town/", True),
        ("https://vimeo.com/channels/townhall", "https://vimeo.com/channels/town", False),
        ("https://vimeo.com/channels/town/../other", "https://vimeo.com/channels/town", False),
        ("https://vimeo.com/channels/town/%2e%2E/other", "https://vimeo.com/channels/town", False),
        ("https://vimeo.com.example.net/1", "https://vimeo.com", False),
        ("https://player.vimeo.com/1", "https://vimeo.com", False),
    ],
)
def test_a_release_lies_under_its_channels_address(url, base, under):
    assert (domain.trouble_with_link(url, base) is None) is under


@given(st.text(max_size=60))
@example("https://[")
@example("https://a]b/")
def test_no_text_breaks_the_link_check(tail):
    for url in (tail, "https://" + tail, "https://vimeo.com/" + tail):
        trouble = domain.trouble_with_link(url, "https://vimeo.com/")
        assert trouble is None or isinstance(trouble, str)
        if trouble is None:
            assert url.startswith(("https://vimeo.com/", "https://vimeo.com?", "https://vimeo.com#")) or (
                url == "https://vimeo.com"
            )


@pytest.mark.parametrize(
    ("kind", "series", "number", "wrong"),
    [
        ("episode", "s", 1, set()),
        ("episode", None, 1, {"series_id"}),
        ("episode", "s", None, {"episode_number"}),
        ("film", None, None, set()),
        ("film", "s", 1, {"series_id", "episode_number"}),
        ("series", "s", None, {"series_id"}),
    ],
)
def test_only_an_episode_has_a_place_in_a_series(kind, series, number, wrong):
    assert set(domain.trouble_with_shape(kind, series, number)) == wrong


@given(st.sets(st.integers(1, 50)))
def test_the_next_number_is_free(taken):
    assert domain.next_number(taken) not in taken
    assert domain.next_number([]) == 1


@given(st.text(min_size=1), st.text(min_size=1))
def test_one_thing_has_one_subject(one, other):
    assume(one != other)
    assert domain.subject_id("event", one) == domain.subject_id("event", one)
    assert len({domain.subject_id(kind, about) for kind in ("event", "maker") for about in (one, other)}) == 4


@pytest.mark.parametrize(
    ("about", "by", "state"),
    [
        ("scheduled", None, "proposed"),
        ("disrupted", None, "proposed"),
        ("scheduled", "p", "taken-up"),
        ("cancelled", "p", "cancelled"),
        ("withdrawn", "p", "withdrawn"),
        ("withdrawn", None, "withdrawn"),
    ],
)
def test_the_state_of_a_subject_follows_the_thing_first(about, by, state):
    assert domain.subject_state(about, by) == state
    assert state in domain.SUBJECT_STATES


def placement(placement_id: str, kind: str, town: str | None = None) -> dict[str, str | None]:
    return {"_id": placement_id, "channel_kind": kind, "town": town}


def test_a_page_shows_the_link_placed_for_its_own_town():
    everywhere, screen = placement("1", "app"), placement("2", "screen", "newhaven")
    newhaven, dieppe = placement("3", "app", "newhaven"), placement("4", "app", "dieppe")
    all_of_them = [everywhere, screen, newhaven, dieppe]
    assert domain.best_placement(all_of_them, "newhaven") is newhaven
    assert domain.best_placement(all_of_them, "dieppe") is dieppe
    assert domain.best_placement([everywhere, screen], "newhaven") is everywhere
    assert domain.best_placement(all_of_them, None) is everywhere
    assert domain.best_placement([screen], "dieppe") is None
    assert domain.best_placement([], None) is None


def test_today_is_the_day_in_the_town():
    locality = load_locality("deploy/localities/newhaven-dieppe.toml")
    late = datetime(2018, 8, 18, 22, 30, tzinfo=UTC)
    assert domain.today(locality, "newhaven", late) == "2018-08-18"
    assert domain.today(locality, "dieppe", late) == "2018-08-19"
    assert domain.today(locality, None, late) == domain.today(locality, "newhaven", late)
