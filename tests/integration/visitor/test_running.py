"""B6 by hand, B7: delays and cancellations that can be taken back, and the board of the next sailings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.visitor import SailingCancelled, SailingDelayed, SailingReinstated
from tests.integration.visitor.conftest import BACK, SAILING
from tests.support.gtfs import GOOD, feed

FOG = {"en": "Fog in Dieppe.", "fr": "Brouillard à Dieppe."}
LATE = {"departs_at": "2018-08-19T11:15:00Z", "reason": FOG}


def put(visitors, sailing, body, as_="ann"):
    return visitors.send("PUT", f"/sailings/{sailing}/delay", body, as_=as_)


def test_an_ambassador_says_when_a_late_sailing_is_expected(sailing):
    shown = put(sailing, SAILING, LATE).json
    assert shown["status"] == "scheduled"
    assert shown["departure"]["at"] == "2018-08-19T10:30:00Z"
    assert shown["delay"] == {
        "departs_at": "2018-08-19T11:15:00Z",
        "departs_local": "2018-08-19T13:15:00+02:00",
        "arrives_at": "2018-08-19T15:15:00Z",
        "arrives_local": "2018-08-19T16:15:00+01:00",
        "minutes": 45,
        "reason": FOG,
        "told_at": "2018-08-19T11:00:00Z",
    }
    assert shown["checkin_closes_at"] == "2018-08-19T09:45:00Z", "check-in closes as planned"
    assert sailing.shown(f"/sailings/{SAILING}") == {k: v for k, v in shown.items() if k != "direction"}
    [said] = sailing.said(SailingDelayed)
    assert (said.sailing_id, said.reason) == (SAILING, FOG)
    assert (said.expected_arrival_at - said.arrival.at).total_seconds() == 45 * 60


def test_saying_it_again_says_nothing_and_a_new_time_is_said(sailing):
    put(sailing, SAILING, LATE)
    put(sailing, SAILING, LATE)
    assert len(sailing.said(SailingDelayed)) == 1
    put(sailing, SAILING, {**LATE, "arrives_at": "2018-08-19T15:30:00Z"})
    assert [str(each.expected_arrival_at)[11:16] for each in sailing.said(SailingDelayed)] == ["15:15", "15:30"]


@pytest.mark.parametrize("undo", ["delete", "the planned times"])
def test_a_delay_is_taken_back_once(sailing, undo):
    put(sailing, SAILING, LATE)
    for _ in range(2):
        if undo == "delete":
            answer = sailing.send("DELETE", f"/sailings/{SAILING}/delay", as_="abe")
        else:
            answer = put(sailing, SAILING, {**LATE, "departs_at": "2018-08-19T10:30:00Z"})
        assert (answer.status_code, answer.json["delay"]) == (200, None)
    [said] = sailing.said(SailingReinstated)
    assert said.sailing_id == SAILING


def test_a_cancellation_is_taken_back_and_can_be_said_again(sailing):
    sailing.done(f"/sailings/{SAILING}/cancel", {"reason": FOG})
    refused = put(sailing, SAILING, LATE)
    assert refused.status_code == 409
    for _ in range(2):
        shown = sailing.send("DELETE", f"/sailings/{SAILING}/cancel", as_="ann").json
        assert (shown["status"], shown["reason"], shown["cancelled_at"]) == ("scheduled", None, None)
    sailing.done(f"/sailings/{SAILING}/cancel", {"reason": {"en": "Gale"}})
    assert len(sailing.said(SailingCancelled)) == 2
    assert len(sailing.said(SailingReinstated)) == 1


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"departs_at": "2018-08-19T09:00:00Z"}, "departs_at"),
        ({"departs_at": "2018-08-20T10:31:00Z"}, "departs_at"),
        ({"departs_at": "2018-08-19T10:40:00Z", "arrives_at": "2018-08-20T14:31:00Z"}, "arrives_at"),
        ({"departs_at": "2018-08-19T15:00:00Z", "arrives_at": "2018-08-19T14:30:00Z"}, "arrives_at"),
        ({"departs_at": "2018-08-19T11:00:00"}, "departs_at"),
    ],
)
def test_times_that_cannot_be_are_refused_with_the_field(sailing, times, field):
    answer = put(sailing, SAILING, {**times, "reason": FOG})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert sailing.said(SailingDelayed) == []
    assert put(sailing, SAILING, LATE, as_="vic").status_code == 403
    assert put(sailing, SAILING, LATE, as_=None).status_code == 401
    assert put(sailing, "nothing-2018-08-19", LATE).status_code == 404


def test_a_late_ship_needs_its_cover_later(sailing):
    times = {"starts_at": "2018-08-19T14:00:00Z", "ends_at": "2018-08-19T15:05:00Z"}
    shift = sailing.done("/shifts", {"centre_id": "newhaven", **times})
    sailing.done(f"/shifts/{shift['id']}/signup")
    query = "/shifts/cover?date=2018-08-19&town=newhaven"
    covered = {item["centre_id"]: item["covered"] for item in sailing.shown(query)["items"]}
    assert covered["newhaven"] is True
    put(sailing, SAILING, LATE)
    covered = {item["centre_id"]: item["covered"] for item in sailing.shown(query)["items"]}
    assert covered["newhaven"] is False


def trips_with(passengers: str) -> bytes:
    trips = GOOD["trips.txt"].replace("trip_short_name", "trip_short_name,expected_passengers")
    trips = trips.replace("10:00", "").replace("Seven Sisters\n", "Seven Sisters,\n")
    return feed(trips=trips.replace("Albâtre\n", f"Albâtre,{passengers}\n"))


def test_the_board_shows_what_sails_next_how_full_and_when_check_in_closes(visitors):
    visitors.imported(trips_with("450"))
    visitors.done(f"/sailings/{BACK}/cancel", {"reason": FOG})
    board = visitors.shown("/sailings/board?town=newhaven&limit=2")
    first, second = board["departures"]
    assert (first["sailing"]["id"], first["fullness"], first["says"]["fr"]) == (BACK, "unknown", "Annulée.")
    assert first["minutes_to_checkin"] is None
    assert second["sailing"]["id"] == "newhaven-1000-2018-08-20"
    assert second["minutes_to_checkin"] == 21 * 60 + 15
    assert (second["expected_passengers"], second["expected_source"]) == (None, "unknown")
    landing = board["arrivals"][0]
    assert (landing["sailing"]["id"], landing["expected_source"]) == (SAILING, "timetable")
    assert (landing["expected_passengers"], landing["capacity"], landing["percent_full"]) == (450, 600, 75)
    assert landing["fullness"] == "busy"


def listed_everywhere(sailing, id, late):
    """Whether a late sailing stands in the list, in the bundle and, with what is expected, in the printed guide."""
    ids = [each["id"] for each in sailing.shown("/sailings?town=newhaven")["items"]]
    assert (id in ids) == (f"sailing/{id}" in sailing.shown("/guide/bundle?town=newhaven")["entries"])
    page = sailing.get("/guide/offline?town=newhaven&lang=en").text
    return id in ids, late in page


def test_a_late_ship_is_told_everywhere_until_it_has_really_left(sailing):
    id = "newhaven-1000-2018-08-19"
    assert listed_everywhere(sailing, id, "expected 13:00") == (False, False), "it left two hours ago"
    put(sailing, id, {"departs_at": "2018-08-19T12:00:00Z", "reason": FOG})
    assert listed_everywhere(sailing, id, "expected 13:00") == (True, True)
    assert sailing.shown("/sailings?town=newhaven&direction=arrival")["items"][0]["id"] == SAILING
    sailing.done(f"/sailings/{id}/cancel", {"reason": FOG})
    assert listed_everywhere(sailing, id, "cancelled") == (True, True), "people wait for it"
    sailing.clock.advance(timedelta(hours=1, minutes=1))
    assert listed_everywhere(sailing, id, "cancelled") == (False, False)


def test_a_late_landing_is_told_until_it_has_landed_and_an_early_ship_until_it_has_left(sailing):
    put(sailing, SAILING, {**LATE, "arrives_at": "2018-08-19T16:30:00Z"})
    sailing.clock.advance(timedelta(hours=5))
    assert listed_everywhere(sailing, SAILING, "expected 17:30") == (True, True)
    sailing.clock.advance(timedelta(minutes=31))
    assert listed_everywhere(sailing, SAILING, "expected 17:30") == (False, False)
    put(sailing, BACK, {"departs_at": "2018-08-19T21:15:00Z", "reason": FOG})
    sailing.clock.advance(timedelta(hours=4, minutes=40))
    assert listed_everywhere(sailing, BACK, "expected 22:15") == (True, True)
    sailing.clock.advance(timedelta(minutes=10))
    assert listed_everywhere(sailing, BACK, "expected 22:15") == (False, False)
    departures = sailing.shown("/sailings/board?town=newhaven")["departures"]
    assert departures[0]["sailing"]["id"] == "newhaven-1000-2018-08-20", "by what is expected"


def test_a_ship_stays_on_the_board_until_it_has_really_left_and_landed(sailing):
    put(sailing, "newhaven-1000-2018-08-19", {"departs_at": "2018-08-19T10:00:00Z", "reason": FOG})
    ids = [each["sailing"]["id"] for each in sailing.shown("/sailings/board?town=newhaven")["departures"]]
    assert ids[0] == BACK, "it was due at 09:00 and left an hour late, an hour ago"
    put(sailing, "newhaven-1000-2018-08-19", {"departs_at": "2018-08-19T12:00:00Z", "reason": FOG})
    board = sailing.shown("/sailings/board?town=newhaven")
    assert board["departures"][0]["sailing"]["id"] == "newhaven-1000-2018-08-19"
    assert board["departures"][0]["says"]["en"] == "Expected at 13:00."
    assert sailing.get("/sailings/board?town=atlantis").status_code == 422
    assert sailing.get("/sailings/board?town=newhaven&limit=21").status_code == 422
