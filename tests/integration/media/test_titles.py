"""Titles: drafted, changed and published by their own producer, a series before its episodes."""

from __future__ import annotations

import pytest

from contracts.media import ReleaseOpened, TitlePublished
from tests.integration.media.conftest import OTHER, PRODUCER, film


def episode(series_id, number, **changes):
    return film(kind="episode", series_id=series_id, episode_number=number, **changes)


def test_a_draft_is_its_producers_alone(media):
    draft = media.film()
    assert draft["state"] == "draft"
    assert media.get(f"/titles/{draft['id']}").status_code == 404
    assert media.get(f"/titles/{draft['id']}", by=OTHER).status_code == 404
    assert media.patch(f"/titles/{draft['id']}", {"runtime_minutes": 9}, by=OTHER).status_code == 404
    assert media.get(f"/titles/{draft['id']}", by=PRODUCER).json["name"]["fr"] == "Le quai"
    assert media.items("/titles") == []
    assert [each["id"] for each in media.items("/titles?mine=true", by=PRODUCER)] == [draft["id"]]
    assert media.items("/titles?mine=true", by=OTHER) == []
    assert media.get("/titles?mine=true").status_code == 401
    assert media.said(TitlePublished) == []


def test_publishing_makes_a_title_public_and_says_the_whole_listing(media):
    draft = media.film(premiered_on="2018-04-20", languages=["en"])
    answer = media.made(f"/titles/{draft['id']}/publish", {"published_on": "2018-04-21"})
    assert (answer["state"], answer["published_on"], answer["premiered_on"]) == (
        "published",
        "2018-04-21",
        "2018-04-20",
    )
    [event] = media.said(TitlePublished)
    assert (event.title_id, event.kind, event.published_on) == (draft["id"], "film", "2018-04-21")
    assert (event.towns, event.runtime_minutes, event.name["fr"]) == (["newhaven"], 12, "Le quai")
    assert [each["id"] for each in media.items("/titles?town=newhaven")] == [draft["id"]]
    assert media.items("/titles?town=dieppe") == []
    assert media.items("/titles?as_of=2018-04-20") == []
    assert media.items("/titles?as_of=2018-04-21")[0]["id"] == draft["id"]
    again = media.post(f"/titles/{draft['id']}/publish", {})
    assert again.status_code == 409
    assert "2018-04-21" in again.json["detail"]
    assert len(media.said(TitlePublished)) == 1


def test_without_a_day_a_title_is_public_today_and_never_from_tomorrow(media):
    draft = media.film()
    tomorrow = media.post(f"/titles/{draft['id']}/publish", {"published_on": "2019-06-02"})
    assert tomorrow.status_code == 422
    assert "2019-06-01" in str(tomorrow.json["errors"])
    assert media.made(f"/titles/{draft['id']}/publish", {})["published_on"] == "2019-06-01"


def test_only_its_producer_changes_a_public_title(media):
    title = media.film()
    media.made(f"/titles/{title['id']}/publish", {})
    assert media.patch(f"/titles/{title['id']}", {"runtime_minutes": 9}, by=OTHER).status_code == 403
    assert media.post(f"/titles/{title['id']}/publish", {}, by=OTHER).status_code == 403
    assert media.get(f"/titles/{title['id']}").json["runtime_minutes"] == 12
    changed = media.patch(f"/titles/{title['id']}", {"runtime_minutes": None, "towns": ["newhaven", "dieppe"]})
    assert changed.status_code == 200
    assert changed.json.get("runtime_minutes") is None
    assert media.said(TitlePublished)[-1].towns == ["newhaven", "dieppe"]
    assert media.said(TitlePublished)[-1].runtime_minutes is None


@pytest.mark.parametrize("role", ["visitor", "maker", "curator", "operator"])
def test_only_producers_make_titles(media, role):
    assert media.post("/titles", film(), by="someone", role=role).status_code == 403
    assert media.send("POST", "/titles", film()).status_code == 401
    assert media.runtime.db.titles.count_documents({}) == 0


def test_an_episode_is_published_after_its_series_or_with_it(media):
    series = media.made("/titles", film(kind="series", id="our-town"))
    first, second = (media.made("/titles", episode("our-town", number)) for number in (1, 2))
    assert first["towns"] == ["newhaven"]
    alone = media.post(f"/titles/{first['id']}/publish", {})
    assert alone.status_code == 409
    assert "with_episodes" in alone.json["detail"]
    media.made("/titles/our-town/publish", {"published_on": "2018-11-18", "with_episodes": True})
    assert [event.title_id for event in media.said(TitlePublished)] == [series["id"], first["id"], second["id"]]
    assert [event.episode_number for event in media.said(TitlePublished)] == [None, 1, 2]
    late = media.made("/titles", episode("our-town", 3))
    early = media.post(f"/titles/{late['id']}/publish", {"published_on": "2018-11-17"})
    assert early.status_code == 422
    assert "2018-11-18" in str(early.json["errors"]["published_on"])
    media.made(f"/titles/{late['id']}/publish", {"published_on": "2018-11-25"})
    shown = media.get("/titles/our-town?as_of=2018-11-20").json
    assert [each["episode_number"] for each in shown["episodes"]] == [1, 2]
    assert [each["episode_number"] for each in media.get("/titles/our-town").json["episodes"]] == [1, 2, 3]


