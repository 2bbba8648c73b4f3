"""Rows B10 and GB2: days planned between two ferries; a cancellation alerts those it affects, and they plan anew."""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest

from contracts.festivals import EventCancelled, EventWithdrawn
from contracts.visitor import SailingCancelled
from services.visitor import day_api
from services.visitor.domain.day_plans import Day
from services.visitor.domain.day_plans import plan as planned_day
from services.visitor.domain.walking import Spot
from tests.integration.visitor.conftest import BACK, DAY, GALE, NOW, SAILING, event, when


def hear_cancelled(town, sailing_id):
    """Cancel a ferry by hand and hear it as the worker does."""
    town.done(f"/sailings/{sailing_id}/cancel", GALE)
    town.hears(town.said(SailingCancelled)[-1])


def test_b10_a_day_is_filled_and_ends_at_the_ferry_in_time(town):
    plan = town.done("/day-plans", {**DAY, "interests": ["music", "history"]}, as_=None)
    assert {"st-michaels-church", "shanties"} <= {stop["id"] for stop in plan["stops"]}
    at = when(DAY["arrives_at"])
    for stop in plan["stops"]:
        assert when(stop["arrives_at"]) == at + timedelta(minutes=stop["walk_minutes"])
        assert when(stop["arrives_at"]) <= when(stop["begins_at"]) < when(stop["leaves_at"])
        assert when(stop["begins_local"]) == when(stop["begins_at"])
        assert stop["begins_local"].endswith("+01:00")
        assert stop["name"]
        at = when(stop["leaves_at"])
    shanties = next(stop for stop in plan["stops"] if stop["id"] == "shanties")
    assert (shanties["begins_local"], shanties["hours_assumed"]) == ("2018-08-19T15:00:00+01:00", False)
    assert when(plan["back_at"]) == at + timedelta(minutes=plan["walk_back_minutes"])
    assert when(plan["back_at"]) <= when(plan["be_back_by_local"]) == when("2018-08-19T22:05:00+01:00")
    assert plan["closes_local"] == plan["return_sailing"]["checkin_closes_local"] == "2018-08-19T22:15:00+01:00"
    assert plan["return_sailing"]["arrival"]["local"] == "2018-08-20T04:00:00+02:00"
    assert plan["status"] == "planned"


def test_b10_off_the_boat_what_is_wanted_comes_first_and_what_does_not_fit_is_told(town):
    wanted = [{"kind": "place", "id": "castle-hill"}, {"kind": "maker", "id": "maker-1"}]
    body = {"town": "newhaven", "arrival_sailing_id": SAILING, "leave_by": "2018-08-19T18:00:00Z", "wanted": wanted}
    plan = town.done("/day-plans", body, as_=None)
    assert plan["arrival_sailing"]["arrival"]["local"] == "2018-08-19T15:30:00+01:00"
    assert plan["starts_local"] == "2018-08-19T16:00:00+01:00", "half an hour to get ashore"
    assert plan["stops"][-1]["id"] == "castle-hill" or plan["stops"][0]["id"] == "castle-hill"
    short = {**body, "leave_by": "2018-08-19T16:30:00Z"}
    assert town.done("/day-plans", short, as_=None)["left_out"] == [wanted[0]]


def test_a_plan_is_opened_with_its_code_and_by_nothing_else(town):
    made = town.done("/day-plans", DAY, as_=None)
    code = made.pop("code")
    assert town.done(f"/day-plans/{made['id']}/open", {"code": code}, as_=None) == made
    assert code not in str(town.runtime.db.day_plans.find_one())
    for path in ("open", "replan"):
        body = {"code": "guess", **({"revision": 1} if path == "replan" else {})}
        assert town.post(f"/day-plans/{made['id']}/{path}", body, as_="olga").status_code == 404
        assert town.post(f"/day-plans/nowhere/{path}", body).status_code == 404


