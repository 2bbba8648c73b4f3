"""B4, the timetable: imported as often as one likes, read in both towns' time, cancelled once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from contracts.visitor import SailingCancelled, SailingReinstated, SailingScheduled
from services.visitor.commands import sailings as commands
from tests.integration.visitor.conftest import NOW, SAILING, Visitors
from tests.support.gtfs import GOOD, feed, plus, zipped
from tests.support.services import token

GALE = {"reason": {"en": "Gale", "fr": "Tempête"}}


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return tuple(report["sailings"][name] for name in ("new", "changed", "unchanged", "left_cancelled"))


def test_importing_again_changes_nothing_and_says_nothing(visitors):
    report = visitors.imported()
    assert counts(report) == (9, 0, 0, 0)
    assert (report["first_day"], report["last_day"], report["issues"]) == ("2018-08-18", "2018-08-20", [])
    said = visitors.said(SailingScheduled)
    assert len(said) == 9
    before = list(visitors.runtime.db.sailings.find())
    assert counts(visitors.imported()) == (0, 0, 9, 0)
    assert visitors.said(SailingScheduled) == said
    assert list(visitors.runtime.db.sailings.find()) == before


def test_only_what_the_feed_changed_is_changed_and_said_again(sailing):
    trips = GOOD["trips.txt"].replace("dieppe-1230,Côte d'Albâtre", "dieppe-1230,Seven Sisters")
    assert counts(sailing.imported(feed(trips=trips))) == (0, 3, 6, 0)
    last = sailing.said(SailingScheduled)[9:]
    assert {event.sailing_id[:11] for event in last} == {"dieppe-1230"}
    assert {event.ship for event in last} == {"Seven Sisters"}
    assert sailing.shown(f"/sailings/{SAILING}")["ship"] == "Seven Sisters"


def test_a_sailing_that_left_the_feed_stays(sailing):
    calendar = GOOD["calendar.txt"].replace("20180818", "20180820")
    assert counts(sailing.imported(feed(calendar=calendar))) == (0, 0, 3, 0)
    assert sailing.shown(f"/sailings/{SAILING}")["status"] == "scheduled"


def test_good_rows_are_imported_beside_the_bad_ones_that_are_told(visitors):
    stop_times = plus("stop_times", "extra,noon,10:00:00,newhaven,1")
    report = visitors.imported(feed(stop_times=stop_times))
    assert counts(report) == (9, 0, 0, 0)
    assert report["issues_total"] == 1
    [issue] = report["issues"]
    assert (issue["file"], issue["line"], issue["field"]) == ("stop_times.txt", 8, "arrival_time")
    assert "noon" in issue["problem"]


def test_a_big_feed_is_taken_in_transactions_of_bounded_size(visitors, monkeypatch):
    take, sizes = commands._take, []

    def measured(uow, part, minutes):
        sizes.append(len(part))
        return take(uow, part, minutes)

    monkeypatch.setattr(commands, "_take", measured)
    calendar = GOOD["calendar.txt"].replace("20180820", "20181231")
    assert counts(visitors.imported(feed(calendar=calendar))) == (408, 0, 0, 0)
    assert sizes == [commands.CHUNK, 408 - commands.CHUNK]
    assert len(visitors.said(SailingScheduled)) == 408


def test_an_import_that_is_cut_off_between_chunks_is_finished_by_the_next(visitors, monkeypatch):
    monkeypatch.setattr(commands, "CHUNK", 4)
    take, calls = commands._take, []

    def cut_off(uow, part, minutes):
        calls.append(part)
        if len(calls) == 2:
            raise OSError("the process was stopped")
        return take(uow, part, minutes)

    monkeypatch.setattr(commands, "_take", cut_off)
    assert visitors.upload(feed()).status_code == 500
    assert visitors.runtime.db.sailings.count_documents({}) == 4 == len(visitors.said(SailingScheduled))
    assert counts(visitors.imported()) == (5, 0, 4, 0)
    assert len(visitors.said(SailingScheduled)) == 9


def test_two_imports_at_once_take_every_sailing_once(visitors):
    answers = []
    app = visitors.client.application

    def send():
        other = Visitors(app.test_client(), visitors.runtime, visitors.clock)
        answers.append(other.upload(feed()).json)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(answer["sailings"]["new"] for answer in answers) == 9
    assert len(visitors.said(SailingScheduled)) == 9


UNREADABLE = {
    "empty": b"",
    "no zip": b"no zip",
    "cut off": feed()[:100],
    "no timetable": zipped({"stops.txt": "stop_id\n"}),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_a_feed_that_cannot_be_read_names_the_field_and_changes_nothing(visitors, data):
    answer = visitors.upload(data)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert list(answer.json["errors"]) == ["feed"]
    assert visitors.runtime.db.sailings.count_documents({}) == 0


def test_an_upload_without_a_feed_or_too_large_is_refused(visitors):
    answer = visitors.post("/sailings/import", {}, as_="olga")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["feed"])
    large = b"x" * (visitors.runtime.settings.max_body_bytes + 1)
    sent = {"content_type": "multipart/form-data; boundary=b", "headers": token(["operator"], at=NOW)}
    assert visitors.client.post("/v1/sailings/import", data=large, **sent).status_code == 413
    assert visitors.upload(feed(), as_="vic").status_code == 403
    assert visitors.upload(feed(), as_=None).status_code == 401


def test_a_sailing_shows_the_local_time_of_both_quays(sailing):
    shown = sailing.shown("/sailings/newhaven-2300-2018-08-19")
    assert shown["departure"]["local"] == "2018-08-19T23:00:00+01:00"
    assert shown["arrival"]["local"] == "2018-08-20T04:00:00+02:00"
    assert (shown["departure"]["zone"], shown["arrival"]["zone"]) == ("Europe/London", "Europe/Paris")
    assert shown["checkin_closes_at"] == "2018-08-19T21:15:00Z"
    assert shown["checkin_closes_local"] == "2018-08-19T22:15:00+01:00"
    assert shown["crossing_minutes"] == 240


def on(visitors: Visitors, query: str) -> list[tuple[str, str]]:
    return [(item["id"], item["direction"]) for item in visitors.shown(f"/sailings?{query}")["items"]]


def test_a_day_in_a_town_is_that_town_s_own_day(sailing):
    assert on(sailing, "town=newhaven&date=2018-08-19") == [
        ("newhaven-1000-2018-08-19", "departure"),
        ("dieppe-1230-2018-08-19", "arrival"),
        ("newhaven-2300-2018-08-19", "departure"),
    ]
    assert on(sailing, "town=dieppe&date=2018-08-19") == [
        ("newhaven-2300-2018-08-18", "arrival"),
        ("dieppe-1230-2018-08-19", "departure"),
        ("newhaven-1000-2018-08-19", "arrival"),
    ]
    assert on(sailing, "town=dieppe&date=2018-08-21") == [("newhaven-2300-2018-08-20", "arrival")]
    assert on(sailing, "town=newhaven&date=2018-08-21") == []


def test_on_the_day_clocks_go_back_each_call_is_on_one_date(visitors):
    visitors.imported(feed(calendar=GOOD["calendar.txt"].replace("20180818,20180820", "20181027,20181028")))
    arrival = visitors.shown("/sailings/newhaven-2300-2018-10-27")["arrival"]
    assert arrival["local"] == "2018-10-28T03:00:00+01:00"
    assert on(visitors, "town=dieppe&date=2018-10-28&direction=arrival") == [
        ("newhaven-2300-2018-10-27", "arrival"),
        ("newhaven-1000-2018-10-28", "arrival"),
    ]


def test_the_next_sailings_are_those_from_now_on_page_by_page(sailing):
    assert on(sailing, "town=newhaven")[0] == ("dieppe-1230-2018-08-19", "arrival")
    assert on(sailing, "town=newhaven&direction=departure")[0] == ("newhaven-2300-2018-08-19", "departure")
    assert on(sailing, "town=newhaven&from=2018-08-20T22:30:00%2B01:00") == [("newhaven-2300-2018-08-20", "departure")]
    every = on(sailing, "town=newhaven")
    paged, cursor = [], ""
    while cursor is not None:
        page = sailing.shown(f"/sailings?town=newhaven&limit=2{cursor and '&cursor=' + cursor}")
        paged += [(item["id"], item["direction"]) for item in page["items"]]
        cursor = page["next_cursor"]
    assert paged == every
    assert len(every) == 5


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "town"),
        ("town=atlantis", "town"),
        ("town=newhaven&date=2018-02-30", "date"),
        ("town=newhaven&from=2018-08-19T10:00:00", "from"),
        ("town=newhaven&from=9999-12-31T23:00:00Z", "from"),
        ("town=newhaven&from=0001-01-01T00:00:00Z", "from"),
        ("town=newhaven&direction=up", "direction"),
        ("town=newhaven&limit=201", "limit"),
        ("town=newhaven&cursor=zzz", "cursor"),
        ("town=newhaven&color=red", "color"),
    ],
)
def test_a_wrong_question_names_its_field(sailing, query, field):
    answer = sailing.get(f"/sailings?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_cancelled_sailing_stays_cancelled_with_its_first_reason(sailing):
    first = sailing.done(f"/sailings/{SAILING}/cancel", GALE)
    assert (first["status"], first["reason"], first["cancelled_at"]) == (
        "cancelled",
        GALE["reason"],
        "2018-08-19T11:00:00Z",
    )
    sailing.clock.advance(timedelta(hours=1))
    again = sailing.done(f"/sailings/{SAILING}/cancel", {"reason": {"en": "Strike"}}, as_="olga")
    assert again == first
    [said] = sailing.said(SailingCancelled)
    assert (said.sailing_id, said.cancelled_at, said.departure.town) == (SAILING, NOW, "dieppe")
    trips = GOOD["trips.txt"].replace("Côte d'Albâtre", "Seven Sisters")
    assert counts(sailing.imported(feed(trips=trips))) == (0, 2, 6, 1)
    assert sailing.shown(f"/sailings/{SAILING}") == first | {"ship": "Seven Sisters"}


def at_two(sailing):
    """Take a feed in which the ferry leaves Dieppe at 14:00 instead of 12:30."""
    times = GOOD["stop_times.txt"].replace("12:30:00", "14:00:00").replace("16:30:00", "18:00:00")
    sailing.imported(feed(stop_times=times))
    return sailing.shown(f"/sailings/{SAILING}")


def test_a_cancellation_that_is_taken_back_has_the_times_that_hold_now(sailing):
    sailing.done(f"/sailings/{SAILING}/cancel", GALE)
    told = len(sailing.said(SailingScheduled))
    assert at_two(sailing)["status"] == "cancelled"
    assert SAILING not in {event.sailing_id for event in sailing.said(SailingScheduled)[told:]}
    for _ in range(2):
        assert sailing.send("DELETE", f"/sailings/{SAILING}/cancel", as_="ann").status_code == 200
    leaves = sailing.shown(f"/sailings/{SAILING}")["departure"]["at"]
    assert leaves == "2018-08-19T12:00:00Z"
    [scheduled] = [event for event in sailing.said(SailingScheduled)[told:] if event.sailing_id == SAILING]
    [back] = sailing.said(SailingReinstated)
    assert scheduled.departure.at.isoformat() == back.departure.at.isoformat() == "2018-08-19T12:00:00+00:00"


def test_what_was_expected_holds_no_more_when_the_timetable_has_other_times(sailing):
    late = {"departs_at": "2018-08-19T11:00:00Z", "reason": {"en": "Fog"}}
    assert sailing.send("PUT", f"/sailings/{SAILING}/delay", late, as_="ann").status_code == 200
    assert at_two(sailing)["delay"] is None
    [back] = sailing.said(SailingReinstated)
    assert back.departure.at.isoformat() == "2018-08-19T12:00:00+00:00"


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "reason"), ({"reason": {}}, "reason"), ({"reason": "Gale"}, "reason"), ({**GALE, "why": 1}, "why")],
)
def test_a_cancellation_needs_a_reason(sailing, body, field):
    answer = sailing.post(f"/sailings/{SAILING}/cancel", body, as_="ann")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert sailing.said(SailingCancelled) == []


def test_who_may_cancel_and_what_is_not_there(sailing):
    assert sailing.post(f"/sailings/{SAILING}/cancel", GALE, as_="mara").status_code == 403
    assert sailing.post(f"/sailings/{SAILING}/cancel", GALE).status_code == 401
    assert sailing.post("/sailings/nowhere/cancel", GALE, as_="ann").status_code == 404
    assert sailing.get("/sailings/nowhere").status_code == 404