def test_episodes_are_listed_only_when_asked_for(media):
    media.made("/titles", film(kind="series", id="our-town"))
    for number in (1, 2):
        media.made("/titles", episode("our-town", number))
    media.made("/titles/our-town/publish", {"with_episodes": True})
    assert [each["kind"] for each in media.items("/titles")] == ["series"]
    assert [each["kind"] for each in media.items("/titles?kind=episode")] == ["episode", "episode"]
    assert len(media.items("/titles?series_id=our-town")) == 2


def test_an_episode_number_is_unique_in_its_series(media):
    for series_id in ("one-town", "two-towns"):
        media.made("/titles", film(kind="series", id=series_id))
        media.made("/titles", episode(series_id, 1))
    taken = media.post("/titles", episode("one-town", 1))
    assert taken.status_code == 409
    assert "2 is free" in str(taken.json["errors"]["episode_number"])
    second = media.made("/titles", episode("one-town", 2))
    assert media.patch(f"/titles/{second['id']}", {"episode_number": 1}).status_code == 409
    assert media.patch(f"/titles/{second['id']}", {"episode_number": 2}).status_code == 200
    assert media.patch(f"/titles/{second['id']}", {"episode_number": 3}).json["episode_number"] == 3


def test_episodes_belong_to_a_series_of_ones_own(media):
    media.made("/titles", film(kind="series", id="our-town"))
    media.made("/titles", film(id="our-film"))
    draft, unknown = (media.post("/titles", episode(each, 1), by=OTHER) for each in ("our-town", "nowhere"))
    assert draft.status_code == unknown.status_code == 422
    same = ("type", "title", "detail", "errors")
    assert [draft.json[name] for name in same] == [unknown.json[name] for name in same], "a draft is not given away"
    media.made("/titles/our-town/publish", {})
    assert media.post("/titles", episode("our-town", 1), by=OTHER).status_code == 403
    for nothing in ("nowhere", "our-film"):
        answer = media.post("/titles", episode(nothing, 1))
        assert answer.status_code == 422
        assert "series_id" in answer.json["errors"]
    assert media.runtime.db.titles.count_documents({"kind": "episode"}) == 0


def test_publishing_opens_the_releases_prepared_for_a_title(media):
    draft, channel = media.film(), media.channel()
    release = media.release(draft["id"], channel["id"])
    assert media.items("/releases") == []
    assert media.said(ReleaseOpened) == []
    media.made(f"/titles/{draft['id']}/publish", {})
    [event] = media.said(ReleaseOpened)
    assert (event.release_id, event.title_id, event.url) == (release["id"], draft["id"], "https://vimeo.com/1")
    assert [each["id"] for each in media.items("/releases")] == [release["id"]]


def test_a_language_picks_the_texts_shown_and_says_which_it_is(media):
    both, english = media.film(), media.film(name={"en": "Only English"}, summary={"en": "No French yet."})
    for title in (both, english):
        media.made(f"/titles/{title['id']}/publish", {})
    shown = {each["id"]: each["shown"] for each in media.items("/titles?lang=fr")}
    assert shown[both["id"]]["name"] == {"text": "Le quai", "lang": "fr"}
    assert shown[english["id"]]["name"] == {"text": "Only English", "lang": "en"}
    assert all("shown" not in each for each in media.items("/titles"))


def test_pages_of_titles_follow_each_other_newest_first(media):
    for day in range(1, 6):
        title = media.film(id=f"film-{day}")
        media.made(f"/titles/{title['id']}/publish", {"published_on": f"2019-01-0{day}"})
    seen, cursor = [], ""
    while True:
        page = media.get(f"/titles?limit=2{cursor}").json
        seen += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == ["film-5", "film-4", "film-3", "film-2", "film-1"]


def test_a_title_read_twice_is_not_sent_twice(media):
    title = media.film()
    media.made(f"/titles/{title['id']}/publish", {})
    etag = media.get(f"/titles/{title['id']}").headers["ETag"]
    assert media.get(f"/titles/{title['id']}", headers={"If-None-Match": etag}).status_code == 304