def test_gb2_after_a_cancelled_ferry_the_next_one_is_taken_and_what_has_begun_stays(town):
    made = town.done("/day-plans", DAY, as_=None)
    hear_cancelled(town, BACK)
    shown = town.done(f"/day-plans/{made['id']}/open", {"code": made["code"]}, as_=None)
    assert (shown["status"], [alert["kind"] for alert in shown["alerts"]]) == ("disrupted", ["sailing-cancelled"])
    assert (set(shown["alerts"][0]["text"]), shown["alerts"][0]["reason"]) == ({"en", "fr"}, GALE["reason"])
    town.clock.advance(when(made["stops"][0]["begins_at"]) - NOW)
    anew = town.done(f"/day-plans/{made['id']}/replan", {"code": made["code"], "revision": 1}, as_=None)
    assert (anew["status"], anew["alerts"], anew["revision"]) == ("planned", [], 2)
    assert anew["return_sailing"]["id"] == "newhaven-1000-2018-08-20"
    assert when(anew["back_at"]) <= when("2018-08-20T09:05:00+01:00")
    assert anew["stops"][0] == shown["stops"][0]
    assert len({stop["id"] for stop in anew["stops"]}) == len(anew["stops"])
    stale = town.post(f"/day-plans/{made['id']}/replan", {"code": made["code"], "revision": 1})
    assert stale.status_code == 409


def test_gb2_the_ferry_that_is_taken_instead_can_still_be_checked_in_for(town):
    made = town.done("/day-plans", DAY, as_=None)
    hear_cancelled(town, BACK)
    town.clock.advance(when("2018-08-20T09:30:00+01:00") - NOW)
    anew = town.done(f"/day-plans/{made['id']}/replan", {"code": made["code"], "revision": 1}, as_=None)
    assert anew["return_sailing"]["id"] == "newhaven-2300-2018-08-20", "the one at 10:00 has closed its check-in"


def test_gb2_an_event_that_is_gone_or_moved_alerts_those_it_is_ahead_of(town):
    body = {**DAY, "wanted": [{"kind": "event", "id": "shanties"}]}
    made = town.done("/day-plans", body, as_=None)

    def alerts():
        return [each["kind"] for each in town.runtime.db.day_plans.find_one({"_id": made["id"]})["alerts"]]

    town.hears(event("shanties", starts_at=NOW + timedelta(hours=3), hours=2, summary={"en": "Other words."}))
    assert alerts() == []
    town.hears(event("shanties", starts_at=NOW + timedelta(hours=4), hours=2))
    assert alerts() == ["event-moved"]
    town.hears(EventCancelled(event_id="shanties", festival_id="festival", cancelled_at=NOW, reason={"en": "Rain"}))
    town.hears(EventCancelled(event_id="shanties", festival_id="festival", cancelled_at=NOW, reason={"en": "Rain"}))
    assert alerts() == ["event-cancelled"], "instead of what was told before"
    anew = town.done(f"/day-plans/{made['id']}/replan", {"code": made["code"], "revision": 1}, as_=None)
    assert "shanties" not in {stop["id"] for stop in anew["stops"]}
    assert anew["left_out"] == body["wanted"]
    town.clock.advance(timedelta(days=2))
    town.hears(EventWithdrawn(event_id="birdsong", festival_id="festival", withdrawn_at=NOW))
    assert alerts() == [], "a day that is over disturbs nobody"


