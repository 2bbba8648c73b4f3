"""B6 from GTFS Realtime: TripUpdates and Alerts, each bad entity told, all that is good in one transaction."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from contracts.visitor import SailingCancelled, SailingDelayed, SailingReinstated
from services.visitor.commands import live
from tests.integration.visitor.conftest import BACK, NOW, SAILING
from tests.support.gtfs_realtime import alert, cancelled, late, live_feed
from tests.support.services import token

DAY = "20180819"
GALE = {"en": "No sailings: gale.", "fr": "Pas de traversée : tempête."}
ROUGH = {"en": "Rough sea.", "fr": "Mer agitée."}


def send(visitors, *fill, at=NOW, data=None, as_="operator", **more):
    data = live_feed(at, *fill, **more) if data is None else data
    headers = token([as_], id="feeder", at=visitors.clock.now())
    form = {"feed": (io.BytesIO(data), "feed.pb")}
    return visitors.client.post("/v1/sailings/live", data=form, headers=headers)


def taken(visitors, *fill, **more):
    answer = send(visitors, *fill, **more)
    assert answer.status_code == 200, answer.text
    report = answer.json
    return {name: count for name, count in report["sailings"].items() if count}, report


def state(visitors, sailing=SAILING):
    shown = visitors.shown(f"/sailings/{sailing}")
    return shown["status"], shown["delay"] and shown["delay"]["minutes"]


def test_a_delay_is_taken_changed_and_ended_by_the_next_feeds(sailing):
    assert taken(sailing, late("dieppe-1230", DAY, "dieppe", departure=30))[0] == {"delayed": 1}
    shown = sailing.shown(f"/sailings/{SAILING}")["delay"]
    assert (shown["minutes"], shown["arrives_at"]) == (30, "2018-08-19T15:00:00Z")
    assert shown["reason"]["fr"].startswith("Signalé")
    assert taken(sailing, late("dieppe-1230", DAY, "dieppe", departure=30))[0] == {"unchanged": 1}
    lands = NOW + timedelta(hours=5)
    assert taken(sailing, late("dieppe-1230", DAY, "newhaven", arrival=lands))[0] == {"delayed": 1}
    assert state(sailing) == ("scheduled", 0)
    assert len(sailing.said(SailingDelayed)) == 2
    assert taken(sailing)[0] == {"ended": 1}
    assert state(sailing) == ("scheduled", None)
    assert [each.sailing_id for each in sailing.said(SailingReinstated)] == [SAILING]


def test_a_cancellation_and_its_reason_in_both_languages(sailing):
    feed = (cancelled("dieppe-1230", DAY), alert("NO_SERVICE", GALE, trip=("dieppe-1230", DAY)))
    assert taken(sailing, *feed)[0] == {"cancelled": 1}
    shown = sailing.shown(f"/sailings/{SAILING}")
    assert (shown["status"], shown["reason"]) == ("cancelled", GALE)
    assert shown["notices"] == [{"effect": "NO_SERVICE", "header": GALE, "text": {}}]
    assert taken(sailing, *feed)[0] == {"unchanged": 1}
    assert taken(sailing, late("dieppe-1230", DAY, departure=20))[0] == {"delayed": 1}
    assert state(sailing) == ("scheduled", 20)
    assert [len(sailing.said(event)) for event in (SailingCancelled, SailingReinstated, SailingDelayed)] == [1, 1, 1]


def test_an_alert_about_a_port_and_a_time_is_about_the_sailings_that_call_there_then(sailing):
    period = {"start": NOW + timedelta(hours=9), "end": NOW + timedelta(hours=24)}
    assert taken(sailing, alert("NO_SERVICE", GALE, stop="newhaven", **period))[0] == {"cancelled": 2}
    off = [each.sailing_id for each in sailing.said(SailingCancelled)]
    assert off == [BACK, "newhaven-1000-2018-08-20"]
    counts, _ = taken(sailing, alert("SIGNIFICANT_DELAYS", ROUGH, **period))
    assert counts == {"as_planned": 2, "unchanged": 1}
    assert sailing.shown("/sailings/dieppe-1230-2018-08-20")["notices"][0]["header"] == ROUGH
    assert taken(sailing)[0] == {}
    assert sailing.shown("/sailings/dieppe-1230-2018-08-20")["notices"] == []


def test_what_an_ambassador_said_stands_but_no_one_waits_for_a_ship_that_does_not_run(sailing):
    body = {"departs_at": "2018-08-19T11:30:00Z", "reason": ROUGH}
    sailing.send("PUT", f"/sailings/{SAILING}/delay", body, as_="ann")
    assert taken(sailing, late("dieppe-1230", DAY, departure=5))[0] == {"kept_by_hand": 1}
    assert taken(sailing)[0] == {}
    assert state(sailing) == ("scheduled", 60)
    assert taken(sailing, cancelled("dieppe-1230", DAY))[0] == {"cancelled": 1}
    sailing.done(f"/sailings/{BACK}/cancel", {"reason": GALE})
    assert taken(sailing, late("newhaven-2300", DAY, departure=5))[0] == {"kept_by_hand": 1, "ended": 1}
    assert state(sailing, BACK) == ("cancelled", None)


def test_each_bad_entity_is_told_and_the_good_ones_are_taken(sailing):
    def bare(entity):
        entity.trip_update.SetInParent()

    report = taken(
        sailing,
        late("dieppe-1230", DAY, "dieppe", departure=30),
        bare,
        late("dieppe-1230", "", "dieppe", departure=30),
        late("dieppe-1230", "20180820", "atlantis", departure=30),
        late("unknown-trip", DAY, departure=30),
        late("newhaven-2300", DAY, departure=60 * 30),
        alert("NO_SERVICE", GALE, stop="newhaven"),
        alert("NO_SERVICE", {"de": "Sturm"}, trip=("dieppe-1230", DAY)),
    )[1]
    assert report["sailings"]["delayed"] == 1
    assert report["entities"] == 8
    assert {(issue["entity"], issue["field"]) for issue in report["issues"]} == {
        ("1", "trip_update.trip"),
        ("2", "trip_update.trip.start_date"),
        ("3", "trip_update.stop_time_update[0].stop_id"),
        ("4", "trip_update.trip"),
        ("5", "trip_update.stop_time_update.departure"),
        ("6", "alert.active_period"),
        ("7", "alert.header_text"),
    }
    assert report["issues_total"] == 7
    assert [each.sailing_id for each in sailing.said(SailingDelayed)] == [SAILING]


def test_an_entity_that_is_not_text_is_told_by_its_number(sailing):
    feed = live_feed(NOW, late("newhaven-2300", DAY, departure=30), cancelled("dieppe-1230", DAY))
    report = taken(sailing, data=feed.replace(b"dieppe", b"\xff\xfe\xfd\xfc\xfb\xfa"))[1]
    assert [issue["entity"] for issue in report["issues"]] == ["number 2 of the feed"]
    assert report["sailings"]["delayed"] == 1


def test_nothing_is_concluded_from_silence_about_what_could_not_be_read(sailing):
    taken(sailing, late("dieppe-1230", DAY, departure=30), late("newhaven-2300", DAY, departure=30))
    assert taken(sailing, late("dieppe-1230", DAY, "atlantis", departure=10))[0] == {"ended": 1}
    assert (state(sailing), state(sailing, BACK)) == (("scheduled", 30), ("scheduled", None))
    assert taken(sailing, late("dieppe-1230", "", departure=10))[0] == {}
    assert state(sailing) == ("scheduled", 30)


def test_two_entities_about_one_sailing_are_both_told_and_neither_is_taken(sailing):
    counts, report = taken(sailing, late("dieppe-1230", DAY, departure=5), cancelled("dieppe-1230", DAY))
    assert (counts, report["issues_total"], state(sailing)) == ({}, 1, ("scheduled", None))


def test_a_sailing_that_has_landed_is_left_alone(sailing):
    assert taken(sailing, cancelled("dieppe-1230", "20180818"))[0] == {"landed": 1}
    assert sailing.said(SailingCancelled) == []


def test_an_older_feed_is_refused(sailing):
    taken(sailing, late("dieppe-1230", DAY, departure=30))
    answer = send(sailing, at=NOW - timedelta(minutes=1))
    assert answer.status_code == 409
    assert state(sailing) == ("scheduled", 30)


UNREADABLE = {
    "not protobuf": {"data": b"\x0a\xff\xff"},
    "nothing": {"data": b""},
    "an hour old": {"at": NOW - timedelta(minutes=61)},
    "of tomorrow": {"at": NOW + timedelta(days=1)},
    "differential": {"incrementality": 1},
}


@pytest.mark.parametrize("wrong", UNREADABLE.values(), ids=UNREADABLE)
def test_a_feed_that_cannot_be_read_names_the_field_and_changes_nothing(sailing, wrong):
    answer = send(sailing, **wrong)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json"), answer.text
    assert list(answer.json["errors"]) == ["feed"]
    assert sailing.runtime.db.live_feeds.count_documents({}) == 0
    assert send(sailing, as_="visitor").status_code == 403


def test_a_feed_that_fails_half_way_leaves_nothing(sailing, monkeypatch):
    bring, calls = live._bring, []

    def broken(*args):
        calls.append(args)
        if len(calls) == 2:
            raise OSError("the process was stopped")
        return bring(*args)

    monkeypatch.setattr(live, "_bring", broken)
    answer = send(sailing, cancelled("dieppe-1230", DAY), cancelled("newhaven-2300", DAY))
    assert answer.status_code == 500
    assert sailing.runtime.db.sailings.count_documents({"status": "cancelled"}) == 0
    assert sailing.said(SailingCancelled) == []
    assert sailing.runtime.db.live_feeds.count_documents({}) == 0
