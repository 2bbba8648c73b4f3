"""Lists over time: what comes next, pages, and what need not be sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.festivals import conftest


@pytest.fixture
def programme(people):
    """A programme for one test."""
    conftest.programme(people)
    return people


def test_times_are_local_with_their_offset_and_say_what_comes_next(programme):
    (film,) = programme.get("/v1/events?town=dieppe").json["items"]
    assert film["first_timing"] == {
        "id": "t1",
        "starts_at": "2018-08-20T22:30:00+02:00",
        "ends_at": "2018-08-20T23:30:00+02:00",
        "zone": "Europe/Paris",
    }
    programme.runtime.clock.advance(timedelta(days=3))
    (birds,) = programme.get("/v1/events?q=birdsong").json["items"]
    starts = [birds[which]["starts_at"][:16] for which in ("first_timing", "next_timing", "last_timing")]
    assert starts == ["2018-08-18T10:30", "2018-08-20T10:30", "2018-08-24T10:30"]
    programme.runtime.clock.advance(timedelta(days=30))
    assert programme.get("/v1/events?q=birdsong").json["items"][0]["next_timing"] is None


def test_pages_go_on_where_the_last_one_ended_though_others_are_added(programme):
    first = programme.get("/v1/events?limit=2").json
    assert [item["title"]["en"] for item in first["items"]] == ["Birdsong", "Late show"]
    programme.event("Early bird", as_="flo", at="2018-08-18T06:00")
    second = programme.get(f"/v1/events?limit=2&cursor={first['next_cursor']}").json
    third = programme.get(f"/v1/events?limit=2&cursor={second['next_cursor']}").json
    rest = [item["title"]["en"] for page in (second, third) for item in page["items"]]
    assert rest == ["Interviews", "Ramble", "Sea films"]
    assert third["next_cursor"] is None


def test_an_unchanged_list_is_not_sent_twice(programme):
    first = programme.get("/v1/events?town=newhaven")
    again = programme.get("/v1/events?town=newhaven", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
