"""The guide is what the live listings say, in whichever order they were heard."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.festivals import EventCancelled, EventDisrupted, EventWithdrawn
from contracts.marketplace import OfferingWithdrawn
from tests.integration.visitor.conftest import NOW, event, maker, offering, release, title


def ids(guide, kind):
    return [item["id"] for item in guide[kind]["items"]]


def test_all_kinds_of_listings_are_put_together_for_a_town(visitors):
    visitors.place()
    visitors.place("chateau", town="dieppe", name={"fr": "Château"})
    visitors.hears(event(), maker(), offering(), title(), release())
    guide = visitors.shown("/guide?town=newhaven&lang=fr")
    assert (guide["town"], guide["lang"]) == ("newhaven", "fr")
    assert ids(guide, "places") == ["newhaven-fort"]
    [found] = guide["makers"]["items"]
    assert found["title"] == {"text": "Clay & Co", "lang": "und"}
    assert found["craft"] == {"text": "Poterie", "lang": "fr"}
    assert found["summary"] == {"text": "Pots of river clay.", "lang": "en"}
    assert [each["title"]["text"] for each in found["offerings"]] == ["Un bol"]
    [bowl] = guide["offerings"]["items"]
    assert (bowl["maker"], bowl["price"], bowl["prices"]) == (
        "Clay & Co",
        {"amount": 2500, "currency": "GBP"},
        [{"amount": 2500, "currency": "GBP"}],
    )
    [birdsong] = guide["events"]["items"]
    assert birdsong["title"] == {"text": "Chants d'oiseaux", "lang": "fr"}
    assert birdsong["timings"][0]["starts_local"] == "2018-08-19T12:00:00+01:00"
    [film] = guide["titles"]["items"]
    assert film["watch"] == [{"channel": "Prime Video", "url": "https://example.org/watch", "territory": "WW"}]
    everywhere = visitors.shown("/guide")
    assert ids(everywhere, "places") == ["chateau", "newhaven-fort"]
    assert ids(visitors.shown("/guide?town=dieppe"), "titles") == ["seaside-town"]
    assert visitors.shown("/guide?town=dieppe")["lang"] == "fr"


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_events_of_different_aggregates_may_arrive_in_any_order(visitors, order):
    heard = [maker(), offering(), title(), release()]
    for index in order:
        visitors.hears(heard[index])
    guide = visitors.shown("/guide")
    assert guide["makers"]["items"][0]["offerings"][0]["id"] == "bowl"
    assert guide["offerings"]["items"][0]["maker"] == "Clay & Co"
    assert len(guide["titles"]["items"][0]["watch"]) == 1


def test_an_offering_without_its_maker_and_a_release_without_its_title_show_what_is_known(visitors):
    visitors.hears(offering(), release())
    guide = visitors.shown("/guide")
    assert guide["offerings"]["items"][0]["maker"] is None
    assert (guide["makers"]["items"], guide["titles"]["items"]) == ([], [])


def test_the_later_listing_replaces_the_earlier_as_a_whole(visitors):
    visitors.hears(offering(available=3), maker(address="1 Quay"), event(keywords=["birds"]))
    visitors.hears(offering(title={"en": "A cup"}), maker(name="Clay"), event(title={"en": "Dawn chorus"}))
    guide = visitors.shown("/guide")
    assert (guide["offerings"]["items"][0]["available"], guide["makers"]["items"][0]["address"]) == (None, None)
    assert ids(visitors.shown("/guide?q=bowl"), "offerings") == []
    assert ids(visitors.shown("/guide?q=cup"), "offerings") == ["bowl"]
    assert ids(visitors.shown("/guide?q=birds"), "events") == []


WITHDRAWN = EventWithdrawn(event_id="birdsong", festival_id="festival", withdrawn_at=NOW)
CANCELLED = EventCancelled(event_id="birdsong", festival_id="festival", cancelled_at=NOW, reason={"en": "Rain"})
DISRUPTED = EventDisrupted(event_id="birdsong", festival_id="festival", sailing_id="s", reason={"en": "Gale"})


def test_withdrawn_listings_leave_and_come_back_when_they_are_listed_again(visitors):
    gone = OfferingWithdrawn(offering_id="bowl", maker_id="maker-1", withdrawn_at=NOW)
    visitors.hears(event(), maker(), offering(), WITHDRAWN, gone)
    guide = visitors.shown("/guide")
    assert (guide["events"]["items"], guide["offerings"]["items"]) == ([], [])
    assert guide["makers"]["items"][0]["offerings"] == []
    visitors.hears(event(), offering())
    guide = visitors.shown("/guide")
    assert (ids(guide, "events"), ids(guide, "offerings")) == (["birdsong"], ["bowl"])


def test_cancelled_and_disrupted_events_stay_and_say_so(visitors):
    visitors.hears(event(), CANCELLED)
    assert visitors.shown("/guide")["events"]["items"][0]["status"] == "cancelled"
    visitors.hears(event(), DISRUPTED)
    assert visitors.shown("/guide")["events"]["items"][0]["status"] == "disrupted"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(st.sampled_from(["publish", "withdraw", "cancel", "disrupt"]), max_size=8), cut=st.integers(0, 8)
)
def test_whatever_happened_to_an_event_the_guide_shows_its_last_state(visitors, history, cut):
    visitors.runtime.db.known_events.delete_many({})
    said = {"publish": event(), "withdraw": WITHDRAWN, "cancel": CANCELLED, "disrupt": DISRUPTED}
    heard = [said[what] for what in history]
    for batch in (heard[:cut], heard[cut:]):
        if batch:
            visitors.hears(*batch)
    listed, status = False, None
    for what in history:
        listed = {"publish": True, "withdraw": False}.get(what, listed)
        status = {"publish": "scheduled", "cancel": "cancelled", "disrupt": "disrupted"}.get(what, status)
    listed = listed and "publish" in history
    shown = [item["status"] for item in visitors.shown("/guide?past=true")["events"]["items"]]
    assert shown == ([status] if listed else [])


def test_events_that_are_over_are_shown_only_when_asked_for(visitors):
    visitors.hears(
        event("over", starts_at=NOW - timedelta(days=2)),
        event("today"),
        event("next", starts_at=NOW + timedelta(days=2)),
    )
    assert ids(visitors.shown("/guide"), "events") == ["today", "next"]
    everything = visitors.shown("/guide?past=true")
    assert [(item["id"], item["past"]) for item in everything["events"]["items"]] == [
        ("over", True),
        ("today", False),
        ("next", False),
    ]


def test_where_to_watch_is_what_is_open_today_and_a_web_address(visitors):
    visitors.hears(
        title(),
        release("later", starts_on="2018-08-20"),
        release("over", ends_on="2018-08-18"),
        release("last-day", ends_on="2018-08-19"),
        release("odd", url="javascript:alert(1)"),
    )
    [film] = visitors.shown("/guide")["titles"]["items"]
    assert len(film["watch"]) == 1


def test_episodes_are_found_by_their_words_only(visitors):
    visitors.hears(title(), title("one", kind="episode", name={"en": "Kick-off"}))
    assert ids(visitors.shown("/guide"), "titles") == ["seaside-town"]
    assert ids(visitors.shown("/guide?q=kick"), "titles") == ["one"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("POTERIE", "makers"),
        ("chants oiseaux", "events"),
        ("Église", "events"),
        ("foot", "titles"),
        ("bol", "offerings"),
    ],
)
def test_words_are_found_in_both_languages_accents_and_case_aside(visitors, query, found):
    where = event().where
    church = type(where)(name={"fr": "Eglise"}, town="newhaven")
    visitors.hears(event(where=church), maker(), offering(), title())
    guide = visitors.shown(f"/guide?q={quote(query)}")
    assert [kind for kind in ("places", "makers", "offerings", "events", "titles") if guide[kind]["items"]] == [found]


def test_each_section_is_a_page_that_goes_on(visitors):
    visitors.hears(*[offering(f"bowl-{n}") for n in range(7)])
    first = visitors.shown("/guide?limit=3")
    assert len(first["offerings"]["items"]) == 3
    seen, cursor = ids(first, "offerings"), first["offerings"]["next_cursor"]
    while cursor:
        more = visitors.shown(f"/guide?limit=3&kind=offerings&cursor={cursor}")
        assert set(more) == {"town", "lang", "offerings"}
        seen += ids(more, "offerings")
        cursor = more["offerings"]["next_cursor"]
    assert seen == [f"bowl-{n}" for n in range(7)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("town=atlantis", "town"),
        ("lang=english", "lang"),
        ("kind=ships", "kind"),
        ("cursor=abc", "kind"),
        ("kind=places&cursor=abc", "cursor"),
        ("limit=0", "limit"),
        (f"q={'x' * 101}", "q"),
        ("past=perhaps", "past"),
        ("colour=red", "colour"),
    ],
)
def test_a_wrong_question_names_its_field(visitors, query, field):
    answer = visitors.get(f"/guide?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_guide_that_did_not_change_is_not_sent_again(visitors):
    visitors.place()
    first = visitors.get("/guide?town=newhaven")
    again = visitors.get("/guide?town=newhaven", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    visitors.hears(maker())
    changed = visitors.get("/guide?town=newhaven", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