@pytest.mark.parametrize(("status", "kind"), [("postponed", "event-postponed"), ("moved-online", "event-online")])
def test_gb2_an_event_that_nobody_can_go_to_at_its_time_alerts_and_is_planned_no_more(town, status, kind):
    body = {**DAY, "wanted": [{"kind": "event", "id": "shanties"}]}
    made = town.done("/day-plans", body, as_=None)
    shanties = {"starts_at": NOW + timedelta(hours=3), "hours": 2}

    def shown():
        plan = town.done(f"/day-plans/{made['id']}/open", {"code": made["code"]}, as_=None)
        return plan["status"], [each["kind"] for each in plan["alerts"]]

    town.hears(event("shanties", **shanties, status=status))
    assert shown() == ("disrupted", [kind])
    assert "shanties" not in {stop["id"] for stop in town.done("/day-plans", DAY, as_=None)["stops"]}
    assert list(town.post("/day-plans", body).json["errors"]) == ["wanted.0.id"]
    town.hears(event("shanties", **shanties, status="disrupted"))
    assert shown() == ("disrupted", [kind]), "nothing says that it takes place"
    town.hears(event("shanties", **shanties))
    assert shown() == ("planned", ["event-reinstated"])
    town.hears(event("shanties", **shanties, status=status))
    anew = town.done(f"/day-plans/{made['id']}/replan", {"code": made["code"], "revision": 1}, as_=None)
    assert (anew["left_out"], anew["alerts"], anew["status"]) == (body["wanted"], [], "planned")


def test_b10_a_full_event_is_planned_for_those_only_who_may_have_a_place(town):
    made = town.done("/day-plans", DAY, as_=None)
    assert "shanties" in {stop["id"] for stop in made["stops"]}
    town.hears(event("shanties", starts_at=NOW + timedelta(hours=3), hours=2, status="full"))
    assert "shanties" not in {stop["id"] for stop in town.done("/day-plans", DAY, as_=None)["stops"]}
    wanted = {**DAY, "wanted": [{"kind": "event", "id": "shanties"}]}
    assert town.done("/day-plans", wanted, as_=None)["left_out"] == []
    anew = town.done(f"/day-plans/{made['id']}/replan", {"code": made["code"], "revision": 1}, as_=None)
    assert "shanties" in {stop["id"] for stop in anew["stops"]}, "whoever planned it may have registered"
    assert anew["alerts"] == []


def test_gb2_of_1_000_plans_only_the_affected_are_alerted(town):
    made = town.done("/day-plans", DAY, as_=None)
    row = town.runtime.db.day_plans.find_one({"_id": made["id"]})
    rng = random.Random(2)
    ferries = [f"newhaven-{time}-2018-08-{day}" for time in ("1000", "2300") for day in (19, 20)]
    rows = []
    for number in range(1_000):
        stops = [stop for stop in row["stops"] if rng.random() < 0.6]
        times = {"closes_at": NOW + timedelta(hours=rng.choice((-1, 5, 30)))}
        end = {"return_sailing_id": rng.choice(ferries), "arrival_sailing_id": None, **times}
        rows.append({**row, **end, "_id": f"plan-{number}", "stops": stops})
    town.runtime.db.day_plans.insert_many(rows)
    hear_cancelled(town, BACK)
    town.hears(EventCancelled(event_id="shanties", festival_id="festival", cancelled_at=NOW, reason={"en": "Rain"}))
    wrong = 0
    affected = 0
    for each in town.runtime.db.day_plans.find({"_id": {"$ne": made["id"]}}):
        wanted = set()
        if each["return_sailing_id"] == BACK and each["closes_at"] > NOW:
            wanted.add("sailing-cancelled")
        if any(stop["id"] == "shanties" and stop["leaves_at"] > NOW for stop in each["stops"]):
            wanted.add("event-cancelled")
        affected += bool(wanted)
        wrong += {alert["kind"] for alert in each["alerts"]} != wanted
    assert (wrong, 300 < affected < 900) == (0, True)


def test_gb2_replanning_takes_three_seconds_at_most(town):
    plans = [town.done("/day-plans", {**DAY, "pace": pace}, as_=None) for pace in ("slow", "normal", "brisk")]
    hear_cancelled(town, BACK)
    took = []
    for plan in plans:
        started = time.perf_counter()
        town.done(f"/day-plans/{plan['id']}/replan", {"code": plan["code"], "revision": 1}, as_=None)
        took.append(time.perf_counter() - started)
    assert max(took) <= 3.0


