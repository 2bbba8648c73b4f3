"""Rows A1, A2, A4, A6, A11, A13 and A17 through the gateway, in English and French."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.demo.client import Api
from services.festivals.domain.lifecycle import STATES, TRANSITIONS, Action, State
from services.festivals.domain.places import MAX_CLAIMS_OF_ADDRESS
from services.festivals.domain.terms import ACCESSIBILITY
from services.festivals.team.proposing import MAX_A_DAY
from tests.e2e import season
from tests.e2e.conftest import Caller

TEXTS: dict[str, Any] = {
    "title": {"en": "Sea shanties", "fr": "Chants de marins"},
    "summary": {"en": "Songs.", "fr": "Des chants."},
    "description": {"en": "An evening of songs.", "fr": "Une soirée de chants."},
    "conditions": {"en": "Bring a coat.", "fr": "Prenez un manteau."},
    "keywords_by_language": {"en": ["sea", "song"], "fr": ["mer", "chant"]},
}


@pytest.fixture(scope="module")
def festival(demo: Api) -> str:
    return season.festival(demo, "Rows")


def facet(demo: Api, name: str, **query: Any) -> dict[str, int]:
    counted = demo.get("/v1/events", limit=1, facets=name, **query)["facets"][name]
    return {each["value"]: each["count"] for each in counted}


def test_a1_every_text_is_read_in_the_language_asked_for_or_in_the_one_there_is(demo: Api) -> None:
    festival = season.festival(demo, "Texts")
    full = season.event(demo, festival, "x", **TEXTS)
    french = {name: {"fr": text["fr"]} for name, text in TEXTS.items()}
    gap = season.event(demo, festival, "y", **french | {"title": {"fr": "Seulement"}})
    assert full["translation_status"] == {"en": "complete", "fr": "complete"}
    assert gap["translation_status"] == {"en": "missing", "fr": "complete"}
    for lang, words in TEXTS["keywords_by_language"].items():
        shown = demo.get(full["url"], lang=lang)
        texts = {name: {"text": text[lang], "lang": lang} for name, text in TEXTS.items() if "keywords" not in name}
        assert (shown["shown"], shown["keywords"]) == (texts, words)
        fallback = demo.get(gap["url"], lang=lang)
        assert fallback["shown"]["conditions"] == {"text": "Prenez un manteau.", "lang": "fr"}
        assert fallback["keywords"] == ["mer", "chant"]
        counts = {"mer": 2, "chant": 2} if lang == "fr" else {"sea": 1, "song": 1, "mer": 1, "chant": 1}
        assert facet(demo, "keyword", festival_id=festival, lang=lang) == counts
        found = demo.items("/v1/events", festival_id=festival, keyword=words[0], lang=lang)
        assert len(found) == {"en": 1, "fr": 2}[lang]
        [entry] = season.entries(demo, f"festival_id={festival}&q=shanties&lang={lang}")
        assert entry["CATEGORIES"].to_ical().decode() == ",".join(words)
        assert TEXTS["conditions"][lang] in str(entry["DESCRIPTION"])
        [item] = season.news(demo, f"festival_id={festival}&q=shanties&lang={lang}")
        assert [each.text for each in item.findall("category")] == words
        assert TEXTS["conditions"][lang] in item.findtext("description")
        data = season.described(demo, full["id"], lang)
        assert data["keywords"] == ", ".join(words)
        assert (data["name"], data["description"]) == (TEXTS["title"][lang], TEXTS["description"][lang])
    for asked in ("shanties", "marins", "coat", "manteau", "evening", "soiree"):
        assert full["id"] in {each["id"] for each in demo.get("/v1/events", q=asked, festival_id=festival)["items"]}
    plain = demo.call("PATCH", full["url"], as_=season.HOST, json={"keywords": ["old", "list"]})
    assert (plain["keywords"], demo.get(full["url"], lang="fr")["keywords"]) == (["old", "list"], ["old", "list"])


REACHED: dict[State, tuple[Action, ...]] = {
    "draft": (),
    "proposed": ("propose",),
    "published": ("propose", "accept"),
    "withdrawn": ("propose", "accept", "withdraw"),
    "refused": ("propose", "refuse"),
}
REASON = {"reason": {"en": "No.", "fr": "Non."}}


def act(caller: Caller, event_id: str, action: Action, *, as_: str = season.HOST) -> int:
    """The status that answers an action on an event."""
    path = f"/v1/events/{event_id}"
    if action == "change":
        return caller.send("PATCH", path, as_=as_, json={"website": "https://example.org/"}).status_code
    body = {"json": REASON} if action in ("cancel", "refuse") else {}
    return caller.send("POST", f"{path}/{action}", as_=as_, **body).status_code


def in_state(caller: Caller, festival: str, state: State) -> str:
    body = season.draft(state, festival_id=festival)
    made = str(caller.api.post("/v1/events", body, as_=season.HOST)["id"])
    for action in REACHED[state]:
        assert act(caller, made, action) == 200, (state, action)
    return made


@pytest.mark.parametrize("state", STATES)
def test_a2_every_action_in_every_state_leads_where_it_should_or_is_refused(
    caller: Caller, festival: str, state: State
) -> None:
    untouched = in_state(caller, festival, state)
    for action, leads in TRANSITIONS.items():
        event_id = in_state(caller, festival, state) if state in leads else untouched
        status = act(caller, event_id, action)
        after = caller.api.get(f"/v1/events/{event_id}", as_=season.HOST)
        if state in leads:
            assert (status, after["state"]) == (200, leads[state]), action
        else:
            never = state == "draft" and action in ("accept", "refuse")
            assert (status, after["state"]) == (404 if never else 409, state), action
        public = caller.send("GET", f"/v1/events/{event_id}").status_code
        assert public == (200 if after["state"] == "published" else 404), action


def test_a2_only_the_festivals_own_curators_decide_and_what_is_cancelled_is_final(
    caller: Caller, festival: str
) -> None:
    proposed = in_state(caller, festival, "proposed")
    for action in ("accept", "refuse"):
        assert [act(caller, proposed, action, as_=who) for who in ("curator-3", "operator")] == [403, 403]
    public = in_state(caller, festival, "published")
    assert act(caller, public, "cancel") == 200
    assert {action: act(caller, public, action) for action in TRANSITIONS} == dict.fromkeys(TRANSITIONS, 409)
    assert caller.api.get(f"/v1/events/{public}")["status"] == "cancelled"


def test_a4_a_full_desk_makes_its_event_full_and_a_free_place_undoes_that(demo: Api, festival: str) -> None:
    made = season.event(demo, festival, "Supper")
    desk = f"/v1/events/{made['id']}/registration"
    demo.call("PUT", desk, as_=season.HOST, json={"capacity": 1})
    taken = demo.post(f"{desk}s", {"name": "Ann", "email": "ann@example.org"})
    assert demo.get(made["url"])["status"] == "full"
    assert facet(demo, "status", festival_id=festival)["full"] == 1
    for lang, word in (("en", "Full"), ("fr", "Complet")):
        query = f"festival_id={festival}&status=full&lang={lang}"
        [entry], [item] = season.entries(demo, query), season.news(demo, query)
        assert (entry["STATUS"], entry["SEQUENCE"]) == ("CONFIRMED", 1)
        assert item.findtext("title").startswith(f"{word}: ")
        data = season.described(demo, made["id"], lang)
        assert data["offers"]["availability"] == "https://schema.org/SoldOut"
    demo.post(f"/v1/registrations/{taken['code']}/cancel")
    assert demo.get(made["url"])["status"] == "scheduled"
    assert "offers" not in season.described(demo, made["id"])


def test_a4_a_rescheduled_event_says_when_it_was_to_start(demo: Api, festival: str) -> None:
    made = season.event(demo, festival, "Parade")
    later = {"status": "rescheduled", "timings": season.draft("x", day=3)["timings"]}
    moved = demo.call("PATCH", made["url"], as_=season.HOST, json=later)
    assert moved["timings"][0]["previous_starts"] == ["2031-07-01T11:00:00+01:00"]
    data = season.described(demo, made["id"], "fr")
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"
    assert (data["startDate"], data["previousStartDate"]) == ("2031-07-04T11:00:00+01:00", "2031-07-01T11:00:00+01:00")
    [entry] = season.entries(demo, f"festival_id={festival}&status=rescheduled")
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CONFIRMED", 1)


def test_a6_one_event_is_in_the_programmes_of_two_festivals_and_comes_from_one(demo: Api, festival: str) -> None:
    other = season.festival(demo, "Other shore", as_="curator-2")
    made = season.event(demo, festival, "Regatta")
    listed = demo.post(f"/v1/festivals/{other}/programme", {"event_id": made["id"]}, as_="curator-2")
    assert (listed["festival_id"], listed["programmes"]) == (festival, [festival, other])
    assert (listed["curator"], listed["sequence"]) == (made["curator"], 0)
    assert [each["id"] for each in demo.items("/v1/events", festival_id=other)] == [made["id"]]
    assert demo.get(f"/v1/festivals/{other}")["programme"] == {"events": 1, "curators": 1}
    uids = {str(entry["UID"]) for entry in season.entries(demo, f"festival_id={other}&lang=fr")}
    assert uids <= {str(entry["UID"]) for entry in season.entries(demo, f"festival_id={festival}&lang=en")}
    demo.call("DELETE", f"/v1/festivals/{other}/programme/{made['id']}", as_="curator-2")
    assert demo.items("/v1/events", festival_id=other) == []


def test_a11_five_accessibility_codes_filter_and_count(demo: Api) -> None:
    festival = season.festival(demo, "Open to all")
    made = [
        season.event(demo, festival, code, accessibility=list(ACCESSIBILITY[: n + 1]))["id"]
        for n, code in enumerate(ACCESSIBILITY)
    ]
    assert ACCESSIBILITY == ("hearing", "intellectual", "motor", "psychic", "visual")
    counts = {code: 5 - n for n, code in enumerate(ACCESSIBILITY)}
    assert facet(demo, "accessibility", festival_id=festival) == counts
    for n, code in enumerate(ACCESSIBILITY):
        found = demo.items("/v1/events", festival_id=festival, accessibility=code)
        assert {each["id"] for each in found} == set(made[n:])
        assert len(season.entries(demo, f"festival_id={festival}&accessibility={code}")) == 5 - n
    both = demo.items("/v1/events", festival_id=festival, accessibility="hearing,visual")
    assert [each["accessibility"] for each in both] == [list(ACCESSIBILITY)]


def answers(caller: Caller, path: str, bodies: list[dict[str, Any]]) -> list[int]:
    """How requests of one address are answered, each of which claims to come from another."""
    claimed = ({"X-Forwarded-For": f"203.0.113.{n}", "Forwarded": f"for=203.0.113.{n}"} for n in range(len(bodies)))
    return [
        caller.send("POST", path, json=body, headers=headers).status_code
        for body, headers in zip(bodies, claimed, strict=True)
    ]


def test_a13_one_address_proposes_only_so_much_in_a_day_whatever_it_claims_to_be(caller: Caller) -> None:
    festival = season.festival(caller.api, "Proposals")
    body = {"event": season.draft("Kites"), "name": "Pat", "email": "pat@example.org"}
    statuses = answers(caller, f"/v1/festivals/{festival}/proposals", [body] * (MAX_A_DAY + 2))
    assert statuses == [201] * MAX_A_DAY + [429, 429]
    waiting = caller.api.items(f"/v1/festivals/{festival}/proposals", as_=season.HOST, open="true")
    assert len(waiting) == MAX_A_DAY


def test_a17_one_address_registers_only_so_often_for_an_event_whatever_it_claims_to_be(
    caller: Caller, festival: str
) -> None:
    desk = season.event(caller.api, festival, "Crowded")["url"] + "/registration"
    caller.api.call("PUT", desk, as_=season.HOST, json={"capacity": 100})
    bodies = [{"name": "N", "email": f"n{n}@example.org"} for n in range(MAX_CLAIMS_OF_ADDRESS + 2)]
    assert answers(caller, f"{desk}s", bodies) == [201] * MAX_CLAIMS_OF_ADDRESS + [429, 429]
    assert caller.api.get(desk)["taken"] == MAX_CLAIMS_OF_ADDRESS
