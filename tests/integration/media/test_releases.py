"""Channels, release windows, placements, and clicks that are counted once each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from contracts.media import PlacementClicked, ReleaseOpened
from tests.integration.media.conftest import NOW, OTHER, PRODUCER, film
from tests.support.services import token


def test_a_title_shows_the_releases_open_on_a_day_with_their_counted_link(media, placed):
    title, release, placement = placed
    amazon = media.channel(name="Amazon Prime Video", url_base="https://www.amazon.co.uk/")
    later = {"url": "https://www.amazon.co.uk/dp/1", "starts_on": "2018-11-18", "ends_on": "2019-05-31"}
    second = media.release(title["id"], amazon["id"], **later)

    def open_on(day):
        return [each["id"] for each in media.get(f"/titles/{title['id']}?as_of={day}").json["releases"]]

    assert open_on("2018-03-31") == []
    assert open_on("2018-04-01") == [release["id"]]
    assert open_on("2018-11-18") == open_on("2019-05-31") == [release["id"], second["id"]]
    assert open_on("2019-06-01") == [release["id"]]
    [shown] = media.items("/titles?town=newhaven")[0]["releases"]
    assert (shown["placement_id"], shown["out"]) == (placement["id"], f"/v1/placements/{placement['id']}/out")
    [_, unplaced] = media.items("/titles?as_of=2019-01-01")[0]["releases"]
    assert (unplaced["placement_id"], unplaced["out"]) == (None, None)
    assert [each["id"] for each in media.items("/releases?open_on=2019-06-01")] == [release["id"]]
    assert len(media.items("/releases?open_on=2019-05-31")) == 2


def test_a_release_for_one_country_is_shown_in_its_towns_only(media):
    title, vimeo = media.film(towns=["newhaven", "dieppe"]), media.channel()
    media.release(title["id"], vimeo["id"], territory="FR")
    media.made(f"/titles/{title['id']}/publish", {})
    assert len(media.items("/titles?town=dieppe")[0]["releases"]) == 1
    assert media.items("/titles?town=newhaven")[0]["releases"] == []
    assert len(media.items("/titles")[0]["releases"]) == 1


def test_windows_of_one_title_in_one_channel_do_not_overlap(media):
    title, vimeo = media.film(), media.channel()
    media.release(title["id"], vimeo["id"], territory="GB", starts_on="2019-01-01", ends_on="2019-01-31")
    body = {"title_id": title["id"], "channel_id": vimeo["id"], "url": "https://vimeo.com/2"}
    for territory, starts, ends, status in [
        ("GB", "2019-01-31", None, 409),
        ("WW", "2018-12-01", "2019-01-01", 409),
        ("GB", "2018-01-01", None, 409),
        ("FR", "2019-01-10", "2019-01-20", 201),
        ("GB", "2019-02-01", "2019-02-28", 201),
        ("WW", "2019-03-01", None, 201),
        ("JE", "2019-03-02", None, 409),
    ]:
        answer = media.post("/releases", body | {"territory": territory, "starts_on": starts, "ends_on": ends})
        assert answer.status_code == status, (territory, starts, answer.json)
    assert media.runtime.db.releases.count_documents({}) == 4


def at_once(media, path, bodies):
    """Statuses of requests of the producer, sent at the same time."""

    def send(body):
        client = media.client.application.test_client()
        return client.post(f"/v1{path}", json=body, headers=token(["producer"], PRODUCER, at=NOW)).status_code

    with ThreadPoolExecutor(len(bodies)) as pool:
        return sorted(pool.map(send, bodies))


def test_of_simultaneous_releases_that_overlap_one_is_opened(media):
    title, vimeo = media.film(), media.channel()
    body = {"title_id": title["id"], "channel_id": vimeo["id"], "url": "https://vimeo.com/2"}
    bodies = [body | {"starts_on": f"2019-01-0{day}"} for day in range(1, 7)]
    assert at_once(media, "/releases", bodies) == [201] + [409] * 5
    assert media.runtime.db.releases.count_documents({}) == 1


def test_of_simultaneous_episodes_of_one_number_one_is_drafted(media):
    series = media.film(kind="series")
    body = film(kind="episode", series_id=series["id"], episode_number=1)
    assert at_once(media, "/titles", [body] * 5) == [201] + [409] * 4


def test_a_producer_moves_the_last_day_of_a_release(media, placed):
    _, release, _ = placed
    path = f"/releases/{release['id']}"
    assert media.patch(path, {"ends_on": "2019-05-31"}, by=OTHER).status_code == 403
    assert media.patch(path, {"ends_on": "2018-03-31"}).status_code == 422
    assert media.patch(path, {"url": "https://vimeo.com/2"}).status_code == 422
    assert media.patch("/releases/none", {"ends_on": None}).status_code == 404
    assert media.patch(path, {"ends_on": "2019-05-31"}).json["ends_on"] == "2019-05-31"
    assert [event.ends_on for event in media.said(ReleaseOpened)] == [None, "2019-05-31"]
    assert media.items("/titles")[0]["releases"] == []
    assert media.patch(path, {"ends_on": None}).status_code == 200
    assert len(media.items("/titles")[0]["releases"]) == 1


def test_a_click_is_counted_for_its_placement_and_leads_to_the_stored_address(media, placed):
    title, release, placement = placed
    other = media.placement(release["id"], placement["channel_id"], town="dieppe")
    out = media.get(f"/placements/{placement['id']}/out?to=https://evil.example.com&url=https://evil.example.com")
    assert (out.status_code, out.headers["Location"]) == (302, "https://vimeo.com/1")
    assert out.headers["Cache-Control"] == "no-store"
    assert "evil" not in out.text
    clicked = media.send("POST", f"/placements/{placement['id']}/click")
    assert clicked.json == {"placement_id": placement["id"], "url": "https://vimeo.com/1", "clicks": 2}
    counted = {each["id"]: each["clicks"] for each in media.items("/placements")}
    assert counted == {placement["id"]: 2, other["id"]: 0}
    events = media.said(PlacementClicked)
    assert [(event.placement_id, event.title_id, event.clicks) for event in events] == [
        (placement["id"], title["id"], 1),
        (placement["id"], title["id"], 2),
    ]
    assert {event.channel_id for event in events} == {placement["channel_id"]}


def test_simultaneous_clicks_are_all_counted(media, placed):
    _, _, placement = placed

    def click(_):
        return media.client.application.test_client().post(f"/v1/placements/{placement['id']}/click").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(click, range(40))) == {200}
    assert media.items("/placements")[0]["clicks"] == 40
    assert sorted(event.clicks for event in media.said(PlacementClicked)) == list(range(1, 41))


def test_link_checkers_and_prefetches_are_not_clicks(media, placed):
    path = f"/placements/{placed[2]['id']}/out"
    for answer in (media.send("HEAD", path), media.get(path, headers={"Sec-Purpose": "prefetch;prerender"})):
        assert (answer.status_code, answer.headers["Location"]) == (302, "https://vimeo.com/1")
    assert media.items("/placements")[0]["clicks"] == 0


def test_a_repeated_click_with_one_key_counts_once(media, placed):
    path = f"/placements/{placed[2]['id']}/click"
    answers = [media.send("POST", path, headers={"Idempotency-Key": "tap-1"}).json for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert media.items("/placements")[0]["clicks"] == 1


def test_nobody_is_sent_to_a_film_that_is_not_there(media, placed):
    _, release, placement = placed
    media.patch(f"/releases/{release['id']}", {"ends_on": "2019-06-01"})
    assert media.get(f"/placements/{placement['id']}/out").status_code == 302
    media.clock.advance(timedelta(days=1))
    for method, action in (("GET", "out"), ("HEAD", "out"), ("POST", "click")):
        assert media.send(method, f"/placements/{placement['id']}/{action}").status_code == 404
        assert media.send(method, f"/placements/none/{action}").status_code == 404
    assert media.items("/placements")[0]["clicks"] == 1
    assert len(media.said(PlacementClicked)) == 1


def test_drafts_have_no_public_releases_and_placements(media):
    title, vimeo = media.film(), media.channel()
    release = media.release(title["id"], vimeo["id"])
    placement = media.placement(release["id"], vimeo["id"])
    assert media.items("/releases") == media.items("/placements") == []
    assert media.items("/placements", by=OTHER) == []
    assert [each["id"] for each in media.items("/placements", by=PRODUCER)] == [placement["id"]]
    assert media.get(f"/placements/{placement['id']}/out").status_code == 404


def test_only_its_producer_releases_and_places_a_title(media, placed):
    title, release, placement = placed
    channel = placement["channel_id"]
    body = {"title_id": title["id"], "channel_id": channel, "url": "https://vimeo.com/9", "starts_on": "2019-01-01"}
    assert media.post("/releases", body, by=OTHER).status_code == 403
    assert media.post("/releases", body, by=PRODUCER, role="maker").status_code == 403
    place = {"release_id": release["id"], "channel_id": channel, "label": {"en": "Watch"}}
    assert media.post("/placements", place, by=OTHER).status_code == 403
    assert media.runtime.db.releases.count_documents({}) == media.runtime.db.placements.count_documents({}) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://vimeo.com/1"}, "url"),
        ({"url": "https://www.amazon.co.uk/dp/1"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "https://vimeo.com/" + "x" * 2000}, "url"),
        ({"url": 7}, "url"),
        ({"territory": "EU"}, "territory"),
        ({"territory": "gb"}, "territory"),
        ({"starts_on": "2018-13-01"}, "starts_on"),
        ({"starts_on": "2018-04-01T00:00:00Z"}, "starts_on"),
        ({"ends_on": "2018-03-31"}, "ends_on"),
        ({"channel_id": "nowhere"}, "channel_id"),
        ({"public": True}, "public"),
    ],
)
def test_a_wrong_release_is_refused_with_its_field(media, body, field):
    title, vimeo = media.film(), media.channel()
    right = {
        "title_id": title["id"],
        "channel_id": vimeo["id"],
        "url": "https://vimeo.com/1",
        "starts_on": "2018-04-01",
    }
    answer = media.post("/releases", right | body)
    assert answer.status_code == 422, answer.json
    assert field in answer.json["errors"]
    assert media.runtime.db.releases.count_documents({}) == 0
    assert media.post("/releases", right).status_code == 201


def test_a_channel_for_one_country_releases_there_only(media):
    title, screen = media.film(), media.made("/channels", {"kind": "screen", "name": "Quay screen", "territory": "GB"})
    body = {
        "title_id": title["id"],
        "channel_id": screen["id"],
        "url": "https://vimeo.com/1",
        "starts_on": "2018-04-01",
    }
    assert "territory" in media.post("/releases", body).json["errors"]
    assert media.post("/releases", body | {"territory": "GB"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "cinema"}, "kind"),
        ({"territory": "XX"}, "territory"),
        ({"url_base": "http://vimeo.com"}, "url_base"),
        ({"url_base": "https://192.168.0.1/"}, "url_base"),
        ({"url_base": None}, "url_base"),
        ({"town": "atlantis"}, "town"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"owner_id": "me"}, "owner_id"),
    ],
)
def test_a_wrong_channel_is_refused_with_its_field(media, body, field):
    right = {"kind": "streaming", "name": "Vimeo", "territory": "WW", "url_base": "https://vimeo.com/"}
    answer = media.post("/channels", right | body)
    assert answer.status_code == 422, answer.json
    assert field in answer.json["errors"]
    without = {name: value for name, value in right.items() if name != "url_base"}
    assert "url_base" in media.post("/channels", without).json["errors"]
    assert media.items("/channels") == []


def test_channels_are_listed_by_kind_and_town(media):
    media.channel(id="vimeo")
    media.made("/channels", {"id": "quay", "kind": "screen", "name": "Quay", "territory": "GB", "town": "newhaven"})
    assert [each["id"] for each in media.items("/channels")] == ["quay", "vimeo"]
    assert [each["id"] for each in media.items("/channels?kind=screen")] == ["quay"]
    assert [each["id"] for each in media.items("/channels?town=newhaven")] == ["quay"]
    assert media.post("/channels", {"id": "quay", "kind": "app", "name": "Q", "territory": "WW"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"release_id": "nowhere"}, "release_id"),
        ({"channel_id": "nowhere"}, "channel_id"),
        ({"town": "atlantis"}, "town"),
        ({"label": {}}, "label"),
        ({"label": {"en": "x" * 101}}, "label"),
        ({"clicks": 1000}, "clicks"),
    ],
)
def test_a_wrong_placement_is_refused_with_its_field(media, placed, body, field):
    _, release, placement = placed
    right = {"release_id": release["id"], "channel_id": placement["channel_id"], "label": {"en": "Watch"}}
    answer = media.post("/placements", right | body)
    assert answer.status_code == 422, answer.json
    assert field in answer.json["errors"]
    assert media.runtime.db.placements.count_documents({}) == 1


def test_a_forged_token_makes_nothing(media):
    headers = token(["producer"], PRODUCER, expires_in=-10)
    answer = media.send("POST", "/channels", {"kind": "app", "name": "A", "territory": "WW"}, headers=headers)
    assert answer.status_code == 401
    assert media.items("/channels") == []
