"""GA4: events listed twice are flagged to the curators concerned, who merge them or say that they are two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.festivals import EventPublished, EventWithdrawn
from services.festivals.desk import codes
from services.festivals.duplicates import flagging
from tests.integration.festivals.conftest import listing
from tests.integration.festivals.test_indexes import stages_of

POINT = {"lat": 50.783, "lon": 0.053}


@pytest.fixture
def people(afresh):
    """A festival of Newhaven by ``host`` and one of both towns by ``deux``."""
    afresh.festival()
    afresh.festival("deux-rives", as_="deux", towns=["newhaven", "dieppe"], kind="cross-channel")
    return afresh


def in_english(people, **more):
    where = {"name": {"en": "Newhaven Fort"}, "point": POINT}
    return people.event({"en": "Herring fair by the sea"}, **{"as_": "ada", "where": where, **more})


def in_french(people, **more):
    """The same, in the calendar of the other town."""
    where = {"name": {"fr": "Fort de Newhaven"}}
    there = {"festival_id": "deux-rives", "town": "dieppe", "where": where, "as_": "eve"}
    return people.event({"fr": "Foire aux harengs au bord de la mer"}, **{**there, **more})


def listed(people, query="", *, as_):
    answer = people.get(f"/v1/events/duplicates?{query}", as_=as_)
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def decide(people, what, pair, body=None, *, as_):
    return people.post(f"/v1/events/duplicates/{pair['id']}/{what}", body, as_=as_)


def said(people, kind):
    return [row["key"] for row in people.runtime.db.outbox.find({"type": kind.TYPE}).sort("_id")]


def test_one_event_in_two_towns_calendars_is_flagged_to_whom_it_concerns(people):
    first, second = in_english(people), in_french(people)
    assert "duplicates" not in first
    [told] = second["duplicates"]
    assert (told["event_id"], told["reasons"]) == (first["id"], ["title", "time", "place"])
    for query, who in (("festival_id=deux-rives", "deux"), ("festival_id=newhaven-festival-2018", "host"), ("", "ada")):
        [pair] = listed(people, query, as_=who)
        assert sorted(each["id"] for each in pair["events"]) == sorted((first["id"], second["id"]))
        assert [set(text) for text in pair["says"]] == [{"en", "fr"}] * 3
    assert listed(people, as_="ben") == []
    assert people.get("/v1/events/duplicates?festival_id=deux-rives", as_="ben").status_code == 403
    assert people.get("/v1/events/duplicates?festival_id=none", as_="ben").status_code == 404
    assert people.get("/v1/events/duplicates").status_code == 401


def test_other_events_are_not_flagged(people):
    in_english(people)
    in_english(people, at="2018-08-20T11:00", as_="ben")
    elsewhere = {"town": "dieppe", "festival_id": "deux-rives", "where": {"name": {"fr": "Quai Henri IV"}}}
    in_english(people, **elsewhere, as_="eve")
    people.event({"fr": "Visite guidée"}, where={"name": {"fr": "Fort"}, "point": POINT}, as_="fay")
    assert people.runtime.db.duplicates.count_documents({}) == 0


def test_a_draft_is_warned_about_and_told_to_nobody_else(people):
    first = in_english(people)
    draft = people.post("/v1/events", listing("Herring fair by the sea", where=_where()), as_="ben")
    assert [each["event_id"] for each in draft.json["duplicates"]] == [first["id"]]
    assert listed(people, as_="ada") == []
    people.post(f"/v1/events/{draft.json['id']}/publish", as_="ben")
    assert len(listed(people, as_="ada")) == 1


def _where():
    return {"name": {"en": "Newhaven Fort"}, "point": POINT}


def test_a_pair_goes_when_its_events_are_not_alike_any_more_or_not_public(people):
    first, second = in_english(people), in_french(people)
    people.patch(f"/v1/events/{second['id']}", {"title": {"fr": "Concert de jazz"}}, as_="eve")
    assert listed(people, as_="ada") == []
    people.patch(f"/v1/events/{second['id']}", {"title": {"fr": "Foire aux harengs"}}, as_="eve")
    assert len(listed(people, as_="ada")) == 1
    people.post(f"/v1/events/{first['id']}/withdraw", as_="ada")
    assert listed(people, as_="ada") == []


def test_a_merge_keeps_programmes_and_sources_and_the_other_id_leads_to_the_one_that_stays(people):
    first = in_english(people, website="https://fort.example/herring", source="Leaflet")
    second = in_french(people, website="https://dieppe.example/harengs", source="Affiche")
    people.post("/v1/festivals/deux-rives/programme", {"event_id": second["id"], "featured": True}, as_="deux")
    [pair] = listed(people, as_="ada")
    merged = decide(people, "merge", pair, {"keep": first["id"]}, as_="eve")
    assert merged.status_code == 200, merged.text
    assert (merged.json["state"], merged.json["kept"]) == ("merged", first["id"])
    kept = people.get(f"/v1/events/{first['id']}").json
    assert kept["programmes"] == ["newhaven-festival-2018", "deux-rives"]
    assert (kept["website"], kept["source"], kept["title"]) == (first["website"], "Leaflet", first["title"])
    [origin] = kept["origins"]
    assert origin["addresses"] == ["https://dieppe.example/harengs"]
    assert (origin["source"], origin["curator_id"], origin["festival_id"]) == ("Affiche", "eve", "deux-rives")
    assert people.get(f"/v1/events/{second['id']}").json == kept
    for festival in ("newhaven-festival-2018", "deux-rives"):
        assert [each["id"] for each in people.get(f"/v1/events?festival_id={festival}").json["items"]] == [first["id"]]
        feed = people.get(f"/v1/festivals/{festival}/calendar.ics").text
        assert (feed.count("BEGIN:VEVENT"), first["id"] in feed, second["id"] in feed) == (1, True, False)
    assert said(people, EventWithdrawn) == [second["id"]]
    assert said(people, EventPublished)[-1] == first["id"]
    assert decide(people, "merge", pair, {"keep": first["id"]}, as_="eve").json == merged.json
    assert decide(people, "merge", pair, {"keep": second["id"]}, as_="eve").status_code == 409
    assert listed(people, "state=merged", as_="eve")[0]["id"] == pair["id"]
    gone = people.post(f"/v1/events/{second['id']}/publish", as_="eve")
    assert (gone.status_code, first["id"] in gone.json["detail"]) == (409, True)


def test_who_curates_the_one_that_stays_makes_it_bilingual_by_merging(people):
    first, second = in_english(people), in_french(people)
    member = {"role": "curator", "name": "Ada"}
    answer = people.request("PUT", "/v1/festivals/deux-rives/members/ada", member, as_="deux")
    assert answer.status_code == 200, answer.text
    [pair] = listed(people, as_="ada")
    assert decide(people, "merge", pair, {"keep": first["id"]}, as_="ada").status_code == 200
    kept = people.get(f"/v1/events/{first['id']}").json
    assert kept["title"] == {**first["title"], **second["title"]}
    assert kept["translation_status"] == {"en": "complete", "fr": "complete"}
    assert people.titles("q=harengs") == ["Herring fair by the sea"], "found by the words that came along"


def test_nobody_gives_up_what_is_anothers(people):
    first, second = in_english(people), in_french(people)
    [pair] = listed(people, as_="ada")
    assert decide(people, "merge", pair, {"keep": first["id"]}, as_="ada").status_code == 403
    assert decide(people, "merge", pair, {"keep": first["id"]}, as_="mallory").status_code == 403
    assert decide(people, "dismiss", pair, as_="mallory").status_code == 403
    wrong = decide(people, "merge", pair, {"keep": "another"}, as_="ada")
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["keep"])
    assert people.post("/v1/events/duplicates/none/dismiss", as_="ada").status_code == 404
    assert people.get(f"/v1/events/{second['id']}").json["id"] == second["id"]
    assert decide(people, "merge", pair, {"keep": first["id"]}, as_="deux").status_code == 200


def test_registrations_are_never_lost(people):
    first, second = in_english(people), in_french(people)
    desk = people.request("PUT", f"/v1/events/{second['id']}/registration", {"capacity": 5}, as_="eve")
    assert desk.status_code == 200, desk.text
    guest = {"name": "Ann", "email": "ann@example.org"}
    code = people.post(f"/v1/events/{second['id']}/registrations", guest).json["code"]
    [pair] = listed(people, as_="eve")
    refused = decide(people, "merge", pair, {"keep": first["id"]}, as_="eve")
    assert (refused.status_code, list(refused.json["errors"])) == (409, ["keep"])
    assert people.get(f"/v1/registrations/{code}").json["state"] == "registered"
    assert decide(people, "merge", pair, {"keep": second["id"]}, as_="ada").status_code == 200
    assert people.get(f"/v1/events/{second['id']}/registration").json["taken"] == 1


def test_who_registers_while_the_listing_is_merged_away_is_told_and_not_left_in_line(people, monkeypatch):
    first, second = in_english(people), in_french(people)
    desk = people.request("PUT", f"/v1/events/{second['id']}/registration", {"capacity": 5}, as_="eve")
    assert desk.status_code == 200, desk.text
    [pair] = listed(people, as_="eve")
    new_code, merges = codes.new_code, []

    def merged_meanwhile():
        """The command has read the event as public when the merge is committed."""
        if not merges:
            with ThreadPoolExecutor(1) as another:
                merges.append(another.submit(decide, people, "merge", pair, {"keep": first["id"]}, as_="eve").result())
        return new_code()

    monkeypatch.setattr(codes, "new_code", merged_meanwhile)
    refused = people.post(f"/v1/events/{second['id']}/registrations", {"name": "Ann", "email": "ann@example.org"})
    assert [merge.status_code for merge in merges] == [200]
    assert refused.status_code == 409, refused.text
    assert "not take place" in refused.json["detail"]
    assert people.runtime.db.registrations.count_documents({"living": True}) == 0


def test_a_dismissed_pair_is_not_flagged_again(people):
    in_english(people)
    second = in_french(people)
    [pair] = listed(people, as_="ada")
    answers = [decide(people, "dismiss", pair, as_="ada").json for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["decided_by"] == {"id": "ada", "name": "Ada"}
    changed = people.patch(f"/v1/events/{second['id']}", {"title": {"fr": "Foire aux harengs"}}, as_="eve").json
    assert "duplicates" not in changed
    assert listed(people, as_="ada") == []
    assert len(listed(people, "state=dismissed", as_="ada")) == 1
    assert decide(people, "merge", pair, {"keep": second["id"]}, as_="ada").status_code == 409


def test_pairs_are_paged(people):
    for _ in range(3):
        in_english(people)
    first = people.get("/v1/events/duplicates?limit=2", as_="ada").json
    rest = people.get(f"/v1/events/duplicates?limit=2&cursor={first['next_cursor']}", as_="ada").json
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


def test_an_upsert_is_flagged_and_one_that_was_merged_stays_merged(people):
    first = in_english(people)
    sent = listing({"fr": "Foire aux harengs au bord de la mer"}, publish=True, where=_where())
    path = "/v1/events/external/theirs-1"
    put = people.request("PUT", path, sent, as_="ben").json
    assert [each["event_id"] for each in put["event"]["duplicates"]] == [first["id"]]
    [pair] = listed(people, as_="ben")
    assert decide(people, "merge", pair, {"keep": first["id"]}, as_="ben").status_code == 200
    again = people.request("PUT", path, sent | {"title": {"fr": "Autre chose"}}, as_="ben").json
    assert (again["outcome"], again["event"]["id"]) == ("merged", first["id"])
    assert people.titles() == [first["title"]["en"]]


def test_what_is_merged_twice_leads_to_the_last(people):
    first, second = in_english(people), in_english(people, as_="ben")
    [pair] = listed(people, as_="ada")
    decide(people, "merge", pair, {"keep": second["id"]}, as_="ada")
    third = in_english(people, as_="cas")
    [pair] = listed(people, as_="ben")
    decide(people, "merge", pair, {"keep": third["id"]}, as_="ben")
    assert people.get(f"/v1/events/{first['id']}").json["id"] == third["id"]
    origins = people.get(f"/v1/events/{third['id']}").json["origins"]
    assert [each["event_id"] for each in origins] == [second["id"], first["id"]]


def test_candidates_come_from_an_index_and_from_the_days_of_the_event(people):
    for day in range(18, 25):
        for number in range(8):
            people.event(f"Number {number}", at=f"2018-08-{day}T{10 + number}:00", as_=f"c{number}")
    event = in_english(people)
    row = people.runtime.db.events.find_one({"_id": event["id"]})
    plan = people.runtime.db.events.find(flagging.candidates(row)).explain()
    assert "COLLSCAN" not in stages_of(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalDocsExamined"] == plan["executionStats"]["nReturned"] == 9