def test_a_change_of_another_version_is_refused(media):
    title = media.film()
    path = f"/titles/{title['id']}"
    seen = media.get(path, by=PRODUCER).headers["ETag"]
    first = media.send("PATCH", path, {"runtime_minutes": 9}, PRODUCER, headers={"If-Match": seen})
    assert first.status_code == 200
    second = media.send("PATCH", path, {"runtime_minutes": 8}, PRODUCER, headers={"If-Match": seen})
    assert second.status_code == 412
    third = media.send("PATCH", path, {"runtime_minutes": 7}, PRODUCER, headers={"If-Match": first.headers["ETag"]})
    assert third.json["runtime_minutes"] == 7


def test_titles_are_found_by_words_in_any_language_whatever_the_accents(media):
    plain = {"en": "Nothing more."}
    media.made(
        "/titles", film(kind="series", id="cotes", name={"en": "Two Shores", "fr": "Côtes à côtes"}, summary=plain)
    )
    media.made("/titles", episode("cotes", 1, name={"en": "Fog"}, summary=plain))
    media.made("/titles/cotes/publish", {"with_episodes": True})
    quay = media.film()
    media.made(f"/titles/{quay['id']}/publish", {})

    def found(q):
        return {each["name"]["en"] for each in media.get("/titles", query_string={"q": q}).json["items"]}

    assert found("cote") == found("SHORES two") == {"Two Shores"}
    assert found("fog") == {"Fog"}
    assert found("quai journée") == {"The Quay"}
    assert media.get("/titles?q=.*").status_code == 422
    media.patch(f"/titles/{quay['id']}", {"name": {"en": "The Pier"}, "summary": plain})
    assert found("pier") == {"The Pier"}
    assert found("quai") == found("pier shores") == set()


def test_one_key_makes_one_title(media):
    answers = [media.post("/titles", film(), headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert media.post("/titles", film(runtime_minutes=5), headers={"Idempotency-Key": "k1"}).status_code == 422
    assert media.runtime.db.titles.count_documents({}) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "documentary"}, "kind"),
        ({"name": {}}, "name"),
        ({"name": "The Quay"}, "name"),
        ({"name": {"en": "x" * 201}}, "name"),
        ({"name": {"english": "x"}}, "name"),
        ({"summary": {"en": ""}}, "summary"),
        ({"towns": []}, "towns"),
        ({"towns": ["atlantis"]}, "towns"),
        ({"towns": ["newhaven", "newhaven"]}, "towns"),
        ({"towns": "newhaven"}, "towns"),
        ({"runtime_minutes": 0}, "runtime_minutes"),
        ({"runtime_minutes": 1441}, "runtime_minutes"),
        ({"runtime_minutes": "12"}, "runtime_minutes"),
        ({"premiered_on": "2018-02-30"}, "premiered_on"),
        ({"premiered_on": "yesterday"}, "premiered_on"),
        ({"languages": ["english"]}, "languages"),
        ({"subjects": ["nothing-like-it"]}, "subjects"),
        ({"series_id": "our-town"}, "series_id"),
        ({"episode_number": 1}, "episode_number"),
        ({"kind": "episode"}, "series_id"),
        ({"id": "No Slug"}, "id"),
        ({"producer_id": "producer-2"}, "producer_id"),
        ({"state": "published"}, "state"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_kept(media, body, field):
    answer = media.post("/titles", film(**body))
    assert answer.status_code == 422, answer.json
    assert answer.content_type == "application/problem+json"
    assert field in str(answer.json["errors"])
    assert media.runtime.db.titles.count_documents({}) == 0


def test_an_id_is_taken_once(media):
    media.film(id="the-quay")
    assert media.post("/titles", film(id="the-quay"), by=OTHER).status_code == 409


@pytest.mark.parametrize(
    "query",
    [
        "as_of=today",
        "kind=play",
        "limit=0",
        "limit=201",
        "cursor=x",
        "lang=english",
        "town=",
        "sort=name",
        "mine=perhaps",
    ],
)
def test_a_wrong_filter_is_refused(media, query):
    answer = media.get(f"/titles?{query}")
    assert answer.status_code == 422
    assert query.split("=")[0] in str(answer.json["errors"])


def test_nothing_to_change_and_no_such_title(media):
    title = media.film()
    assert media.patch(f"/titles/{title['id']}", {}).status_code == 422
    assert media.patch(f"/titles/{title['id']}", {"kind": "series"}).status_code == 422
    assert media.patch("/titles/nowhere", {"runtime_minutes": 3}).status_code == 404
    assert media.post("/titles/nowhere/publish", {}).status_code == 404
    assert media.post(f"/titles/{title['id']}/publish", {"with_episodes": True}).status_code == 422
    assert media.get(f"/titles/{title['id']}", by=PRODUCER).json["state"] == "draft"