WRONG = [
    ({"town": "atlantis"}, ["town"]),
    ({"town": "dieppe"}, ["return_sailing_id"]),
    ({"return_sailing_id": "nowhere"}, ["return_sailing_id"]),
    ({"return_sailing_id": SAILING}, ["return_sailing_id"]),
    ({"return_sailing_id": None}, ["return_sailing_id"]),
    ({"leave_by": "2018-08-19T18:00:00Z"}, ["return_sailing_id"]),
    ({"arrives_at": "2018-08-19T23:00:00Z"}, ["return_sailing_id"]),
    ({"arrives_at": "2018-08-19T21:10:00Z"}, ["return_sailing_id"]),
    ({"arrival_sailing_id": SAILING}, ["arrival_sailing_id"]),
    ({"interests": ["money"]}, ["interests"]),
    ({"pace": "flying"}, ["pace"]),
    ({"wanted": [{"kind": "place", "id": "nowhere"}]}, ["wanted.0.id"]),
    ({"name": "Ann"}, ["name"]),
]


@pytest.mark.parametrize(("change", "fields"), WRONG)
def test_a_wrong_day_names_its_field(town, change, fields):
    answer = town.post("/day-plans", {**DAY, **change})
    assert (answer.status_code, list(answer.json["errors"])) == (422, fields)
    assert town.runtime.db.day_plans.count_documents({}) == 0


def test_nothing_is_planned_around_a_cancelled_ferry_or_in_a_town_without_a_terminal(town):
    town.done(f"/sailings/{BACK}/cancel", GALE)
    assert list(town.post("/day-plans", DAY).json["errors"]) == ["return_sailing_id"]
    town.runtime.db.places.delete_many({"kind": "BoatTerminal"})
    later = {**DAY, "return_sailing_id": "newhaven-1000-2018-08-20"}
    assert town.post("/day-plans", later).status_code == 409


def test_many_plans_at_once_are_asked_to_come_back_and_hold_up_nothing_else(town):
    for _ in range(4):
        assert day_api.AT_ONCE.acquire(timeout=1)
    try:
        answer = town.post("/day-plans", DAY)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    finally:
        for _ in range(4):
            day_api.AT_ONCE.release()
    assert town.post("/day-plans", DAY).status_code == 201


def test_a_day_without_listings_is_a_walk_to_the_ferry():
    quay = Spot(50.794, 0.056)
    made = planned_day(Day(NOW, NOW + timedelta(hours=3), quay, "slow"), [])
    assert made is not None
    assert made.stops == ()


OPEN = {"weekly": [{"days": ["sa", "su"], "opens": "13:15", "closes": "14:35"}]}
CLOSED = {"date": "2018-08-19", "times": []}


def test_b10_a_plan_keeps_to_known_hours_and_names_what_it_assumes(town):
    asked = {**DAY, "wanted": [{"kind": "place", "id": "newhaven-fort"}]}
    fort = "/places/newhaven-fort"
    assert town.send("PATCH", fort, {"hours": {"seasons": [OPEN]}}, as_="ann").status_code == 200
    plan = town.done("/day-plans", asked, as_=None)
    stops = {stop["id"]: stop for stop in plan["stops"]}
    visit = stops["newhaven-fort"]
    assert "2018-08-19T13:15:00+01:00" <= visit["begins_local"] < visit["leaves_local"] <= "2018-08-19T14:35:00+01:00"
    assert (visit["hours_assumed"], visit["hours_text"]["en"]) == (False, "On 19 August 2018: open 13:15 to 14:35.")
    park = stops["castle-hill"]
    assert (park["hours_assumed"], set(park["hours_text"])) == (True, {"en", "fr"})
    assert park["hours_text"]["en"] == "Hours not known. Assumed: Open every day, 8:00 to 20:00."
    assert stops["birdsong"]["hours_text"] is None
    shut = {"hours": {"seasons": [OPEN], "exceptions": [CLOSED]}}
    assert town.send("PATCH", fort, shut, as_="ann").status_code == 200
    closed = town.done("/day-plans", asked, as_=None)
    assert "newhaven-fort" not in {stop["id"] for stop in closed["stops"]}
    assert closed["left_out"] == asked["wanted"]
