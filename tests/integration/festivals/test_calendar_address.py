"""A15 by URL: a calendar taken from where it is published, and from nowhere that only this machine can reach."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_network

import pytest

from kernel import outbound
from tests.integration.festivals.test_importing import FILE
from tests.support.publisher import published

WHERE = {"festival_id": "season", "town": "newhaven", "lang": "en", "publish": True}
NAMELESS = FILE.replace("UID:talk one\n", "")


@pytest.fixture
def season(afresh):
    """A festival from October to January."""
    afresh.festival("season", first_day="2018-10-01", last_day="2019-01-31")
    return afresh


@pytest.fixture(scope="module")
def publisher():
    """The address of a publisher on this machine."""
    pages = {
        "/choir.ics": FILE.encode(),
        "/later.ics": FILE.replace("SUMMARY:Talk", "SUMMARY:Long talk").encode(),
        "/one.ics": NAMELESS.encode(),
        "/two.ics": NAMELESS.replace("SUMMARY:Talk", "SUMMARY:Song").encode(),
        "/page": b"<html>",
        "/large": b"x" * 1_100_000,
    }
    with published(pages) as address:
        yield address


@pytest.fixture
def reachable(monkeypatch):
    """The machine itself counts as public, as an operator's setting would have it."""
    monkeypatch.setattr(outbound, "fetch", partial(outbound.fetch, also_reach=(ip_network("127.0.0.0/8"),)))


def fetch(people, url, *, as_="ada", **more):
    return people.post("/v1/events/import/address", {**WHERE, "url": url, **more}, as_=as_)


def counts(report):
    return tuple(report.json[name] for name in ("created", "changed", "unchanged"))


def test_a_published_calendar_is_taken_like_one_that_is_sent_and_its_address_is_kept(season, publisher, reachable):
    report = fetch(season, f"{publisher}/choir.ics")
    assert (counts(report), len(report.json["issues"]), len(report.json["events"])) == ((3, 0, 0), 3, 3)
    assert counts(fetch(season, f"{publisher}/choir.ics")) == (0, 0, 3)
    listed = season.get("/v1/events").json["items"]
    assert {each["imported_from"] for each in listed} == {f"{publisher}/choir.ics"}
    assert {each["id"] for each in listed} == {each["event_id"] for each in report.json["events"]}
    assert counts(fetch(season, f"{publisher}/later.ics", publish=False)) == (0, 3, 0)
    assert {each["imported_from"] for each in season.get("/v1/events").json["items"]} == {f"{publisher}/later.ics"}
    assert season.titles("q=talk") == ["Long talk"]


def test_two_curators_calendars_of_one_event_are_flagged_and_a_merge_keeps_both_addresses(season, publisher, reachable):
    fetch(season, f"{publisher}/choir.ics")
    theirs = fetch(season, f"{publisher}/later.ics", as_="ben").json["events"]
    assert [len(each["duplicates"]) for each in theirs] == [1, 1, 0], "the last one has another title"
    pairs = season.get("/v1/events/duplicates", as_="ben").json["items"]
    [choir] = [pair for pair in pairs if "fr" in pair["events"][0]["title"]]
    mine, his = sorted(choir["events"], key=lambda each: each["curator"]["id"])
    answer = season.post(f"/v1/events/duplicates/{choir['id']}/merge", {"keep": mine["id"]}, as_="ben")
    assert answer.status_code == 200, answer.text
    kept = season.get(f"/v1/events/{his['id']}").json
    assert (kept["id"], kept["imported_from"]) == (mine["id"], f"{publisher}/choir.ics")
    assert [each["addresses"] for each in kept["origins"]] == [["https://example.org/choir", f"{publisher}/later.ics"]]


def test_entries_without_a_uid_are_told_apart_by_where_they_stand(season, publisher, reachable):
    assert counts(fetch(season, f"{publisher}/one.ics")) == (3, 0, 0)
    assert counts(fetch(season, f"{publisher}/two.ics")) == (1, 2, 0)
    assert counts(fetch(season, f"{publisher}/one.ics")) == (0, 2, 1)


def test_what_an_address_gives_that_is_no_calendar_is_refused(season, publisher, reachable):
    page = fetch(season, f"{publisher}/page")
    assert (page.status_code, list(page.json["errors"])) == (422, ["calendar"])
    assert fetch(season, f"{publisher}/large").status_code == 502
    assert season.get("/v1/events").json["items"] == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/c.ics", "http://[::1]/c", "file:///etc/hosts", "webcal://example.org/c", "http://10.0.0.1/c"],
)
def test_an_address_of_this_machine_or_network_is_refused(season, url):
    answer = fetch(season, url)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["url"])
    assert season.post("/v1/events/import/address", {**WHERE, "url": url}).status_code == 401
